"""Volunteers with an offer each, who will answer it several times and in every order, and each a rival for the seat."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bench.fire.seeds.offers import _session as session_of

STAY = 3


def asked(times: int) -> dict[str, Any]:
    from django.db import transaction
    from django.utils.html import escape
    from django.utils.translation import override

    from battles.rules import offers as rules
    from tests import make

    with transaction.atomic():
        boss, plant = make.make_coordinator(username="rosa"), make.make_factory()
        told = [_offer(boss, plant) for _ in range(times)]
    with override("es"):
        words = {rule.code: escape(str(rule)) for rule in (rules.ANSWERED_YES, rules.ANSWERED_NO, rules.WITHDRAWN)}
    return {"session": session_of(boss), "offers": told, "words": words}


def _offer(boss: Any, plant: Any) -> dict[str, Any]:
    from django.urls import reverse

    from battles.links import offer_path
    from battles.states import BattleState
    from tests import make

    battle = make.make_battle(plant, state=BattleState.ASKING, days=STAY, coordinator=boss, asks_per_seat=2)
    volunteer = make.make_volunteer("welding", home=plant.municipality)
    seat = make.make_seat(battle)
    offer = make.make_offer(seat, volunteer)
    rival = make.make_offer(seat, make.make_volunteer("welding", user=None, home=plant.municipality))
    pages = {"link": offer_path(offer), "page": reverse("battles:offer", args=[offer.pk])}
    let_go = reverse("battles:offer-let-go", args=[offer.pk])
    first, last = battle.first_day + timedelta(days=1), battle.last_day
    told = {
        "offer": offer.pk,
        "seat": seat.pk,
        "pages": pages,
        "let_go": let_go,
        "rival": offer_path(rival),
        "first": str(first),
        "last": str(last),
    }
    return told | {"session": session_of(volunteer.user)}
