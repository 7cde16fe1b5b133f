from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import pytest
from django.core.checks import Error, run_checks
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from epo.core import durability
from epo.core.durability import is_durable

sqlite_only = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="how SQLite keeps its promises")
postgres_only = pytest.mark.skipif("connection.vendor == 'sqlite'", reason="how PostgreSQL keeps its promises")


@pytest.mark.parametrize(
    ("journal", "synchronous", "library", "expected"),
    [
        ("delete", 3, (3, 40, 1), True),
        ("delete", 2, (3, 40, 1), False),
        ("wal", 2, (3, 40, 1), False),
        ("wal", 2, (3, 51, 3), True),
        ("wal", 1, (3, 51, 3), False),
        ("memory", 3, (3, 51, 3), False),
        ("off", 3, (3, 51, 3), False),
        ("truncate", 3, (3, 51, 3), False),
    ],
)
def test_is_durable(journal: str, synchronous: int, library: tuple[int, ...], expected: bool) -> None:
    assert is_durable(journal, synchronous, library) == expected


@pytest.mark.django_db
def test_database_as_configured_is_safe() -> None:
    found = durability.problems(connection)

    assert found == []


@sqlite_only
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("pragma", ["synchronous=NORMAL", "journal_mode=MEMORY", "foreign_keys=OFF"])
def test_check_refuses_sqlite_that_may_lose_a_commit(pragma: str) -> None:
    connection.cursor().execute(f"PRAGMA {pragma}")
    try:
        found = run_checks(tags=["database"], databases=["default"])
    finally:
        connection.close()

    assert [(message.id, message.level) for message in found] == [("epo.E001", Error("").level)]


@postgres_only
@pytest.mark.django_db
def test_check_refuses_postgres_that_answers_before_the_disk_has_it() -> None:
    connection.cursor().execute("SET LOCAL synchronous_commit TO off")

    found = run_checks(tags=["database"], databases=["default"])

    assert ["synchronous_commit=off" in message.msg for message in found] == [True]


@sqlite_only
def test_transactions_are_immediate_and_wait_for_each_other() -> None:
    options = connection.settings_dict["OPTIONS"]

    assert (options["transaction_mode"], options["timeout"] >= 20) == ("IMMEDIATE", True)
    assert connection.settings_dict["ATOMIC_REQUESTS"] is False


@pytest.fixture
def own_database(tmp_path: Path) -> Iterator[BaseDatabaseWrapper]:
    """A connection of its own, not yet open."""
    own = connections.create_connection("default")
    own.settings_dict = deepcopy(own.settings_dict)
    if own.vendor == "sqlite":
        own.settings_dict["NAME"] = str(tmp_path / "own.sqlite3")
    yield own
    own.close()


UNSAFE = {
    "sqlite": ("init_command", "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON"),
    "postgresql": ("options", "-c synchronous_commit=off"),
}


@pytest.mark.django_db
def test_connection_that_may_lose_a_commit_is_refused(own_database: BaseDatabaseWrapper) -> None:
    name, value = UNSAFE[own_database.vendor]
    own_database.settings_dict["OPTIONS"][name] = value

    with pytest.raises(durability.UnsafeError, match="DATABASE_URL: "):
        own_database.ensure_connection()

    assert own_database.connection is None


@pytest.mark.django_db
def test_safe_connection_opens(own_database: BaseDatabaseWrapper) -> None:
    own_database.ensure_connection()

    assert durability.problems(own_database) == []


@postgres_only
@pytest.mark.django_db
@pytest.mark.parametrize("value", ["local", "remote_write", "on", "remote_apply"])
def test_every_way_that_waits_for_this_disk_is_safe(own_database: BaseDatabaseWrapper, value: str) -> None:
    own_database.settings_dict["OPTIONS"]["options"] = f"-c synchronous_commit={value}"
    own_database.ensure_connection()

    assert durability.problems(own_database) == []


@pytest.mark.django_db
def test_process_stops_when_the_database_is_not_safe(monkeypatch: pytest.MonkeyPatch, own_database, capsys) -> None:
    name, value = UNSAFE[own_database.vendor]
    own_database.settings_dict["OPTIONS"][name] = value
    monkeypatch.setattr(durability, "connection", own_database)

    with pytest.raises(SystemExit) as stopped:
        durability.stop_if_unsafe()

    assert stopped.value.code == 3
    assert capsys.readouterr().err.startswith("DATABASE_URL: ")
