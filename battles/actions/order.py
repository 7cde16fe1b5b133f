"""Which plant comes next: the order that the coordinators decide. The score proposes, this is what counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.timezone import now

from battles.models import PlantDecision
from battles.rules import requests as rules
from epo.audit.actions import record
from epo.core.errors import refuse_if

if TYPE_CHECKING:
    from epo.core.types import Actor
    from factories.models import Factory


@transaction.atomic
def decide_order(*, factory: Factory, position: int, weight: int, why: str, by: Actor) -> PlantDecision:
    """Put a plant at a position, counted from 1; the others keep their order and close up."""
    why = why.strip()
    refuse_if(rules.why_not_decide(position=position, weight=weight, why=why))
    rows = _lock_order()
    was = next((decision.position for decision in rows if decision.factory_id == factory.pk), None)
    others = [decision for decision in rows if decision.factory_id != factory.pk]
    position = min(position, len(others) + 1)
    decision, _created = PlantDecision.objects.update_or_create(
        factory=factory, defaults={"position": position, "weight": weight, "why": why, "by": by, "at": now()}
    )
    _close_up([*others[: position - 1], decision, *others[position - 1 :]])
    record(
        "plantdecision.decided", decision, by=by, factory=factory.pk, position=position, weight=weight, why=why,
        was=was,
    )  # fmt: skip
    return decision


@transaction.atomic
def drop_from_order(*, factory: Factory, why: str, by: Actor) -> None:
    """The plant has no decided place any more; the others close up."""
    why = why.strip()
    refuse_if(None if why else rules.NO_REASON)
    rows = _lock_order()
    for decision in rows:
        if decision.factory_id == factory.pk:
            record("plantdecision.dropped", decision, by=by, factory=factory.pk, was=decision.position, why=why)
            decision.delete()
    _close_up([decision for decision in rows if decision.factory_id != factory.pk])


def _lock_order() -> list[PlantDecision]:
    """All of it, locked in the order of the keys (against deadlock), told in that of the positions."""
    rows = PlantDecision.objects.select_for_update().order_by("pk")
    return sorted(rows, key=lambda decision: (decision.position, decision.pk))


def _close_up(decisions: list[PlantDecision]) -> None:
    moved = []
    for place, decision in enumerate(decisions, start=1):
        if decision.position != place:
            decision.position = place
            moved.append(decision)
    PlantDecision.objects.bulk_update(moved, ["position"])
