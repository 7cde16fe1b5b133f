"""One request, battle or offer in each of its states, with all that belongs to it there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils.timezone import now

from battles.models import Battle, BattleRequest, Offer, RepairRequest, Seat
from battles.states import HOLDS_SEAT, LIVE_OFFER, OUTCOMES, BattleState, OfferState, RequestState, SeatKind
from epo.accounts.models import User
from epo.core.clock import today
from factories.models import Factory
from tests import make
from tests.fire.states.checker import MAY_BE_LIVE
from tests.fire.states.world import NEAR
from volunteers.models import Volunteer

STAY = 3
BEGUN = (BattleState.UNDER_WAY, BattleState.CLOSED)
WITH_CREW = (BattleState.READY, *BEGUN)
"""Where all required seats have their people."""
ENDED_IN = (BattleState.ASKING, BattleState.CLOSED)
"""Battles in which an offer that is over is looked at."""
BATTLE_OF = {
    RequestState.PLANNED: BattleState.READY,
    RequestState.UNDER_REPAIR: BattleState.UNDER_WAY,
    **dict.fromkeys(OUTCOMES, BattleState.CLOSED),
}
REQUEST_OF = {
    BattleState.UNDER_WAY: RequestState.UNDER_REPAIR,
    BattleState.CLOSED: RequestState.PARTLY_REPAIRED,
    BattleState.CALLED_OFF: RequestState.OPEN,
}
CREW_OF = {
    BattleState.READY: OfferState.ACCEPTED,
    BattleState.UNDER_WAY: OfferState.ON_SITE,
    BattleState.CLOSED: OfferState.DONE,
}


@dataclass
class Scene:
    """`offer` is one for the optional seat; the required one is held where the battle's state asks for it."""

    boss: User
    plant: Factory
    battle: Battle
    request: RepairRequest
    link: BattleRequest
    required: Seat
    optional: Seat
    offer: Offer
    free: Volunteer
    other: Battle = field(init=False)

    def __post_init__(self) -> None:
        self.other = make.make_battle(self.plant, first_day=today() + timedelta(days=40))


def make_scene(battle: BattleState, offer: OfferState, request: RequestState | None = None) -> Scene:
    plant = make.make_factory(municipality=make.make_municipality(**NEAR))
    first = today() + timedelta(days=0 if battle in BEGUN else 10)
    row = make.make_battle(plant, state=battle, first_day=first, days=STAY, asks_per_seat=2)
    make.make_agreement(row)
    required, optional = make.make_seat(row), make.make_seat(row, kind=SeatKind.OPTIONAL)
    if battle in CREW_OF:
        _offer(required, CREW_OF[battle])
    asked = request or REQUEST_OF.get(battle, RequestState.PLANNED)
    repair = make.make_request(make.make_machine(plant), state=asked)
    make.make_demand(repair, required.trade)
    make.make_need(repair)
    in_hand = asked in (RequestState.PLANNED, RequestState.UNDER_REPAIR)
    link = make.make_battle_request(row, repair, is_active=in_hand)
    if in_hand:
        make.make_battle_request(row, make.make_request(make.make_machine(plant), state=asked))
    boss, free = make.make_coordinator(), _volunteer()
    return Scene(boss, plant, row, repair, link, required, optional, _offer(optional, offer), free)


def _volunteer() -> Volunteer:
    return make.make_volunteer("welding", user=None, home=make.make_municipality(**NEAR))


def _offer(seat: Seat, state: OfferState) -> Offer:
    offer = make.make_offer(seat, _volunteer(), state)
    first = seat.battle.first_day
    if state in HOLDS_SEAT and first is not None:
        for day in range(STAY):
            make.make_crew_day(offer, first + timedelta(days=day))
    return offer


def offers() -> Iterator[tuple[str, dict[str, Any]]]:
    for state in OfferState:
        for battle in BattleState:
            if battle in ENDED_IN if state not in LIVE_OFFER else state in MAY_BE_LIVE[battle]:
                yield f"{state} in {battle}", {"battle": battle, "offer": state}


def battles() -> Iterator[tuple[str, dict[str, Any]]]:
    with_offer = {BattleState.DRAFT: OfferState.PROPOSED, BattleState.CALLED_OFF: OfferState.WITHDRAWN}
    for state in BattleState:
        offer = with_offer.get(state, OfferState.ASKED if state not in BEGUN else CREW_OF[state])
        yield str(state), {"battle": state, "offer": offer}


def requests() -> Iterator[tuple[str, dict[str, Any]]]:
    for state in RequestState:
        battle = BATTLE_OF.get(state, BattleState.CALLED_OFF)
        yield str(state), {"battle": battle, "offer": OfferState.WITHDRAWN, "request": state}


def let_the_time_run_out(offer: Offer) -> None:
    Offer.objects.filter(pk=offer.pk).update(deadline=now() - timedelta(minutes=1))
