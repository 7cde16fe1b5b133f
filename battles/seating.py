"""How many people of which trade and level a battle needs, worked out from the demands of its requests."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from volunteers.states import Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class Work:
    """One demand: `people` of a trade at `level` or above, each for `days`, wanted by one request."""

    request: int
    trade: int
    level: int
    people: int
    days: int


def seats_for(works: Iterable[Work], *, days: int) -> Mapping[tuple[int, int], int]:
    """(trade, level) → seats, for a battle with `days` in the plant; lines without seats are left out.

    At each level and above there must be as many people as one request wants side by side, and enough person-days
    for all of them; a person at a higher level covers a lower one.
    """
    if days < 1:
        raise ValueError("a battle lasts a day at least")
    by_trade: dict[int, list[Work]] = defaultdict(list)
    for work in works:
        by_trade[work.trade].append(work)
    seats = {}
    for trade, of_trade in by_trade.items():
        above = 0
        for level in sorted(Level.values, reverse=True):
            needed = _people_needed([work for work in of_trade if work.level >= level], days)
            if needed > above:
                seats[trade, level] = needed - above
            above = needed
    return seats


def _people_needed(works: list[Work], days: int) -> int:
    side_by_side: dict[int, int] = defaultdict(int)
    for work in works:
        side_by_side[work.request] += work.people
    person_days = sum(work.people * work.days for work in works)
    return max(max(side_by_side.values(), default=0), -(-person_days // days))
