"""Whether a plan keeps every rule and costs what it says.

Written from the rules themselves: it shares no code with the solver, nor with the rule that the solver asks,
so that a mistake in either shows here.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isclose, isfinite

from battles.matcher.distance import road_km
from battles.matcher.problem import Battle, Person, Problem, SeatLine
from battles.matcher.result import OPTIMAL_GAP, BattlePlan, Result

PRECISION = 1e-6


@dataclass(frozen=True, slots=True)
class Violation:
    """`rule` is a code; battle, line and person say where."""

    rule: str
    battle: int | None = None
    line: int | None = None
    person: int | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """One person in one line of the plan, with the days away."""

    person: Person
    battle: Battle
    number: int
    line: SeatLine
    km: float
    first: int
    last: int

    def violation(self, rule: str, detail: str = "") -> Violation:
        return Violation(rule, self.battle.id, self.number, self.person.id, detail)


def check(problem: Problem, result: Result) -> list[Violation]:
    """Every broken rule; an empty list is a sound plan."""
    broken = list(_shape(problem, result.battles))
    if broken:
        return broken
    plans = {plan.id: plan for plan in result.battles}
    sent = list(_sent(problem, plans))
    broken += _starts(problem, plans)
    broken += _each_alone(problem, sent)
    broken += _each_person(problem, sent)
    broken += _pins(problem, plans, sent)
    broken += _empty_places(problem, plans)
    broken += _figures(problem, plans, sent, result)
    return broken


def _shape(problem: Problem, plans: Sequence[BattlePlan]) -> Iterator[Violation]:
    """Every battle once, every line there, known people, no more of them than places."""
    battles = {battle.id: battle for battle in problem.battles}
    people = {person.id for person in problem.people}
    times = Counter(plan.id for plan in plans)
    for battle in {*battles, *times}:
        if battle not in battles:
            yield Violation("unknown_battle", battle)
        elif times[battle] != 1:
            yield Violation("battle_not_planned_once", battle, detail=f"{times[battle]} times")
    for plan in plans:
        if plan.id in battles:
            yield from _lines(battles[plan.id], plan, people)


def _lines(battle: Battle, plan: BattlePlan, people: set[int]) -> Iterator[Violation]:
    if len(plan.crew) != len(battle.seats):
        yield Violation("lines_do_not_match", battle.id, detail=f"{len(plan.crew)} of {len(battle.seats)}")
        return
    for number, (line, crew) in enumerate(zip(battle.seats, plan.crew, strict=True)):
        if len(crew) > line.people:
            yield Violation("too_many_people", battle.id, number, detail=f"{len(crew)} of {line.people}")
        for person in crew:
            if person not in people:
                yield Violation("unknown_person", battle.id, number, person)


def _sent(problem: Problem, plans: dict[int, BattlePlan]) -> Iterator[Sent]:
    people = {person.id: person for person in problem.people}
    for battle in problem.battles:
        plan = plans[battle.id]
        for number, line in enumerate(battle.seats):
            for person in plan.crew[number]:
                yield _one_sent(problem, people[person], battle, number, line, plan.start)


def _one_sent(problem: Problem, person: Person, battle: Battle, number: int, line: SeatLine, start: int) -> Sent:
    km = road_km(person.place, battle.place)
    travel = 1 if km > problem.rules.near_km else 0
    until = battle.days - 1 if line.last is None else line.last
    return Sent(person, battle, number, line, km, start + line.first - travel, start + until + travel)


def _starts(problem: Problem, plans: dict[int, BattlePlan]) -> Iterator[Violation]:
    for battle in problem.battles:
        if not battle.earliest <= plans[battle.id].start <= battle.latest:
            yield Violation("start_outside_window", battle.id, detail=f"day {plans[battle.id].start}")


def _each_alone(problem: Problem, sent: Sequence[Sent]) -> Iterator[Violation]:
    """What each person sent must fulfil without regard to the others."""
    for one in sent:
        level = one.person.trades.get(one.line.trade, 0)
        if level < one.line.level:
            yield one.violation("no_trade" if level == 0 else "level_too_low")
        free = {
            day for first, last in one.person.free for day in range(max(first, 0), min(last, problem.horizon - 1) + 1)
        }
        taken = [day for day in range(one.first, one.last + 1) if day not in free]
        if taken:
            yield one.violation("not_free", f"days {taken}")
        if one.person.max_km is not None and one.km > one.person.max_km:
            yield one.violation("too_far", f"{one.km:.1f} km")
        if one.person.max_days is not None and one.last - one.first + 1 > one.person.max_days:
            yield one.violation("too_long", f"{one.last - one.first + 1} days")


def _each_person(problem: Problem, sent: Sequence[Sent]) -> Iterator[Violation]:
    """One seat a battle, rest between battles, not too many of them."""
    by_person = defaultdict(list)
    for one in sent:
        by_person[one.person.id].append(one)
    for theirs in by_person.values():
        person = theirs[0].person
        seats = Counter(one.battle.id for one in theirs)
        for battle, times in seats.items():
            if times > 1:
                yield Violation("two_seats_in_a_battle", battle, person=person.id)
        limits = [problem.rules.max_battles, *([] if person.battles_left is None else [person.battles_left])]
        if len(seats) > min(limits):
            yield Violation("too_many_battles", person=person.id, detail=f"{len(seats)} of {min(limits)}")
        for before, after in pairwise(sorted(theirs, key=lambda one: (one.first, one.last))):
            if after.first - before.last - 1 < problem.rules.rest_days and before.battle.id != after.battle.id:
                yield after.violation("no_rest", f"after battle {before.battle.id}")


def _pins(problem: Problem, plans: dict[int, BattlePlan], sent: Sequence[Sent]) -> Iterator[Violation]:
    crews = defaultdict(set)
    for one in sent:
        crews[one.battle.id].add(one.person.id)
    for pin in problem.pins:
        for person in pin.into:
            if person not in crews[pin.battle]:
                yield Violation("pinned_in_but_out", pin.battle, person=person)
        for person in pin.out:
            if person in crews[pin.battle]:
                yield Violation("pinned_out_but_in", pin.battle, person=person)
        if pin.start is not None and plans[pin.battle].start != pin.start:
            yield Violation("pinned_start_moved", pin.battle, detail=f"day {plans[pin.battle].start}")


def _empty_places(problem: Problem, plans: dict[int, BattlePlan]) -> Iterator[Violation]:
    for battle in problem.battles:
        plan = plans[battle.id]
        empty = {
            (number, line.people - len(crew))
            for number, (line, crew) in enumerate(zip(battle.seats, plan.crew, strict=True))
            if len(crew) < line.people
        }
        told = [(one.line, one.people) for one in plan.empty]
        if sorted(told) != sorted(empty):
            yield Violation("empty_places_wrong", battle.id, detail=f"{told} instead of {sorted(empty)}")


def _figures(
    problem: Problem, plans: dict[int, BattlePlan], sent: Sequence[Sent], result: Result
) -> Iterator[Violation]:
    cost = _cost(problem, plans, sent)
    if not isclose(result.cost, cost, rel_tol=PRECISION, abs_tol=PRECISION):
        yield Violation("cost_wrong", detail=f"{result.cost} instead of {cost}")
    if not isfinite(result.bound) or result.bound > cost + PRECISION * max(1.0, abs(cost)):
        yield Violation("bound_wrong", detail=f"{result.bound} for a cost of {cost}")
    if result.status == "optimal" and cost - result.bound > 2 * OPTIMAL_GAP * max(1.0, cost):
        yield Violation("not_proven_optimal", detail=f"{result.bound} for a cost of {cost}")


def _cost(problem: Problem, plans: dict[int, BattlePlan], sent: Sequence[Sent]) -> float:
    weights = problem.weights
    times = Counter(one.person.id for one in sent)
    cost = weights.second * sum(count - 1 for count in times.values())
    for one in sent:
        above = max(0, one.person.trades.get(one.line.trade, 0) - one.line.level)
        cost += one.km + weights.load * one.person.fought + weights.over * above
    for battle in problem.battles:
        cost += _battle_cost(problem, battle, plans[battle.id])
    seats = {(one.battle.id, one.number, one.person.id) for one in sent}
    lost = [keep.cost for keep in problem.keep if (keep.battle, keep.line, keep.person) not in seats]
    return cost + sum(lost)


def _battle_cost(problem: Problem, battle: Battle, plan: BattlePlan) -> float:
    weights = problem.weights
    gaps = [(line.required, line.people - len(crew)) for line, crew in zip(battle.seats, plan.crew, strict=True)]
    required = sum(missing for is_required, missing in gaps if is_required)
    optional = sum(missing for is_required, missing in gaps if not is_required)
    days_late = max(0, plan.start - battle.due)
    each = weights.late * days_late + weights.missing * required + weights.spare * optional
    return battle.weight * (each + (weights.incomplete if required else 0))
