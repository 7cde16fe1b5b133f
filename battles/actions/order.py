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
    others = list(PlantDecision.objects.select_for_update().exclude(factory=factory).order_by("position", "pk"))
    position = min(position, len(others) + 1)
    was = PlantDecision.objects.select_for_update().filter(factory=factory).first()
    decision, _created = PlantDecision.objects.update_or_create(
        factory=factory, defaults={"position": position, "weight": weight, "why": why, "by": by, "at": now()}
    )
    _close_up([*others[: position - 1], decision, *others[position - 1 :]])
    record(
        "plantdecision.decided", decision, by=by, factory=factory.pk, position=position, weight=weight, why=why,
        was=was and was.position,
    )  # fmt: skip
    return decision


@transaction.atomic
def drop_from_order(*, factory: Factory, why: str, by: Actor) -> None:
    """The plant has no decided place any more; the others close up."""
    why = why.strip()
    refuse_if(None if why else rules.NO_REASON)
    rows = list(PlantDecision.objects.select_for_update().order_by("position", "pk"))
    for decision in rows:
        if decision.factory_id == factory.pk:
            record("plantdecision.dropped", decision, by=by, factory=factory.pk, was=decision.position, why=why)
            decision.delete()
    _close_up([decision for decision in rows if decision.factory_id != factory.pk])


def _close_up(decisions: list[PlantDecision]) -> None:
    moved = []
    for place, decision in enumerate(decisions, start=1):
        if decision.position != place:
            decision.position = place
            moved.append(decision)
    PlantDecision.objects.bulk_update(moved, ["position"])
