"""Everything that writes a repair request: opened, joined, described, cancelled, open again (see also `demands`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict, cast

from django.db import transaction
from django.utils.timezone import localdate

from battles.models import Demand, RepairRequest, RequestReport, UsualDemand
from battles.rules import requests as rules
from battles.states import REQUEST_MOVES, RequestState
from epo.audit.actions import move, record
from epo.core.clock import today
from epo.core.errors import refuse_if
from factories.actions import lock_machines, move_report, place_report, set_machine_status, take_in_hand
from factories.models import BreakdownReport, Factory
from factories.states import Condition, ReportState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from decimal import Decimal
    from uuid import UUID

    from epo.core.types import Actor
    from factories.models import Machine
    from volunteers.models import Trade


@dataclass(frozen=True, slots=True)
class DemandLine:
    """So many people of a trade, at this level or above, for so many days each."""

    trade: Trade
    level: int
    people: int = 1
    days: int = 1


class Description(TypedDict, total=False):
    """What a coordinator may change of a request; absent means as it was."""

    title: str
    description: str
    condition: str
    output_lost: Decimal | None
    stopped_since: date | None
    machine: Machine | None


# Requests are locked first, then reports, then machines, each in the order of their keys.


def lock_reports(keys: Iterable[UUID], versions: Mapping[UUID, int] | None = None) -> list[BreakdownReport]:
    """The rows as they are now; refused where somebody changed one since the coordinator saw it."""
    rows = list(BreakdownReport.objects.select_for_update(no_key=True).filter(pk__in=list(keys)).order_by("pk"))
    for row in rows:
        refuse_if(rules.why_changed(row, (versions or {}).get(row.pk)))
    return rows


def lock_request(key: int, version: int | None = None) -> RepairRequest:
    request = RepairRequest.objects.select_for_update(no_key=True).get(pk=key)
    refuse_if(rules.why_changed(request, version))
    return request


def raise_version(row: BreakdownReport | RepairRequest, *fields: str) -> None:
    """Save `fields` of a locked row whose state stays as it is, so that who saw it before learns of the change."""
    row.version += 1
    row.save(update_fields=[*fields, "version"])


@transaction.atomic
def open_request(
    *,
    by: Actor,
    report: BreakdownReport | None = None,
    factory: Factory | None = None,
    machine: Machine | None = None,
    title: str = "",
    demands: Sequence[DemandLine] | None = None,
    version: int | None = None,
    **description: Any,
) -> RepairRequest:
    """From a report, or (found on site, or by a diagnosis) without one.

    What is not said comes from the report and its machine; the demands are then those that are usual for its kind.
    """
    if report is not None:
        (report,) = lock_reports([report.pk], {} if version is None else {report.pk: version})
        factory, machine = factory or report.factory, machine or report.machine
        title = title or report.what
        description = _told_by(report) | description
    if factory is None and machine is not None:
        factory = machine.factory
    title = title or (machine.name if machine else "")
    refuse_if(rules.why_not_open_request(report=report, factory=factory, machine=machine, title=title))
    plant = cast("Factory", factory)

    request = RepairRequest.objects.create(
        factory=plant, machine=machine, title=title, opened_by=by, in_hand_of=by, **description
    )
    record("repairrequest.opened", request, by=by, report=report and str(report.pk))
    kind_id = machine.kind_id if machine else report.kind_id if report else None
    lines = usual_demands(kind_id) if demands is None else demands
    Demand.objects.bulk_create(
        Demand(request=request, trade=line.trade, level=line.level, people=line.people, days=line.days)
        for line in lines
    )
    if machine is not None:
        set_machine_status(machine=machine, state=Condition(request.condition), by=by)
    if report is not None:
        _tie(report, request, ReportState.REQUESTED, by=by)
    return request


def _told_by(report: BreakdownReport) -> dict[str, Any]:
    stands = report.condition in (Condition.STOPPED, Condition.DANGEROUS)
    return {
        "condition": report.condition,
        "description": report.text,
        "stopped_since": min(localdate(report.received_at), today()) if stands else None,
    }


def usual_demands(kind_id: int | None) -> list[DemandLine]:
    usual = UsualDemand.objects.filter(kind=kind_id).select_related("trade") if kind_id else ()
    return [DemandLine(line.trade, line.level, line.people, line.days) for line in usual]


@transaction.atomic
def join_reports(
    *,
    reports: Iterable[BreakdownReport],
    request: RepairRequest,
    by: Actor,
    versions: Mapping[UUID, int] | None = None,
) -> RepairRequest:
    """Several reports at once become part of a request: all of them, or none."""
    request = lock_request(request.pk)
    rows = lock_reports([report.pk for report in reports], versions)
    refuse_if(rules.why_not_join(rows, request))
    lock_machines(row.machine_id for row in rows if row.machine_id)
    for report in rows:
        _tie(report, request, ReportState.JOINED, by=by)
    raise_version(request)
    return request


def _tie(report: BreakdownReport, request: RepairRequest, to: ReportState, *, by: Actor) -> None:
    """A report that came back from another request may still be tied to that one: the tie moves."""
    machine = report.machine or request.machine
    if report.factory_id is None or report.machine_id != (machine and machine.pk):
        report = place_report(report=report, factory=request.factory, machine=machine, by=by)
    if report.in_hand_of_id is None:
        report = take_in_hand(report=report, by=by)
    RequestReport.objects.update_or_create(report=report, defaults={"request": request})
    move_report(report=report, to=to, by=by)
    record("repairrequest.report_joined", request, by=by, report=str(report.pk))


@transaction.atomic
def describe_request(*, request: RepairRequest, by: Actor, version: int | None = None, **changes: Any) -> RepairRequest:
    """Change what `Description` names."""
    request = lock_request(request.pk, version)
    unknown = set(changes) - set(Description.__annotations__)
    if unknown:
        raise ValueError(f"not to be changed here: {sorted(unknown)}")
    refuse_if(rules.why_not_change(request))
    machine = changes.get("machine")
    if machine is not None and machine.factory_id != request.factory_id:
        refuse_if(rules.OTHER_PLANT)
    changed = sorted(name for name, value in changes.items() if getattr(request, name) != value)
    if not changed:
        return request
    for name in changed:
        setattr(request, name, changes[name])
    raise_version(request, *changed)
    record("repairrequest.described", request, by=by, fields=changed)
    return request


@transaction.atomic
def cancel_request(*, request: RepairRequest, reason: str, by: Actor, version: int | None = None) -> RepairRequest:
    """Its reports come back to the queue as new: what they tell is not settled by this."""
    request = lock_request(request.pk, version)
    refuse_if(rules.why_not_cancel(request, reason=reason))
    request.cancel_reason = reason
    move(request, RequestState.CANCELLED, REQUEST_MOVES, by=by, also=("cancel_reason",), reason=reason)
    tied = [link.report_id for link in request.report_links.all()]
    for report in lock_reports(tied):
        if report.state in (ReportState.JOINED, ReportState.REQUESTED):
            move_report(report=report, to=ReportState.NEW, by=by)
    request.report_links.all().delete()
    return request


@transaction.atomic
def reopen_request(*, request: RepairRequest, by: Actor, version: int | None = None) -> RepairRequest:
    request = lock_request(request.pk, version)
    refuse_if(rules.why_not_reopen(request))
    request.finished_at = None
    move(request, RequestState.OPEN, REQUEST_MOVES, by=by, also=("finished_at",))
    return request


@transaction.atomic
def take_request(*, request: RepairRequest, by: Actor, version: int | None = None) -> RepairRequest:
    """Say who has it in hand."""
    request = lock_request(request.pk, version)
    request.in_hand_of = by
    raise_version(request, "in_hand_of")
    record("repairrequest.in_hand", request, by=by)
    return request
