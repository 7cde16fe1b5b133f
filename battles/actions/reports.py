"""What a coordinator does with breakdown reports other than opening or joining a request (see `requests`).

The rows themselves are written by `factories.actions`; here stand the rules of the desk, and the tie to requests.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from battles.actions.requests import lock_reports, raise_version
from battles.models import RequestReport
from battles.rules import requests as rules
from epo.core.errors import refuse_if
from factories.actions import create_factory, create_machine, move_report, place_report, take_in_hand
from factories.states import ReportState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from epo.core.types import Actor
    from epo.places.models import Municipality
    from factories.models import BreakdownReport, Factory, Machine, MachineKind, Sector


@dataclass(frozen=True, slots=True)
class NewFactory:
    name: str
    municipality: Municipality
    sector: Sector


@dataclass(frozen=True, slots=True)
class NewMachine:
    name: str
    kind: MachineKind


def _lock(report: BreakdownReport, version: int | None) -> BreakdownReport:
    (row,) = lock_reports([report.pk], {} if version is None else {report.pk: version})
    return row


@transaction.atomic
def set_aside(
    *, reports: Iterable[BreakdownReport], reason: str, by: Actor, versions: Mapping[UUID, int] | None = None
) -> list[BreakdownReport]:
    """Not now, with the reason that the reporters will read; several at once: all of them, or none."""
    rows = lock_reports([report.pk for report in reports], versions)
    reason = reason.strip()
    refuse_if(rules.why_not_set_aside(rows, reason=reason))
    return [move_report(report=row, to=ReportState.REJECTED, by=by, reason=reason) for row in rows]


@transaction.atomic
def answer_report(
    *, report: BreakdownReport, answer: str, by: Actor, answered_with: str = "", version: int | None = None
) -> BreakdownReport:
    """Solved without a trip. The reporter reads the answer, not with whose help it was found."""
    row = _lock(report, version)
    answer = answer.strip()
    refuse_if(rules.why_not_answer(row, answer=answer))
    return move_report(report=row, to=ReportState.ANSWERED, by=by, reason=answer, answered_with=answered_with.strip())


@transaction.atomic
def reopen_report(*, report: BreakdownReport, by: Actor, version: int | None = None) -> BreakdownReport:
    """Whatever was decided about it is undone; it leaves the request that it belonged to, which stays."""
    row = _lock(report, version)
    refuse_if(rules.why_not_take_back(row))
    RequestReport.objects.filter(report=row).delete()
    row = move_report(report=row, to=ReportState.NEW, by=by)
    if row.closed_at is not None:
        row.closed_at = None
        raise_version(row, "closed_at")
    return row


@transaction.atomic
def take_report(*, report: BreakdownReport, by: Actor, version: int | None = None) -> BreakdownReport:
    """Say who has it in hand."""
    _lock(report, version)
    row = take_in_hand(report=report, by=by)
    raise_version(row)
    return row


@transaction.atomic
def put_plant(
    *,
    report: BreakdownReport,
    factory: Factory | NewFactory,
    by: Actor,
    machine: Machine | NewMachine | None = None,
    version: int | None = None,
) -> BreakdownReport:
    """Say to which plant and machine a report belongs, made now where they are new; what the worker wrote stays."""
    row = _lock(report, version)
    refuse_if(rules.why_not_triage(row))
    if isinstance(factory, NewFactory):
        factory = create_factory(
            name=factory.name,
            municipality=factory.municipality,
            sector=factory.sector,
            by=by,
            needs_review=True,
        )
    if isinstance(machine, NewMachine):
        machine = create_machine(factory=factory, name=machine.name, kind=machine.kind, by=by)
    refuse_if(rules.why_not_put(row, factory=factory, machine=machine))
    row = place_report(report=row, factory=factory, machine=machine, by=by)
    raise_version(row)
    return row
