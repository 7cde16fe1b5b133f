"""From a problem to a plan with a bound: prune, cut into pieces, plan quickly, then solve exactly."""

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from time import perf_counter

from battles.matcher import exact
from battles.matcher.bound import quick_bound
from battles.matcher.candidates import Pick, Piece, pieces
from battles.matcher.costs import plan_cost
from battles.matcher.greedy import quick_plan
from battles.matcher.model import build
from battles.matcher.problem import Battle, Problem, ProblemError
from battles.matcher.reasons import Roster, why_empty
from battles.matcher.result import OPTIMAL_GAP, BattlePlan, Empty, Result, Status, gap

Stop = Callable[[], bool]
Progress = Callable[[float, float], None]


def solve(
    problem: Problem,
    *,
    seed: int = 0,
    seconds: float = 10.0,
    stop: Stop | None = None,
    progress: Progress | None = None,
) -> Result:
    """The best plan found in time. If the time suffices, the same problem and seed give the same plan."""
    began = perf_counter()
    drafts = [Draft(problem, piece) for piece in pieces(problem)]
    tell = _teller(drafts, progress)
    tell()
    for draft in sorted(drafts, key=lambda draft: len(draft.piece.picks)):
        if draft.is_open and perf_counter() < began + seconds and not (stop and stop()):
            draft.improve(seed=seed, until=began + seconds, stop=stop, tell=tell)
    for draft in drafts:
        if not draft.has_plan:
            draft.find_any(seed)
    return _result(problem, drafts, perf_counter() - began)


class Draft:
    """The plan of one piece so far: first the quick one, if that keeps the pins."""

    def __init__(self, problem: Problem, piece: Piece) -> None:
        self.problem = problem
        self.piece = piece
        self.plans: tuple[BattlePlan, ...] = ()
        self.begin = quick_plan(problem, piece)
        self.bound = quick_bound(problem, piece)
        self.cost = math.inf
        if self.begin is not None:
            self.take(*self.begin)

    @property
    def has_plan(self) -> bool:
        return self.cost < math.inf

    @property
    def is_open(self) -> bool:
        return gap(self.cost, self.bound) > exact.RELATIVE_GAP if self.has_plan else True

    def take(self, starts: Mapping[int, int], picks: Sequence[Pick]) -> None:
        """Keep this plan if it is the cheapest yet."""
        plans = _plans(self.piece.battles, starts, picks)
        cost = plan_cost(self.problem, plans)
        if cost < self.cost:
            self.plans, self.cost = plans, cost
        self.bound = min(self.bound, self.cost)

    def improve(self, *, seed: int, until: float, stop: Stop | None, tell: Callable[..., None]) -> None:
        self._run(seed=seed, until=until, stop=stop, seen=lambda cost, bound: tell(self, cost, bound))
        tell()

    def find_any(self, seed: int) -> None:
        """However long it takes: pins that the quick plan could not keep, and no time was left."""
        self._run(seed=seed, until=None, stop=None, seen=None)

    def _run(self, *, seed: int, until: float | None, stop: Stop | None, seen: Progress | None) -> None:
        model = build(self.problem, self.piece)
        seconds = None if until is None else until - perf_counter()
        answer = exact.run(model, seed=seed, seconds=seconds, stop=stop, seen=seen, begin=self.begin)
        if answer.is_impossible:
            pinned = sorted({pin.battle for pin in self.problem.pins} & {battle.id for battle in self.piece.battles})
            raise ProblemError(f"pins of battles {', '.join(map(str, pinned))}: they cannot all be kept together")
        self.bound = max(self.bound, answer.bound)
        if answer.starts is not None:
            self.take(answer.starts, answer.picks)


def _teller(drafts: Sequence[Draft], progress: Progress | None) -> Callable[..., None]:
    """Reports the sums over all pieces, one of which may be better already than its draft knows."""

    def tell(draft: Draft | None = None, cost: float = math.inf, bound: float = -math.inf) -> None:
        costs = sum(min(one.cost, cost) if one is draft else one.cost for one in drafts)
        bounds = sum(max(one.bound, bound) if one is draft else one.bound for one in drafts)
        if progress is not None and costs < math.inf:
            progress(costs, min(bounds, costs))

    return tell


def _plans(battles: Sequence[Battle], starts: Mapping[int, int], picks: Sequence[Pick]) -> tuple[BattlePlan, ...]:
    crews = defaultdict(list)
    for pick in sorted(picks, key=lambda pick: (pick.cost, pick.person)):
        crews[pick.battle, pick.line].append(pick.person)
    return tuple(
        BattlePlan(
            id=battle.id,
            start=starts[battle.id],
            crew=tuple(tuple(crews[battle.id, number]) for number in range(len(battle.seats))),
        )
        for battle in battles
    )


def _result(problem: Problem, drafts: Sequence[Draft], seconds: float) -> Result:
    plans = {plan.id: plan for draft in drafts for plan in draft.plans}
    roster = Roster(problem, plans.values())
    told = tuple(_with_empty(roster, battle, plans[battle.id]) for battle in problem.battles)
    cost = plan_cost(problem, told)
    bound = min(cost, sum(draft.bound for draft in drafts))
    status: Status = "optimal" if gap(cost, bound) <= OPTIMAL_GAP else "feasible"
    return Result(status=status, cost=cost, bound=bound, seconds=seconds, battles=told)


def _with_empty(roster: Roster, battle: Battle, plan: BattlePlan) -> BattlePlan:
    empty = tuple(
        Empty(number, line.people - len(crew), why_empty(roster, battle, number, plan.start))
        for number, (line, crew) in enumerate(zip(battle.seats, plan.crew, strict=True))
        if len(crew) < line.people
    )
    return BattlePlan(plan.id, plan.start, plan.crew, empty)
