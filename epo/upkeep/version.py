"""Which version this is: told once, in pyproject.toml."""

from __future__ import annotations

import platform
import sqlite3
import tomllib
from functools import cache
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as version_of
from pathlib import Path

from django.conf import settings
from django.db import connection

SHOWN = ("django", "celery", "redis", "djangorestframework", "gunicorn", "highspy", "numba")


@cache
def version() -> str:
    said = tomllib.loads((Path(settings.BASE_DIR) / "pyproject.toml").read_text(encoding="utf-8"))
    return str(said["project"]["version"])


def versions() -> dict[str, str]:
    """Of the product and of what it stands on."""
    found = {"EPO": version(), "Python": platform.python_version(), _database(): _database_version()}
    for name in SHOWN:
        try:
            found[name] = version_of(name)
        except PackageNotFoundError:
            continue
    return found


def _database() -> str:
    return "SQLite" if connection.vendor == "sqlite" else "PostgreSQL"


def _database_version() -> str:
    if connection.vendor == "sqlite":
        return sqlite3.sqlite_version
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return str(cursor.fetchone()[0])
