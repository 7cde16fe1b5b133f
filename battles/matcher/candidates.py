"""Who could sit in which line: the cheapest people who can come at one start at least.

A list ends after `most` people; from its `cutoff` on, people are not listed, and a bound takes as many of them at that
price as it likes, so that it holds for the whole problem. Nobody is listed who costs more than the place is worth.
"""

from math import asin, sin, sqrt
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from battles.matcher.arrays import Battles, Bits, Cells, Floats, Ints, People, Sphere, Trades
from battles.matcher.compiled import allocating, kernel
from battles.matcher.days import first_days_of_stays, has_day
from battles.matcher.distance import EARTH_KM, ROAD_FACTOR

DIAMETER = ROAD_FACTOR * 2 * EARTH_KM
QUARTER_TURN = 1.5707963
WHOLE_SPHERE = 8.0
SLACK = 1e-9


class Candidates(NamedTuple):
    """Per line, cheapest first. `low` and `high` are the days on which the person may leave home for it."""

    begin: Ints
    person: npt.NDArray[np.int32]
    cost: Floats
    far: npt.NDArray[np.uint8]  # 1: travels the day before and the day after
    low: Bits
    high: Bits
    cutoff: Floats  # per line; infinite where everybody is listed


class Limits(NamedTuple):
    """`square` is 2.0: a power known only at run time is worked out as Python does it, to the last bit."""

    horizon: int
    near_km: float
    over: float
    most: int
    square: float


@kernel
def road_km(one: int, places: Sphere, other: int, others: Sphere, square: float) -> float:
    """The same steps as `distance.road_km`, so that both give the same number."""
    across = sin((others.latitude[other] - places.latitude[one]) / 2) ** square
    along = (
        places.cosine[one] * others.cosine[other] * sin((others.longitude[other] - places.longitude[one]) / 2) ** square
    )
    return DIAMETER * asin(min(1.0, sqrt(across + along)))


@kernel
def square_of(km: float) -> float:
    """The squared straight line through the unit sphere for a road of so many km, a little generous."""
    if km >= QUARTER_TURN * DIAMETER:
        return WHOLE_SPHERE
    chord = 2 * sin(km / DIAMETER)
    return chord * chord * (1 + SLACK) + SLACK * SLACK


@kernel
def can_leave(low: np.uint64, high: np.uint64, line: int, far: int, horizon: int, battles: Battles) -> bool:
    """Whether one of the battle's starts lies on one of these days of leaving."""
    battle = battles.battle[line]
    for start in range(battles.start_begin[battle], battles.start_begin[battle + 1]):
        day = battles.start_day[start] + battles.first[line] - far
        if 0 <= day < horizon and has_day(low, high, day):
            return True
    return False


@kernel
def sink(cost: Floats, who: Ints, count: int) -> None:
    """Puts the first entry of the heap (dearest first) into its place."""
    at = 0
    while True:
        child = 2 * at + 1
        if child >= count:
            return
        if child + 1 < count and cost[child + 1] > cost[child]:
            child += 1
        if cost[child] <= cost[at]:
            return
        cost[child], cost[at] = cost[at], cost[child]
        who[child], who[at] = who[at], who[child]
        at = child


@kernel
def rise(cost: Floats, who: Ints, at: int) -> None:
    """Puts an entry at the end of the heap into its place."""
    while at > 0:
        above = (at - 1) // 2
        if cost[above] >= cost[at]:
            return
        cost[at], cost[above] = cost[above], cost[at]
        who[at], who[above] = who[above], who[at]
        at = above


@kernel
def cost_of(
    has: int, line: int, limit: float, people: People, trades: Trades, battles: Battles, limits: Limits
) -> float:
    """What sending one holder of the trade costs, or infinity if they cannot come, or cost `limit` or more."""
    person = trades.person[has]
    above = trades.level[has] - battles.level[line]
    if above < 0 or people.most[person] < 1:
        return np.inf
    rest = people.load[person] + limits.over * above
    length = battles.length[line]
    if rest >= limit or length > people.max_days[person]:
        return np.inf
    low, high = first_days_of_stays(people.low[person], people.high[person], length)
    if not can_leave(low, high, line, np.int64(0), limits.horizon, battles):
        return np.inf
    km = road_km(person, people.places, battles.battle[line], battles.places, limits.square)
    if km + rest >= limit or km > people.max_km[person]:
        return np.inf
    if km > limits.near_km:
        low, high = first_days_of_stays(people.low[person], people.high[person], length + 2)
        if length + 2 > people.max_days[person] or not can_leave(low, high, line, np.int64(1), limits.horizon, battles):
            return np.inf
    return km + rest


@allocating
def nearest_cells(battle: int, battles: Battles, cells: Cells, square: Floats) -> Ints:
    """The cells, nearest first; leaves in `square` the squared straight line to where somebody could live in each."""
    for cell in range(len(square)):
        x = cells.x[cell] - battles.places.x[battle]
        y = cells.y[cell] - battles.places.y[battle]
        z = cells.z[cell] - battles.places.z[battle]
        least = max(0.0, sqrt(x * x + y * y + z * z) - cells.radius[cell] - SLACK)
        square[cell] = least * least
    return np.argsort(square)


@kernel
def cheapest(
    line: int, near: Ints, square: Floats, people: People, trades: Trades, battles: Battles, limits: Limits,
    cost: Floats, who: Ints,
) -> tuple[np.int64, float]:  # fmt: skip
    """Leaves the cheapest holders of the line's trade in the heap; returns how many, and the cutoff."""
    trade = battles.trade[line]
    limit = battles.empty[line]
    if battles.required[line]:
        limit += battles.incomplete[battles.battle[line]]
    reach = square_of(limit)
    count = np.int64(0)
    cutoff = np.inf
    for cell in near:
        if square[cell] > reach:
            break
        for has in range(trades.begin[trade, cell], trades.begin[trade, cell + 1]):
            price = cost_of(has, line, limit, people, trades, battles, limits)
            if price == np.inf:
                continue
            if count < limits.most:
                cost[count], who[count] = price, has
                rise(cost, who, count)
                count += 1
            else:
                cost[0], who[0] = price, has
                sink(cost, who, count)
            if count == limits.most:
                limit = cutoff = cost[0]
                reach = square_of(limit)
    return count, cutoff


@allocating
def list_lines(
    first: int, last: int, people: People, cells: Cells, trades: Trades, battles: Battles, limits: Limits
) -> Candidates:
    """The lists of the lines first … last - 1."""
    room = (last - first) * limits.most
    begin = np.zeros(last - first + 1, np.int64)
    person, costs, far = np.empty(room, np.int32), np.empty(room), np.empty(room, np.uint8)
    low, high, cutoff = np.empty(room, np.uint64), np.empty(room, np.uint64), np.empty(last - first)
    cost, who, square = np.empty(limits.most), np.empty(limits.most, np.int64), np.empty(len(cells.radius))
    near = np.argsort(square)
    at = 0
    for line in range(first, last):
        if line == first or battles.battle[line] != battles.battle[line - 1]:
            near = nearest_cells(battles.battle[line], battles, cells, square)
        count, cutoff[line - first] = cheapest(line, near, square, people, trades, battles, limits, cost, who)
        for one in np.argsort(cost[:count], kind="mergesort"):
            person[at], costs[at] = trades.person[who[one]], cost[one]
            km = road_km(np.int64(person[at]), people.places, battles.battle[line], battles.places, limits.square)
            far[at] = 1 if km > limits.near_km else 0
            length = battles.length[line] + 2 * far[at]
            low[at], high[at] = first_days_of_stays(people.low[person[at]], people.high[person[at]], length)
            at += 1
        begin[line - first + 1] = at
    return Candidates(
        begin, person[:at].copy(), costs[:at].copy(), far[:at].copy(), low[:at].copy(), high[:at].copy(), cutoff
    )
