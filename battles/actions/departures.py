"""How the crew travels: where from, when, in what, and who with whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from battles.actions.offers import lock_battle
from battles.actions.telling import tell_of_departure
from battles.models import Battle, Departure, Offer
from battles.rules import battles as rules
from epo.audit.actions import record
from epo.core.errors import refuse_if

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from epo.core.types import Actor
    from volunteers.models import Volunteer


@transaction.atomic
def add_departure(
    *,
    battle: Battle,
    place: str,
    at: datetime,
    places: int,
    by: Actor | None,
    vehicle: str = "",
    driver: Volunteer | None = None,
    travellers: Iterable[Offer] = (),
) -> Departure:
    battle = lock_battle(battle.pk)
    refuse_if(rules.why_not_change(battle))
    offers = list(travellers)
    refuse_if(rules.why_not_travel(offers, battle=battle, places=places, driver=driver))
    departure = Departure.objects.create(
        battle=battle, place=place, at=at, vehicle=vehicle, places=places, driver=driver
    )
    record("battle.departure_added", battle, by=by, departure=departure.pk, places=places)
    _seat_travellers(departure, offers)
    return departure


@transaction.atomic
def change_departure(
    *,
    departure: Departure,
    place: str,
    at: datetime,
    places: int,
    by: Actor | None,
    vehicle: str = "",
    driver: Volunteer | None = None,
    travellers: Iterable[Offer] | None = None,
) -> Departure:
    """Without `travellers` those who travel stay the same; all who travel are told of a change."""
    battle = lock_battle(departure.battle_id)
    departure = Departure.objects.get(pk=departure.pk)
    refuse_if(rules.why_not_change(battle))
    offers = list(departure.travellers.all() if travellers is None else travellers)
    refuse_if(rules.why_not_travel(offers, battle=battle, places=places, driver=driver))
    departure.place, departure.at, departure.vehicle = place, at, vehicle
    departure.places, departure.driver = places, driver
    departure.save(update_fields=["place", "at", "vehicle", "places", "driver"])
    record("battle.departure_changed", battle, by=by, departure=departure.pk, places=places)
    _seat_travellers(departure, offers)
    return departure


@transaction.atomic
def remove_departure(*, departure: Departure, by: Actor | None) -> None:
    battle = lock_battle(departure.battle_id)
    refuse_if(rules.why_not_change(battle))
    record("battle.departure_removed", battle, by=by, departure=departure.pk)
    battle.departures.filter(pk=departure.pk).delete()


def _seat_travellers(departure: Departure, offers: list[Offer]) -> None:
    departure.travellers.exclude(pk__in=[offer.pk for offer in offers]).update(departure=None)
    for offer in offers:
        offer.departure = departure
        offer.save(update_fields=["departure"])
        tell_of_departure(offer=offer)
