"""Pins and keeps as changes to the lists of candidates.

Somebody pinned in costs less by more than all the rest of the plan could be worth, somebody kept by what losing them costs;
`kept` is the sum of that, so that the cost of a plan that heeds the pins stays the same.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import pi

import numpy as np

from battles.matcher.arrays import Battles, People, starts_of
from battles.matcher.candidates import Candidates
from battles.matcher.costs import keep_costs, seat_cost
from battles.matcher.days import first_days_of_stays
from battles.matcher.distance import EARTH_KM, ROAD_FACTOR, road_km
from battles.matcher.eligibility import why_not
from battles.matcher.problem import LEVELS, Battle, Pin, Problem, ProblemError

Row = tuple[int, float, int, int, int]

HALF_THE_GLOBE = ROAD_FACTOR * EARTH_KM * pi


@dataclass(frozen=True, slots=True)
class Wishes:
    """`bonus` is what somebody pinned in costs less."""

    candidates: Candidates
    kept: float
    bonus: float


def heed(problem: Problem, people: People, battles: Battles, candidates: Candidates) -> Wishes:
    """The lists with the pins and keeps in them; ProblemError if somebody pinned in can sit nowhere there."""
    kept = keep_costs(problem)
    pins = {pin.battle: pin for pin in problem.pins if pin.into or pin.out}
    bonus = _bonus(problem, battles)
    touched = set(pins) | {battle for battle, _, _ in kept}
    if not touched:
        return Wishes(candidates, 0.0, bonus)
    changed: dict[int, list[Row]] = {}
    number = {person.id: one for one, person in enumerate(problem.people)}
    for b, battle in enumerate(problem.battles):
        if battle.id in touched:
            pin = pins.get(battle.id)
            wanted = _wanted(battle, pin, kept)
            seated = set()
            for at in range(len(battle.seats)):
                line = int(battles.line_begin[b]) + at
                rows, added = _rows(problem, people, battle, at, pin, wanted, number, bonus, kept)
                gone = {number[person] for person in (*wanted, *(pin.out if pin else ()))}
                rows += [row for row in _present(candidates, line) if row[0] not in gone]
                changed[line] = sorted(rows, key=lambda row: (row[1], row[0]))
                seated |= added
            _check(problem, battle, pin, seated)
    lost = sum(kept.values()) + bonus * sum(len(set(pin.into)) for pin in pins.values())
    return Wishes(_with(candidates, changed), lost, bonus)


def _bonus(problem: Problem, battles: Battles) -> float:
    """More than everything else that a plan can cost."""
    weights, places = problem.weights, int(battles.people.sum())
    empty = float((battles.people * battles.empty).sum() + battles.incomplete.sum() + battles.start_cost.sum())
    sent = weights.second + weights.over * len(LEVELS) + HALF_THE_GLOBE
    fought = weights.load * max((person.fought for person in problem.people), default=0)
    return empty + places * (sent + fought) + sum(keep.cost for keep in problem.keep) + 1


def _wanted(battle: Battle, pin: Pin | None, kept: Mapping[tuple[int, int, int], float]) -> set[int]:
    """People whose rows are made anew: pinned in, or kept in some line."""
    theirs = {person for at, _, person in kept if at == battle.id}
    return (theirs | set(pin.into)) - set(pin.out) if pin else theirs


def _rows(
    problem: Problem, people: People, battle: Battle, at: int, pin: Pin | None, wanted: Collection[int],
    number: Mapping[int, int], bonus: float, kept: Mapping[tuple[int, int, int], float],
) -> tuple[list[Row], set[int]]:  # fmt: skip
    """Rows of the wanted people who can sit in the line at some start, and their ids."""
    line = battle.seats[at]
    rows, able = [], set()
    starts = starts_of(problem, battle, next((one for one in problem.pins if one.battle == battle.id), None))
    for one in sorted(wanted):
        person = problem.people[number[one]]
        if all(why_not(problem, person, battle, line, start) is not None for start in starts):
            continue
        able.add(one)
        cost = seat_cost(problem, person, battle, line).total - kept.get((battle.id, at, one), 0.0)
        if pin is not None and one in pin.into:
            cost -= bonus
        far = int(road_km(person.place, battle.place) > problem.rules.near_km)
        last = battle.days - 1 if line.last is None else line.last
        length = last - line.first + 1 + 2 * far
        low, high = first_days_of_stays(people.low[number[one]], people.high[number[one]], length)
        rows.append((number[one], cost, far, int(low), int(high)))
    return rows, able


def _present(candidates: Candidates, line: int) -> list[Row]:
    some = slice(candidates.begin[line], candidates.begin[line + 1])
    columns = (candidates.person, candidates.cost, candidates.far, candidates.low, candidates.high)
    return list(zip(*(column[some].tolist() for column in columns), strict=True))


def _check(problem: Problem, battle: Battle, pin: Pin | None, seated: Collection[int]) -> None:
    for one in pin.into if pin else ():
        if one not in seated and pin is not None:
            person = next(person for person in problem.people if person.id == one)
            # A line of a trade that they have says more than one of another.
            line = max(battle.seats, key=lambda line: person.trades.get(line.trade, 0) - line.level)
            reason = why_not(problem, person, battle, line, starts_of(problem, battle, pin)[0])
            raise ProblemError(f"pin of battle {battle.id}: person {one} cannot be in: {reason}")


def _with(candidates: Candidates, changed: Mapping[int, list[Row]]) -> Candidates:
    """The same lists, but for the changed lines."""
    lengths = np.diff(candidates.begin)
    parts: dict[str, list[np.ndarray]] = defaultdict(list)
    names = ("person", "cost", "far", "low", "high")
    done = 0
    for line in sorted(changed):
        lengths[line] = len(changed[line])
        columns = list(zip(*changed[line], strict=True)) or [()] * len(names)
        for name, column in zip(names, columns, strict=True):
            whole = getattr(candidates, name)
            parts[name] += [whole[done : candidates.begin[line]], np.array(column, whole.dtype)]
        done = candidates.begin[line + 1]
    arrays = {name: np.concatenate([*parts[name], getattr(candidates, name)[done:]]) for name in names}
    return Candidates(begin=np.concatenate([[0], np.cumsum(lengths)]), cutoff=candidates.cutoff, **arrays)
