"""Plain greedy, as free dispatchers work: the weightiest battle first, its earliest start with most places filled,
and into each place the cheapest who is left. Pins of people are not kept."""

from time import perf_counter

from battles.matcher import Battle, Problem
from bench.rivals.answer import Answer, plans_of
from bench.rivals.options import Line, by_battle, lines_of, most_battles, starts_of

Seated = list[tuple[Line, int, int, int]]
"""Line, person, first and last day away."""


def greedy(problem: Problem, *, seconds: float, seed: int) -> Answer:
    """It always comes to its end, and nothing in it is by chance."""
    del seconds, seed
    began = perf_counter()
    starts, crews = dispatch(problem, by_battle(lines_of(problem)))
    return Answer(plans_of(problem, starts, crews), None, perf_counter() - began)


def dispatch(problem: Problem, lines: dict[int, list[Line]]) -> tuple[dict[int, int], dict[tuple[int, int], list[int]]]:
    taken: list[list[tuple[int, int]]] = [[] for _ in problem.people]
    most = [most_battles(problem, person) for person in problem.people]
    starts: dict[int, int] = {}
    crews: dict[tuple[int, int], list[int]] = {}
    for battle in sorted(problem.battles, key=_turn):
        starts[battle.id], seated = _fullest(problem, lines.get(battle.id, []), battle, taken, most)
        for line, person, first, last in seated:
            taken[person].append((first, last))
            crews.setdefault(line.key, []).append(problem.people[person].id)
    return starts, crews


def _turn(battle: Battle) -> tuple[int, int, int]:
    return -battle.weight, battle.due, battle.id


def _fullest(
    problem: Problem, lines: list[Line], battle: Battle, taken: list[list[tuple[int, int]]], most: list[int]
) -> tuple[int, Seated]:
    pin = next((pin for pin in problem.pins if pin.battle == battle.id), None)
    best: tuple[int, Seated] | None = None
    for number, start in enumerate(starts_of(battle, pin)):
        seated = _crew(problem, lines, number, taken, most)
        if best is None or len(seated) > len(best[1]):
            best = start, seated
    if best is None:
        raise ValueError(f"battle {battle.id} has no start")
    return best


def _crew(
    problem: Problem, lines: list[Line], number: int, taken: list[list[tuple[int, int]]], most: list[int]
) -> Seated:
    rest, seated, here = problem.rules.rest_days, [], set[int]()
    for line in sorted(lines, key=lambda line: not line.line.required):
        places = line.line.people
        for one in line.able[number].nonzero()[0].tolist():
            person = int(line.person[one])
            first, last = line.starts[number] + int(line.before[one]), line.starts[number] + int(line.after[one])
            if places == 0:
                break
            if person in here or len(taken[person]) >= most[person]:
                continue
            if all(first > until + rest or last + rest < since for since, until in taken[person]):
                seated.append((line, person, first, last))
                here.add(person)
                places -= 1
    return seated
