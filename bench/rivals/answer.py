"""What a rival answers, and what the checker makes of it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from battles.matcher import Battle, BattlePlan, Empty, Person, Problem, Result, check, road_km

Crews = Mapping[tuple[int, int], Sequence[int]]
"""Person ids by battle id and line number."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`plans` and `cost` are None where no plan was found, `bound` where the way proves none."""

    plans: tuple[BattlePlan, ...] | None
    bound: float | None
    seconds: float
    cost: float | None = None
    broken: tuple[str, ...] = ()


class Rival(Protocol):
    def __call__(self, problem: Problem, *, seconds: float, seed: int) -> Answer: ...


def plans_of(problem: Problem, starts: Mapping[int, int], crews: Crews) -> tuple[BattlePlan, ...]:
    return tuple(
        BattlePlan(
            id=battle.id,
            start=starts[battle.id],
            crew=tuple(tuple(crews.get((battle.id, number), ())) for number in range(len(battle.seats))),
            empty=tuple(
                Empty(number, missing, "")
                for number, line in enumerate(battle.seats)
                if (missing := line.people - len(crews.get((battle.id, number), ()))) > 0
            ),
        )
        for battle in problem.battles
    )


def verified(problem: Problem, answer: Answer) -> Answer:
    """The same with the plan's cost, recomputed here and agreed to by the checker, and every rule that it breaks."""
    if answer.plans is None:
        return answer
    cost = cost_of(problem, answer.plans)
    result = Result("feasible", cost, answer.bound or 0.0, answer.seconds, answer.plans)
    return replace(answer, cost=cost, broken=tuple(map(str, check(problem, result))))


def cost_of(problem: Problem, plans: Iterable[BattlePlan]) -> float:
    people = {person.id: person for person in problem.people}
    battles = {battle.id: battle for battle in problem.battles}
    times: Counter[int] = Counter()
    seats: set[tuple[int, int, int]] = set()
    cost = 0.0
    for plan in plans:
        cost += _battle_cost(problem, battles[plan.id], plan)
        for number, person in plan.picks():
            cost += _journey_cost(problem, people[person], battles[plan.id], number)
            times[person] += 1
            seats.add((plan.id, number, person))
    further = sum(count - 1 for count in times.values())
    lost = sum(keep.cost for keep in problem.keep if (keep.battle, keep.line, keep.person) not in seats)
    return cost + problem.weights.second * further + lost


def _journey_cost(problem: Problem, person: Person, battle: Battle, number: int) -> float:
    weights, line = problem.weights, battle.seats[number]
    above = person.trades[line.trade] - line.level
    return road_km(person.place, battle.place) + weights.load * person.fought + weights.over * above


def _battle_cost(problem: Problem, battle: Battle, plan: BattlePlan) -> float:
    weights = problem.weights
    missing = {True: 0, False: 0}
    for line, crew in zip(battle.seats, plan.crew, strict=True):
        missing[line.required] += line.people - len(crew)
    late = weights.late * max(0, plan.start - battle.due)
    empty = weights.missing * missing[True] + weights.spare * missing[False]
    return battle.weight * (late + empty + (weights.incomplete if missing[True] else 0))
