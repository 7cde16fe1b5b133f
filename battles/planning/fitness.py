"""Whether somebody may be asked for a line now, and who comes next."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from battles import matcher
from battles.models import Battle, MatchingSettings, Offer, Pin
from battles.planning.days import LONGEST, day_number
from battles.planning.people import Expiry, people_for
from battles.planning.problems import planned_start, rules_and_weights, weight_of
from battles.states import OfferState
from volunteers.models import Qualification, Trade, Volunteer

if TYPE_CHECKING:
    from battles.matcher import Person
    from battles.models.battles import Line

NOT_SENDABLE = "not_sendable"


@dataclass(frozen=True, slots=True)
class Fit:
    """`why_not` is a code of `matcher.why_not`, or "not_sendable"; km by road, estimated."""

    volunteer: int
    why_not: str | None
    km: float
    travels: bool
    cost: matcher.CostParts | None = None


@dataclass(frozen=True, slots=True)
class _Question:
    """One line of one dated battle, and the rules, as the matcher wants them."""

    problem: matcher.Problem
    battle: matcher.Battle
    line: matcher.SeatLine
    start: int


def fit(battle: Battle, volunteer: Volunteer, line: Line) -> Fit:
    return fits(battle, line, [volunteer.pk])[volunteer.pk]


def fits(battle: Battle, line: Line, volunteers: Collection[int]) -> dict[int, Fit]:
    """For each of these volunteers, whether they may be asked for the line as things stand now."""
    question = _question(battle, line)
    people, expiries = people_for(horizon=LONGEST, rules=question.problem.rules, only=volunteers, apart_from=battle.pk)
    out = _loses_trade(expiries, question)
    known = {person.id: _fit(question, person, loses=person.id in out) for person in people}
    places = Volunteer.objects.filter(pk__in=volunteers).values_list("pk", "home__lat", "home__lon")
    sendable = set(Volunteer.objects.can_be_sent().filter(pk__in=volunteers).values_list("pk", flat=True))
    for pk, lat, lon in places:
        if pk not in known:
            km = matcher.road_km((lat, lon), question.battle.place)
            why = "no_trade" if pk in sendable else NOT_SENDABLE
            known[pk] = Fit(pk, why, km, km > question.problem.rules.near_km)
    return known


def next_best(battle: Battle, line: Line, *, most: int = 3) -> list[Fit]:
    """The cheapest people for the line who never had an offer for this battle nor are kept out, best first."""
    question = _question(battle, line)
    able = Qualification.objects.filter(trade=line[0], level__gte=line[1]).values("volunteer")
    had = Offer.objects.filter(battle=battle).exclude(state__in=[OfferState.DROPPED]).values("volunteer")
    kept_out = Pin.objects.filter(battle=battle).unwanted().values("volunteer")
    pool = Volunteer.objects.can_be_sent().filter(pk__in=able).exclude(pk__in=had).exclude(pk__in=kept_out)
    people, expiries = people_for(
        horizon=LONGEST,
        rules=question.problem.rules,
        only=list(pool.values_list("pk", flat=True)),
        apart_from=battle.pk,
    )
    out = _loses_trade(expiries, question)
    found = [_fit(question, person, loses=person.id in out) for person in people]
    able_now = [one for one in found if one.cost is not None]
    return sorted(able_now, key=lambda one: (one.cost.total if one.cost else 0.0, one.volunteer))[:most]


def _fit(question: _Question, person: Person, *, loses: bool) -> Fit:
    km = matcher.road_km(person.place, question.battle.place)
    travels = km > question.problem.rules.near_km
    why = matcher.why_not(question.problem, person, question.battle, question.line, question.start)
    if why is None and loses:
        why = "no_trade"
    cost = None if why else matcher.seat_cost(question.problem, person, question.battle, question.line)
    return Fit(person.id, why, km, travels, cost)


def _question(battle: Battle, line: Line) -> _Question:
    trade, level, first, last, _kind = line
    rules, weights = rules_and_weights(MatchingSettings.current())
    day = planned_start(battle)
    start = day_number(day) if day else 0
    seat = matcher.SeatLine(
        trade=Trade.objects.values_list("code", flat=True).get(pk=trade),
        level=level,
        people=1,
        first=first,
        last=last,
    )
    matched = matcher.Battle(
        id=battle.pk, place=battle.factory.position, days=max(battle.days, last + 1), earliest=start, latest=start,
        due=start, weight=weight_of(battle), seats=(seat,),
    )  # fmt: skip
    problem = matcher.Problem(horizon=LONGEST, rules=rules, weights=weights, battles=(matched,))
    return _Question(problem, matched, seat, start)


def _loses_trade(expiries: Collection[Expiry], question: _Question) -> set[int]:
    last = question.battle.days - 1 if question.line.last is None else question.line.last
    ends = question.start + last
    return {e.person for e in expiries if e.trade == question.line.trade and day_number(e.until) < ends}
