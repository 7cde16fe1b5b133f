"""Volunteers as the matcher sees them: a handful of queries, whatever their number."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from battles.matcher import Person, Rules, Span
from battles.models import CrewDay, Offer
from battles.planning.days import date_of, day_number, free_spans
from battles.states import HOLDS_SEAT, OfferState
from epo.core.clock import today
from volunteers.models import Absence, Qualification, Volunteer

A_YEAR = timedelta(days=365)
Ids = Collection[int] | None


@dataclass(frozen=True, slots=True)
class Expiry:
    """A qualification that runs out: from `until` on, this person no longer counts as having `trade`."""

    person: int
    trade: str
    until: date


def people_for(
    *, horizon: int, rules: Rules, only: Ids = None, apart_from: int | None = None
) -> tuple[tuple[Person, ...], tuple[Expiry, ...]]:
    """Who can be sent within the horizon, or only those of the ids in `only`.

    Taken are absences, and days given or for which an answer is awaited, with the days of rest around them.
    Days and asks of the battle `apart_from` do not count: one is planning just that one.
    """
    volunteers = Volunteer.objects.can_be_sent()
    if only is not None:
        volunteers = volunteers.filter(pk__in=only)
    rows = volunteers.order_by("pk").values_list("pk", "home__lat", "home__lon", "max_km", "max_days")
    trades, expiries = _trades(only)
    taken = _taken(horizon, rules.rest_days, only, apart_from)
    fought = battles_fought(only)
    people = tuple(
        Person(
            id=pk,
            place=(lat, lon),
            trades=trades[pk],
            free=free_spans(taken[pk], horizon),
            fought=fought[pk],
            max_km=max_km,
            max_days=max_days,
        )
        for pk, lat, lon, max_km, max_days in rows
        if pk in trades
    )
    return people, expiries


def _trades(only: Ids) -> tuple[dict[int, dict[str, int]], tuple[Expiry, ...]]:
    valid = Qualification.objects.valid_on(today())
    if only is not None:
        valid = valid.filter(volunteer__in=only)
    trades: dict[int, dict[str, int]] = defaultdict(dict)
    expiries = []
    for person, trade, level, until in valid.values_list("volunteer", "trade__code", "level", "valid_until"):
        trades[person][trade] = level
        if until is not None:
            expiries.append(Expiry(person, trade, until))
    return trades, tuple(expiries)


def _taken(horizon: int, rest: int, only: Ids, apart_from: int | None) -> dict[int, list[Span]]:
    taken: dict[int, list[Span]] = defaultdict(list)
    first, last = date_of(0), date_of(horizon - 1)
    absences = Absence.objects.touching(first, last)
    given = CrewDay.objects.filter(day__range=(first - timedelta(days=rest), last + timedelta(days=rest)))
    asked = Offer.objects.spoken_for().filter(battle__first_day__isnull=False).select_related("battle")
    if only is not None:
        absences, given = absences.filter(volunteer__in=only), given.filter(volunteer__in=only)
        asked = asked.filter(volunteer__in=only)
    if apart_from is not None:
        given, asked = given.exclude(offer__battle=apart_from), asked.exclude(battle=apart_from)
    for person, begins, ends in absences.values_list("volunteer", "first_day", "last_day"):
        taken[person].append((day_number(begins), day_number(ends)))
    for person, day in given.values_list("volunteer", "day"):
        taken[person].append((day_number(day) - rest, day_number(day) + rest))
    for offer in asked:
        if offer.leaves_on and offer.back_on:
            taken[offer.volunteer_id].append((day_number(offer.leaves_on) - rest, day_number(offer.back_on) + rest))
    return taken


def battles_fought(only: Ids) -> Counter[int]:
    """Battles of the last year in which they held a seat."""
    held = Offer.objects.filter(state__in=HOLDS_SEAT, battle__first_day__gte=today() - A_YEAR)
    left = Offer.objects.filter(state=OfferState.LEFT, battle__first_day__gte=today() - A_YEAR)
    both = held | left
    if only is not None:
        both = both.filter(volunteer__in=only)
    return Counter(both.values_list("volunteer", flat=True))
