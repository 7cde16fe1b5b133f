"""A problem as arrays, which the kernels read. People, battles, lines, places and starts are numbered from 0.

The lines of a battle, the places of a line and the starts of a battle follow one another: those of number n
are from `begin[n]` to `begin[n + 1] - 1`.
"""

from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from battles.matcher.costs import empty_cost, incomplete_cost, late_cost
from battles.matcher.days import words
from battles.matcher.eligibility import most_battles
from battles.matcher.problem import Battle, Person, Pin, Place, Problem

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bits = npt.NDArray[np.uint64]
Flags = npt.NDArray[np.bool_]

ANY_DAYS = 10**6
FINEST_CELL = 0.25
MOST_CELLS = 2000


class Sphere(NamedTuple):
    """Places: latitude and longitude in radians, the cosine of the latitude, and the point on the unit sphere."""

    latitude: Floats
    longitude: Floats
    cosine: Floats
    x: Floats
    y: Floats
    z: Floats


class People(NamedTuple):
    places: Sphere
    low: Bits  # free days
    high: Bits
    load: Floats  # cost of the battles fought in the last year
    max_km: Floats
    max_days: Ints
    most: Ints  # battles they may have


class Cells(NamedTuple):
    """Patches of the map in which people live: their middles on the unit sphere, and how far the farthest lives from it."""

    x: Floats
    y: Floats
    z: Floats
    radius: Floats
    of: Ints  # per person


class Trades(NamedTuple):
    """Who has each trade that some line asks for, cell by cell, and at what level."""

    begin: Ints  # trade x cell, and one more column for the end
    person: Ints
    level: Ints


class Battles(NamedTuple):
    places: Sphere
    incomplete: Floats  # cost of a crew with a required place empty
    start_begin: Ints
    start_day: Ints
    start_cost: Floats  # of being late
    start_floor: Floats  # what the battle costs at least if it starts then (set by `crews.set_floors`)
    start_order: Ints  # the starts of a battle, least floor first
    line_begin: Ints
    battle: Ints  # of each line
    trade: Ints
    level: Ints
    people: Ints
    required: Flags
    empty: Floats  # cost of an empty place
    first: Ints  # days from the start to the line's first
    length: Ints  # days on site
    place_begin: Ints


def read_people(problem: Problem) -> People:
    people = problem.people
    free = [words(_days(person, problem.horizon)) for person in people]
    return People(
        places=_sphere([person.place for person in people]),
        low=np.array([low for low, _ in free], np.uint64),
        high=np.array([high for _, high in free], np.uint64),
        load=problem.weights.load * _floats(person.fought for person in people),
        max_km=_floats(np.inf if person.max_km is None else person.max_km for person in people),
        max_days=_ints(ANY_DAYS if person.max_days is None else min(person.max_days, ANY_DAYS) for person in people),
        most=_ints(min(most_battles(problem, person), problem.horizon) for person in people),
    )


def _days(person: Person, horizon: int) -> int:
    """The free days within the horizon, one bit each."""
    days = 0
    for first, last in person.free:
        begin, end = max(first, 0), min(last + 1, horizon)
        if begin < end:
            days |= (1 << end) - (1 << begin)
    return days


def read_cells(places: Sphere) -> Cells:
    """A grid as fine as `MOST_CELLS` allows."""
    degrees = FINEST_CELL
    while True:
        rows = np.floor(np.degrees(places.latitude) / degrees).astype(np.int64)
        columns = np.floor(np.degrees(places.longitude) / degrees).astype(np.int64)
        names, of = np.unique(rows * 10**6 + columns, return_inverse=True)
        if len(names) <= MOST_CELLS:
            break
        degrees *= 2
    points = np.stack([places.x, places.y, places.z])
    people = np.maximum(1, np.bincount(of, minlength=len(names)))
    middle = np.stack([np.bincount(of, axis, minlength=len(names)) for axis in points]) / people
    radius = np.zeros(len(names))
    np.maximum.at(radius, of, np.sqrt(((points - middle[:, of]) ** 2).sum(axis=0)))
    return Cells(middle[0], middle[1], middle[2], radius, of.astype(np.int64))


def read_trades(problem: Problem, trades: Sequence[str], cells: Cells) -> Trades:
    number = {trade: one for one, trade in enumerate(trades)}
    has = [
        (at, one, level)
        for one, person in enumerate(problem.people)
        for trade, level in person.trades.items()
        if (at := number.get(trade)) is not None
    ]
    trade, person, level = np.array(has, np.int64).reshape(len(has), 3).T
    order = np.lexsort((cells.of[person], trade))
    trade, person, level = trade[order], person[order], level[order]
    width = len(cells.radius) + 1
    slot = trade * width + cells.of[person]
    begin = np.searchsorted(slot, np.arange(len(trades) * width)).reshape(len(trades), width)
    return Trades(begin.astype(np.int64), person.copy(), level.copy())


def trades_asked(problem: Problem) -> list[str]:
    return sorted({line.trade for battle in problem.battles for line in battle.seats})


def read_battles(problem: Problem, trades: Sequence[str]) -> Battles:
    number = {trade: one for one, trade in enumerate(trades)}
    weights, battles = problem.weights, problem.battles
    pins = {pin.battle: pin for pin in problem.pins}
    starts = [starts_of(problem, battle, pins.get(battle.id)) for battle in battles]
    lines = [(one, battle, line) for one, battle in enumerate(battles) for line in battle.seats]
    days = [(battle, day) for battle, some in zip(battles, starts, strict=True) for day in some]
    ends = [battle.days - 1 if line.last is None else line.last for _, battle, line in lines]
    return Battles(
        places=_sphere([battle.place for battle in battles]),
        incomplete=_floats(incomplete_cost(weights, battle) for battle in battles),
        start_begin=_begins(map(len, starts)),
        start_day=_ints(day for _, day in days),
        start_cost=_floats(late_cost(weights, battle, day) for battle, day in days),
        start_floor=np.zeros(len(days)),
        start_order=np.arange(len(days), dtype=np.int64),
        line_begin=_begins(len(battle.seats) for battle in battles),
        battle=_ints(one for one, _, _ in lines),
        trade=_ints(number[line.trade] for _, _, line in lines),
        level=_ints(line.level for _, _, line in lines),
        people=_ints(line.people for _, _, line in lines),
        required=np.array([line.required for _, _, line in lines], np.bool_),
        empty=_floats(empty_cost(weights, battle, line) for _, battle, line in lines),
        first=_ints(line.first for _, _, line in lines),
        length=_ints(end - line.first + 1 for end, (_, _, line) in zip(ends, lines, strict=True)),
        place_begin=_begins(line.people for _, _, line in lines),
    )


def starts_of(problem: Problem, battle: Battle, pin: Pin | None) -> list[int]:
    """The starts worth trying: of those that nobody can attend only the earliest is."""
    if pin is not None and pin.start is not None:
        return [pin.start]
    before = max((line.first for line in battle.seats), default=0)
    within = range(max(battle.earliest, -before), min(battle.latest, problem.horizon - 1) + 1)
    return sorted({battle.earliest, *within})


def _sphere(places: Sequence[Place]) -> Sphere:
    degrees = np.array(places, np.float64).reshape(len(places), 2)
    latitude, longitude = np.radians(degrees[:, 0]), np.radians(degrees[:, 1])
    cosine = np.cos(latitude)
    return Sphere(
        latitude=latitude,
        longitude=longitude,
        cosine=cosine,
        x=cosine * np.cos(longitude),
        y=cosine * np.sin(longitude),
        z=np.sin(latitude),
    )


def _ints(numbers: Iterable[int]) -> Ints:
    return np.fromiter(numbers, np.int64)


def _floats(numbers: Iterable[Any]) -> Floats:
    return np.fromiter(numbers, np.float64)


def _begins(lengths: Iterable[int]) -> Ints:
    return _ints(accumulate(lengths, initial=0))
