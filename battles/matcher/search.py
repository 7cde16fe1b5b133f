"""The search for a good plan of one problem: lists, a first plan, prices, then small ruins while a second thread climbs on."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from math import floor
from threading import Event
from time import perf_counter

import numpy as np

from battles.matcher.arrays import (
    FINEST_CELL,
    Ints,
    read_battles,
    read_people,
    trades_asked,
)
from battles.matcher.climber import STAGES, STEPS, Climber
from battles.matcher.construct import clear, construct, empty_roster, plan_cost, put, put_possible
from battles.matcher.crews import set_floors
from battles.matcher.improve import Best, best_of, improve, regrets
from battles.matcher.listing import list_all
from battles.matcher.problem import Person, Problem
from battles.matcher.result import BattlePlan, Prices
from battles.matcher.solve import Progress, Stop
from battles.matcher.wishes import heed
from battles.matcher.world import Tariff, World, scratch_for

SHARE_OF_PRICES = 0.4
HOT, COLD = 3e-4, 2e-5
ATTEMPTS_A_BATTLE = 600
REGRETS_EVERY = 5
LEAST_REGRET = 1e-9
MOST_VAIN = 3
CHUNK = 0.02
TAIL_A_BATTLE = 2.5e-4
"""Seconds to write the plan down, kept back from the search."""
FIRST_CHUNK = 50
STREAM = 88172645463325252
CLOSED = 1e-7


class Search:
    """A plan in `roster` (the cheapest so far), its `cost`, and the climber with the bound.

    `until` is when to stop by the clock; with `attempts` it stops by work instead, and the same problem and seed
    give the same plan.
    """

    def __init__(
        self,
        problem: Problem,
        *,
        seed: int,
        until: float,
        attempts: int | None,
        stop: Stop | None,
        progress: Progress | None,
    ) -> None:
        problem = neighbours_together(problem)
        self.problem, self.attempts = problem, attempts
        self.until = until - TAIL_A_BATTLE * len(problem.battles)
        self.stop, self.progress = stop, progress
        self.began = perf_counter()
        self.number = {person.id: one for one, person in enumerate(problem.people)}
        self.proven = -np.inf
        self.vain = 0
        self.slack_tried = np.inf
        self.state = np.array([STREAM + seed % 2**32], np.uint64)
        trades = trades_asked(problem)
        people = read_people(problem)
        battles = read_battles(problem, trades)
        wishes = heed(problem, people, battles, list_all(problem, people, trades, battles))
        rest = min(problem.rules.rest_days, problem.horizon)
        self.world = World(
            problem.horizon, rest, float(problem.weights.second), people.most, battles, wishes.candidates
        )
        self.kept, self.bonus = wishes.kept, wishes.bonus
        self.scratch = scratch_for(battles, len(problem.people))
        self.roster = empty_roster(battles, len(problem.people), int(people.most.max(initial=1)))
        self.climber = Climber(self.world, len(problem.people), self.kept)
        set_floors(self.world, self.climber.nobody, self.climber.tariff, self.scratch)
        self.climber.bound = self.kept + float(battles.start_floor[battles.start_order[battles.start_begin[:-1]]].sum())
        pinned = {pin.battle for pin in problem.pins if pin.into}
        order = [(b.id not in pinned, -b.weight, b.due, one) for one, b in enumerate(problem.battles)]
        self.order = np.array([one for *_, one in sorted(order)], np.int64)
        self.cost = self.construct(0.0, self.climber.tariff)

    @property
    def bound(self) -> float:
        """Nothing costs less than nothing."""
        return min(max(self.climber.bound, self.proven, 0.0), self.cost)

    @property
    def is_stuck(self) -> bool:
        """Several rounds found nothing cheaper, and the prices climb no more."""
        return self.vain >= MOST_VAIN and self.climber.has_arrived

    @property
    def upper(self) -> float:
        """What the plan costs once everybody pinned is seated: a bonus is more than all the rest."""
        return self.cost % self.bonus

    def is_over(self) -> bool:
        """Nothing left to gain, no time, or told to stop."""
        is_late = self.attempts is None and perf_counter() >= self.until
        return self.cost - self.bound <= CLOSED * abs(self.cost) or is_late or (self.stop is not None and self.stop())

    def tell(self) -> None:
        if self.progress is not None:
            self.progress(self.cost, self.bound)

    def construct(self, scale: float, tariff: Tariff) -> float:
        clear(self.roster)
        return self.kept + construct(self.order, scale, self.world, self.roster, tariff, self.scratch)

    def load(self, start: Ints, seat: Ints) -> float:
        """Makes this plan the roster's."""
        clear(self.roster)
        begins = self.world.battles.place_begin[self.world.battles.line_begin]
        for b in range(len(start)):
            put(b, start[b], seat[begins[b] : begins[b + 1]], self.world, self.roster)
        return self.kept + float(plan_cost(self.world, self.roster))

    def begin_with(self, plans: Sequence[BattlePlan], prices: Prices | None) -> None:
        """Start from a plan of a similar problem, as far as it can still be had, and from its prices."""
        if prices is not None:
            self.climber.begin_at(*self._table(prices))
        self.follow(plans)

    def follow(self, plans: Sequence[BattlePlan]) -> None:
        """Take over these battles' plans as far as they can be had, and plan the others, if that is cheaper than now."""
        start, seat, cost = self.roster.start.copy(), self.roster.seat.copy(), self.cost
        self._follow({plan.id: plan for plan in plans})
        self.cost = self.kept + float(plan_cost(self.world, self.roster))
        if self.cost > cost:
            self.cost = self.load(start, seat)

    def take(self, plans: Sequence[BattlePlan], bound: float) -> None:
        """Plans of all battles from elsewhere, and a bound that was proven with them."""
        self.follow(plans)
        self.proven = max(self.proven, bound)
        self.tell()

    def plans(self) -> list[BattlePlan]:
        """The roster in ids, the people of a line by cost."""
        battles, lists = self.world.battles, self.world.candidates
        found = []
        for b, battle in enumerate(self.problem.battles):
            crew = []
            for line in range(battles.line_begin[b], battles.line_begin[b + 1]):
                seats = self.roster.seat[battles.place_begin[line] : battles.place_begin[line + 1]]
                crew.append(tuple(self.problem.people[lists.person[one]].id for one in np.sort(seats[seats >= 0])))
            found.append(BattlePlan(battle.id, int(battles.start_day[self.roster.start[b]]), tuple(crew)))
        return found

    def prices(self) -> Prices:
        """What each person's days are worth at the best bound, by id; prices of 0 left out."""
        day, further = self.climber.climb.day, self.climber.climb.further
        ids = [person.id for person in self.problem.people]
        days = {
            ids[one]: {int(when): float(day[one, when]) for when in np.flatnonzero(day[one] > 0)}
            for one in np.flatnonzero((day > 0).any(axis=1))
        }
        return Prices(days, {ids[one]: float(further[one]) for one in np.flatnonzero(further > 0)}, self.world.rest)

    def _table(self, prices: Prices) -> tuple[np.ndarray, np.ndarray]:
        day = np.zeros((len(self.problem.people), self.problem.horizon))
        further = np.zeros(len(self.problem.people))
        for one, person in enumerate(self.problem.people):
            further[one] = max(0.0, prices.further.get(person.id, 0.0))
            for when, km in prices.days.get(person.id, {}).items():
                if 0 <= when < self.problem.horizon:
                    day[one, when] = max(0.0, km)
        return day, further

    def _follow(self, plans: dict[int, BattlePlan]) -> None:
        clear(self.roster)
        new = []
        for b in self.order:
            plan = plans.get(self.problem.battles[b].id)
            begin, end = self.world.battles.start_begin[b], self.world.battles.start_begin[b + 1]
            days = self.world.battles.start_day[begin:end].tolist()
            if plan is None or plan.start not in days:
                new.append(b)
                continue
            put_possible(b, begin + days.index(plan.start), self._crew(b, plan), self.world, self.roster)
        construct(np.array(new, np.int64), 1.0, self.world, self.roster, self.climber.tariff, self.scratch)

    def _crew(self, b: int, plan: BattlePlan) -> Ints:
        """The plan's people as candidates, place by place."""
        battles, candidates = self.world.battles, self.world.candidates
        crew: list[int] = []
        seen: set[int] = set()
        for line, people in zip(range(battles.line_begin[b], battles.line_begin[b + 1]), plan.crew, strict=False):
            begin, end = int(candidates.begin[line]), int(candidates.begin[line + 1])
            listed = {person: begin + at for at, person in enumerate(candidates.person[begin:end].tolist())}
            new = [person for person in dict.fromkeys(people) if person not in seen]
            seen.update(new)
            some = [listed.get(self.number.get(person, -1), -1) for person in new][: int(battles.people[line])]
            crew += some + [-1] * (int(battles.people[line]) - len(some))
        places = int(battles.place_begin[battles.line_begin[b + 1]] - battles.place_begin[battles.line_begin[b]])
        return np.array(crew + [-1] * (places - len(crew)), np.int64)

    def find_prices(self) -> None:
        """The first stages, with a plan after each."""
        best = best_of(self.roster, self.cost)
        limit = self.began + SHARE_OF_PRICES * (self.until - self.began)
        while self.climber.steps < STEPS * len(STAGES) and not self.is_over():
            self.climber.ascend(self.upper, self.is_over)
            cost = self.construct(1.0, self.climber.tariff)
            if cost < self.cost:
                best, self.cost = best_of(self.roster, cost), cost
            self.tell()
            if self.attempts is None and perf_counter() > limit:
                break
        cost = self.construct(1.0, self.climber.best())
        self.cost = cost if cost < self.cost else self.load(best.start, best.seat)

    def improve(self) -> None:
        """Ruins and recreates; in the meantime, unless it stops by work, the prices climb on."""
        if len(self.problem.battles) == 0 or self.is_over():
            return
        before = self.cost
        with self._climbing():
            best = self._ruins()
        self.cost = self.load(best.start, best.seat)
        self.vain = 0 if self.cost < before else self.vain + 1

    @contextmanager
    def _climbing(self) -> Iterator[None]:
        if self.attempts is not None:
            yield
            return
        done = Event()
        with ThreadPoolExecutor(1) as pool:
            climb = pool.submit(self._climb, done)
            try:
                yield
            finally:
                done.set()
                climb.result()

    def _climb(self, done: Event) -> None:
        while not done.is_set() and not self.climber.has_arrived:
            self.climber.ascend(self.upper, done.is_set, threads=1)

    def _ruins(self) -> Best:
        best = best_of(self.roster, self.cost)
        battles = len(self.problem.battles)
        attempts = self.attempts if self.attempts is not None else ATTEMPTS_A_BATTLE * battles
        done, since, chunk = 0, REGRETS_EVERY * battles, FIRST_CHUNK
        total = self.cost
        began = perf_counter()
        tariff, upto = self.climber.best(), np.ones(battles)
        while done < attempts and not self.is_over():
            if since >= REGRETS_EVERY * battles:
                tariff = self.climber.best()
                regret = regrets(self.world, self.roster, self.climber.nobody, tariff, self.scratch)
                upto, since = np.cumsum(regret + regret.mean() + LEAST_REGRET), 0
            share = done / attempts
            if self.attempts is None:
                share = max(share, (perf_counter() - began) / max(self.until - began, CHUNK))
            heat = HOT * (COLD / HOT) ** share * max(self.cost, 1.0) / battles**0.5
            some = min(chunk, attempts - done)
            asked = perf_counter()
            total = improve(some, heat, total, upto, self.world, self.roster, tariff, self.scratch, best, self.state)
            if self.attempts is None:
                chunk = max(1, int(chunk * min(4.0, CHUNK / max(perf_counter() - asked, 1e-6))))
            done, since = done + some, since + some
            self.cost = float(best.total[0])
            self.tell()
        return best


def neighbours_together(problem: Problem) -> Problem:
    """With people in the order of their places: who is asked for together lies together in memory."""
    return replace(problem, people=tuple(sorted(problem.people, key=_patch)))


def _patch(person: Person) -> tuple[int, int, int]:
    latitude, longitude = person.place
    return floor(latitude / FINEST_CELL), floor(longitude / FINEST_CELL), person.id
