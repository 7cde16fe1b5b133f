"""One battle by itself: its cheapest start and crew, under prices and beside what is planned already.

Construction, improvement and the bound all ask this one question. Each line takes its cheapest people; only where two
lines want the same person is the crew an assignment.
"""

import numpy as np

from battles.matcher.assignment import best_assigned
from battles.matcher.compiled import allocating, kernel
from battles.matcher.lines import cheapest
from battles.matcher.world import Roster, Scratch, Tariff, World


@kernel
def look_at(
    b: int, start: int, world: World, roster: Roster, prices: Tariff, scale: float, scratch: Scratch
) -> tuple[float, float]:
    """What the start costs with all required places filled, and with an incomplete crew, were nobody wanted twice."""
    battles = world.battles
    whole = battles.start_cost[start]
    part = whole + battles.incomplete[b]
    offset = np.int64(0)
    for line in range(battles.line_begin[b], battles.line_begin[b + 1]):
        most = battles.people[line]
        have = cheapest(line, battles.start_day[start], most, world, roster, prices, scale, scratch, offset)
        full = 0.0 if have == most else np.inf
        some = (most - have) * battles.empty[line]
        for place in range(offset, offset + have):
            full += scratch.cost[place]
            some += min(scratch.cost[place], battles.empty[line])
        scratch.cost[offset + have : offset + most] = np.inf
        scratch.at[offset + have : offset + most] = -1
        part += some
        whole += full if battles.required[line] else some
        offset += most
    return whole, part


@kernel
def pick(b: int, is_whole: bool, world: World, scratch: Scratch) -> bool:
    """Drops from the scratch whom the crew does not want; tells whether it wants somebody twice."""
    battles = world.battles
    scratch.mark[0] += 1
    mark = scratch.mark[0]
    is_twice = False
    end = 0
    for line in range(battles.line_begin[b], battles.line_begin[b + 1]):
        begin, end = end, end + battles.people[line]
        must = is_whole and battles.required[line]
        for place in range(begin, end):
            if scratch.at[place] < 0:
                continue
            if scratch.cost[place] >= battles.empty[line] and not must:
                scratch.at[place] = -1
                continue
            person = world.candidates.person[scratch.at[place]]
            is_twice = is_twice or scratch.seen[person] == mark
            scratch.seen[person] = mark
    return is_twice


@kernel
def best_crew(
    b: int, world: World, roster: Roster, prices: Tariff, scale: float, scratch: Scratch
) -> tuple[float, int]:
    """The least cost under `scale` times the prices, and the start; the crew is left in `scratch.crew`.

    For a bound, people beyond the lists count as well.
    """
    battles = world.battles
    places = battles.place_begin[battles.line_begin[b + 1]] - battles.place_begin[battles.line_begin[b]]
    best, best_start = np.inf, battles.start_order[battles.start_begin[b]]
    for rank in range(battles.start_begin[b], battles.start_begin[b + 1]):
        start = battles.start_order[rank]
        if battles.start_floor[start] >= best:
            break
        whole, part = look_at(b, start, world, roster, prices, scale, scratch)
        if min(whole, part) >= best:
            continue
        if pick(b, whole <= part, world, scratch):
            cost = best_assigned(b, start, part, best, world, roster, prices, scale, scratch)
        else:
            cost = min(whole, part)
            for place in range(places):
                scratch.crew[place] = scratch.at[place]
        if cost < best:
            best, best_start = cost, start
    return best, best_start


@allocating
def set_floors(world: World, nobody: Roster, free: Tariff, scratch: Scratch) -> None:
    """What each start costs at least, whatever the prices: asked while they are 0 and nobody is planned."""
    battles = world.battles
    for b in range(len(battles.incomplete)):
        begin, end = battles.start_begin[b], battles.start_begin[b + 1]
        for start in range(begin, end):
            whole, part = look_at(b, start, world, nobody, free, 1.0, scratch)
            battles.start_floor[start] = min(whole, part)
        battles.start_order[begin:end] = begin + np.argsort(battles.start_floor[begin:end], kind="mergesort")
