"""A commit that was acknowledged must outlive a power cut: the database is asked, not believed.

Settings say what we want; what holds is read back from each connection as it is opened, since a server's own
configuration, a role's or an option in DATABASE_URL may say otherwise, and may change. Where it would lose a commit, the
connection is refused: processes do not start, and one that runs acknowledges nothing.
"""

from __future__ import annotations

import logging
import sqlite3
import sys
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, OperationalError, connection

from epo.core.env import EXIT_CODE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper

WAL_IS_SAFE_FROM = (3, 51, 3)
FULL, EXTRA = 2, 3
POSTGRES_SWITCHES = ("fsync", "synchronous_commit", "full_page_writes")
"""`local` and the remote ways of synchronous_commit all wait for this server's own disk."""

log = logging.getLogger(__name__)


class UnsafeError(OperationalError):
    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))


def problems(db: BaseDatabaseWrapper) -> list[str]:
    """Sentences that say why an acknowledged commit could be lost; none means that it is safe."""
    if db.vendor == "sqlite":
        return _sqlite_problems(db)
    said = ", ".join(f"current_setting('{name}')" for name in POSTGRES_SWITCHES)
    return [
        f"DATABASE_URL: PostgreSQL funciona con {name}=off; un apagón perdería lo confirmado."
        f" / PostgreSQL runs with {name}=off; a power cut would lose what was acknowledged."
        for name, value in zip(POSTGRES_SWITCHES, _row(db, f"SELECT {said}"), strict=True)
        if value == "off"
    ]


def _sqlite_problems(db: BaseDatabaseWrapper) -> list[str]:
    journal, synchronous, foreign_keys = (
        _row(db, f"PRAGMA {name}")[0] for name in ("journal_mode", "synchronous", "foreign_keys")
    )
    found = []
    if not is_durable(str(journal), int(str(synchronous)), sqlite3.sqlite_version_info):
        modes = f"journal_mode={journal}, synchronous={synchronous}"
        found.append(
            f"DATABASE_URL: SQLite funciona con {modes}; hacen falta delete y 3."
            f" / SQLite runs with {modes}; needed are delete and 3, or, from SQLite 3.51.3 on, wal and 2 or more."
        )
    if foreign_keys != 1:
        found.append("DATABASE_URL: SQLite no vigila las claves foráneas. / SQLite does not enforce foreign keys.")
    return found


def is_durable(journal: str, synchronous: int, library: tuple[int, ...]) -> bool:
    if journal == "wal":
        return library >= WAL_IS_SAFE_FROM and synchronous >= FULL
    return journal == "delete" and synchronous >= EXTRA


def _row(db: BaseDatabaseWrapper, sql: str) -> tuple[object, ...]:
    with db.cursor() as cursor:
        cursor.execute(sql)
        return tuple(cursor.fetchone() or ())


def refuse_unsafe(connection: BaseDatabaseWrapper, **_kwargs: Any) -> None:
    """Called for each connection that is opened (`connection_created`)."""
    found = problems(connection)
    if found:
        connection.close()
        raise UnsafeError(found)


def stop_if_unsafe() -> None:
    """For processes that are to end at once, before anything asks the database. One that is down now is not unsafe."""
    try:
        connection.ensure_connection()
    except UnsafeError as unsafe:
        stop(unsafe)
    except DatabaseError as error:
        log.warning("the database did not answer at start (%s)", type(error).__name__)
    finally:
        connection.close()


def stop(unsafe: UnsafeError) -> None:
    sys.stderr.write(f"{unsafe}\n")
    sys.exit(EXIT_CODE)
