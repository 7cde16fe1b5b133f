from __future__ import annotations

from typing import Any

from bench.fire.without import taken_out


@taken_out("rule-of-the-days")
def days_are_not_looked_at() -> None:
    """What is left is the unique pair of volunteer and day; see the seeds."""
    from battles.rules import offers as rules

    rules.why_not_give = lambda _volunteer, _days: None


@taken_out("locks")
def nobody_waits_for_anybody() -> None:
    """PostgreSQL: no row is locked. SQLite: no transaction waits for its turn; it asks to write only when it does."""
    from django.db.models import QuerySet

    from epo.core.sqlite.base import DatabaseWrapper

    def as_it_is(self: Any, **_how: Any) -> Any:
        return self.all()

    def begin(self: Any) -> None:
        self.cursor().execute("BEGIN DEFERRED")

    QuerySet.select_for_update = as_it_is  # type: ignore[method-assign]
    DatabaseWrapper._start_transaction_under_autocommit = begin  # noqa: SLF001 -- the one place where it begins
