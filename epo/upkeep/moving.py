"""From SQLite to PostgreSQL: everything is written down neutrally, read into the new place, and compared there."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import environ
from django.conf import settings
from django.db import DatabaseError, connection, connections, transaction

from epo.upkeep import neutral, restores
from epo.upkeep.neutral import MoveError, Table

TARGET = "target"
SCHEMES = ("postgres://", "postgresql://")
MIGRATE_WITHIN = 600.0


def move(address: str, *, tell: Callable[[str], None]) -> dict[str, Table]:
    """Nobody writes meanwhile: the file is locked from the first row read to the last one compared."""
    if connection.vendor != "sqlite":
        raise MoveError("This installation is not on SQLite: there is nothing to move.")
    if not address.startswith(SCHEMES):
        raise MoveError("The new place must be a postgres:// address.")
    if restores.somebody_works():
        raise MoveError("The product is running. Stop it first, so that nothing is written that would stay behind.")
    with _target(address), TemporaryDirectory(dir=settings.DATA_DIR, prefix=".move-") as folder:
        _migrate(address)
        _refuse_what_is_not_empty()
        with transaction.atomic():  # on SQLite this is a lock that keeps writers out
            told = neutral.write(Path(folder), "default")
            tell(f"{sum(table.rows for table in told.values())} rows of {len(told)} tables are written down.")
            _read(Path(folder))
            _compare(told)
    return told


@contextmanager
def _target(address: str) -> Iterator[None]:
    own = environ.Env.db_url_config(address)
    common = {name: value for name, value in connections.databases["default"].items() if name != "TEST"}
    options = {**settings.POSTGRES_OPTIONS, **own.get("OPTIONS", {})}
    connections.databases[TARGET] = {**common, **own, "OPTIONS": options, "TEST": {}, "CONN_MAX_AGE": 0}
    connections.configure_settings(connections.databases)
    try:
        yield
    finally:
        connections[TARGET].close()
        del connections[TARGET]
        del connections.databases[TARGET]


def _migrate(address: str) -> None:
    """In a process of its own, whose database the new one is from the start."""
    env = os.environ | {"DATABASE_URL": address, "SECRET_KEY": settings.SECRET_KEY}
    argv = [sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), "migrate", "--no-input", "--verbosity", "0"]
    done = subprocess.run(argv, env=env, capture_output=True, text=True, timeout=MIGRATE_WITHIN, check=False)  # noqa: S603 -- our own command
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.strip()]
        raise MoveError(f"The tables could not be made there: {said[-1][:200] if said else done.returncode}")


def _refuse_what_is_not_empty() -> None:
    with connections[TARGET].cursor() as cursor:
        for table in ("accounts_user", "audit_auditevent"):
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 -- the two names above
            if cursor.fetchone()[0]:
                raise MoveError("The database there is not empty.")


def _read(folder: Path) -> None:
    try:
        neutral.read(folder)
    except DatabaseError as error:
        raise MoveError(f"PostgreSQL does not take all of it ({_first_line(error)}).") from None


def _compare(told: dict[str, Table]) -> None:
    found = neutral.measure(TARGET)
    differs = [f"{name} ({told[name].rows} → {found[name].rows})" for name in told if told[name] != found[name]]
    if differs:
        raise MoveError(f"Not all arrived as it was: {', '.join(differs[:5])}.")


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__
