#!/usr/bin/env python
import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "epo.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 -- the variable comes first

    from epo.core.durability import UnsafeError, stop  # noqa: PLC0415 -- see above

    try:
        execute_from_command_line(sys.argv)
    except UnsafeError as unsafe:
        stop(unsafe)


if __name__ == "__main__":
    main()
