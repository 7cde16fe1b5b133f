"""For each way in which an offer or a battle moves: the same small scene several times, each to be disturbed elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from bench.fire.seeds.offers import _session as session_of

STAY = 3
TITLES = ("accept", "part", "decline", "withdraw", "release", "leave", "send", "swap", "home", "close", "expire")


def scenes(times: int, titles: list[str] | None = None) -> dict[str, Any]:
    from django.db import transaction

    from tests import make

    with transaction.atomic():
        boss, plant = make.make_coordinator(username="rosa"), make.make_factory()
        trade, place = make.make_trade("welding"), plant.municipality
        told = {title: [_scene(title, boss, plant, trade, place) for _ in range(times)] for title in titles or TITLES}
    return {"session": session_of(boss), "scenes": told}


def mind_the_deadlines() -> int:
    """What a worker does each minute."""
    from battles.actions.deadlines import _expire_overdue

    return _expire_overdue()


def _scene(title: str, boss: Any, plant: Any, trade: Any, place: Any) -> dict[str, Any]:
    from battles.models import CrewDay
    from battles.states import BattleState, OfferState, RequestState
    from epo.core.clock import today
    from tests import make

    is_under_way = title in ("leave", "home", "close")
    begins = today() + timedelta(days=0 if is_under_way else 20)
    state = {"release": BattleState.READY}.get(title, BattleState.UNDER_WAY if is_under_way else BattleState.ASKING)
    battle = make.make_battle(plant, state=state, first_day=begins, days=STAY, coordinator=boss, asks_per_seat=2)
    make.make_agreement(battle)
    request = make.make_request(
        make.make_machine(plant), state=RequestState.UNDER_REPAIR if is_under_way else RequestState.PLANNED
    )
    make.make_battle_request(battle, request, outcome=RequestState.REPAIRED if title == "close" else "")
    seat = make.make_seat(battle, trade)
    stands = {
        "release": OfferState.ACCEPTED, "leave": OfferState.ON_SITE, "home": OfferState.ON_SITE,
        "close": OfferState.ON_SITE, "send": OfferState.PROPOSED, "swap": OfferState.PROPOSED,
    }.get(title, OfferState.ASKED)  # fmt: skip
    planned = {"battles": [{"battle": battle.pk, "lines": []}]}
    run = make.make_matching_run(state="done", asked_by=boss, result=planned) if title == "swap" else None
    one, other = (make.make_volunteer("welding", user=None, home=place) for _ in range(2))
    offer = make.make_offer(seat, one, stands, run=run)
    if stands in (OfferState.ACCEPTED, OfferState.ON_SITE):
        days = [begins + timedelta(days=n) for n in range(STAY)]
        CrewDay.objects.bulk_create(CrewDay(volunteer=one, offer=offer, day=day) for day in days)
    told = {"battle": battle.pk, "began": str(state), "offer": offer.pk, "stood": str(stands), "request": request.pk}
    return told | _asked(title, battle, offer, run, other)


def _asked(title: str, battle: Any, offer: Any, run: Any, other: Any) -> dict[str, Any]:
    """The form that carries the action out."""
    from django.urls import reverse

    from battles.links import offer_path

    first = battle.first_day + timedelta(days=1)
    forms: dict[str, Callable[[], tuple[str, dict[str, Any]]]] = {
        "accept": lambda: (offer_path(offer), {"answer": "yes"}),
        "part": lambda: (offer_path(offer), {"answer": "part", "first": str(first), "last": str(battle.last_day)}),
        "decline": lambda: (offer_path(offer), {"answer": "no", "reason": "work", "note": ""}),
        "send": lambda: (reverse("battles:battle-send-all", args=[battle.pk]), {}),
        "swap": lambda: (reverse("battles:run-swap", args=[run.pk, offer.pk]), {"volunteer": other.pk}),
        "home": lambda: (reverse("battles:battle-home", args=[battle.pk, offer.pk]), {}),
        "close": lambda: (reverse("battles:battle-close", args=[battle.pk]), {"lessons": "", "taught": ""}),
        "expire": lambda: ("expire", {}),
    }
    let_go = (reverse("battles:offer-let-go", args=[offer.pk]), {"reason": "no puede", "state": str(offer.state)})
    path, said = forms[title]() if title in forms else let_go
    return {"path": path, "said": said}
