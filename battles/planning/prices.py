"""What a run found the days of each person to be worth elsewhere: kept with the run, read again by date."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from battles.matcher import Prices
from battles.models import MatchingRun
from battles.planning.days import date_of
from battles.states import RunState

if TYPE_CHECKING:
    from battles.models import Battle

LEAST = 0.5
"""Less than this (km) is not worth keeping."""
MOST = 1e9

log = logging.getLogger(__name__)


def prices_document(prices: Prices, day_0: date) -> dict[str, Any]:
    """As it is kept with a run: the days of a person are one text, "3 12.5 4 80", since most are never read again.

    As lists they would take ten times as long to read, more than all else that finding the next best takes.
    """
    days = {
        str(person): " ".join(f"{day} {km:.1f}" for day, km in sorted(priced.items()) if km > LEAST)
        for person, priced in prices.days.items()
    }
    further = {str(person): round(km, 1) for person, km in prices.further.items() if km > LEAST}
    return {
        "day_0": day_0.isoformat(),
        "days": {person: priced for person, priced in days.items() if priced},
        "further": further,
        "rest_days": prices.rest_days,
    }


def prices_for(battle: Battle, people: Collection[int]) -> Prices:
    """Of these people, by the newest finished run that planned the nation or the battle's region; none without one.

    Day numbers are those of today, whenever the run was.
    """
    region = battle.factory.municipality.state.region_id
    runs = MatchingRun.objects.filter(Q(region=None) | Q(region=region), state=RunState.DONE, only=None)
    document = runs.order_by("-pk").values_list("prices", flat=True).first()
    return prices_of(document, people) if document else Prices()


def prices_of(document: Any, people: Collection[int]) -> Prices:
    """What cannot be understood counts as no prices: they only make the order of people better."""
    try:
        shift = (date.fromisoformat(document["day_0"]) - date_of(0)).days
        days, further = document["days"], document["further"]
        return Prices(
            days={person: dict(_days(days[key], shift)) for person in people if (key := str(person)) in days},
            further={person: _km(further[key]) for person in people if (key := str(person)) in further},
            rest_days=int(document.get("rest_days", 0)),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        log.warning("the prices kept with the newest run cannot be read")
        return Prices()


def _days(text: str, shift: int) -> Iterator[tuple[int, float]]:
    parts = text.split()
    return ((int(day) + shift, _km(km)) for day, km in zip(parts[::2], parts[1::2], strict=True))


def _km(told: str | float) -> float:
    km = float(told)
    if not 0 <= km < MOST:
        raise ValueError(told)
    return km
