"""The linear relaxation by HiGHS: with x ≤ y for each person, line and start, and one seat row per line and start.

Empty places and the incomplete crew are columns per start too, which is the stronger way to write it. People pinned
in have no row: a bound without them is one with them too.
"""

import math
from collections import defaultdict
from time import perf_counter

import highspy
import numpy as np

from battles.matcher import Problem
from bench.rivals.answer import Answer
from bench.rivals.options import Line, by_battle, kept_cost, late_cost, lines_of, most_battles, starts_of

INFINITY = math.inf


def lp_bound(problem: Problem, *, seconds: float, seed: int) -> Answer:
    began = perf_counter()
    program = Program(problem)
    highs = highspy.Highs()
    options = {"output_flag": False, "threads": 1, "random_seed": seed, "time_limit": seconds}
    for name, value in options.items():
        highs.setOptionValue(name, value)
    if highs.passModel(program.lp()) == highspy.HighsStatus.kError:
        raise RuntimeError("the solver refused the model")
    highs.run()
    solved = highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    bound = highs.getInfo().objective_function_value + program.fixed if solved else None
    return Answer(None, bound, perf_counter() - began)


class Program:
    """Columns and rows as lists; `stays` are a person's columns with the days that they take."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.cost: list[float] = []
        self.lower: list[float] = []
        self.upper: list[float] = []
        self.begin, self.index, self.value = [0], list[int](), list[float]()
        self.stays: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        groups = by_battle(lines_of(problem))
        self.fixed = kept_cost(problem) + _without_seats(problem)
        for lines in groups.values():
            self.battle(lines)
        for person, stays in self.stays.items():
            self.person(person, stays)

    def column(self, cost: float) -> int:
        self.cost.append(cost)
        return len(self.cost) - 1

    def row(self, lower: float, terms: dict[int, float], upper: float) -> None:
        self.lower.append(lower)
        self.upper.append(upper)
        self.index.extend(terms)
        self.value.extend(terms.values())
        self.begin.append(len(self.index))

    def battle(self, lines: list[Line]) -> None:
        battle = lines[0].battle
        started = []
        for number, start in enumerate(lines[0].starts):
            day = self.column(late_cost(self.problem, battle, start))
            incomplete = self.column(self.problem.weights.incomplete * battle.weight)
            started.append(day)
            for line in lines:
                self.seats(line, number, day, incomplete)
        self.row(1, dict.fromkeys(started, 1.0), 1)

    def seats(self, line: Line, number: int, day: int, incomplete: int) -> None:
        empty = self.column(line.empty_cost)
        filled: dict[int, float] = {}
        start = line.starts[number]
        for one in line.able[number].nonzero()[0].tolist():
            sits = self.column(float(line.cost[one]))
            filled[sits] = 1.0
            first, last = start + int(line.before[one]), start + int(line.after[one])
            self.stays[int(line.person[one])].append((sits, first, last))
            self.row(-INFINITY, {sits: 1.0, day: -1.0}, 0)
        self.row(0, filled | {empty: 1.0, day: -float(line.line.people)}, 0)
        if line.line.required:
            self.row(-INFINITY, {empty: 1.0, incomplete: -float(line.line.people)}, 0)

    def person(self, person: int, stays: list[tuple[int, int, int]]) -> None:
        rest = self.problem.rules.rest_days
        days = {first for _, first, _ in stays}
        crowds = {frozenset(sits for sits, first, last in stays if first <= day <= last + rest) for day in days}
        for crowd in sorted(crowds, key=sorted):
            if not any(crowd < other for other in crowds):
                self.row(-INFINITY, dict.fromkeys(sorted(crowd), 1.0), 1)
        most = most_battles(self.problem, self.problem.people[person])
        terms = {sits: 1.0 for sits, _, _ in stays}
        self.row(-INFINITY, terms, most)
        if most > 1:
            self.row(-INFINITY, terms | {self.column(self.problem.weights.second): -1.0}, 1)

    def lp(self) -> highspy.HighsLp:
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self.cost), len(self.lower)
        lp.col_cost_ = np.array(self.cost)
        lp.col_lower_, lp.col_upper_ = np.zeros(len(self.cost)), np.full(len(self.cost), INFINITY)
        lp.row_lower_, lp.row_upper_ = np.array(self.lower), np.array(self.upper)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.num_col_, lp.a_matrix_.num_row_ = lp.num_col_, lp.num_row_
        lp.a_matrix_.start_ = np.array(self.begin, dtype=np.int32)
        lp.a_matrix_.index_ = np.array(self.index, dtype=np.int32)
        lp.a_matrix_.value_ = np.array(self.value, dtype=float)
        return lp


def _without_seats(problem: Problem) -> float:
    """A battle that asks for nobody costs what its best start costs."""
    pins = {pin.battle: pin for pin in problem.pins}
    return sum(
        min(late_cost(problem, battle, start) for start in starts_of(battle, pins.get(battle.id)))
        for battle in problem.battles
        if not battle.seats
    )
