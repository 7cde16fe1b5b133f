"""python -m bench.fire.seeds MODULE:FUNCTION JSON"""

import json
import sys
from importlib import import_module

import django

if __name__ == "__main__":
    django.setup()
    module, function = sys.argv[1].split(":")
    found = getattr(import_module(f"bench.fire.seeds.{module}"), function)(**json.loads(sys.argv[2]))
    print(json.dumps(found, default=str))
