"""Why a person is not in a line of a finished plan, and why a place is empty."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from battles.matcher.costs import seat_cost
from battles.matcher.distance import EARTH_KM, ROAD_FACTOR
from battles.matcher.eligibility import (
    LEVEL_TOO_LOW,
    NO_BATTLES_LEFT,
    NO_TRADE,
    NOT_FREE,
    TOO_FAR,
    TOO_LONG,
    clash,
    most_battles,
    span_of,
    why_not,
)
from battles.matcher.problem import Battle, Person, Problem, SeatLine, Span
from battles.matcher.result import BattlePlan

IN_THIS_BATTLE = "in_this_battle"
PINNED_OUT = "pinned_out"
NEEDED_ELSEWHERE = "needed_elsewhere"
RESTING = "resting"
DEARER = "dearer"

CLOSEST_FIRST = (
    DEARER,
    NEEDED_ELSEWHERE,
    RESTING,
    PINNED_OUT,
    TOO_FAR,
    TOO_LONG,
    NOT_FREE,
    NO_BATTLES_LEFT,
    IN_THIS_BATTLE,
    LEVEL_TOO_LOW,
    NO_TRADE,
)


@dataclass(frozen=True, slots=True)
class Stay:
    """One person's part in one battle of the plan; `span` has the travel days."""

    battle: int
    line: int
    span: Span


@dataclass(frozen=True, slots=True)
class Hindrance:
    """A code and, where another battle is the cause, that battle."""

    code: str
    battle: int | None = None


class Holders:
    """Everybody who has one trade, as arrays: thousands are compared at once."""

    def __init__(self, people: Sequence[Person], trade: str) -> None:
        self.ids = np.array([person.id for person in people])
        self.levels = np.array([person.trades[trade] for person in people])
        self.fought = np.array([person.fought for person in people])
        places = np.radians(np.array([person.place for person in people]))
        self.latitude, self.longitude = places[:, 0], places[:, 1]

    def cost(self, problem: Problem, battle: Battle, line: SeatLine) -> npt.NDArray[np.float64]:
        """What sending each would cost, in km; infinite below the level."""
        latitude, longitude = np.radians(battle.place)
        across = np.sin((self.latitude - latitude) / 2) ** 2
        along = np.cos(self.latitude) * np.cos(latitude) * np.sin((self.longitude - longitude) / 2) ** 2
        km = ROAD_FACTOR * 2 * EARTH_KM * np.arcsin(np.sqrt(np.minimum(1.0, across + along)))
        above = self.levels - line.level
        cost = km + problem.weights.load * self.fought + problem.weights.over * above
        return np.where(above >= 0, cost, np.inf)


class Roster:
    """Who goes where, as planned."""

    def __init__(self, problem: Problem, plans: Iterable[BattlePlan]) -> None:
        self.problem = problem
        self.people = {person.id: person for person in problem.people}
        self.battles = {battle.id: battle for battle in problem.battles}
        self.plans = {plan.id: plan for plan in plans}
        self.out = {battle: frozenset(pin.out) for battle, pin in ((pin.battle, pin) for pin in problem.pins)}
        self.by_trade: dict[str, list[Person]] = defaultdict(list)
        for person in problem.people:
            for trade in person.trades:
                self.by_trade[trade].append(person)
        self.holders: dict[str, Holders] = {}
        self.stays: dict[int, list[Stay]] = defaultdict(list)
        for plan in self.plans.values():
            battle = self.battles[plan.id]
            for number, sent in plan.picks():
                span = span_of(problem, self.people[sent], battle, battle.seats[number], plan.start)
                self.stays[sent].append(Stay(plan.id, number, span))

    def qualified(self, line: SeatLine) -> list[Person]:
        """Everybody who has the line's trade at its level."""
        return [person for person in self.by_trade.get(line.trade, ()) if person.trades[line.trade] >= line.level]

    def cheapest(self, battle: Battle, line: SeatLine, most: int, *, but: Collection[int] = ()) -> list[Person]:
        """The cheapest to send of all who have the trade at the level, apart from those of the ids in `but`."""
        if line.trade not in self.by_trade:
            return []
        holders = self._holders(line.trade)
        cost = holders.cost(self.problem, battle, line)
        order = np.lexsort((holders.ids, np.round(cost, 6)))[: most + len(but)]
        found = (self.by_trade[line.trade][one] for one in order if np.isfinite(cost[one]))
        return [person for person in found if person.id not in but][:most]

    def _holders(self, trade: str) -> Holders:
        if trade not in self.holders:
            self.holders[trade] = Holders(self.by_trade[trade], trade)
        return self.holders[trade]

    def further_cost(self, person: Person, battle: Battle) -> float:
        """What this battle costs extra for somebody whom the plan sends to another one as well."""
        is_further = any(stay.battle != battle.id for stay in self.stays.get(person.id, ()))
        return self.problem.weights.second if is_further else 0.0

    def cost(self, person: Person, battle: Battle, line: SeatLine) -> float:
        return seat_cost(self.problem, person, battle, line).total + self.further_cost(person, battle)

    def hindrance(
        self, person: Person, battle: Battle, line: SeatLine, start: int, *, but: int | None = None
    ) -> Hindrance | None:
        """What keeps the person from this line as planned, or None; battle `but` is not counted."""
        code = why_not(self.problem, person, battle, line, start)
        if code is not None:
            return Hindrance(code)
        if person.id in self.out.get(battle.id, ()):
            return Hindrance(PINNED_OUT)
        stays = [stay for stay in self.stays.get(person.id, ()) if stay.battle != but]
        return self._clash(person, battle, span_of(self.problem, person, battle, line, start), stays)

    def _clash(self, person: Person, battle: Battle, span: Span, stays: Sequence[Stay]) -> Hindrance | None:
        """Which of these stays of the person stands against these days here."""
        for stay in stays:
            if stay.battle == battle.id:
                return Hindrance(IN_THIS_BATTLE)
        for stay in stays:
            if clash(stay.span, span, rest_days=0):
                return Hindrance(NEEDED_ELSEWHERE, stay.battle)
        if len(stays) >= most_battles(self.problem, person):
            return Hindrance(NEEDED_ELSEWHERE, stays[0].battle)
        for stay in stays:
            if clash(stay.span, span, self.problem.rules.rest_days):
                return Hindrance(RESTING, stay.battle)
        return None


def why_empty(roster: Roster, battle: Battle, number: int, start: int) -> str:
    """The code of whoever comes closest to filling the place."""
    line = battle.seats[number]
    qualified = roster.qualified(line)
    if not qualified:
        return LEVEL_TOO_LOW if roster.by_trade.get(line.trade) else NO_TRADE
    hindrances = (roster.hindrance(person, battle, line, start) for person in qualified)
    codes = {DEARER if hindrance is None else hindrance.code for hindrance in hindrances}
    return min(codes, key=CLOSEST_FIRST.index)
