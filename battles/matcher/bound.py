"""A quick lower bound: what each battle would cost if it had all people for itself."""

from collections import defaultdict
from collections.abc import Sequence

from battles.matcher.candidates import Pick, Piece, pins_of, starts
from battles.matcher.costs import empty_cost, incomplete_cost, late_cost
from battles.matcher.problem import Battle, Problem, SeatLine


def quick_bound(problem: Problem, piece: Piece) -> float:
    """Never above the piece's best cost."""
    by_slot = defaultdict(list)
    for pick in piece.picks:
        by_slot[pick.battle, pick.line, pick.start].append(pick)
    pins = pins_of(problem)
    return piece.kept + sum(
        min(_alone(problem, battle, start, by_slot) for start in starts(problem, battle, pins.get(battle.id)))
        for battle in piece.battles
    )


def _alone(problem: Problem, battle: Battle, start: int, by_slot: dict[tuple[int, int, int], list[Pick]]) -> float:
    """Cheapest with all required places filled, or with the price for an incomplete crew."""
    complete, incomplete = 0.0, incomplete_cost(problem.weights, battle)
    for number, line in enumerate(battle.seats):
        costs = sorted(pick.cost for pick in by_slot[battle.id, number, start])[: line.people]
        some = _filled_where_cheaper(costs, line, empty_cost(problem.weights, battle, line))
        incomplete += some
        complete += _filled(costs, line) if line.required else some
    return late_cost(problem.weights, battle, start) + min(complete, incomplete)


def _filled(costs: Sequence[float], line: SeatLine) -> float:
    return sum(costs) if len(costs) == line.people else float("inf")


def _filled_where_cheaper(costs: Sequence[float], line: SeatLine, empty: float) -> float:
    return sum(min(cost, empty) for cost in costs) + (line.people - len(costs)) * empty
