"""Why these people, and why this place is empty: codes and numbers, which the pages turn into sentences."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isclose
from time import perf_counter

from battles.matcher.changes import Change, changes, is_complete
from battles.matcher.costs import CostParts, empty_cost, incomplete_cost, seat_cost
from battles.matcher.eligibility import span_of
from battles.matcher.problem import Battle, Person, Problem
from battles.matcher.reasons import DEARER, Roster
from battles.matcher.result import Result

FARTHER = "farther"
MORE_LOAD = "more_load"
OVER_QUALIFIED = "over_qualified"
SECOND_BATTLE = "second_battle"
EQUAL = "equal"
PINNED_IN = "pinned_in"
KEPT = "kept"
CHEAPER = "cheaper"

RUNNERS_UP = 3


@dataclass(frozen=True, slots=True)
class RunnerUp:
    """Somebody with the trade at the level, among the cheapest to send.

    `why` is what stands against them, in `battle` if it is another battle; `more` is what they would have
    cost more.
    """

    person: int
    had: int
    km: float
    fought: int
    why: str
    battle: int | None
    more: float


@dataclass(frozen=True, slots=True)
class PickReason:
    """`days_away` counts travel; `also_in` are the person's other battles in this plan."""

    battle: int
    line: int
    person: int
    asked: int
    had: int
    km: float
    days_away: int
    fought: int
    also_in: tuple[int, ...]
    cost: CostParts
    runners_up: tuple[RunnerUp, ...]


@dataclass(frozen=True, slots=True)
class EmptyReason:
    """Of `qualified` people with the trade at the level, `counts` by what stands against each.

    `worth` is what filling one place would save.
    """

    battle: int
    line: int
    people: int
    why: str
    qualified: int
    counts: Mapping[str, int]
    worth: float
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Explanations:
    picks: tuple[PickReason, ...]
    empties: tuple[EmptyReason, ...]


def explain(problem: Problem, result: Result, *, seconds: float = 5.0) -> Explanations:
    """Why everybody was picked, and what would fill each empty place: changes are tried for so many seconds at most."""
    roster = Roster(problem, result.battles)
    return Explanations(picks=tuple(_picks(roster)), empties=tuple(_empties(roster, perf_counter() + seconds)))


def _picks(roster: Roster) -> Iterator[PickReason]:
    for plan in roster.plans.values():
        battle = roster.battles[plan.id]
        for number, crew in enumerate(plan.crew):
            nearest = _nearest(roster, battle, number) if crew else ()
            for person in crew:
                yield _pick(roster, battle, number, roster.people[person], nearest)


def _nearest(roster: Roster, battle: Battle, number: int) -> list[Person]:
    """The cheapest who have the trade at the level and are not in this battle."""
    line = battle.seats[number]
    crew = {person for _, person in roster.plans[battle.id].picks()}
    return roster.cheapest(battle, line, RUNNERS_UP, but=crew)


def _pick(roster: Roster, battle: Battle, number: int, person: Person, nearest: Sequence[Person]) -> PickReason:
    line, cost = battle.seats[number], seat_cost(roster.problem, person, battle, battle.seats[number])
    first, last = span_of(roster.problem, person, battle, line, roster.plans[battle.id].start)
    return PickReason(
        battle=battle.id,
        line=number,
        person=person.id,
        asked=line.level,
        had=person.trades[line.trade],
        km=cost.km,
        days_away=last - first + 1,
        fought=person.fought,
        also_in=tuple(stay.battle for stay in roster.stays[person.id] if stay.battle != battle.id),
        cost=cost,
        runners_up=tuple(_runner_up(roster, battle, number, person, other) for other in nearest),
    )


def _runner_up(roster: Roster, battle: Battle, number: int, picked: Person, other: Person) -> RunnerUp:
    line, start = battle.seats[number], roster.plans[battle.id].start
    theirs = seat_cost(roster.problem, other, battle, line)
    hindrance = roster.hindrance(other, battle, line, start)
    more = roster.cost(other, battle, line) - roster.cost(picked, battle, line)
    return RunnerUp(
        person=other.id,
        had=other.trades[line.trade],
        km=theirs.km,
        fought=other.fought,
        why=hindrance.code if hindrance else _dearer_by(roster, battle, number, picked, other, more),
        battle=hindrance.battle if hindrance else None,
        more=more,
    )


def _dearer_by(roster: Roster, battle: Battle, number: int, picked: Person, other: Person, more: float) -> str:
    """Which part of the cost speaks most for the person picked."""
    if any(pin.battle == battle.id and picked.id in pin.into for pin in roster.problem.pins):
        return PINNED_IN
    if any((keep.battle, keep.line, keep.person) == (battle.id, number, picked.id) for keep in roster.problem.keep):
        return KEPT
    if isclose(more, 0, abs_tol=1e-6):
        return EQUAL
    if more < 0:
        return CHEAPER
    theirs = seat_cost(roster.problem, other, battle, battle.seats[number])
    ours = seat_cost(roster.problem, picked, battle, battle.seats[number])
    parts = {
        FARTHER: theirs.km - ours.km,
        MORE_LOAD: theirs.load - ours.load,
        OVER_QUALIFIED: theirs.over - ours.over,
        SECOND_BATTLE: roster.further_cost(other, battle) - roster.further_cost(picked, battle),
    }
    return max(parts, key=lambda part: parts[part])


def _empties(roster: Roster, until: float) -> Iterator[EmptyReason]:
    """The dearest places first, so that their changes are tried while there is time."""
    empties = [(plan, empty) for plan in roster.plans.values() for empty in plan.empty]
    worths = {(plan.id, empty.line): _worth(roster, roster.battles[plan.id], empty.line) for plan, empty in empties}
    for plan, empty in sorted(empties, key=lambda one: (-worths[one[0].id, one[1].line], one[0].id, one[1].line)):
        battle, worth = roster.battles[plan.id], worths[plan.id, empty.line]
        line = battle.seats[empty.line]
        qualified = roster.qualified(line)
        hindrances = (roster.hindrance(person, battle, line, plan.start) for person in qualified)
        yield EmptyReason(
            battle=battle.id,
            line=empty.line,
            people=empty.people,
            why=empty.why,
            qualified=len(qualified),
            counts=dict(Counter(one.code if one else DEARER for one in hindrances)),
            worth=worth,
            changes=changes(roster, battle, empty.line, worth=worth, until=until),
        )


def _worth(roster: Roster, battle: Battle, number: int) -> float:
    """With the price of an incomplete crew if this is the one place that it lacks."""
    weights, line, crew = roster.problem.weights, battle.seats[number], roster.plans[battle.id].crew
    worth = empty_cost(weights, battle, line)
    filled = tuple((*people, 0) if one == number else people for one, people in enumerate(crew))
    completes = line.required and is_complete(battle, filled)
    return worth + incomplete_cost(weights, battle) if completes else worth
