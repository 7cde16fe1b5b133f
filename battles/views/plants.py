"""A plant and a machine: for coordinators of the region, and (without who reported) for members of the plant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from battles.asked_of_plants import agreements_to_confirm, readings_asked, results_to_confirm
from battles.downtime import downtime
from battles.forms.plants import MachineStateForm
from battles.gains import gains
from battles.missed import in_words, missed_by
from battles.models import Battle, BattleRequest, LineResult, RepairRequest
from battles.rankings import days_stopped, figures, losses
from battles.scores import scored_requests
from battles.views.plant_says import told
from epo.audit.trail import trail_of
from epo.core.http import SignedInRequest, page
from factories.models import BreakdownReport, Factory, Machine, MachineStatus

if TYPE_CHECKING:
    from django.http import HttpResponse

PLANT = "battles/desk/plant.html"
MACHINE = "battles/desk/machine.html"
NEWEST = 20
MOST_REPORTS = 200


@require_safe
def plant(request: SignedInRequest, pk: int) -> HttpResponse:
    user = request.user
    found = get_object_or_404(figures(Factory.objects.visible_to(user)), pk=pk)
    current = Prefetch("statuses", MachineStatus.objects.filter(until=None), to_attr="now")
    battles = Battle.objects.visible_to(user).filter(factory=found)
    speaks = Factory.objects.spoken_for_by(user).filter(pk=pk).exists()
    context = {
        "plant": found,
        "said": told(request),
        "gains": gains(LineResult.objects.filter(battle__factory=found)),
        "may_tell": Factory.objects.told_of_by(user).filter(pk=pk).exists(),
        "to_confirm": agreements_to_confirm(battles) if speaks else [],
        "results_to_confirm": results_to_confirm(battles) if speaks else [],
        "asked": readings_asked(battles),
        "losses": losses(found),
        "days_stopped": days_stopped(found),
        "decision": getattr(found, "decision", None),
        "is_coordinated": Factory.objects.coordinated_by(user).filter(pk=pk).exists(),
        "machines": found.machines.filter(is_retired=False).select_related("kind", "line").prefetch_related(current),
        "requests": scored_requests(RepairRequest.objects.filter(factory=found))
        .select_related("machine")
        .order_by("-opened_at")[:NEWEST],
        "reports": _reports(BreakdownReport.objects.filter(factory=found)),
        "battles": battles[:NEWEST],
        "missed": in_words(missed_by(user).filter(factory=found, battle=None)),
        "own_repairs": found.own_repairs.select_related("machine", "learned_from")[:NEWEST],
    }
    return page(request, PLANT, context)


def _reports(rows: Any, most: int = NEWEST) -> Any:
    """Without text, photos and who reported: fault, state and age are what a plant sees."""
    return rows.select_related("machine", "kind").prefetch_related("faults").order_by("-received_at")[:most]


@require_safe
def machine(request: SignedInRequest, pk: int) -> HttpResponse:
    user = request.user
    rows = Machine.objects.visible_to(user).select_related("factory__municipality__state", "kind", "model", "line")
    found = get_object_or_404(rows, pk=pk)
    statuses = list(found.statuses.select_related("by"))
    now_is = next((status for status in statuses if status.until is None), None)
    may_tell = not found.is_retired and Machine.objects.told_of_by(user).filter(pk=pk).exists()
    tried = BattleRequest.objects.filter(request__machine=found, battle__in=Battle.objects.visible_to(user))
    is_coordinated = Factory.objects.coordinated_by(user).filter(pk=found.factory_id).exists()
    context = {
        "machine": found,
        "is_coordinated": is_coordinated,
        "history": trail_of(found) if is_coordinated else [],
        "now": now_is,
        "state_form": MachineStateForm(initial={"was": now_is.state if now_is else ""}) if may_tell else None,
        "statuses": statuses[:NEWEST],
        "downtime": downtime(statuses, list(_reports(found.reports.all(), most=MOST_REPORTS))),
        "requests": scored_requests(RepairRequest.objects.filter(machine=found)).order_by("-opened_at")[:NEWEST],
        "reports": _reports(BreakdownReport.objects.filter(machine=found)),
        "repairs": tried.exclude(outcome="").select_related("battle", "request").order_by("-pk")[:NEWEST],
        "own_repairs": found.own_repairs.select_related("learned_from")[:NEWEST],
        "label": found.labels.in_use().first(),
    }
    return page(request, MACHINE, context)
