"""CP-SAT: one model with an optional interval for every person and line. It shares no code with the matcher's model.

Costs become whole numbers, thousandths rounded down, so that the bound stays a bound.
"""

import math
from collections import defaultdict
from collections.abc import Iterable
from time import perf_counter

from ortools.sat.python import cp_model

from battles.matcher import Battle, Problem
from bench.rivals.answer import Answer, plans_of
from bench.rivals.options import Line, kept_cost, late_cost, lines_of, most_battles, starts_of

SCALE = 1000
WORKERS = 2
Seat = tuple[Line, cp_model.IntVar, cp_model.IntervalVar]


def cp_sat(problem: Problem, *, seconds: float, seed: int) -> Answer:
    began = perf_counter()
    model = Model(problem)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = WORKERS
    solver.parameters.random_seed = seed
    solver.parameters.relative_gap_limit = 0
    solver.parameters.max_time_in_seconds = max(0.01, seconds - (perf_counter() - began))
    status = solver.solve(model.cp)
    bound = max(0.0, solver.best_objective_bound / SCALE + kept_cost(problem))
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return Answer(None, bound if math.isfinite(bound) else 0.0, perf_counter() - began)
    starts = {battle: solver.value(day) for battle, day in model.day.items()}
    crews: dict[tuple[int, int], list[int]] = {}
    for person, seats in model.seats.items():
        for line, sits, _ in seats:
            if solver.boolean_value(sits):
                crews.setdefault(line.key, []).append(problem.people[person].id)
    return Answer(plans_of(problem, starts, crews), bound, perf_counter() - began)


class Model:
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.cp = cp_model.CpModel()
        self.terms: list[tuple[cp_model.LinearExprT, int]] = []
        self.day: dict[int, cp_model.IntVar] = {}
        self.on: dict[int, dict[int, cp_model.IntVar]] = {}
        self.incomplete: dict[int, cp_model.IntVar] = {}
        self.seats: dict[int, list[Seat]] = defaultdict(list)
        pins = {pin.battle: pin for pin in problem.pins}
        for battle in problem.battles:
            self.start(battle, starts_of(battle, pins.get(battle.id)))
        for line in lines_of(problem):
            self.fill(line)
        for person, seats in self.seats.items():
            self.serve(person, seats)
        self.keep_pins()
        self.cp.minimize(sum(cost * what for what, cost in self.terms))

    def pay(self, cost: float, what: cp_model.LinearExprT) -> None:
        self.terms.append((what, math.floor(SCALE * cost)))

    def start(self, battle: Battle, starts: tuple[int, ...]) -> None:
        day = self.cp.new_int_var_from_domain(cp_model.Domain.from_values(list(starts)), "")
        self.on[battle.id] = {start: self.cp.new_bool_var("") for start in starts}
        self.cp.add_exactly_one(self.on[battle.id].values())
        for start, is_on in self.on[battle.id].items():
            self.cp.add(day == start).only_enforce_if(is_on)
            self.pay(late_cost(self.problem, battle, start), is_on)
        self.day[battle.id] = day
        self.incomplete[battle.id] = self.cp.new_bool_var("")
        self.pay(self.problem.weights.incomplete * battle.weight, self.incomplete[battle.id])

    def fill(self, line: Line) -> None:
        day, on = self.day[line.battle.id], list(self.on[line.battle.id].values())
        sitting = []
        for one, person in enumerate(line.person.tolist()):
            sits = self.cp.new_bool_var("")
            before, after = int(line.before[one]), int(line.after[one])
            length = after - before + 1 + self.problem.rules.rest_days
            away = self.cp.new_optional_fixed_size_interval_var(day + before, length, sits, "")
            self.forbid(sits, on, line.able[:, one].tolist())
            self.pay(float(line.cost[one]), sits)
            self.seats[person].append((line, sits, away))
            sitting.append(sits)
        empty = self.cp.new_int_var(0, line.line.people, "")
        self.cp.add(sum(sitting) + empty == line.line.people)
        self.pay(line.empty_cost, empty)
        if line.line.required:
            self.cp.add(empty == 0).only_enforce_if(self.incomplete[line.battle.id].negated())

    def forbid(self, sits: cp_model.IntVar, on: Iterable[cp_model.IntVar], able: Iterable[bool]) -> None:
        for is_on, can in zip(on, able, strict=True):
            if not can:
                self.cp.add_bool_or(sits.negated(), is_on.negated())

    def serve(self, person: int, seats: list[Seat]) -> None:
        """One seat a battle, rest between battles, no more of them than allowed; the second costs."""
        of_battle: dict[int, list[cp_model.IntVar]] = defaultdict(list)
        for line, sits, _ in seats:
            of_battle[line.battle.id].append(sits)
        for one_of_them in of_battle.values():
            self.cp.add_at_most_one(one_of_them)
        if len(of_battle) == 1:
            return
        most = most_battles(self.problem, self.problem.people[person])
        count = sum(sits for _, sits, _ in seats)
        self.cp.add(count <= most)
        if most > 1:
            self.cp.add_no_overlap([away for _, _, away in seats])
            further = self.cp.new_int_var(0, most - 1, "")
            self.cp.add(further >= count - 1)
            self.pay(self.problem.weights.second, further)

    def keep_pins(self) -> None:
        index = {person.id: number for number, person in enumerate(self.problem.people)}
        for pin in self.problem.pins:
            for person in set(pin.into):
                seats = self.seats.get(index[person], [])
                self.cp.add_exactly_one(sits for line, sits, _ in seats if line.battle.id == pin.battle)
