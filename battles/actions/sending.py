"""Sending what was proposed for a battle, in one go."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from battles.actions.battles import start_asking
from battles.actions.offers import ask_all
from battles.states import BattleState, OfferState
from epo.core.errors import Refused

if TYPE_CHECKING:
    from battles.models import Battle, Offer
    from epo.accounts.models import User
    from epo.core.errors import Refusal


@dataclass(frozen=True, slots=True)
class Sent:
    """`refusal` is why nobody of this battle may be called yet; `refused` are single people; `waiting` the next best."""

    battle: Battle
    asked: list[Offer] = field(default_factory=list)
    refused: list[tuple[Offer, Refused]] = field(default_factory=list)
    waiting: int = 0
    refusal: Refusal | None = None


def send_proposals(*, battle: Battle, by: User) -> Sent:
    """A draft is opened for calling first. Each offer is sent on its own, so that one refused stops no other."""
    if not battle.offers.filter(state=OfferState.PROPOSED).exists():
        return Sent(battle)
    if battle.state == BattleState.DRAFT:
        try:
            battle = start_asking(battle=battle, by=by)
        except Refused as refused:
            return Sent(battle, refusal=refused.refusal)
    asked, refused_ones = ask_all(battle=battle, by=by)
    left = battle.offers.filter(state=OfferState.PROPOSED).exclude(pk__in=[offer.pk for offer, _why in refused_ones])
    return Sent(battle, asked, refused_ones, left.count())
