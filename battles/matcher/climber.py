"""The prices of one problem as they climb, stage by stage, and the bound that they prove."""

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np

from battles.matcher.arrays import Floats
from battles.matcher.bound import Wanted, add, ask, enlist, paid
from battles.matcher.construct import empty_roster
from battles.matcher.prices import Climb, keep_best, set_worth, steepness, step
from battles.matcher.world import Tariff, World, scratch_for

STAGES = (1.0, 1.0, 0.5, 0.5, 0.0, 0.0)
"""The power to which a person's worth makes their steps longer, stage after stage."""
STEPS = 25
PATIENCE = 10
LEAST_RISE = 1e-5
LEAST_PACE = 1e-4
MANY_BATTLES = 600


class Climber:
    """Many battles are asked by two threads, each with its own scratch and counts."""

    def __init__(self, world: World, people: int, kept: float) -> None:
        self.world, self.kept = world, kept
        self.bound, self.pace, self.steps, self.since = -math.inf, 1.0, 0, 0
        battles = len(world.battles.incomplete)
        cuts = [0, battles // 2, battles] if battles >= MANY_BATTLES else [0, battles]
        self.parts = [
            (first, last, scratch_for(world.battles, people), _nothing_wanted(people, world.horizon))
            for first, last in pairwise(cuts)
        ]
        self.nobody = empty_roster(world.battles, people, 1, is_bound=True)
        self.tariff = Tariff(np.zeros((people, world.horizon + 1)), np.zeros(people))
        table, is_priced = (people, world.horizon), np.zeros(people, np.bool_)
        self.climb = Climb(
            np.zeros(table), np.zeros(table), np.zeros(people), is_priced, np.ones(people), np.ones(people)
        )
        set_worth(world, self.climb)

    @property
    def has_arrived(self) -> bool:
        return self.pace < LEAST_PACE

    def ascend(self, upper: float, is_over: Callable[[], bool], *, threads: int | None = None) -> None:
        """A stage of steps towards the cost of a known plan, by a thread for each part unless told otherwise."""
        stage = self.steps // STEPS
        power = STAGES[min(stage, len(STAGES) - 1)]
        if 0 < stage < len(STAGES) and power != STAGES[stage - 1]:
            self.pace = 1.0
        self.climb.pull[:] = self.climb.worth**power
        with ThreadPoolExecutor(threads or len(self.parts)) as pool:
            for _ in range(STEPS):
                self._step(upper, pool)
                self.steps += 1
                if is_over():
                    return

    def _step(self, upper: float, pool: ThreadPoolExecutor) -> None:
        wanted = self.parts[0][-1]
        bound = self.kept + self._ask(pool) - paid(self.world, self.tariff, wanted)
        self.since = 0 if bound > self.bound + LEAST_RISE * abs(self.bound) else self.since + 1
        if bound > self.bound:
            self.bound = bound
            keep_best(self.tariff, wanted, self.climb)
        if self.since >= PATIENCE:
            self.pace, self.since = self.pace / 2, 0
        listed = int(wanted.n_listed[0])
        cuts = [listed * part // len(self.parts) for part in range(len(self.parts) + 1)]
        length = sum(pool.map(lambda cut: steepness(*cut, self.world, self.tariff, wanted, self.climb), pairwise(cuts)))
        size = self.pace * max(upper - bound, 0.0) / length if length > 0 else 0.0
        list(pool.map(lambda cut: step(*cut, size, self.world, self.tariff, wanted, self.climb), pairwise(cuts)))

    def _ask(self, pool: ThreadPoolExecutor) -> float:
        """The sum of what the battles cost by themselves; counts whom they want in the first part's counts."""
        if len(self.parts) == 1:
            first, last, scratch, wanted = self.parts[0]
            return ask(first, last, self.world, self.nobody, self.tariff, scratch, wanted)
        jobs = [
            pool.submit(ask, first, last, self.world, self.nobody, self.tariff, scratch, wanted)
            for first, last, scratch, wanted in self.parts
        ]
        total = sum(job.result() for job in jobs)
        for *_, other in self.parts[1:]:
            add(other, self.parts[0][-1])
        return total

    def begin_at(self, day: Floats, further: Floats) -> None:
        """Climb from prices that were good for a similar problem."""
        self.climb.now[:] = day
        self.tariff.further[:] = further
        np.cumsum(day, axis=1, out=self.tariff.upto[:, 1:])
        for person in np.flatnonzero(day.any(axis=1) | (further > 0)):
            enlist(int(person), self.parts[0][-1])
        self.steps = STEPS * (len(STAGES) - 1)

    def best(self) -> Tariff:
        """A copy of the prices that prove the bound."""
        upto = np.zeros_like(self.tariff.upto)
        np.cumsum(self.climb.day, axis=1, out=upto[:, 1:])
        return Tariff(upto, self.climb.further.copy())


def _nothing_wanted(people: int, horizon: int) -> Wanted:
    return Wanted(
        usage=np.zeros((people, horizon), np.int16),
        times=np.zeros(people, np.int64),
        listed=np.zeros(people, np.int64),
        is_listed=np.zeros(people, np.bool_),
        n_listed=np.zeros(1, np.int64),
    )
