"""A commit that was acknowledged must outlive a power cut: the database is asked, not believed.

Settings say what we want; what holds is read back from the open connection, since a server's own
configuration, a role's or an option in DATABASE_URL may say otherwise.
"""

from __future__ import annotations

import logging
import sqlite3
import sys
from typing import TYPE_CHECKING

from django.db import DatabaseError, connection

from epo.core.env import EXIT_CODE

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

WAL_IS_SAFE_FROM = (3, 51, 3)
FULL, EXTRA = 2, 3
POSTGRES_SWITCHES = ("fsync", "synchronous_commit", "full_page_writes")

log = logging.getLogger(__name__)


def problems(db: BaseDatabaseWrapper) -> list[str]:
    """Sentences that say why an acknowledged commit could be lost; none means that it is safe."""
    if db.vendor == "sqlite":
        return _sqlite_problems(db)
    return [
        f"DATABASE_URL: PostgreSQL runs with {name}=off; a power cut would lose what was acknowledged."
        for name in POSTGRES_SWITCHES
        if _one(db, f"SHOW {name}") == "off"
    ]


def _sqlite_problems(db: BaseDatabaseWrapper) -> list[str]:
    journal, synchronous = str(_one(db, "PRAGMA journal_mode")), int(str(_one(db, "PRAGMA synchronous")))
    found = []
    if not is_durable(journal, synchronous, sqlite3.sqlite_version_info):
        found.append(
            f"DATABASE_URL: SQLite runs with journal_mode={journal} and synchronous={synchronous}; needed are"
            " delete and 3, or, from SQLite 3.51.3 on, wal and 2 or more."
        )
    if _one(db, "PRAGMA foreign_keys") != 1:
        found.append("DATABASE_URL: SQLite does not enforce foreign keys.")
    return found


def is_durable(journal: str, synchronous: int, library: tuple[int, ...]) -> bool:
    if journal == "wal":
        return library >= WAL_IS_SAFE_FROM and synchronous >= FULL
    return journal == "delete" and synchronous >= EXTRA


def _one(db: BaseDatabaseWrapper, sql: str) -> object:
    with db.cursor() as cursor:
        cursor.execute(sql)
        row = cursor.fetchone()
    return row[0] if row else None


def stop_if_unsafe() -> None:
    """For processes that no system check precedes (web, worker). One that is down now is not unsafe."""
    try:
        found = problems(connection)
    except DatabaseError as error:
        log.warning("the database did not answer at start (%s)", type(error).__name__)
        return
    finally:
        connection.close()
    if found:
        sys.stderr.write("".join(f"{problem}\n" for problem in found))
        sys.exit(EXIT_CODE)
