"""One line at one start: the cheapest people who can come, under prices and beside what is planned already."""

import numpy as np

from battles.matcher.compiled import kernel
from battles.matcher.days import ZERO, Words, days_between, has_day
from battles.matcher.world import Roster, Scratch, Tariff, World


@kernel
def stay(candidate: int, line: int, day: int, world: World) -> tuple[int, int]:
    """The first day given to a battle that starts on `day`, and the first on which the person may set out again."""
    far = np.int64(world.candidates.far[candidate])
    first = day + world.battles.first[line] - far
    return first, min(world.horizon, first + world.battles.length[line] + 2 * far + world.rest)


@kernel
def days_taken(candidate: int, line: int, day: int, world: World) -> Words:
    first, end = stay(candidate, line, day, world)
    return days_between(first, end)


@kernel
def can_join(person: int, first: int, end: int, world: World, roster: Roster) -> bool:
    """Whether the person's other battles leave these days free."""
    if roster.held[person] == 0:
        return True
    if roster.held[person] >= world.most[person]:
        return False
    low, high = days_between(first, end)
    return (roster.low[person] & low) | (roster.high[person] & high) == ZERO


@kernel
def cheapest(  # noqa: C901 -- one tight loop
    line: int, day: int, most: int, world: World, roster: Roster, prices: Tariff, scale: float,
    scratch: Scratch, offset: int,
) -> int:  # fmt: skip
    """Puts the cheapest who can come into the scratch from `offset` on, and tells how many they are."""
    cost, at, candidates = scratch.cost, scratch.at, world.candidates
    have = int(np.int64(0))
    dearest = offset + most - 1
    for candidate in range(candidates.begin[line], candidates.begin[line + 1]):
        price = candidates.cost[candidate]
        if have == most and price >= cost[dearest]:
            break
        first, end = stay(candidate, line, day, world)
        if first < 0 or first >= world.horizon:
            continue
        if not has_day(candidates.low[candidate], candidates.high[candidate], first):
            continue
        person = candidates.person[candidate]
        if not can_join(person, first, end, world, roster):
            continue
        if roster.held[person] > 0:
            price += world.second
        price += scale * (prices.further[person] + prices.upto[person, end] - prices.upto[person, first])
        if have == most and price >= cost[dearest]:
            continue
        place = dearest if have == most else offset + have
        have = min(have + 1, most)
        while place > offset and cost[place - 1] > price:
            cost[place], at[place] = cost[place - 1], at[place - 1]
            place -= 1
        cost[place], at[place] = price, candidate
    if roster.is_bound and candidates.cutoff[line] < np.inf:
        return with_unlisted(candidates.cutoff[line], have, most, scratch, offset)
    return have


@kernel
def with_unlisted(cutoff: float, have: int, most: int, scratch: Scratch, offset: int) -> int:
    """As if there were as many people beyond the list as one likes, at the price from which on they are left out."""
    while have > 0 and scratch.cost[offset + have - 1] > cutoff:
        have -= 1
    scratch.cost[offset + have : offset + most] = cutoff
    scratch.at[offset + have : offset + most] = -1
    return most
