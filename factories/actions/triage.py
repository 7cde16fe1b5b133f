"""What becomes of a report after it was received: moved, taken in hand, placed, closed, said to be back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now

from epo.audit.actions import move, record
from epo.core import say
from epo.core.errors import refuse_if
from factories import rules
from factories.actions.machines import note_condition
from factories.actions.reports import folded
from factories.content import tidy
from factories.models import BreakdownReport
from factories.states import REPORT_MOVES, ReportState

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from epo.core.types import Actor
    from factories.models import Factory, Machine

SAID_JUST_NOW = timedelta(minutes=10)
IN_HAND = (ReportState.JOINED, ReportState.REQUESTED)


@transaction.atomic
def move_report(
    *,
    report: BreakdownReport,
    to: ReportState,
    by: Actor | None,
    reason: str = "",
    answered_with: str = "",
    same_as: BreakdownReport | None = None,
) -> BreakdownReport:
    """The one way in which the desk moves a report. Back to `new`, reason and the other report are gone."""
    if same_as is not None:
        lock_families([report.pk, same_as.pk])
        same_as.refresh_from_db(fields=["same_as"])
    report = lock_report(report)
    refuse_if(rules.why_not_move(report, to))
    if to == ReportState.SAME_AS:
        report.same_as = _root_for(report, same_as)
        BreakdownReport.objects.filter(same_as=report).update(same_as=report.same_as)
    else:
        report.same_as = None
    report.reason = reason
    report.answered_with = answered_with
    move(report, to, REPORT_MOVES, by=by, also=("same_as", "reason", "answered_with"))
    return report


def _root_for(report: BreakdownReport, other: BreakdownReport | None) -> BreakdownReport:
    """Reports that are the same hang on one, never in a chain."""
    if other is None:
        raise ValueError("a report is the same as which other one?")
    refuse_if(rules.why_not_same_as(report, other))
    return other.same_as or other


def lock_families(keys: Collection[UUID]) -> list[BreakdownReport]:
    """These reports, those that they are the same as and those that are the same as they, in the order of their keys.

    Whoever changes several reports locks them here before the first is changed: two who go through one family in
    different orders would wait for each other.
    """
    rows = BreakdownReport.objects.select_for_update(of=("self",), no_key=True)
    of_them = Q(pk__in=keys) | Q(same_as__in=keys) | Q(same__in=keys)
    family = BreakdownReport.objects.filter(of_them).values("pk")
    return list(rows.filter(pk__in=family).order_by("pk"))


def lock_report(report: BreakdownReport) -> BreakdownReport:
    rows = BreakdownReport.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("machine", "factory", "kind").get(pk=report.pk)


@transaction.atomic
def take_in_hand(*, report: BreakdownReport, by: Actor | None) -> BreakdownReport:
    """Says who deals with it; `by` None puts it back for everyone."""
    report = lock_report(report)
    report.in_hand_of = by
    report.save(update_fields=["in_hand_of"])
    record("report.in_hand", report, by=by)
    return report


@transaction.atomic
def close_report(*, report: BreakdownReport, by: Actor | None) -> BreakdownReport:
    """Its machine is repaired. The reports that are the same close with it."""
    lock_families([report.pk])
    report = lock_report(report)
    at = now()
    BreakdownReport.objects.filter(same_as=report, closed_at=None).update(closed_at=at)
    if report.closed_at is None:
        report.closed_at = at
        report.save(update_fields=["closed_at"])
        record("report.closed", report, by=by)
    return report


@transaction.atomic
def say_broken_again(*, report: BreakdownReport, text: str, by: Actor | None) -> BreakdownReport:
    """The reporter says on the status page that the breakdown is back, or still there.

    What was finished (repaired, answered, not now, same as another) becomes new and stands by itself; what
    is still in hand stays there and carries the words. The same again within ten minutes is a double tap.
    """
    report = lock_report(report)
    text = tidy(text)
    if report.again_at and now() - report.again_at < SAID_JUST_NOW and report.text.endswith(text):
        return report
    report.again_at = now()
    if text:
        report.text = f"{report.text}\n\n{say.day(report.again_at)}: {text}".strip()
    report.folded = folded(report)
    fields = ("again_at", "text", "folded")
    is_in_hand = report.state in IN_HAND and report.closed_at is None
    if report.state == ReportState.NEW or is_in_hand:
        report.save(update_fields=fields)
        record("report.again", report, by=by)
        return report
    report.same_as, report.closed_at = None, None
    move(report, ReportState.NEW, REPORT_MOVES, by=by, also=(*fields, "same_as", "closed_at"), again=True)
    return report


@transaction.atomic
def place_report(*, report: BreakdownReport, factory: Factory, machine: Machine | None, by: Actor) -> BreakdownReport:
    """Tie a report that named its plant or machine in words to the rows that were meant."""
    if machine is not None and machine.factory_id != factory.pk:
        raise ValueError("the machine stands in another plant")
    report = lock_report(report)
    report.factory = factory
    report.machine = machine
    if machine is not None:
        report.kind = machine.kind
    report.folded = folded(report)
    report.save(update_fields=["factory", "machine", "kind", "folded"])
    record("report.placed", report, by=by, factory=factory.pk, machine=machine.pk if machine else None)
    note_condition(report=report)
    return report
