"""Installations to try things on: a folder with SQLite, and a PostgreSQL server of their own."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest

from epo.launcher import broker, children
from tests import services

ROOT = Path(__file__).parents[2]
PASSPHRASE = "una frase que nadie adivina"


@dataclass(frozen=True)
class Place:
    """Its environment is all that the product knows of it."""

    folder: Path
    env: dict[str, str]

    def manage(self, *argv: str, code: int = 0, **more: str) -> str:
        """Output and errors of a command that must end with `code`."""
        argv = (sys.executable, "manage.py", *argv)
        done = subprocess.run(argv, env=self.env | more, cwd=ROOT, capture_output=True, text=True, check=False)
        said = done.stdout + done.stderr
        assert done.returncode == code, said
        return said

    def python(self, text: str) -> str:
        return self.manage("shell", "--no-imports", "-c", text).strip()


def make_place(folder: Path, **more: str) -> Place:
    folder.mkdir()
    (folder / "passphrase").write_text(PASSPHRASE)
    own = {
        "ENV_FILE": "",
        "DEBUG": "",
        "TESTING": "true",
        "DATA_DIR": str(folder),
        "STATIC_ROOT": os.environ["STATIC_ROOT"],
        "SECRET_KEY": "",
        "DATABASE_URL": "",
        "REDIS_URL": "",
        "SITE_URL": "http://localhost",
        "BACKUP_PASSPHRASE_FILE": str(folder / "passphrase"),
        "PYTHONWARNINGS": "",
    }
    unwanted = {"TEST_DATABASE_FILE", "TAKEN_OUT", "DJANGO_SETTINGS_MODULE"}
    return Place(folder, {name: value for name, value in os.environ.items() if name not in unwanted} | own | more)


@contextmanager
def postgres_server(folder: Path) -> Iterator[str]:
    """The address of a server; `new_database` makes a database on it."""
    place = services._temporary_folder()
    programs = next(services.postgres_folders(place), None)
    if programs is None:
        pytest.skip("NO POSTGRESQL FOUND")
    services.make_cluster(programs, place / "data")
    port = broker.free_port()
    process = children.spawn(services.postgres_command(programs, place / "data", port), **services.as_postgres())
    try:
        address = services.postgres_address(port)
        services.wait_for_postgres(process, address)
        yield address
    finally:
        children.stop(process)
        subprocess.run(["rm", "-rf", str(place)], check=True)


def new_database(address: str, *, like: str = "template1") -> str:
    name = f"epo_{secrets.token_hex(4)}"
    line = psycopg2.connect(address)
    line.autocommit = True
    line.cursor().execute(f"CREATE DATABASE {name} TEMPLATE {like}")
    line.close()
    return f"{address.rsplit('/', 1)[0]}/{name}"


@dataclass
class Ground:
    """Databases with all tables, made once and copied for each installation that needs them."""

    folder: Path
    address: str | None = None
    _base: Place | None = None

    def empty(self, name: str) -> Place:
        return on_postgres(self.folder / name, self.address) if self.address else make_place(self.folder / name)

    def with_tables(self, name: str) -> Place:
        if self._base is None:
            self._base = self.empty("base")
            self._base.manage("migrate", "--verbosity", "0")
        place = self.empty(name)
        if self.address:
            like = self._base.env["DATABASE_URL"].rpartition("/")[2]
            place.env["DATABASE_URL"] = new_database(self.address, like=like)
        else:
            shutil.copy(self._base.folder / "epo.sqlite3", place.folder / "epo.sqlite3")
        return place


def on_postgres(folder: Path, address: str) -> Place:
    return make_place(folder, DATABASE_URL=new_database(address), SECRET_KEY=secrets.token_urlsafe(64))
