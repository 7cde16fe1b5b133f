"""The Celery app is made with the package, so that every `shared_task` binds to it."""

import sys

try:
    from epo.celery import app as celery_app
except ModuleNotFoundError as missing:
    sys.exit(
        f"Falta el módulo {missing.name} en el entorno de Python. Escribe «make install».\n"
        f"The module {missing.name} is missing from the Python environment. Type “make install”."
    )

__all__ = ["celery_app"]
