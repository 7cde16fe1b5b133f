"""Volunteers as the matcher sees them: a handful of queries, whatever their number, and little work a row."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Max, Q, QuerySet, TextField
from django.db.models.functions import Cast

from battles.matcher import Person, Rules, Span, person_of_row
from battles.models import CrewDay, Offer
from battles.planning.days import DayNumbers, date_of, free_spans
from battles.states import HOLDS_SEAT, OfferState
from epo.core.clock import today
from volunteers.models import Absence, Qualification, Volunteer

A_YEAR = timedelta(days=365)
Pool = Collection[int] | QuerySet[Any, Any] | None
"""Keys of volunteers, or a query that yields them; None is everybody."""


@dataclass(frozen=True, slots=True)
class Expiry:
    """A qualification that runs out: from `until` on, this person no longer counts as having `trade`."""

    person: int
    trade: str
    until: date


def people_for(
    *,
    horizon: int,
    rules: Rules,
    only: Pool = None,
    asked: Mapping[int, int] | None = None,
    besides: Pool = (),
    apart_from: int | None = None,
) -> tuple[tuple[Person, ...], tuple[Expiry, ...]]:
    """Who can be sent within the horizon, or only those of the ids in `only`.

    With `asked` (trade → lowest level that a line asks for) only those who could sit somewhere, if need be after
    asking for one level less, and whoever is in `besides`.

    Taken are absences, and days given or for which an answer is awaited, with the days of rest around them.
    Days and asks of the battle `apart_from` do not count: one is planning just that one.
    """
    trades, expiries = _trades(only, asked, besides)
    volunteers = Volunteer.objects.can_be_sent()
    if only is not None:
        volunteers = volunteers.filter(pk__in=only)
    rows = volunteers.order_by("pk").values_list("pk", "home__lat", "home__lon", "max_km", "max_days")
    taken = taken_spans(horizon, rules.rest_days, only, apart_from)
    fought = battles_fought(only)
    always = ((0, horizon - 1),) if horizon else ()
    people = tuple(
        person_of_row(
            pk,
            (lat, lon),
            trades[pk],
            free_spans(taken[pk], horizon) if pk in taken else always,
            fought.get(pk, 0),
            max_km,
            max_days,
        )
        for pk, lat, lon, max_km, max_days in rows
        if pk in trades
    )
    return people, expiries


def _trades(
    only: Pool, asked: Mapping[int, int] | None, besides: Pool
) -> tuple[dict[int, dict[str, int]], tuple[Expiry, ...]]:
    rows = Qualification.objects.valid_on(today()).order_by()
    if only is not None:
        rows = rows.filter(volunteer__in=only)
    if asked is not None:
        rows = rows.filter(_is_of_use(asked) | Q(volunteer__in=besides))
    trades: dict[int, dict[str, int]] = defaultdict(dict)
    expiries = []
    for person, trade, level, until in rows.values_list("volunteer", "trade__code", "level", _as_text("valid_until")):
        trades[person][trade] = level
        if until is not None:
            expiries.append(Expiry(person, trade, date.fromisoformat(until)))
    return dict(trades), tuple(expiries)


def _is_of_use(asked: Mapping[int, int]) -> Q:
    """At the level asked for or one below; at the highest there is where nobody comes as close as that.

    So explanations can tell "nobody has the trade" from "nobody has the level".
    """
    wanted = {trade: max(1, level - 1) for trade, level in asked.items()}
    high = [trade for trade, level in wanted.items() if level > 1]
    best = Qualification.objects.valid_on(today()).filter(trade__in=high).order_by()
    there = dict(best.values_list("trade").annotate(Max("level"))) if high else {}
    by_level: dict[int, list[int]] = defaultdict(list)
    for trade, level in wanted.items():
        by_level[min(level, there.get(trade, level))].append(trade)
    use = Q(pk__in=[])
    for level, trades in by_level.items():
        use |= Q(trade__in=trades) if level == 1 else Q(trade__in=trades, level__gte=level)
    return use


def taken_spans(horizon: int, rest: int, only: Pool, apart_from: int | None) -> dict[int, list[Span]]:
    """Days are read as text and numbered once each: there are far fewer days than rows."""
    taken: dict[int, list[Span]] = defaultdict(list)
    number = DayNumbers()
    first, last = date_of(0), date_of(max(0, horizon - 1))
    around = timedelta(days=rest)
    absences = Absence.objects.touching(first, last).order_by()
    given = CrewDay.objects.filter(day__range=(first - around, last + around)).order_by()
    asked = Offer.objects.spoken_for().filter(battle__first_day__isnull=False).order_by()
    if only is not None:
        absences, given = absences.filter(volunteer__in=only), given.filter(volunteer__in=only)
        asked = asked.filter(volunteer__in=only)
    if apart_from is not None:
        given, asked = given.exclude(offer__battle=apart_from), asked.exclude(battle=apart_from)
    for person, begins, ends in absences.values_list("volunteer", _as_text("first_day"), _as_text("last_day")):
        taken[person].append((number[begins], number[ends]))
    for person, day in given.values_list("volunteer", _as_text("day")):
        taken[person].append((number[day] - rest, number[day] + rest))
    spans = asked.values_list("volunteer", _as_text("battle__first_day"), "first_offset", "last_offset", "travels")
    for person, start, opens, closes, travels in spans:
        away = rest + travels
        taken[person].append((number[start] + opens - away, number[start] + closes + away))
    return taken


def _as_text(day: str) -> Cast:
    return Cast(day, TextField())


def battles_fought(only: Pool = None) -> Counter[int]:
    """Battles of the last year in which they held a seat."""
    went = Offer.objects.filter(state__in=[*HOLDS_SEAT, OfferState.LEFT], battle__first_day__gte=today() - A_YEAR)
    if only is not None:
        went = went.filter(volunteer__in=only)
    return Counter(went.order_by().values_list("volunteer", flat=True))
