"""What a coordinator does with breakdown reports other than opening or joining a request (see `requests`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.timezone import now

from battles.actions.requests import lock_reports, raise_version
from battles.models import RequestReport
from battles.rules import requests as rules
from epo.audit.actions import move, record
from epo.core.errors import refuse_if
from factories.models import BreakdownReport, RawIntake, ReportVariant
from factories.states import REPORT_MOVES, ReportState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from epo.core.types import Actor
    from factories.models import Factory, Machine


def _lock(report: BreakdownReport, version: int | None) -> BreakdownReport:
    (row,) = lock_reports([report.pk], {} if version is None else {report.pk: version})
    return row


@transaction.atomic
def set_aside(
    *, reports: Iterable[BreakdownReport], reason: str, by: Actor | None, versions: Mapping[UUID, int] | None = None
) -> list[BreakdownReport]:
    """Not now, with the reason that the reporters will read; several at once: all of them, or none."""
    rows = lock_reports([report.pk for report in reports], versions)
    reason = reason.strip()
    refuse_if(rules.why_not_set_aside(rows, reason=reason))
    for row in rows:
        row.reason = reason
        move(row, ReportState.REJECTED, REPORT_MOVES, by=by, also=("reason",))
    return rows


@transaction.atomic
def answer_report(
    *, report: BreakdownReport, answer: str, by: Actor | None, answered_with: str = "", version: int | None = None
) -> BreakdownReport:
    """Solved without a trip. The reporter reads the answer, not with whose help it was found."""
    row = _lock(report, version)
    refuse_if(rules.why_not_answer(row, answer=answer.strip()))
    row.reason, row.answered_with = answer.strip(), answered_with.strip()
    move(row, ReportState.ANSWERED, REPORT_MOVES, by=by, also=("reason", "answered_with"))
    return row


@transaction.atomic
def reopen_report(*, report: BreakdownReport, by: Actor | None, version: int | None = None) -> BreakdownReport:
    """Whatever was decided about it is undone; it leaves the request that it belonged to, which stays."""
    row = _lock(report, version)
    refuse_if(rules.why_not_take_back(row))
    RequestReport.objects.filter(report=row).delete()
    row.same_as = None
    row.reason = row.answered_with = ""
    row.closed_at = None
    move(row, ReportState.NEW, REPORT_MOVES, by=by, also=("same_as", "reason", "answered_with", "closed_at"))
    return row


@transaction.atomic
def take_report(*, report: BreakdownReport, by: Actor, version: int | None = None) -> BreakdownReport:
    """Say who has it in hand."""
    row = _lock(report, version)
    row.in_hand_of = by
    raise_version(row, "in_hand_of")
    record("breakdownreport.in_hand", row, by=by)
    return row


@transaction.atomic
def put_plant(
    *,
    report: BreakdownReport,
    factory: Factory,
    by: Actor | None,
    machine: Machine | None = None,
    version: int | None = None,
) -> BreakdownReport:
    """Say to which plant and machine a report belongs; what the worker wrote stays beside it."""
    row = _lock(report, version)
    refuse_if(rules.why_not_put(row, factory=factory, machine=machine))
    row.factory, row.machine = factory, machine
    if machine is not None:
        row.kind_id = machine.kind_id
    raise_version(row, "factory", "machine", "kind")
    record("breakdownreport.put", row, by=by, factory=factory.pk, machine=machine and machine.pk)
    return row


@transaction.atomic
def see_variant(*, variant: ReportVariant, by: Actor | None) -> ReportVariant:
    row = ReportVariant.objects.select_for_update().get(pk=variant.pk)
    if row.seen_at is None:
        row.seen_at = now()
        row.save(update_fields=["seen_at"])
        record("reportvariant.seen", row, by=by, report=str(row.report_id))
    return row


@transaction.atomic
def handle_intake(*, intake: RawIntake, by: Actor) -> RawIntake:
    """What could not be read has been dealt with by a person."""
    row = RawIntake.objects.select_for_update().get(pk=intake.pk)
    refuse_if(rules.HANDLED if row.handled_at else None)
    row.handled_at, row.handled_by = now(), by
    row.save(update_fields=["handled_at", "handled_by"])
    record("rawintake.handled", row, by=by)
    return row
