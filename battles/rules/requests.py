"""Why something may not happen to a report or a request; which others may be about the same. Each rule reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from battles.models import BattleRequest, PlantDecision, RepairRequest
from battles.states import NeedState, RequestState
from epo.core.errors import Refusal
from factories.models import BreakdownReport
from factories.states import ReportState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factories.models import Factory, Machine

SHOWN_DUPLICATES = 8
UNFINISHED = (RequestState.OPEN, RequestState.PLANNED, RequestState.UNDER_REPAIR)
CAN_REOPEN = (RequestState.PARTLY_REPAIRED, RequestState.NOT_REPAIRABLE)
WEIGHTS = range(1, 11)

CHANGED = Refusal("changed", _("Someone else changed this meanwhile. Look at it again before you decide."))
NOT_NEW = Refusal("not_new", _("This report has already been dealt with."))
STILL_NEW = Refusal("still_new", _("This report is still new."))
NOTHING_CHOSEN = Refusal("nothing_chosen", _("Choose at least one report."))
NO_REASON = Refusal("no_reason", _("Say why, in a few words."))
NO_ANSWER = Refusal("no_answer", _("Write how it was solved: the person who reported will read it."))
NO_PLANT = Refusal("no_plant", _("Say first which plant this is."))
NO_TITLE = Refusal("no_title", _("Say what is to be repaired."))
OTHER_PLANT = Refusal("other_plant", _("This belongs to another plant."))
REQUEST_OVER = Refusal("request_over", _("This request is finished or cancelled."))
IN_A_BATTLE = Refusal("in_a_battle", _("A battle has taken up this request. Take it out of the battle first."))
CANNOT_REOPEN = Refusal(
    "cannot_reopen", _("Only a request that was partly repaired or not repairable can be opened again.")
)
WAIVED_ALREADY = Refusal("need_settled", _("This is not missing any more."))
NOT_MISSING_NOW = Refusal("need_missing", _("This is missing already."))
BAD_DEMAND = Refusal("bad_demand", _("A demand asks for at least one person for at least one day."))
BAD_WEIGHT = Refusal("bad_weight", _("The weight goes from 1 to 10."))
BAD_POSITION = Refusal("bad_position", _("Positions begin at 1."))


def why_changed(row: BreakdownReport | RepairRequest, version: int | None) -> Refusal | None:
    """`version` is the one that the coordinator saw; None asks nothing."""
    return None if version is None or version == row.version else CHANGED


def why_not_triage(report: BreakdownReport) -> Refusal | None:
    return None if report.state == ReportState.NEW else NOT_NEW


def why_not_set_aside(reports: Sequence[BreakdownReport], *, reason: str) -> Refusal | None:
    if not reports:
        return NOTHING_CHOSEN
    if not reason:
        return NO_REASON
    return next(filter(None, map(why_not_triage, reports)), None)


def why_not_answer(report: BreakdownReport, *, answer: str) -> Refusal | None:
    if refusal := why_not_triage(report):
        return refusal
    return None if answer else NO_ANSWER


def why_not_take_back(report: BreakdownReport) -> Refusal | None:
    return STILL_NEW if report.state == ReportState.NEW else None


def why_not_open_request(
    *, report: BreakdownReport | None, factory: Factory | None, machine: Machine | None, title: str
) -> Refusal | None:
    if report is not None and (refusal := why_not_triage(report)):
        return refusal
    if factory is None:
        return NO_PLANT
    if report is not None and report.factory_id not in (None, factory.pk):
        return OTHER_PLANT
    if machine is not None and machine.factory_id != factory.pk:
        return OTHER_PLANT
    return None if title else NO_TITLE


def why_not_change(request: RepairRequest) -> Refusal | None:
    return None if request.state in UNFINISHED else REQUEST_OVER


def why_not_join(reports: Sequence[BreakdownReport], request: RepairRequest) -> Refusal | None:
    """A report whose plant is not known may join: joining says which plant it is."""
    if not reports:
        return NOTHING_CHOSEN
    if refusal := why_not_change(request):
        return refusal
    for report in reports:
        if refusal := why_not_triage(report):
            return refusal
        if report.factory_id not in (None, request.factory_id):
            return OTHER_PLANT
    return None


def why_not_put(report: BreakdownReport, *, factory: Factory, machine: Machine | None) -> Refusal | None:
    if refusal := why_not_triage(report):
        return refusal
    return OTHER_PLANT if machine is not None and machine.factory_id != factory.pk else None


def why_not_demand(request: RepairRequest, *, people: int, days: int) -> Refusal | None:
    if refusal := why_not_change(request):
        return refusal
    return None if people >= 1 and days >= 1 else BAD_DEMAND


def why_not_settle_need(state: str, to: str, *, reason: str) -> Refusal | None:
    """Got and waived needs can be missing again; what is waived says why."""
    if to == NeedState.MISSING:
        return NOT_MISSING_NOW if state == NeedState.MISSING else None
    if state != NeedState.MISSING:
        return WAIVED_ALREADY
    return NO_REASON if to == NeedState.WAIVED and not reason else None


def is_in_a_battle(request: RepairRequest) -> bool:
    return BattleRequest.objects.filter(request=request, is_active=True).exists()


def why_not_cancel(request: RepairRequest, *, reason: str) -> Refusal | None:
    if refusal := why_not_change(request):
        return refusal
    if is_in_a_battle(request):
        return IN_A_BATTLE
    return None if reason else NO_REASON


def why_not_reopen(request: RepairRequest) -> Refusal | None:
    if request.state not in CAN_REOPEN:
        return CANNOT_REOPEN
    return IN_A_BATTLE if is_in_a_battle(request) else None


def why_not_decide(*, position: int, weight: int, why: str) -> Refusal | None:
    if position < 1:
        return BAD_POSITION
    if weight not in WEIGHTS:
        return BAD_WEIGHT
    return None if why else NO_REASON


def last_position() -> int:
    return PlantDecision.objects.count()


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Others that may be about the same breakdown."""

    reports: list[BreakdownReport]
    requests: list[RepairRequest]

    def __bool__(self) -> bool:
        return bool(self.reports or self.requests)


def find_duplicates(report: BreakdownReport) -> Duplicates:
    """New reports and unfinished requests on the same machine; without a machine, those of the same kind in the plant.

    Whoever may triage the report may see these: they belong to the same plant.
    """
    if report.factory_id is None:
        return Duplicates([], [])
    kind = Q(kind=report.kind_id) if report.kind_id else Q()
    machine_kind = Q(machine__kind=report.kind_id) | Q(machine=None) if report.kind_id else Q()
    same = Q(machine=report.machine_id) if report.machine_id else kind
    same_machine = Q(machine=report.machine_id) if report.machine_id else machine_kind
    reports = (
        BreakdownReport.objects.filter(same, factory=report.factory_id, state=ReportState.NEW)
        .exclude(pk=report.pk)
        .select_related("machine", "kind", "factory")
    )
    requests = (
        RepairRequest.objects.unfinished().filter(same_machine, factory=report.factory_id).select_related("machine")
    )
    return Duplicates(list(reports[:SHOWN_DUPLICATES]), list(requests[:SHOWN_DUPLICATES]))
