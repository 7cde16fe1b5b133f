"""What a plan costs, in kilometres of road."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from battles.matcher.distance import road_km
from battles.matcher.eligibility import why_not
from battles.matcher.problem import Battle, Person, Problem, SeatLine, Weights
from battles.matcher.result import BattlePlan


@dataclass(frozen=True, slots=True)
class CostParts:
    """What it costs to send one person: road, battles already fought, levels above the level asked."""

    km: float
    load: float
    over: float

    @property
    def total(self) -> float:
        return self.km + self.load + self.over


def seat_cost(problem: Problem, person: Person, battle: Battle, line: SeatLine) -> CostParts:
    weights = problem.weights
    return CostParts(
        km=road_km(person.place, battle.place),
        load=weights.load * person.fought,
        over=weights.over * (person.trades[line.trade] - line.level),
    )


def rank(
    problem: Problem, battle: Battle, line: SeatLine, start: int, people: Iterable[Person]
) -> list[tuple[int, CostParts]]:
    """Who of these may sit in the line, cheapest first."""
    able = (
        (person.id, seat_cost(problem, person, battle, line))
        for person in people
        if why_not(problem, person, battle, line, start) is None
    )
    return sorted(able, key=lambda pair: (pair[1].total, pair[0]))


def late_cost(weights: Weights, battle: Battle, start: int) -> float:
    return weights.late * battle.weight * max(0, start - battle.due)


def empty_cost(weights: Weights, battle: Battle, line: SeatLine) -> float:
    """Of one empty place."""
    return battle.weight * (weights.missing if line.required else weights.spare)


def incomplete_cost(weights: Weights, battle: Battle) -> float:
    return weights.incomplete * battle.weight


def keep_costs(problem: Problem) -> dict[tuple[int, int, int], float]:
    """What it costs not to seat a person: (battle id, line number, person id) → cost."""
    costs: dict[tuple[int, int, int], float] = defaultdict(float)
    for keep in problem.keep:
        costs[keep.battle, keep.line, keep.person] += keep.cost
    return dict(costs)


def plan_cost(problem: Problem, plans: Collection[BattlePlan]) -> float:
    """Of these battles' plans together."""
    people = {person.id: person for person in problem.people}
    battles = {battle.id: battle for battle in problem.battles}
    sent: Counter[int] = Counter()
    cost = 0.0
    for plan in plans:
        cost += battle_cost(problem, battles[plan.id], plan, people)
        sent.update(person for _, person in plan.picks())
    again = sum(times - 1 for times in sent.values())
    return cost + problem.weights.second * again + _changes_cost(problem, plans)


def _changes_cost(problem: Problem, plans: Collection[BattlePlan]) -> float:
    planned = {plan.id for plan in plans}
    picks = {(plan.id, *pick) for plan in plans for pick in plan.picks()}
    kept = keep_costs(problem)
    return sum(cost for pick, cost in kept.items() if pick[0] in planned and pick not in picks)


def battle_cost(problem: Problem, battle: Battle, plan: BattlePlan, people: Mapping[int, Person]) -> float:
    """Lateness, empty places and journeys of one battle."""
    cost = late_cost(problem.weights, battle, plan.start)
    is_incomplete = False
    for line, crew in zip(battle.seats, plan.crew, strict=True):
        cost += sum(seat_cost(problem, people[person], battle, line).total for person in crew)
        cost += (line.people - len(crew)) * empty_cost(problem.weights, battle, line)
        is_incomplete = is_incomplete or (line.required and len(crew) < line.people)
    return cost + (incomplete_cost(problem.weights, battle) if is_incomplete else 0.0)
