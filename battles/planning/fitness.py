"""Whether somebody may be asked for a line now, and who comes next."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from battles import matcher
from battles.models import Battle, MatchingSettings, Offer, Pin
from battles.planning.days import LONGEST, day_number
from battles.planning.people import Expiry, people_for
from battles.planning.prices import prices_for
from battles.planning.problems import planned_start, rules_and_weights, weight_of
from battles.states import OfferState
from volunteers.models import Qualification, Trade, Volunteer

if TYPE_CHECKING:
    from battles.matcher import Person
    from battles.models.battles import Line

NOT_SENDABLE = "not_sendable"
MOST_TOLD = 2


@dataclass(frozen=True, slots=True)
class PassedOver:
    """Somebody who would cost less here, and is needed elsewhere by more than that (km)."""

    volunteer: int
    price: float


@dataclass(frozen=True, slots=True)
class Fit:
    """`why_not` is a code of `matcher.why_not`, or "not_sendable"; km by road, estimated.

    `price` is what the nation would lose elsewhere if this person gave these days, as the newest run found.
    """

    volunteer: int
    why_not: str | None
    km: float
    travels: bool
    cost: matcher.CostParts | None = None
    price: float = 0.0
    instead_of: tuple[PassedOver, ...] = ()

    @property
    def here(self) -> float:
        """What it costs here alone."""
        return self.cost.total if self.cost else 0.0

    @property
    def total(self) -> float:
        return self.here + self.price


@dataclass(frozen=True, slots=True)
class _Question:
    """One line of one dated battle, and the rules, as the matcher wants them."""

    problem: matcher.Problem
    battle: matcher.Battle
    line: matcher.SeatLine
    start: int


def fit(battle: Battle, volunteer: Volunteer, line: Line) -> Fit:
    """Without the price: whether this person may be asked."""
    question = _question(battle, line)
    return _fits(battle, question, [volunteer.pk])[volunteer.pk]


def fits(battle: Battle, line: Line, volunteers: Collection[int]) -> dict[int, Fit]:
    """For each of these volunteers, whether they may be asked for the line as things stand now, and their price."""
    question = _question(battle, line)
    return {one.volunteer: one for one in _priced(battle, question, _fits(battle, question, volunteers).values())}


def _fits(battle: Battle, question: _Question, volunteers: Collection[int]) -> dict[int, Fit]:
    people, expiries = people_for(horizon=LONGEST, rules=question.problem.rules, only=volunteers, apart_from=battle.pk)
    out = _loses_trade(expiries, question)
    known = {person.id: _fit(question, person, loses=person.id in out) for person in people}
    if len(known) == len(set(volunteers)):
        return known
    places = Volunteer.objects.filter(pk__in=volunteers).values_list("pk", "home__lat", "home__lon")
    sendable = set(Volunteer.objects.can_be_sent().filter(pk__in=volunteers).values_list("pk", flat=True))
    for pk, lat, lon in places:
        if pk not in known:
            km = matcher.road_km((lat, lon), question.battle.place)
            why = "no_trade" if pk in sendable else NOT_SENDABLE
            known[pk] = Fit(pk, why, km, km > question.problem.rules.near_km)
    return known


def next_best(battle: Battle, line: Line, *, most: int = 3) -> list[Fit]:
    """The cheapest people for the line who never had an offer for this battle nor are kept out, best first.

    Cheapest for the nation: what sending them here costs, and what their days are worth elsewhere.
    """
    question = _question(battle, line)
    had = Offer.objects.filter(battle=battle).exclude(state__in=[OfferState.DROPPED]).values("volunteer")
    kept_out = Pin.objects.filter(battle=battle).unwanted().values("volunteer")
    able = Qualification.objects.filter(trade=line[0], level__gte=line[1]).order_by()
    people, expiries = people_for(
        horizon=LONGEST,
        rules=question.problem.rules,
        only=able.exclude(volunteer__in=had).exclude(volunteer__in=kept_out).values("volunteer"),
        asked={line[0]: line[1]},
        apart_from=battle.pk,
    )
    out = _loses_trade(expiries, question)
    found = [_fit(question, person, loses=person.id in out) for person in people]
    able_now = _priced(battle, question, [one for one in found if one.cost is not None])
    best = sorted(able_now, key=lambda one: (one.total, one.volunteer))[:most]
    return [replace(one, instead_of=_passed_over(one, able_now)) for one in best]


def _priced(battle: Battle, question: _Question, found: Iterable[Fit]) -> list[Fit]:
    found = list(found)
    prices = prices_for(battle, [one.volunteer for one in found if one.cost is not None])
    last = question.battle.days - 1 if question.line.last is None else question.line.last
    opens, closes = question.start + question.line.first, question.start + last
    return [
        replace(one, price=price)
        if one.cost and (price := prices.of(one.volunteer, opens - one.travels, closes + one.travels))
        else one
        for one in found
    ]


def _passed_over(one: Fit, others: Iterable[Fit]) -> tuple[PassedOver, ...]:
    """The nearest of those who would cost less here but more elsewhere."""
    over = [other for other in others if other.here < one.here and other.total > one.total]
    over.sort(key=lambda other: (other.here, other.volunteer))
    return tuple(PassedOver(other.volunteer, other.price) for other in over[:MOST_TOLD])


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
