"""Battles put into the plan and taken out of it, and a first plan: one battle after the other."""

import numpy as np

from battles.matcher.arrays import Battles, Ints
from battles.matcher.compiled import kernel
from battles.matcher.crews import best_crew
from battles.matcher.days import ZERO, has_day
from battles.matcher.lines import can_join, days_taken, stay
from battles.matcher.world import Roster, Scratch, Tariff, World


def empty_roster(battles: Battles, people: int, most: int, *, is_bound: bool = False) -> Roster:
    """For so many people, each with `most` battles at most."""
    return Roster(
        start=np.full(len(battles.incomplete), -1, np.int64),
        seat=np.full(battles.place_begin[-1], -1, np.int64),
        cost=np.zeros(len(battles.incomplete)),
        low=np.zeros(people, np.uint64),
        high=np.zeros(people, np.uint64),
        held=np.zeros(people, np.int64),
        battle=np.full((people, max(most, 1)), -1, np.int64),
        is_bound=is_bound,
    )


@kernel
def places_of(b: int, world: World) -> tuple[int, int]:
    """The first place of the battle, and the one after its last."""
    battles = world.battles
    return battles.place_begin[battles.line_begin[b]], battles.place_begin[battles.line_begin[b + 1]]


@kernel
def put(b: int, start: int, crew: Ints, world: World, roster: Roster) -> int:
    """Plans the battle so; returns for how many of its people it is not the only one."""
    battles = world.battles
    roster.start[b] = start
    cost = battles.start_cost[start]
    again = 0
    has_gap = False
    begin, _ = places_of(b, world)
    for line in range(battles.line_begin[b], battles.line_begin[b + 1]):
        for place in range(battles.place_begin[line], battles.place_begin[line + 1]):
            candidate = crew[place - begin]
            roster.seat[place] = candidate
            if candidate < 0:
                cost += battles.empty[line]
                has_gap = has_gap or battles.required[line]
            else:
                cost += world.candidates.cost[candidate]
                again += book(candidate, line, b, battles.start_day[start], world, roster)
    roster.cost[b] = cost + battles.incomplete[b] if has_gap else cost
    return again


@kernel
def book(candidate: int, line: int, b: int, day: int, world: World, roster: Roster) -> int:
    """Takes the person's days; 1 if they have another battle, else 0."""
    person = world.candidates.person[candidate]
    low, high = days_taken(candidate, line, day, world)
    roster.low[person] |= low
    roster.high[person] |= high
    turn = 0
    while roster.battle[person, turn] >= 0:
        turn += 1
    roster.battle[person, turn] = b
    roster.held[person] += 1
    return 1 if roster.held[person] > 1 else 0


@kernel
def take(b: int, world: World, roster: Roster) -> int:
    """Takes the battle out of the plan; returns how many of its people still have another."""
    battles = world.battles
    day = battles.start_day[roster.start[b]]
    again = 0
    for line in range(battles.line_begin[b], battles.line_begin[b + 1]):
        for place in range(battles.place_begin[line], battles.place_begin[line + 1]):
            candidate = roster.seat[place]
            if candidate >= 0:
                again += unbook(candidate, line, b, day, world, roster)
                roster.seat[place] = -1
    roster.start[b] = -1
    return again


@kernel
def unbook(candidate: int, line: int, b: int, day: int, world: World, roster: Roster) -> int:
    person = world.candidates.person[candidate]
    low, high = days_taken(candidate, line, day, world)
    roster.low[person] &= ~low
    roster.high[person] &= ~high
    turn = 0
    while roster.battle[person, turn] != b:
        turn += 1
    roster.battle[person, turn] = -1
    roster.held[person] -= 1
    return 1 if roster.held[person] > 0 else 0


@kernel
def clear(roster: Roster) -> None:
    roster.start[:] = -1
    roster.seat[:] = -1
    roster.low[:] = ZERO
    roster.high[:] = ZERO
    roster.held[:] = 0
    roster.battle[:, :] = -1


@kernel
def settle(b: int, scale: float, world: World, roster: Roster, prices: Tariff, scratch: Scratch) -> float:
    """Plans one battle as well as the others leave room; returns what it costs, `second` included."""
    _, start = best_crew(b, world, roster, prices, scale, scratch)
    again = put(b, start, scratch.crew, world, roster)
    return roster.cost[b] + world.second * again


@kernel
def construct(order: Ints, scale: float, world: World, roster: Roster, prices: Tariff, scratch: Scratch) -> float:
    """Plans these battles, one after the other, beside what is planned; returns what they cost."""
    total = 0.0
    for b in order:
        total += settle(b, scale, world, roster, prices, scratch)
    return total


@kernel
def put_possible(b: int, start: int, crew: Ints, world: World, roster: Roster) -> None:
    """Plans the battle with those of the crew who can come beside what is planned."""
    battles, candidates = world.battles, world.candidates
    day = battles.start_day[start]
    begin, _ = places_of(b, world)
    for line in range(battles.line_begin[b], battles.line_begin[b + 1]):
        for place in range(battles.place_begin[line], battles.place_begin[line + 1]):
            number = crew[place - begin]
            if number < 0:
                continue
            first, end = stay(number, line, day, world)
            can_come = 0 <= first < world.horizon and has_day(candidates.low[number], candidates.high[number], first)
            if not can_come or not can_join(candidates.person[number], first, end, world, roster):
                crew[place - begin] = -1
    put(b, start, crew, world, roster)


@kernel
def plan_cost(world: World, roster: Roster) -> float:
    """Of the whole roster."""
    again = 0
    for person in range(len(roster.held)):
        again += max(0, roster.held[person] - 1)
    return roster.cost.sum() + world.second * again
