"""Who may sit in which line at which start, and for how much: written from the rules, without the matcher's code."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from battles.matcher import Battle, Person, Pin, Problem, SeatLine

EARTH_KM = 6371.0088
ROAD = 1.3
NO_PIN = Pin(0)


@dataclass(frozen=True, slots=True)
class Line:
    """One seat line and its candidates, cheapest first; arrays go by candidate.

    `person` is an index into the problem's people; `before` and `after` added to the start give the first and the
    last day away; `able[s, c]` whether candidate c can come at the s-th start.
    """

    battle: Battle
    number: int
    line: SeatLine
    starts: tuple[int, ...]
    empty_cost: float
    person: NDArray[np.int64]
    cost: NDArray[np.float64]
    before: NDArray[np.int64]
    after: NDArray[np.int64]
    able: NDArray[np.bool_]

    @property
    def key(self) -> tuple[int, int]:
        return self.battle.id, self.number


def lines_of(problem: Problem) -> list[Line]:
    """All lines of all battles, without candidates that cost as much as filling a place can save."""
    crowd = Crowd(problem)
    pins = {pin.battle: pin for pin in problem.pins}
    return [
        _line(crowd, battle, number, pins.get(battle.id, NO_PIN))
        for battle in problem.battles
        for number in range(len(battle.seats))
    ]


def starts_of(battle: Battle, pin: Pin | None) -> tuple[int, ...]:
    fixed = pin is not None and pin.start is not None
    return (pin.start,) if fixed else tuple(range(battle.earliest, battle.latest + 1))  # type: ignore[union-attr,return-value]


def late_cost(problem: Problem, battle: Battle, start: int) -> float:
    return problem.weights.late * battle.weight * max(0, start - battle.due)


def most_battles(problem: Problem, person: Person) -> int:
    limits = [problem.rules.max_battles, *([] if person.battles_left is None else [person.battles_left])]
    return min(limits)


class Crowd:
    """The people as arrays."""

    def __init__(self, problem: Problem) -> None:
        people = problem.people
        self.problem = problem
        self.ids = np.array([person.id for person in people], dtype=np.int64)
        self.places = np.radians(np.array([person.place for person in people], dtype=float).reshape(-1, 2))
        self.fought = np.array([person.fought for person in people], dtype=float)
        self.max_km = np.array([np.inf if one.max_km is None else one.max_km for one in people], dtype=float)
        self.max_days = np.array([np.inf if one.max_days is None else one.max_days for one in people], dtype=float)
        self.most = np.array([most_battles(problem, person) for person in people], dtype=np.int64)
        self.free_before = self._free_before()
        self.levels: dict[str, NDArray[np.int64]] = {}

    def _free_before(self) -> NDArray[np.int64]:
        """How many free days each person has before each day, so that a span is free if the difference is its length."""
        free = np.zeros((len(self.ids), self.problem.horizon + 1), dtype=np.int64)
        for row, person in enumerate(self.problem.people):
            for first, last in person.free:
                free[row, max(first, 0) + 1 : max(last + 2, 0)] = 1
        return np.cumsum(free, axis=1)

    def level(self, trade: str) -> NDArray[np.int64]:
        if trade not in self.levels:
            people = self.problem.people
            self.levels[trade] = np.array([person.trades.get(trade, 0) for person in people], dtype=np.int64)
        return self.levels[trade]

    def km_to(self, place: tuple[float, float], who: NDArray[np.int64]) -> NDArray[np.float64]:
        lat, lon = np.radians(place)
        lats, lons = self.places[who, 0], self.places[who, 1]
        half = np.sin((lats - lat) / 2) ** 2 + np.cos(lats) * np.cos(lat) * np.sin((lons - lon) / 2) ** 2
        return ROAD * 2 * EARTH_KM * np.arcsin(np.minimum(1.0, np.sqrt(half)))

    def is_free(self, who: NDArray[np.int64], first: NDArray[np.int64], last: NDArray[np.int64]) -> NDArray[np.bool_]:
        inside = (first >= 0) & (last < self.problem.horizon)
        opens, closes = np.where(inside, first, 0), np.where(inside, last, -1) + 1
        return inside & (self.free_before[who, closes] - self.free_before[who, opens] == last - first + 1)


def _line(crowd: Crowd, battle: Battle, number: int, pin: Pin) -> Line:
    line, weights = battle.seats[number], crowd.problem.weights
    level = crowd.level(line.trade)
    who = np.flatnonzero((level >= line.level) & (crowd.most > 0) & ~np.isin(crowd.ids, pin.out))
    km = crowd.km_to(battle.place, who)
    far = (km > crowd.problem.rules.near_km).astype(np.int64)
    before = line.first - far
    after = (battle.days - 1 if line.last is None else line.last) + far
    starts = starts_of(battle, pin)
    able = np.array([crowd.is_free(who, start + before, start + after) for start in starts])
    cost = (
        km
        + weights.load * crowd.fought[who]
        + weights.over * (level[who] - line.level)
        - _kept(crowd, who, battle, number)
    )
    empty_cost = battle.weight * (weights.missing if line.required else weights.spare)
    worth = empty_cost + (battle.weight * weights.incomplete if line.required else 0.0)
    holds = (km <= crowd.max_km[who]) & (after - before + 1 <= crowd.max_days[who]) & able.any(axis=0)
    holds &= (cost < worth) | np.isin(crowd.ids[who], pin.into)
    order = np.flatnonzero(holds)
    order = order[np.lexsort((who[order], cost[order]))]
    return Line(
        battle, number, line, starts, empty_cost,
        who[order], cost[order], before[order], after[order], able[:, order],
    )  # fmt: skip


def _kept(crowd: Crowd, who: NDArray[np.int64], battle: Battle, number: int) -> NDArray[np.float64]:
    """What it would cost not to seat somebody, who is so much cheaper: the plan then pays for all who are kept."""
    saved = np.zeros(len(who))
    for keep in crowd.problem.keep:
        if (keep.battle, keep.line) == (battle.id, number):
            saved += keep.cost * (crowd.ids[who] == keep.person)
    return saved


def kept_cost(problem: Problem) -> float:
    return sum(keep.cost for keep in problem.keep)


def by_battle(lines: Sequence[Line]) -> dict[int, list[Line]]:
    """Only battles with lines: one without seats has nobody to send."""
    groups: dict[int, list[Line]] = {}
    for line in lines:
        groups.setdefault(line.battle.id, []).append(line)
    return groups
