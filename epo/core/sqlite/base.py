"""Django's SQLite, with a queue before each transaction."""

from __future__ import annotations

from django.db import OperationalError
from django.db.backends.sqlite3 import base

from epo.core.sqlite.turns import Turns, turns_of


class DatabaseWrapper(base.DatabaseWrapper):
    _turn: Turns | None = None

    def _start_transaction_under_autocommit(self) -> None:
        if self.is_in_memory_db():
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
            return
        turns = turns_of(str(self.settings_dict["NAME"]))
        if not turns.take(self._patience()):
            raise OperationalError("database is locked")
        self._turn = turns
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._give_turn()
            raise

    def _patience(self) -> float:
        milliseconds: int = self.connection.execute("PRAGMA busy_timeout").fetchone()[0]
        return milliseconds / 1000

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        self._give_turn()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._give_turn()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._give_turn()

    def _give_turn(self) -> None:
        turns, self._turn = self._turn, None
        if turns is not None:
            turns.give()
