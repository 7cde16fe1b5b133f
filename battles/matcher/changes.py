"""What would have to change for one more person to sit in a line that has an empty place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from time import perf_counter

from battles.matcher.costs import empty_cost, incomplete_cost, late_cost, seat_cost
from battles.matcher.distance import road_km
from battles.matcher.eligibility import TOO_FAR, TOO_LONG, span_of
from battles.matcher.problem import Battle, Person, Pin, SeatLine
from battles.matcher.reasons import NEEDED_ELSEWHERE, RESTING, Roster
from battles.matcher.whatif import WhatIf, cost_with

SEND = "send"
LOWER_LEVEL = "lower_level"
LATER = "later"
EARLIER = "earlier"
FARTHER_THAN_ACCEPTED = "farther_than_accepted"
LONGER_THAN_ACCEPTED = "longer_than_accepted"
TAKE = "take"

MOST_DAYS_MOVED = 7


@dataclass(frozen=True, slots=True)
class Change:
    """With it, `person` sits in the line: tried by solving.

    `amount` is in levels, days or kilometres by kind; `battle` is where the person is taken from. `cost` is
    what the rest of the plan costs more then, the place that is filled not counted.
    """

    kind: str
    person: int
    amount: float
    cost: float
    battle: int | None = None


def changes(roster: Roster, battle: Battle, number: int, *, worth: float, until: float) -> tuple[Change, ...]:
    """The cheapest change of each kind, cheapest first; each alone is enough for one place, which is `worth` so much.

    Each has been solved with. What there was no time for before `until` (of `perf_counter`) is left out.
    """
    guessed = (kind(roster, battle, battle.seats[number]) for kind in (_send, _lower, _moved, _farther, _longer, _take))
    likely = sorted((one for one in guessed if one is not None), key=lambda one: (one.cost, one.kind))
    tried = [_tried(roster, battle, number, one, worth) for one in likely if perf_counter() < until]
    return tuple(sorted((one for one in tried if one is not None), key=lambda one: (one.cost, one.kind)))


def _tried(roster: Roster, battle: Battle, number: int, change: Change, worth: float) -> Change | None:
    """With the cost that solving finds; None if the place stays empty nevertheless."""
    more = cost_with(roster, number, _what_if(roster, battle, number, change))
    return None if more is None else replace(change, cost=more + worth)


def _what_if(roster: Roster, battle: Battle, number: int, change: Change) -> WhatIf:
    person, start = roster.people[change.person], roster.plans[battle.id].start
    left = () if change.battle is None else (Pin(change.battle, out=(person.id,)),)
    if change.kind == LOWER_LEVEL:
        battle = replace(battle, seats=_with_one_lower(battle.seats, number))
    if change.kind in (LATER, EARLIER):
        moved = start + (1 if change.kind == LATER else -1) * int(change.amount)
        battle = replace(battle, earliest=moved, latest=moved)
    if change.kind == FARTHER_THAN_ACCEPTED:
        person = replace(person, max_km=road_km(person.place, battle.place))
    if change.kind == LONGER_THAN_ACCEPTED and person.max_days is not None:
        person = replace(person, max_days=person.max_days + int(change.amount))
    return WhatIf(battle, person, (Pin(battle.id, into=(person.id,)), *left))


def _with_one_lower(seats: Sequence[SeatLine], number: int) -> tuple[SeatLine, ...]:
    """One place of the line asks for one level less; the others of the line stay as they are."""
    line = seats[number]
    lower = replace(line, level=line.level - 1, people=1)
    if line.people == 1:
        return (*seats[:number], lower, *seats[number + 1 :])
    return (*seats[:number], replace(line, people=line.people - 1), *seats[number + 1 :], lower)


def _send(roster: Roster, battle: Battle, line: SeatLine) -> Change | None:
    """Somebody could come, yet the plan is cheaper without."""
    return _cheapest(
        Change(SEND, person.id, 0, roster.cost(person, battle, line))
        for person in roster.qualified(line)
        if _would_fit(roster, person, battle, line)
    )


def _lower(roster: Roster, battle: Battle, line: SeatLine) -> Change | None:
    if line.level == 1:
        return None
    lower = replace(line, level=line.level - 1)
    return _cheapest(
        Change(LOWER_LEVEL, person.id, 1, roster.cost(person, battle, lower))
        for person in roster.qualified(lower)
        if person.trades[line.trade] == lower.level and _would_fit(roster, person, battle, lower)
    )


def _moved(roster: Roster, battle: Battle, line: SeatLine) -> Change | None:
    """The shortest move of the start that the crew can follow and that frees somebody."""
    start = roster.plans[battle.id].start
    late = late_cost(roster.problem.weights, battle, start)
    for days in range(1, MOST_DAYS_MOVED + 1):
        options = []
        for kind, moved in ((LATER, start + days), (EARLIER, start - days)):
            if _crew_can_follow(roster, battle, moved):
                later = late_cost(roster.problem.weights, battle, moved) - late
                options += [
                    Change(kind, person.id, days, later + roster.cost(person, battle, line))
                    for person in roster.qualified(line)
                    if roster.hindrance(person, battle, line, moved) is None
                    and not _would_fit(roster, person, battle, line)
                ]
        if options:
            return _cheapest(iter(options))
    return None


def _crew_can_follow(roster: Roster, battle: Battle, start: int) -> bool:
    return all(
        roster.hindrance(roster.people[person], battle, battle.seats[number], start, but=battle.id) is None
        for number, person in roster.plans[battle.id].picks()
    )


def _farther(roster: Roster, battle: Battle, line: SeatLine) -> Change | None:
    """Whoever would have to accept the fewest kilometres more."""
    return _least(
        Change(FARTHER_THAN_ACCEPTED, person.id, km - person.max_km, roster.cost(person, battle, line))
        for person in _hindered(roster, battle, line, TOO_FAR)
        if person.max_km is not None
        and (km := road_km(person.place, battle.place)) > person.max_km
        and _would_fit(roster, replace(person, max_km=None), battle, line)
    )


def _longer(roster: Roster, battle: Battle, line: SeatLine) -> Change | None:
    """Whoever would have to accept the fewest days away more."""
    found = []
    for person in _hindered(roster, battle, line, TOO_LONG):
        first, last = span_of(roster.problem, person, battle, line, roster.plans[battle.id].start)
        if person.max_days is not None and _would_fit(roster, replace(person, max_days=None), battle, line):
            days = last - first + 1 - person.max_days
            found.append(Change(LONGER_THAN_ACCEPTED, person.id, days, roster.cost(person, battle, line)))
    return _least(iter(found))


def _take(roster: Roster, battle: Battle, line: SeatLine) -> Change | None:
    """Whoever costs least to take from another battle, their empty place there counted."""
    start = roster.plans[battle.id].start
    found = []
    for person in roster.qualified(line):
        hindrance = roster.hindrance(person, battle, line, start)
        if hindrance is None or hindrance.code not in (NEEDED_ELSEWHERE, RESTING) or hindrance.battle is None:
            continue
        if roster.hindrance(person, battle, line, start, but=hindrance.battle) is None:
            cost = seat_cost(roster.problem, person, battle, line).total
            cost += _loss(roster, person, hindrance.battle)
            found.append(Change(TAKE, person.id, 0, cost, hindrance.battle))
    return _cheapest(iter(found))


def _loss(roster: Roster, person: Person, battle_id: int) -> float:
    """What the plan costs more once the person has left that battle, with nobody in their place."""
    problem, battle = roster.problem, roster.battles[battle_id]
    number = next(stay.line for stay in roster.stays[person.id] if stay.battle == battle_id)
    line = battle.seats[number]
    loss = empty_cost(problem.weights, battle, line) - seat_cost(problem, person, battle, line).total
    if line.required and is_complete(battle, roster.plans[battle_id].crew):
        loss += incomplete_cost(problem.weights, battle)
    return loss


def is_complete(battle: Battle, crew: tuple[tuple[int, ...], ...]) -> bool:
    return all(len(people) == line.people for line, people in zip(battle.seats, crew, strict=True) if line.required)


def _hindered(roster: Roster, battle: Battle, line: SeatLine, code: str) -> Iterator[Person]:
    start = roster.plans[battle.id].start
    for person in roster.qualified(line):
        hindrance = roster.hindrance(person, battle, line, start)
        if hindrance is not None and hindrance.code == code:
            yield person


def _would_fit(roster: Roster, person: Person, battle: Battle, line: SeatLine) -> bool:
    return roster.hindrance(person, battle, line, roster.plans[battle.id].start) is None


def _cheapest(found: Iterator[Change]) -> Change | None:
    return min(found, key=lambda one: (one.cost, one.person), default=None)


def _least(found: Iterator[Change]) -> Change | None:
    return min(found, key=lambda one: (one.amount, one.cost, one.person), default=None)
