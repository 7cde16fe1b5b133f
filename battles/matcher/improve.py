"""Small ruins, recreated: a few related battles are taken out of the plan and planned again in another order.

Schrimpf et al., Record breaking optimization results using the ruin and recreate principle, Journal of Computational Physics 159,
2000. What got dearer is taken with a chance that falls as the temperature does (annealing).
"""

from typing import NamedTuple

import numpy as np

from battles.matcher.arrays import Bits, Flags, Floats, Ints
from battles.matcher.compiled import allocating, kernel
from battles.matcher.construct import places_of, put, settle, take
from battles.matcher.crews import best_crew
from battles.matcher.lines import stay
from battles.matcher.world import Roster, Scratch, Tariff, World

MOST_RUINED = 4
MOST_SCALE = 1.2
NEAREST = 8
TRIES = 4
GAIN = 1e-9


class Best(NamedTuple):
    """The cheapest plan seen, and which battles are planned otherwise now."""

    start: Ints
    seat: Ints
    is_changed: Flags
    changed: Ints
    n_changed: Ints  # one number
    total: Floats  # one number


def best_of(roster: Roster, total: float) -> Best:
    battles = len(roster.start)
    return Best(
        start=roster.start.copy(),
        seat=roster.seat.copy(),
        is_changed=np.zeros(battles, np.bool_),
        changed=np.zeros(battles, np.int64),
        n_changed=np.zeros(1, np.int64),
        total=np.array([total]),
    )


@kernel
def chance(state: Bits) -> float:
    """A number from 0 up to 1 (xorshift64*; Vigna, ACM Transactions on Mathematical Software 42, 2016)."""
    x = state[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    state[0] = x
    return float((x * np.uint64(2685821657736338717)) >> np.uint64(11)) / 9007199254740992.0


@kernel
def below(limit: int, state: Bits) -> int:
    return int(chance(state) * limit)


@kernel
def related(ruined: Ints, most: int, upto_regret: Floats, world: World, roster: Roster, state: Bits) -> int:
    """A battle, likelier the more it could cost less, and others that have people whom the first ones would like."""
    ruined[0] = np.searchsorted(upto_regret, chance(state) * upto_regret[-1], side="right")
    found = 1
    for _ in range(TRIES * most):
        if found == most:
            break
        other = rival(ruined[below(found, state)], world, roster, state)
        if other >= 0 and not holds(ruined, found, other):
            ruined[found] = other
            found += 1
    return found


@kernel
def holds(numbers: Ints, count: int, number: int) -> bool:
    for one in range(count):  # noqa: SIM110 -- any() would be slower
        if numbers[one] == number:
            return True
    return False


@kernel
def rival(b: int, world: World, roster: Roster, state: Bits) -> int:
    """A battle that has one of the cheapest people of one of this battle's lines; -1 if that one stays at home."""
    battles, candidates = world.battles, world.candidates
    lines = battles.line_begin[b + 1] - battles.line_begin[b]
    if lines == 0:
        return -1
    line = battles.line_begin[b] + below(lines, state)
    begin = candidates.begin[line]
    near = min(candidates.begin[line + 1] - begin, TRIES * battles.people[line] + NEAREST)
    if near == 0:
        return -1
    person = candidates.person[begin + below(near, state)]
    return roster.battle[person, below(roster.battle.shape[1], state)]


@kernel
def ruin(b: int, kept_start: Ints, kept_seat: Ints, world: World, roster: Roster) -> float:
    """Notes how the battle is planned and takes it out; returns what it cost."""
    kept_start[b] = roster.start[b]
    begin, end = places_of(b, world)
    for place in range(begin, end):
        kept_seat[place] = roster.seat[place]
    return roster.cost[b] + world.second * take(b, world, roster)


@kernel
def shuffle(numbers: Ints, count: int, state: Bits) -> None:
    for one in range(count - 1, 0, -1):
        other = below(one + 1, state)
        numbers[one], numbers[other] = numbers[other], numbers[one]


@kernel
def note_changed(ruined: Ints, best: Best) -> None:
    for b in ruined:
        if not best.is_changed[b]:
            best.is_changed[b] = True
            best.changed[best.n_changed[0]] = b
            best.n_changed[0] += 1


@kernel
def note_best(total: float, world: World, roster: Roster, best: Best) -> None:
    best.total[0] = total
    for b in best.changed[: best.n_changed[0]]:
        best.is_changed[b] = False
        best.start[b] = roster.start[b]
        begin, end = places_of(b, world)
        for place in range(begin, end):
            best.seat[place] = roster.seat[place]
    best.n_changed[0] = 0


@allocating
def improve(
    iterations: int, temperature: float, total: float, upto_regret: Floats, world: World, roster: Roster, prices: Tariff,
    scratch: Scratch, best: Best, state: Bits,
) -> float:  # fmt: skip
    """The cost of the plan in `roster`, `total` before, after so many attempts; the cheapest seen is in `best`."""
    ruined = np.empty(MOST_RUINED, np.int64)
    kept_start, kept_seat = roster.start.copy(), roster.seat.copy()
    for _ in range(iterations):
        count = related(ruined, 2 + below(np.int64(MOST_RUINED - 1), state), upto_regret, world, roster, state)
        change = 0.0
        for b in ruined[:count]:
            change -= ruin(b, kept_start, kept_seat, world, roster)
        shuffle(ruined, count, state)
        scale = MOST_SCALE * chance(state)
        for b in ruined[:count]:
            change += settle(b, scale, world, roster, prices, scratch)
        if change <= 0 or chance(state) < np.exp(-change / temperature):
            total += change
            note_changed(ruined[:count], best)
            if total < best.total[0] - GAIN:
                note_best(total, world, roster, best)
        else:
            put_back(ruined[:count], kept_start, kept_seat, world, roster)
    return total


@kernel
def put_back(ruined: Ints, kept_start: Ints, kept_seat: Ints, world: World, roster: Roster) -> None:
    for b in ruined:
        take(b, world, roster)
    for b in ruined:
        begin, end = places_of(b, world)
        put(b, kept_start[b], kept_seat[begin:end], world, roster)


@allocating
def regrets(world: World, roster: Roster, nobody: Roster, prices: Tariff, scratch: Scratch) -> Floats:
    """Per battle, how much dearer it is at these prices than by itself."""
    battles = world.battles
    found = np.zeros(len(battles.incomplete))
    for b in range(len(found)):
        alone, _ = best_crew(b, world, nobody, prices, 1.0, scratch)
        cost = roster.cost[b]
        for line in range(battles.line_begin[b], battles.line_begin[b + 1]):
            for place in range(battles.place_begin[line], battles.place_begin[line + 1]):
                candidate = roster.seat[place]
                if candidate >= 0:
                    person = world.candidates.person[candidate]
                    first, end = stay(candidate, line, battles.start_day[roster.start[b]], world)
                    cost += prices.further[person] + prices.upto[person, end] - prices.upto[person, first]
        found[b] = max(0.0, cost - alone)
    return found
