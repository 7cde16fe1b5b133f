"""Days as the matcher counts them: day 0 is tomorrow in Caracas."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from battles.matcher import LONGEST_HORIZON, Span
from epo.core.clock import today

HORIZON = 56
LONGEST = LONGEST_HORIZON


def day_number(day: date) -> int:
    return (day - today()).days - 1


def date_of(number: int) -> date:
    return today() + timedelta(days=number + 1)


class DayNumbers(dict[str, int]):
    """Numbers of days written as YYYY-MM-DD, each worked out once."""

    def __init__(self) -> None:
        super().__init__()
        self._day_0 = date_of(0).toordinal()

    def __missing__(self, day: str) -> int:
        number = self[day] = date.fromisoformat(day).toordinal() - self._day_0
        return number


def free_spans(taken: Iterable[Span], horizon: int) -> tuple[Span, ...]:
    """What is left of the days 0 … horizon−1 once the `taken` spans (first and last day) are gone."""
    free: list[Span] = []
    day = 0
    for first, last in sorted(taken):
        if first > day:
            free.append((day, min(first, horizon) - 1))
        day = max(day, last + 1)
        if day >= horizon:
            break
    if day < horizon:
        free.append((day, horizon - 1))
    return tuple(span for span in free if span[0] <= span[1])


def less(free: Iterable[Span], taken: Iterable[Span]) -> tuple[Span, ...]:
    """The free spans without the taken ones."""
    left = tuple(free)
    for first, last in taken:
        parts = (
            part for opens, closes in left for part in ((opens, min(closes, first - 1)), (max(opens, last + 1), closes))
        )
        left = tuple(part for part in parts if part[0] <= part[1])
    return left
