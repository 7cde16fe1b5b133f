"""A quick plan: the weightiest battle takes the cheapest people who are left, and so on.

It is where the exact solver starts, and what is answered if the time is too short for better.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from battles.matcher.candidates import Pick, Piece, pins_of, starts
from battles.matcher.costs import empty_cost, incomplete_cost, late_cost
from battles.matcher.eligibility import clash
from battles.matcher.problem import Battle, Problem

Chosen = list[Pick]


class Diary:
    """Who is taken, and when, while the plan grows."""

    def __init__(self, problem: Problem, most: Mapping[int, int]) -> None:
        self.problem = problem
        self.most = most
        self.taken: dict[int, Chosen] = defaultdict(list)

    def can_take(self, pick: Pick) -> bool:
        taken = self.taken[pick.person]
        rest = self.problem.rules.rest_days
        return len(taken) < self.most[pick.person] and not any(
            clash((other.first, other.last), (pick.first, pick.last), rest) for other in taken
        )

    def cost(self, pick: Pick) -> float:
        return pick.cost + (self.problem.weights.second if self.taken[pick.person] else 0)

    def take(self, pick: Pick) -> None:
        self.taken[pick.person].append(pick)


def quick_plan(problem: Problem, piece: Piece) -> tuple[dict[int, int], Chosen] | None:
    """A start for every battle of the piece and the picks made, or None where it could not keep the pins."""
    diary, pins = Diary(problem, piece.most), pins_of(problem)
    by_battle: dict[int, dict[int, list[Pick]]] = defaultdict(lambda: defaultdict(list))
    for pick in piece.picks:
        by_battle[pick.battle][pick.start].append(pick)
    start_of, chosen = {}, []
    into_of = {battle.id: frozenset(pins[battle.id].into if battle.id in pins else ()) for battle in piece.battles}
    for battle in sorted(piece.battles, key=lambda battle: (not into_of[battle.id], *_turn(battle))):
        pin, into = pins.get(battle.id), into_of[battle.id]
        crews = [
            (start, _crew(diary, battle, by_battle[battle.id][start], into)) for start in starts(problem, battle, pin)
        ]
        start, crew = min(crews, key=lambda option: _option_cost(diary, battle, into, *option))
        for pick in crew:
            diary.take(pick)
        start_of[battle.id] = start
        chosen += crew
    sent = {(pick.battle, pick.person) for pick in chosen}
    is_kept = all((battle, person) in sent for battle, into in into_of.items() for person in into)
    return (start_of, chosen) if is_kept else None


def _turn(battle: Battle) -> tuple[int, int, int]:
    return -battle.weight, battle.due, battle.id


def _crew(diary: Diary, battle: Battle, picks: Iterable[Pick], into: frozenset[int]) -> Chosen:
    """Cheapest first, pinned people before all; a place is filled only where that saves something."""
    empty = [line.people for line in battle.seats]
    worth = [_worth(diary.problem, battle, number) for number in range(len(empty))]
    crew: Chosen = []
    seated: set[int] = set()
    for pick in sorted(picks, key=lambda pick: (pick.person not in into, diary.cost(pick), pick.person)):
        saves = pick.person in into or diary.cost(pick) < worth[pick.line]
        if saves and empty[pick.line] and pick.person not in seated and diary.can_take(pick):
            crew.append(pick)
            seated.add(pick.person)
            empty[pick.line] -= 1
    return crew


def _worth(problem: Problem, battle: Battle, number: int) -> float:
    line = battle.seats[number]
    whole = incomplete_cost(problem.weights, battle) / line.people if line.required else 0.0
    return empty_cost(problem.weights, battle, line) + whole


def _option_cost(
    diary: Diary, battle: Battle, into: frozenset[int], start: int, crew: Chosen
) -> tuple[int, float, int]:
    weights = diary.problem.weights
    cost = late_cost(weights, battle, start) + sum(diary.cost(pick) for pick in crew)
    is_incomplete = False
    for number, line in enumerate(battle.seats):
        missing = line.people - sum(pick.line == number for pick in crew)
        cost += missing * empty_cost(weights, battle, line)
        is_incomplete = is_incomplete or (line.required and missing > 0)
    cost += incomplete_cost(weights, battle) if is_incomplete else 0
    return len(into - {pick.person for pick in crew}), cost, start
