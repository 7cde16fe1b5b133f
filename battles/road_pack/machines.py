"""Machines of a pack: those that are repaired, with faults, history and checklist; who keeps the notes has them all."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from battles.models import BattleRequest, ChecklistStep, OwnRepair
from battles.road_pack.saying import day, labelled, moment
from factories.models import CommonFault, Machine, MachineStatus

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from battles.models import Battle

MOST_REPAIRS = 5
CURRENT = Prefetch("statuses", MachineStatus.objects.filter(until=None), to_attr="current")


def machines_of(
    battles: Sequence[Battle], links: Mapping[int, Sequence[BattleRequest]], *, whole: Collection[int]
) -> dict[int, list[dict[str, Any]]]:
    """By battle. `whole` are battles of which all machines of the plant are taken along."""
    repaired = {battle.pk: {link.request.machine_id for link in links[battle.pk]} for battle in battles}
    keys: set[Any] = set().union(*repaired.values()) - {None}
    wanted = Q(factory__in=[battle.factory_id for battle in battles if battle.pk in whole], is_retired=False)
    rows = Machine.objects.filter(wanted | Q(pk__in=keys)).select_related("kind", "model").prefetch_related(CURRENT)
    machines = list(rows.order_by("folded", "pk"))
    more = _More(keys, {machine.kind_id for machine in machines if machine.pk in keys})
    return {
        battle.pk: [
            _machine(one) | (more.of(one) if one.pk in repaired[battle.pk] else _NOTHING_MORE)
            for one in machines
            if one.pk in repaired[battle.pk] or (battle.pk in whole and one.factory_id == battle.factory_id)
        ]
        for battle in battles
    }


_NOTHING_MORE: dict[str, list[Any]] = {"faults": [], "history": [], "checklist": []}


def machine_state(machine: Any) -> dict[str, Any]:
    """How it is now, where somebody has said; the statuses come with `CURRENT`."""
    status = next(iter(machine.current), None)
    said = labelled(status, "state") if status else {"state": None, "state_label": ""}
    return said | {"since": moment(status.since) if status else None}


def _machine(machine: Machine) -> dict[str, Any]:
    return machine_state(machine) | {
        "id": machine.pk, "name": machine.name, "kind": machine.kind.code, "kind_label": machine.kind.name,
        "model": str(machine.model or ""), "serial": machine.serial, "year": machine.year,
    }  # fmt: skip


class _More:
    """What is known beyond the machine itself, read at once for all of them."""

    def __init__(self, machines: Collection[int], kinds: Collection[int]) -> None:
        self.faults: dict[int, list[str]] = defaultdict(list)
        for fault in CommonFault.objects.filter(kind__in=kinds):
            self.faults[fault.kind_id].append(fault.name)
        self.steps = list(ChecklistStep.objects.filter(Q(kind=None) | Q(kind__in=kinds)))
        self.history: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for machine, repair in _repairs(machines):
            self.history[machine].append(repair)

    def of(self, machine: Machine) -> dict[str, Any]:
        history = sorted(self.history[machine.pk], key=lambda repair: repair["on"] or "", reverse=True)
        steps = [step for step in self.steps if step.kind_id in (None, machine.kind_id)]
        return {
            "faults": self.faults[machine.kind_id],
            "history": history[:MOST_REPAIRS],
            "checklist": [step.text for step in steps],
        }


def _repairs(machines: Collection[int]) -> list[tuple[Any, dict[str, Any]]]:
    """What was tried in battles and came to an outcome, and what the plant's own workers repaired."""
    tried = BattleRequest.objects.filter(request__machine__in=machines).exclude(outcome="")
    found: list[tuple[Any, dict[str, Any]]] = [
        (link.request.machine_id, _tried(link)) for link in tried.select_related("request", "battle")
    ]
    own = OwnRepair.objects.filter(machine__in=machines)
    return found + [(repair.machine_id, _own(repair)) for repair in own]


def _tried(link: BattleRequest) -> dict[str, Any]:
    on = link.battle.last_day
    return {
        "on": day(on), "what": link.request.title, "outcome_label": str(link.get_outcome_display()), "note": link.note,
    }  # fmt: skip


def _own(repair: OwnRepair) -> dict[str, Any]:
    return {"on": day(repair.on), "what": repair.what, "outcome_label": _("by the plant's own workers"), "note": ""}
