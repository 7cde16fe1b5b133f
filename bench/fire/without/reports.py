from __future__ import annotations

from threading import Timer
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from bench.fire.without import taken_out

LATER = 0.3
"""Seconds: what a queue in memory, written from time to time, would take."""


@taken_out("commit-before-receipt")
def receipt_before_the_commit() -> None:
    from factories import actions

    store = actions.receive_report

    def at_once(*, report_id: Any, **said: Any) -> Any:
        Timer(LATER, _quietly, (store,), {"report_id": report_id, **said}).start()
        report = SimpleNamespace(pk=report_id, number=0, status_token="later")  # noqa: S106 -- no secret
        return actions.Receipt(report, actions.Outcome.STORED)  # type: ignore[arg-type]

    actions.receive_report = at_once  # type: ignore[assignment]


def _quietly(store: Any, **said: Any) -> None:
    from django.db import connection

    try:
        store(**said)
    finally:
        connection.close()


@taken_out("id-of-the-sender")
def each_sending_is_a_new_report() -> None:
    """As a plain POST would do it."""
    from factories import actions

    store = actions.receive_report

    def anew(**said: Any) -> Any:
        return store(**said | {"report_id": uuid4()})

    actions.receive_report = anew  # type: ignore[assignment]


@taken_out("variants")
def other_words_are_thrown_away() -> None:
    from factories.actions import reports

    reports.keep_variant = lambda **_said: None  # type: ignore[assignment, return-value]


@taken_out("first-words")
def last_words_win() -> None:
    from factories.actions import reports
    from factories.models import BreakdownReport

    def overwrite(*, report: Any, content: Any, **_said: Any) -> None:
        BreakdownReport.objects.filter(pk=report.pk).update(text=content.text)

    reports.keep_variant = overwrite  # type: ignore[assignment]


@taken_out("discretion")
def first_receipt_goes_to_whoever_asks() -> None:
    from factories.api import views

    tell = views._receipt  # noqa: SLF001

    def all_of_it(receipt: Any) -> Any:
        return tell(receipt) | {"status_url": f"/s/{receipt.report.status_token}", "text": receipt.report.text}

    views._receipt = all_of_it  # noqa: SLF001
