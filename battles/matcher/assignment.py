"""The best crew of a battle whose lines want the same people: an assignment, solved exactly.

Shortest augmenting paths over the lines (Ahuja, Magnanti, Orlin: Network Flows, 1993, section 12.4).
"""

import numpy as np

from battles.matcher.compiled import kernel
from battles.matcher.lines import cheapest
from battles.matcher.world import Roster, Scratch, Tariff, World

ROUNDING = 1e-11
LEAST_TIE = 1e-9


@kernel
def tabulate(b: int, start: int, world: World, roster: Roster, prices: Tariff, scale: float, scratch: Scratch) -> None:
    """The costs of everybody who could matter to `assign`."""
    battles = world.battles
    first_line, last_line = battles.line_begin[b], battles.line_begin[b + 1]
    places = battles.place_begin[last_line] - battles.place_begin[first_line]
    day = battles.start_day[start]
    scratch.mark[0] += 1
    columns = 0
    largest = 0.0
    for line in range(first_line, last_line):
        row = line - first_line
        have = cheapest(line, day, places, world, roster, prices, scale, scratch, np.int64(0))
        scratch.listed[row] = 0
        for place in range(have):
            candidate = scratch.at[place]
            if candidate < 0:
                break
            person = world.candidates.person[candidate]
            if scratch.seen[person] != scratch.mark[0]:
                scratch.seen[person] = scratch.mark[0]
                scratch.column[person] = columns
                scratch.matrix[:, columns] = np.inf
                columns += 1
            column = scratch.column[person]
            scratch.matrix[row, column] = scratch.cost[place]
            largest = max(largest, abs(scratch.cost[place]))
            scratch.number[row, column] = candidate
            scratch.order[row, place] = column
            scratch.listed[row] = place + 1
    scratch.tie[0] = LEAST_TIE + ROUNDING * largest


@kernel
def assign(b: int, lost: float, world: World, roster: Roster, scratch: Scratch) -> float:
    """Cost of the best crew in which nobody sits twice, if an empty required place costs `lost` more.

    The crew is left in `scratch.owner`.
    """
    battles = world.battles
    first_line = battles.line_begin[b]
    lines = battles.line_begin[b + 1] - first_line
    for row in range(lines):
        line = first_line + row
        for rank in range(scratch.listed[row]):
            scratch.owner[scratch.order[row, rank]] = -1
        scratch.next[row] = 0
        scratch.outside[row] = battles.empty[line] + lost if battles.required[line] else battles.empty[line]
        if roster.is_bound:
            scratch.outside[row] = min(scratch.outside[row], world.candidates.cutoff[line])
    total = 0.0
    scratch.n_taken[0] = 0
    for row in range(lines):
        for _ in range(battles.people[first_line + row]):
            reach_lines(lines, scratch)
            total += scratch.reach[row]
            if total == np.inf:
                return total
            augment(row, scratch)
    return total


@kernel
def reach_lines(lines: int, scratch: Scratch) -> None:  # noqa: C901 -- one tight loop
    """For each line the cheapest way to one person more: somebody free, or from another line (Bellman and Ford)."""
    matrix, owner, reach, through = scratch.matrix, scratch.owner, scratch.reach, scratch.through
    for line in range(lines):
        rank = scratch.next[line]
        while rank < scratch.listed[line] and owner[scratch.order[line, rank]] >= 0:
            rank += 1
        scratch.next[line] = rank
        reach[line], through[line] = scratch.outside[line], -1
        if rank < scratch.listed[line] and matrix[line, scratch.order[line, rank]] < reach[line]:
            through[line] = scratch.order[line, rank]
            reach[line] = matrix[line, through[line]]
    for _ in range(lines - 1):
        is_settled = True
        for column in scratch.taken[: scratch.n_taken[0]]:
            other = owner[column]
            freed = reach[other] - matrix[other, column]
            for line in range(lines):
                if line != other and matrix[line, column] + freed < reach[line] - scratch.tie[0]:
                    reach[line], through[line] = matrix[line, column] + freed, column
                    is_settled = False
        if is_settled:
            return


@kernel
def augment(row: int, scratch: Scratch) -> None:
    """One person more for the line, passed on from line to line."""
    column = scratch.through[row]
    while column >= 0:
        other = scratch.owner[column]
        scratch.owner[column] = row
        if other < 0:
            scratch.taken[scratch.n_taken[0]] = column
            scratch.n_taken[0] += 1
            return
        row = other
        column = scratch.through[row]


@kernel
def seat_assigned(b: int, world: World, scratch: Scratch) -> None:
    """The crew of `scratch.owner`, place by place."""
    end = 0
    for row in range(world.battles.line_begin[b + 1] - world.battles.line_begin[b]):
        place, end = end, end + world.battles.people[world.battles.line_begin[b] + row]
        for rank in range(scratch.listed[row]):
            column = scratch.order[row, rank]
            if scratch.owner[column] == row:
                scratch.crew[place] = scratch.number[row, column]
                place += 1
        scratch.crew[place:end] = -1


@kernel
def best_assigned(
    b: int, start: int, part: float, best: float, world: World, roster: Roster, prices: Tariff,
    scale: float, scratch: Scratch,
) -> float:  # fmt: skip
    """The start's cost when nobody sits twice, if less than `best`; `part` is what an incomplete crew costs at least."""
    tabulate(b, start, world, roster, prices, scale, scratch)
    late = world.battles.start_cost[start]
    whole = late + assign(b, np.inf, world, roster, scratch)
    if whole < best:
        best = whole
        seat_assigned(b, world, scratch)
    if part < best:
        part = late + world.battles.incomplete[b] + assign(b, 0.0, world, roster, scratch)
        if part < best:
            best = part
            seat_assigned(b, world, scratch)
    return best
