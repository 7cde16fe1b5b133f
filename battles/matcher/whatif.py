"""A change tried out: the battles around the empty place are solved again with it, all others stay as planned."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from battles.matcher.costs import plan_cost
from battles.matcher.eligibility import most_battles
from battles.matcher.problem import Battle, Person, Pin, Problem, ProblemError, Span
from battles.matcher.reasons import Roster
from battles.matcher.result import BattlePlan
from battles.matcher.solve import solve

MOST_BATTLES = 6
MOST_RIVALS = 12
MOST_PEOPLE = 40
SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class WhatIf:
    """One battle, and perhaps one person, other than they are; pins for what must come of it."""

    battle: Battle
    person: Person | None = None
    pins: tuple[Pin, ...] = ()


def cost_with(roster: Roster, number: int, change: WhatIf) -> float | None:
    """How much more the whole plan costs with the change; None if the battle has nobody more then.

    The plan behind the figure is a whole one; with more battles solved again, a cheaper one may exist.
    """
    changed = _changed(roster.problem, change)
    around = _around(roster, number, change)
    inner = _inner(roster, changed, around, change)
    try:
        result = solve(inner, seconds=SECONDS, begin=[roster.plans[battle] for battle in around])
    except ProblemError:
        return None
    found = {plan.id: plan for plan in result.battles}
    before = roster.plans[change.battle.id]
    if len(list(found[change.battle.id].picks())) <= len(list(before.picks())):
        return None
    old, new = [roster.plans[battle] for battle in around], list(found.values())
    others = [plan for plan in roster.plans.values() if plan.id not in found]
    apart = plan_cost(changed, new) - plan_cost(roster.problem, old)
    return apart + roster.problem.weights.second * (_shared(new, others) - _shared(old, others))


def _shared(plans: Iterable[BattlePlan], others: Iterable[BattlePlan]) -> int:
    """How many people are sent by both."""
    sent = {person for plan in others for _, person in plan.picks()}
    return len({person for plan in plans for _, person in plan.picks()} & sent)


def _changed(problem: Problem, change: WhatIf) -> Problem:
    """The whole problem with the change, and with the pins of battles whose start it moves taken off."""
    person, battle = change.person, change.battle
    people = problem.people
    if person is not None:
        people = tuple(person if one.id == person.id else one for one in people)
    battles = tuple(battle if one.id == battle.id else one for one in problem.battles)
    return replace(problem, people=people, battles=battles, pins=(), keep=problem.keep)


def _around(roster: Roster, number: int, change: WhatIf) -> list[int]:
    """The battle, those named by the pins, and those that have the cheapest people for the line."""
    line = change.battle.seats[number]
    near = roster.cheapest(change.battle, line, MOST_RIVALS)
    if change.person is not None:
        near.append(change.person)
    found = dict.fromkeys([change.battle.id, *(pin.battle for pin in change.pins)])
    found |= dict.fromkeys(stay.battle for person in near for stay in roster.stays.get(person.id, ()))
    return list(found)[: max(MOST_BATTLES, 1 + len(change.pins))]


def _inner(roster: Roster, changed: Problem, around: Collection[int], change: WhatIf) -> Problem:
    """These battles alone, with the people near them, less the days that they give to other battles."""
    battles = tuple(battle for battle in changed.battles if battle.id in around)
    wanted = {person for battle in around for _, person in roster.plans[battle].picks()}
    wanted |= {person for pin in change.pins for person in pin.into}
    people = {person.id: person for person in changed.people}
    busy = {person for person, stays in roster.stays.items() if stays}
    lines = [(battle, line) for battle in battles for line in battle.seats]
    for battle, line in lines:
        wanted |= {person.id for person in roster.cheapest(battle, line, MOST_PEOPLE, but=busy)}
    if change.person is not None:
        wanted.add(change.person.id)
    return replace(
        changed,
        people=tuple(_left(roster, people[person], around) for person in sorted(wanted)),
        battles=battles,
        pins=_pins(roster.problem, around, change),
        keep=tuple(keep for keep in changed.keep if keep.battle in around and keep.person in wanted),
    )


def _left(roster: Roster, person: Person, around: Collection[int]) -> Person:
    """The person with only those days and battles that battles elsewhere leave them."""
    elsewhere = [stay.span for stay in roster.stays.get(person.id, ()) if stay.battle not in around]
    if not elsewhere:
        return person
    rest = roster.problem.rules.rest_days
    taken = [(first - rest, last + rest) for first, last in elsewhere]
    left = most_battles(roster.problem, person) - len(elsewhere)
    return replace(person, free=tuple(_without(person.free, taken)), battles_left=max(0, left))


def _without(free: Sequence[Span], taken: Sequence[Span]) -> Iterator[Span]:
    for first, last in free:
        begin = first
        for takes, gives in sorted(taken):
            if begin < takes <= last:
                yield begin, takes - 1
            begin = max(begin, gives + 1) if gives >= first else begin
        if begin <= last:
            yield begin, last


def _pins(problem: Problem, around: Collection[int], change: WhatIf) -> tuple[Pin, ...]:
    """The coordinators' pins of these battles and the change's; a start that is being moved is not pinned."""
    merged = {pin.battle: pin for pin in problem.pins if pin.battle in around}
    for pin in change.pins:
        old = merged.get(pin.battle, Pin(pin.battle))
        into = tuple(person for person in dict.fromkeys((*old.into, *pin.into)) if person not in pin.out)
        out = tuple(person for person in dict.fromkeys((*old.out, *pin.out)) if person not in pin.into)
        merged[pin.battle] = Pin(pin.battle, into, out, old.start)
    own = merged.get(change.battle.id)
    if own is not None and own.start is not None and not change.battle.earliest <= own.start <= change.battle.latest:
        merged[change.battle.id] = replace(own, start=None)
    return tuple(merged.values())
