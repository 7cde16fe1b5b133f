"""The matcher and others on the same problems, with equal time for each."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from battles.matcher import Problem, gap, solve
from bench.generate import generate
from bench.rivals import RIVALS, Answer, verified

EXACT = 1e-6
OURS = "this matcher"
SMALL_ONLY = frozenset({"HiGHS MIP", "CP-SAT"})
LARGEST = 2270 * 300
SIZES = ((600, 40), (2270, 150), (2270, 300), (10_000, 500))
HEAD = ("people × battles", "who", "cost", "above the best %", "empty", "own bound", "own gap %", "seconds", "note")


@dataclass(frozen=True, slots=True)
class Side:
    lines: tuple[tuple[object, ...], ...]
    wrong: tuple[str, ...]


def compare(people: int, battles: int, *, seed: int, seconds: float) -> Side:
    problem = generate(people=people, battles=battles, seed=seed)
    answers = dict(_answers(problem, seed=seed, seconds=seconds))
    size = f"{people:,} × {battles:,}"
    best = min(one.cost for one in answers.values() if one.cost is not None)
    lines = [(size, name, *_figures(one, best)) for name, one in answers.items()]
    lines += [(size, name, *[""] * 6, "too large for it") for name in RIVALS if name not in answers]
    return Side(tuple(lines), tuple(f"{size}: {told}" for told in _wrong(answers)))


def _answers(problem: Problem, *, seed: int, seconds: float) -> Iterator[tuple[str, Answer]]:
    result = solve(problem, seed=seed, seconds=seconds)
    yield OURS, verified(problem, Answer(result.battles, result.bound, result.seconds))
    size = len(problem.people) * len(problem.battles)
    for name, rival in RIVALS.items():
        if size <= LARGEST or name not in SMALL_ONLY:
            yield name, verified(problem, rival(problem, seconds=seconds, seed=seed))


def _figures(one: Answer, best: float) -> tuple[str, ...]:
    bound = "–" if one.bound is None else f"{one.bound:,.0f}"
    if one.cost is None or one.plans is None:
        return "–", "–", "–", bound, "–", f"{one.seconds:.2f}", "no plan in time"
    empty = sum(places.people for plan in one.plans for places in plan.empty)
    own = "–" if one.bound is None else f"{100 * gap(one.cost, one.bound):.3f}"
    above = 100 * (one.cost - best) / best if best else 0.0
    return f"{one.cost:,.0f}", f"{above:.2f}", str(empty), bound, own, f"{one.seconds:.2f}", ""


def _wrong(answers: dict[str, Answer]) -> Iterator[str]:
    """A rule broken, or a bound above a plan that somebody found."""
    best = min((one.cost for one in answers.values() if one.cost is not None), default=math.inf)
    for name, one in answers.items():
        yield from (f"{name}: {told}" for told in one.broken)
        if one.bound is not None and one.bound > best * (1 + EXACT):
            yield f"{name}: the bound {one.bound} is above a plan of {best}"
