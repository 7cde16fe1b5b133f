"""What each person's days are worth to the plan: prices that climb towards the best bound.

Subgradients with Polyak's step, halved where the bound does not rise (Polyak, Minimization of unsmooth functionals, USSR
Computational Mathematics and Mathematical Physics 9, 1969). At first, people whose loss would cost much get longer steps.
"""

from typing import NamedTuple

from battles.matcher.arrays import Flags, Floats
from battles.matcher.bound import Wanted
from battles.matcher.compiled import kernel
from battles.matcher.world import Tariff, World

FURTHER_DOWN = 3


class Climb(NamedTuple):
    """The prices now and at the best bound, and how long a person's steps are."""

    now: Floats  # person x day: the present prices, which `Tariff.upto` adds up
    day: Floats  # person x day: the best
    further: Floats  # the best
    is_priced: Flags  # per person: had a price at some best bound
    pull: Floats  # per person: how much dearer their place is without them, raised to the power of the stage
    worth: Floats  # the same, unraised


@kernel
def set_worth(world: World, climb: Climb) -> None:
    """The difference between a person's cost and that of somebody further down the same list, or of the empty place."""
    battles, candidates = world.battles, world.candidates
    climb.worth[:] = 1.0
    for line in range(len(battles.people)):
        begin, end = candidates.begin[line], candidates.begin[line + 1]
        other = battles.empty[line]
        if battles.required[line]:
            other += battles.incomplete[battles.battle[line]]
        rank = begin + FURTHER_DOWN * battles.people[line]
        if rank < end:
            other = min(other, candidates.cost[rank])
        for candidate in range(begin, min(end, rank)):
            person = candidates.person[candidate]
            climb.worth[person] = max(climb.worth[person], other - candidates.cost[candidate])


@kernel
def allowed(person: int, world: World, prices: Tariff) -> int:
    """Battles that cost no more at this price: one, or all that the person may have once it exceeds `second`."""
    return world.most[person] if prices.further[person] > world.second else 1


@kernel
def is_at_rest(person: int, world: World, prices: Tariff, wanted: Wanted) -> bool:
    """Whether no price of the person would move: they have none, and are wanted once at most."""
    return wanted.times[person] <= 1 and prices.further[person] == 0 and prices.upto[person, world.horizon] == 0


@kernel
def forget(person: int, world: World, wanted: Wanted) -> None:
    if wanted.times[person] > 0:
        wanted.times[person] = 0
        for day in range(world.horizon):
            wanted.usage[person, day] = 0


@kernel
def steepness(first: int, last: int, world: World, prices: Tariff, wanted: Wanted, climb: Climb) -> float:
    """Squared length of the subgradient of the listed first … last - 1, where a price can follow it."""
    length = 0.0
    for person in wanted.listed[first:last]:
        if is_at_rest(person, world, prices, wanted):
            continue
        for day in range(world.horizon):
            over = wanted.usage[person, day] - 1
            if over > 0 or (over < 0 and climb.now[person, day] > 0):
                length += climb.pull[person] * over * over
        over = wanted.times[person] - allowed(person, world, prices)
        if over > 0 or (over < 0 and prices.further[person] > 0):
            length += climb.pull[person] * over * over
    return length


@kernel
def step(first: int, last: int, size: float, world: World, prices: Tariff, wanted: Wanted, climb: Climb) -> None:
    """Moves prices of the listed first … last - 1 along the subgradient and forgets what was wanted."""
    for person in wanted.listed[first:last]:
        if is_at_rest(person, world, prices, wanted):
            forget(person, world, wanted)
            continue
        stride = size * climb.pull[person]
        total = 0.0
        for day in range(world.horizon):
            price = max(0.0, climb.now[person, day] + stride * (wanted.usage[person, day] - 1))
            climb.now[person, day] = price
            wanted.usage[person, day] = 0
            total += price
            prices.upto[person, day + 1] = total
        over = wanted.times[person] - allowed(person, world, prices)
        prices.further[person] = max(0.0, prices.further[person] + stride * over)
        wanted.times[person] = 0


@kernel
def keep_best(prices: Tariff, wanted: Wanted, climb: Climb) -> None:
    horizon = climb.day.shape[1]
    for person in wanted.listed[: wanted.n_listed[0]]:
        if climb.is_priced[person] or prices.further[person] > 0 or prices.upto[person, horizon] > 0:
            climb.is_priced[person] = True
            climb.further[person] = prices.further[person]
            for day in range(horizon):
                climb.day[person, day] = climb.now[person, day]
