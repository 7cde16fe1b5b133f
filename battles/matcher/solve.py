"""From a problem to a plan with a bound: search, then solve exactly what is left where it is small."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter
from typing import TYPE_CHECKING

from battles.matcher.costs import plan_cost
from battles.matcher.reasons import Roster, why_empty
from battles.matcher.result import OPTIMAL_GAP, BattlePlan, Empty, Prices, Result, Status, gap

if TYPE_CHECKING:
    from battles.matcher.problem import Battle, Problem
    from battles.matcher.search import Search

Stop = Callable[[], bool]
Progress = Callable[[float, float], None]


def solve(
    problem: Problem,
    *,
    seed: int = 0,
    seconds: float = 10.0,
    iterations: int | None = None,
    stop: Stop | None = None,
    progress: Progress | None = None,
    begin: Sequence[BattlePlan] = (),
    prices: Prices | None = None,
) -> Result:
    """The best plan found within the seconds, or after so many `iterations` (attempts to improve it).

    With `iterations` the same problem and seed give the same plan. `begin` and `prices` are of a similar problem.
    ProblemError where pins cannot be kept.
    """
    # Processes that never solve, such as the web server's, do without the compiler and the exact solver.
    from battles.matcher import warm  # noqa: PLC0415
    from battles.matcher.closing import close, seat_pinned  # noqa: PLC0415
    from battles.matcher.search import Search  # noqa: PLC0415

    warm.ensure()
    began = perf_counter()
    search = Search(problem, seed=seed, until=began + seconds, attempts=iterations, stop=stop, progress=progress)
    if begin or prices is not None:
        search.begin_with(begin, prices)
    search.find_prices()
    seat_pinned(search)
    search.improve()
    close(search, seed)
    while search.attempts is None and not search.is_over() and not search.is_stuck:
        search.improve()
        close(search, seed)
    return _result(problem, search, perf_counter() - began)


def _result(problem: Problem, search: Search, seconds: float) -> Result:
    plans = search.plans()
    roster = Roster(problem, plans)
    told = tuple(_with_empty(roster, battle, plan) for battle, plan in zip(problem.battles, plans, strict=True))
    cost = plan_cost(problem, told)
    bound = min(cost, search.bound)
    status: Status = "optimal" if gap(cost, bound) <= OPTIMAL_GAP else "feasible"
    return Result(status=status, cost=cost, bound=bound, seconds=seconds, battles=told, prices=search.prices())


def _with_empty(roster: Roster, battle: Battle, plan: BattlePlan) -> BattlePlan:
    empty = tuple(
        Empty(number, line.people - len(crew), why_empty(roster, battle, number, plan.start))
        for number, (line, crew) in enumerate(zip(battle.seats, plan.crew, strict=True))
        if len(crew) < line.people
    )
    return BattlePlan(plan.id, plan.start, plan.crew, empty)
