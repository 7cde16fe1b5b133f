"""The database at one moment, while others go on writing: rows to read, and bytes from which it is made again."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Protocol

from django.conf import settings
from django.db import connection

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

PIECE = 8 * 1024 * 1024
WAIT = 30.0


class DumpError(Exception):
    """What is wrong, as a sentence."""


class Snapshot(Protocol):
    @property
    def vendor(self) -> str: ...

    def rows(self, sql: str) -> list[tuple[Any, ...]]: ...

    def pieces(self) -> Iterator[bytes]: ...

    def problems(self) -> list[str]: ...


def quote(name: str) -> str:
    return connection.ops.quote_name(name)


def counts(snapshot: Snapshot) -> dict[str, int]:
    """Rows of every table."""
    names = [row[0] for row in snapshot.rows(TABLES[snapshot.vendor])]
    return {name: int(snapshot.rows(f"SELECT count(*) FROM {quote(name)}")[0][0]) for name in names}  # noqa: S608 -- names of the database's own


TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
    "postgresql": "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename",
}


@contextmanager
def taken() -> Iterator[Snapshot]:
    """SQLite: a copy, during which writers wait (a second for some hundred megabytes). PostgreSQL: nobody waits."""
    if connection.vendor == "sqlite":
        with TemporaryDirectory(dir=settings.DATA_DIR, prefix=".copy-") as folder:
            copy = Path(folder) / "database.sqlite3"
            _copy_database(connection.settings_dict["NAME"], copy)
            with closing(sqlite3.connect(copy)) as line:
                yield SqliteCopy(copy, line)
        return
    own = connection.copy()
    try:
        with own.cursor() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            yield PostgresSnapshot(own, cursor.fetchone()[0])
    finally:
        own.close()


def _copy_database(source: str | Path, target: str | Path) -> None:
    """All pages in one go: a copy in steps would begin anew with each write of others."""
    with (
        closing(sqlite3.connect(source, timeout=WAIT)) as read,
        closing(sqlite3.connect(target, timeout=WAIT)) as write,
    ):
        write.execute("PRAGMA synchronous=EXTRA")
        read.backup(write)


@dataclass(frozen=True, slots=True)
class SqliteCopy:
    file: Path
    line: sqlite3.Connection
    vendor: str = "sqlite"

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.line.execute(sql).fetchall()

    def pieces(self) -> Iterator[bytes]:
        with self.file.open("rb") as stream:
            while piece := stream.read(PIECE):
                yield piece

    def problems(self) -> list[str]:
        found = [str(row[0]) for row in self.rows("PRAGMA integrity_check(10)") if row[0] != "ok"]
        return found + [f"{row[0]} {row[1]} → {row[2]}" for row in self.rows("PRAGMA foreign_key_check")][:10]


@dataclass(frozen=True, slots=True)
class PostgresSnapshot:
    db: BaseDatabaseWrapper
    name: str
    vendor: str = "postgresql"

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.db.cursor() as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall())

    def pieces(self) -> Iterator[bytes]:
        """Never on disk in the clear."""
        argv = ["pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={self.name}"]
        with program(argv, stdout=subprocess.PIPE) as dump:
            while piece := dump.stdout.read(PIECE):
                yield piece

    def problems(self) -> list[str]:
        return []


@contextmanager
def program(argv: Sequence[str], **pipes: Any) -> Iterator[Any]:
    """One of PostgreSQL's own programs on the database. It must end well; what it says itself may name rows and is dropped."""
    try:
        running = subprocess.Popen(list(argv), env=os.environ | _where(), stderr=subprocess.PIPE, **pipes)  # noqa: S603 -- fixed names
    except FileNotFoundError:
        raise DumpError(f"{argv[0]} is not installed here (Debian: postgresql-client).") from None
    try:
        yield running
        for pipe in (running.stdin, running.stdout):
            if pipe is not None:
                pipe.close()
        said = running.stderr.read() if running.stderr else b""
        code = running.wait()
    except BaseException:
        running.kill()
        running.wait()
        raise
    finally:
        for pipe in (running.stdin, running.stdout, running.stderr):
            if pipe is not None:
                pipe.close()
    if code:
        raise DumpError(f"{argv[0]} failed ({code}): {_first_error(said)}")


def _first_error(said: bytes) -> str:
    lines = said.decode("utf-8", "replace").splitlines()
    return next((line for line in lines if "error" in line.lower()), "")[:200]


def _where() -> dict[str, str]:
    """The password stands in the environment, where the list of processes does not show it."""
    said = connection.settings_dict
    options = said.get("OPTIONS", {})
    found = {
        "PGHOST": said["HOST"],
        "PGPORT": str(said["PORT"] or ""),
        "PGUSER": said["USER"],
        "PGPASSWORD": said["PASSWORD"],
        "PGDATABASE": said["NAME"],
        "PGSSLMODE": options.get("sslmode", ""),
        "PGSSLROOTCERT": options.get("sslrootcert", ""),
    }
    return {name: value for name, value in found.items() if value}


def load(vendor: str, pieces: Iterator[bytes]) -> None:
    """Make the database what the pieces say, in one transaction; whatever it held is gone."""
    if vendor == "sqlite":
        _load_sqlite(pieces)
    else:
        _load_postgres(pieces)


def _load_sqlite(pieces: Iterator[bytes]) -> None:
    """Through SQLite itself, so that whoever has the file open sees the new contents."""
    connection.close()
    with TemporaryDirectory(dir=settings.DATA_DIR, prefix=".copy-") as folder:
        copy = Path(folder) / "database.sqlite3"
        with copy.open("wb") as stream:
            stream.writelines(pieces)
        _copy_database(copy, connection.settings_dict["NAME"])


def _load_postgres(pieces: Iterator[bytes]) -> None:
    """psql commits at the end of what it reads, and gets an end only where pg_restore came to its own."""
    connection.close()
    psql = ["psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]
    psql += ["--command=SET lock_timeout = '30s'", "--command=DROP SCHEMA public CASCADE"]
    psql += ["--command=CREATE SCHEMA public", "--file=-"]
    with program(psql, stdin=subprocess.PIPE) as target:
        restore = ["pg_restore", "--file=-", "--no-owner", "--no-privileges"]
        with program(restore, stdin=subprocess.PIPE, stdout=target.stdin) as source:
            for piece in pieces:
                source.stdin.write(piece)
