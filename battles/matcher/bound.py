"""A bound on every plan's cost, proven by prices.

"Nobody is in two battles without rest between them" is relaxed day by day, "a further battle costs `second`" and "at most so many
battles" person by person; then each battle is solved by itself. The sum of those answers less the prices is a bound (Fisher, The
Lagrangian relaxation method for solving integer programming problems, Management Science 27, 1981).
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from battles.matcher.arrays import Flags, Ints
from battles.matcher.compiled import kernel
from battles.matcher.crews import best_crew
from battles.matcher.lines import stay
from battles.matcher.world import Roster, Scratch, Tariff, World


class Wanted(NamedTuple):
    """What the battles ask for at the present prices. Listed are people who were ever wanted or have a price."""

    usage: npt.NDArray[np.int16]  # person x day: how many battles want them
    times: Ints  # per person: how many battles want them
    listed: Ints
    is_listed: Flags
    n_listed: Ints  # one number


@kernel
def ask(first: int, last: int, world: World, nobody: Roster, prices: Tariff, scratch: Scratch, wanted: Wanted) -> float:
    """Sum of what the battles first … last - 1 cost by themselves; counts in `wanted` whom they would take."""
    total = 0.0
    for b in range(first, last):
        cost, start = best_crew(b, world, nobody, prices, 1.0, scratch)
        total += cost
        count_crew(b, world.battles.start_day[start], world, scratch, wanted)
    return total


@kernel
def count_crew(b: int, day: int, world: World, scratch: Scratch, wanted: Wanted) -> None:
    end = 0
    for line in range(world.battles.line_begin[b], world.battles.line_begin[b + 1]):
        begin, end = end, end + world.battles.people[line]
        for place in range(begin, end):
            candidate = scratch.crew[place]
            if candidate >= 0:
                person = np.int64(world.candidates.person[candidate])
                leaves, until = stay(candidate, line, day, world)
                for one in range(leaves, until):
                    wanted.usage[person, one] += 1
                wanted.times[person] += 1
                enlist(person, wanted)


@kernel
def enlist(person: int, wanted: Wanted) -> None:
    if not wanted.is_listed[person]:
        wanted.is_listed[person] = True
        wanted.listed[wanted.n_listed[0]] = person
        wanted.n_listed[0] += 1


@kernel
def paid(world: World, prices: Tariff, wanted: Wanted) -> float:
    """What the prices of people come to: less than this may not be taken off the sum of the battles."""
    total = 0.0
    for person in wanted.listed[: wanted.n_listed[0]]:
        further = prices.further[person]
        total += prices.upto[person, world.horizon] + further
        total += (world.most[person] - 1) * max(0.0, further - world.second)
    return total


@kernel
def add(other: Wanted, wanted: Wanted) -> None:
    """Counts into `wanted` what another thread counted, and forgets it there."""
    for person in other.listed[: other.n_listed[0]]:
        enlist(person, wanted)
        for day in range(other.usage.shape[1]):
            wanted.usage[person, day] += other.usage[person, day]
            other.usage[person, day] = 0
        wanted.times[person] += other.times[person]
        other.times[person] = 0
        other.is_listed[person] = False
    other.n_listed[0] = 0
