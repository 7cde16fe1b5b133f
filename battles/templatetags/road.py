"""What the pages that are read without network need to know beforehand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django import template

from battles.road_pack import owner_of
from battles.states import BattleState, NeedState, OfferState, RequestState
from epo.core.pills import pill_of
from factories.states import Condition

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import TextChoices

    from epo.accounts.models import User

register = template.Library()
STATES: Mapping[str, type[TextChoices]] = {
    "battle": BattleState,
    "machine": Condition,
    "need": NeedState,
    "offer": OfferState,
    "request": RequestState,
}


@register.filter
def owner(user: User) -> str:
    return owner_of(user) if user.is_authenticated else ""


@register.simple_tag
def states_told() -> str:
    """The pill and the word of each state, as JSON: `{"offer.accepted": ["good dot", "accepted"]}`."""
    told: dict[str, list[str]] = {}
    for machine, states in STATES.items():
        for state in states:
            look = pill_of(machine, state.value)
            told[f"{machine}.{state.value}"] = [f"{look.kind} {look.shape}", str(state.label)]
    return json.dumps(told, ensure_ascii=False)
