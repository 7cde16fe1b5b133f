"""What the matcher answers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

Status = Literal["optimal", "feasible"]

OPTIMAL_GAP = 1e-6


@dataclass(frozen=True, slots=True)
class Empty:
    """Places of one line that stay empty; `why` is a code of `reasons`."""

    line: int
    people: int
    why: str


@dataclass(frozen=True, slots=True)
class BattlePlan:
    """`crew` has the ids of the people for each seat line, in the order of the lines."""

    id: int
    start: int
    crew: tuple[tuple[int, ...], ...]
    empty: tuple[Empty, ...] = ()

    def picks(self) -> Iterator[tuple[int, int]]:
        """(line number, person id) of everybody sent."""
        return ((number, person) for number, people in enumerate(self.crew) for person in people)


@dataclass(frozen=True, slots=True)
class Prices:
    """What people are worth to the plan elsewhere, in km: person id → day → km, and person id → km for a battle at all."""

    days: Mapping[int, Mapping[int, float]] = field(default_factory=dict)
    further: Mapping[int, float] = field(default_factory=dict)
    rest_days: int = 0

    def of(self, person: int, first: int, last: int) -> float:
        """What the plan would lose elsewhere if this person gave the days `first` to `last` (travel included)."""
        days = self.days.get(person, {})
        until = last + self.rest_days
        return sum(km for day, km in days.items() if first <= day <= until) + self.further.get(person, 0.0)


@dataclass(frozen=True, slots=True)
class Result:
    """The cost and a bound that no plan's cost is below; the prices that proved it."""

    status: Status
    cost: float
    bound: float
    seconds: float
    battles: tuple[BattlePlan, ...]
    prices: Prices = Prices()

    @property
    def gap(self) -> float:
        return gap(self.cost, self.bound)


def gap(cost: float, bound: float) -> float:
    """How much dearer than the best possible the plan may be at most, as a share of its cost."""
    return (cost - bound) / cost if cost > 0 else 0.0
