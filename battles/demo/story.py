"""The shape of a battle of the past, as `stories` tells it and `history` writes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from battles.states import RequestState


@dataclass(frozen=True, slots=True)
class Repair:
    """One request of a battle. Without a machine of the register, `asks` says whom it needed."""

    machine: str
    fault: str
    note: str
    outcome: RequestState = RequestState.REPAIRED
    found: bool = False
    barrier: str = ""
    asks: tuple[tuple[str, int, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Output:
    """A line's output a day: before, at the end of the battle, 30 and 90 days later."""

    product: str
    before: int
    after: int
    day_30: int
    day_90: int


@dataclass(frozen=True, slots=True)
class Own:
    machine: str
    what: str
    days_later: int


@dataclass(frozen=True, slots=True)
class Story:
    key: str
    factory: str
    title: str
    first_day: date
    days: int
    repairs: tuple[Repair, ...]
    outputs: tuple[Output, ...] = ()
    own: tuple[Own, ...] = ()
    follows: str = ""
    crew_from: tuple[str, ...] = ()
    lessons: str = ""
    taught: str = ""

    @property
    def last_day(self) -> date:
        return self.first_day + timedelta(days=self.days - 1)
