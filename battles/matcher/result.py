"""What the matcher answers."""

from collections.abc import Iterator
from dataclasses import dataclass
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
class Result:
    status: Status
    cost: float
    bound: float
    seconds: float
    battles: tuple[BattlePlan, ...]

    @property
    def gap(self) -> float:
        return gap(self.cost, self.bound)


def gap(cost: float, bound: float) -> float:
    """How much dearer than the best possible the plan may be at most, as a share of its cost."""
    return (cost - bound) / cost if cost > 0 else 0.0
