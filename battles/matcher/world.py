"""What the kernels share: the problem as they see it, prices, the plan so far, and room to work in."""

from typing import NamedTuple

import numpy as np

from battles.matcher.arrays import Battles, Bits, Floats, Ints
from battles.matcher.candidates import Candidates


class World(NamedTuple):
    """What does not change while a problem is solved."""

    horizon: int
    rest: int
    second: float
    most: Ints  # battles per person
    battles: Battles
    candidates: Candidates


class Tariff(NamedTuple):
    """What a person's days, and their first battle, are worth to the rest of the plan, in km."""

    upto: Floats  # person x day: the sum of the days before
    further: Floats


class Roster(NamedTuple):
    """The plan so far. Days taken count the rest after a stay, so that a clash is a common day."""

    start: Ints  # per battle, -1 unplanned
    seat: Ints  # per place: a candidate, -1 empty
    cost: Floats  # per battle: all but `second`
    low: Bits  # per person: days taken
    high: Bits
    held: Ints  # per person: how many battles
    battle: Ints  # person x turn: a battle, or -1
    is_bound: bool  # whether people beyond the lists count: nobody is planned, and a bound is wanted


class Scratch(NamedTuple):
    """Room for the question of one battle, used again for each."""

    cost: Floats  # per place of the battle: cheapest first within each line
    at: Ints  # per place: a candidate; -1 nobody, or somebody beyond the list
    crew: Ints  # per place: the best so far
    seen: Ints  # per person: the mark under which they were last picked
    mark: Ints  # one number: the newest mark
    matrix: Floats  # line x column: costs; a column for each person who matters
    number: Ints  # line x column: candidates
    order: Ints  # line x rank: columns, cheapest first
    listed: Ints  # per line: how many columns `order` has
    column: Ints  # per person
    owner: Ints  # per column: the line that has them, or -1
    taken: Ints  # columns that have an owner
    n_taken: Ints  # one number
    tie: Floats  # one number: smaller differences of the costs in the table are rounding
    outside: Floats  # per line: cost of a place without a person
    next: Ints  # per line: rank of the cheapest column without an owner
    reach: Floats  # per line: cost of one person more
    through: Ints  # per line: the column by which it gets one more, -1 none


def scratch_for(battles: Battles, people: int) -> Scratch:
    places = np.diff(battles.place_begin[battles.line_begin])
    place, line = int(places.max(initial=1)), int(np.diff(battles.line_begin).max(initial=1))
    columns = place * line
    return Scratch(
        cost=np.zeros(place),
        at=np.zeros(place, np.int64),
        crew=np.zeros(place, np.int64),
        seen=np.zeros(people, np.int64),
        mark=np.zeros(1, np.int64),
        matrix=np.zeros((line, columns)),
        number=np.zeros((line, columns), np.int64),
        order=np.zeros((line, place), np.int64),
        listed=np.zeros(line, np.int64),
        column=np.zeros(people, np.int64),
        owner=np.zeros(columns, np.int64),
        taken=np.zeros(columns, np.int64),
        n_taken=np.zeros(1, np.int64),
        tie=np.zeros(1),
        outside=np.zeros(line),
        next=np.zeros(line, np.int64),
        reach=np.zeros(line),
        through=np.zeros(line, np.int64),
    )
