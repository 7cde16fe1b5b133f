"""Min-cost flow: exact for fixed dates where nobody fights twice. The dates are the better of the due days and greedy's."""

from time import perf_counter

from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from battles.matcher import Problem
from bench.rivals.answer import Answer, cost_of, plans_of
from bench.rivals.dispatch import dispatch
from bench.rivals.options import Line, by_battle, lines_of, starts_of

SCALE = 1000
SOURCE = 0


def min_cost_flow(problem: Problem, *, seconds: float, seed: int) -> Answer:
    """It always comes to its end, and nothing in it is by chance. Pins of people are not kept."""
    del seconds, seed
    began = perf_counter()
    lines = lines_of(problem)
    dates = [_due_days(problem), dispatch(problem, by_battle(lines))[0]]
    plans = [plans_of(problem, starts, _crews(problem, lines, starts)) for starts in dates]
    return Answer(min(plans, key=lambda one: cost_of(problem, one)), None, perf_counter() - began)


def _due_days(problem: Problem) -> dict[int, int]:
    pins = {pin.battle: pin for pin in problem.pins}
    return {
        battle.id: min(starts_of(battle, pins.get(battle.id)), key=lambda start: abs(start - battle.due))
        for battle in problem.battles
    }


def _crews(problem: Problem, lines: list[Line], starts: dict[int, int]) -> dict[tuple[int, int], list[int]]:
    """Source → person → line, and from the source straight to the line for what stays empty."""
    flow = SimpleMinCostFlow()
    people = len(problem.people)
    for person in range(people):
        flow.add_arc_with_capacity_and_unit_cost(SOURCE, 1 + person, 1, 0)
    arcs: dict[int, tuple[tuple[int, int], int]] = {}
    for place, line in enumerate(lines, start=1 + people):
        number = line.starts.index(starts[line.battle.id])
        for one in line.able[number].nonzero()[0].tolist():
            person = int(line.person[one])
            cost = round(SCALE * float(line.cost[one]))
            arc = flow.add_arc_with_capacity_and_unit_cost(1 + person, place, 1, cost)
            arcs[arc] = line.key, problem.people[person].id
        flow.add_arc_with_capacity_and_unit_cost(SOURCE, place, line.line.people, _empty(problem, line))
        flow.set_node_supply(place, -line.line.people)
    flow.set_node_supply(SOURCE, sum(line.line.people for line in lines))
    if flow.solve() != flow.OPTIMAL:
        raise RuntimeError("the flow has no solution")
    crews: dict[tuple[int, int], list[int]] = {}
    for arc, (key, person) in arcs.items():
        if flow.flow(arc):
            crews.setdefault(key, []).append(person)
    return crews


def _empty(problem: Problem, line: Line) -> int:
    """Required places first: each bears a share of what an incomplete crew costs."""
    share = problem.weights.incomplete * line.battle.weight / line.line.people if line.line.required else 0.0
    return round(SCALE * (line.empty_cost + share))
