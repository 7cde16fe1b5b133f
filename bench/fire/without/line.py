from __future__ import annotations

import time
from typing import Any

from bench.fire.without import taken_out

SLOWER_BY = 0.3


@taken_out("speed")
def each_commit_takes_longer() -> None:
    """As a disk would make it that takes 0.3 s to sync."""
    from django.db.backends.base.base import BaseDatabaseWrapper

    commit = BaseDatabaseWrapper.commit

    def slowly(self: Any) -> None:
        time.sleep(SLOWER_BY)
        commit(self)

    BaseDatabaseWrapper.commit = slowly  # type: ignore[method-assign]


@taken_out("synced-commits")
def answered_before_the_disk_has_it() -> None:
    from django.db import connections

    from epo.core import durability

    connections.settings["default"]["CONN_MAX_AGE"] = 60  # as in production: closing the last one would sync
    options = connections.settings["default"]["OPTIONS"]
    if connections["default"].vendor == "sqlite":
        options["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON"
    else:
        options["options"] = "-c synchronous_commit=off"
    durability.problems = lambda _db: []


@taken_out("raw")
def what_cannot_be_read_is_thrown_away() -> None:
    from factories import actions
    from factories.models import RawIntake

    actions.keep_raw = lambda **_said: RawIntake(key="0" * 64)  # type: ignore[assignment]


@taken_out("turns")
def each_writer_tries_its_luck() -> None:
    """SQLite's own way to wait."""
    from django.db.backends.sqlite3 import base

    from epo.core.sqlite.base import DatabaseWrapper

    DatabaseWrapper._start_transaction_under_autocommit = base.DatabaseWrapper._start_transaction_under_autocommit  # noqa: SLF001
