"""What the search left open, solved exactly where it is small; and pins that the quick plan could not keep."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from battles.matcher import exact
from battles.matcher.arrays import Flags, Floats, Ints
from battles.matcher.lines import stay
from battles.matcher.model import build
from battles.matcher.picks import Pick, Piece, crews_of, groups, survivors
from battles.matcher.problem import ProblemError
from battles.matcher.result import BattlePlan
from battles.matcher.search import Search
from battles.matcher.world import Tariff

MOST_PICKS = 60_000
PICKS_A_SECOND = 12_000
"""Larger pieces are not begun: HiGHS would not be through with its presolve in time."""
LEAST_SECONDS = 0.05
SECONDS_A_PICK = 6e-5
"""To put a pick into the exact model."""
ROUNDING = 1e-6
WORTH_ANOTHER_TRY = 0.8


@dataclass(frozen=True, slots=True)
class Left:
    """The picks (candidate, start) and starts that a better plan could use, and what the battles cost alone."""

    candidate: Ints
    start: Ints
    keeps_start: Flags
    is_cut: Flags
    alone: Floats


def close(search: Search, seed: int) -> None:
    """Solve the pieces left by the prices, small ones first, while there is time. Not when work is counted instead of time."""
    if search.attempts is not None or search.is_over():
        return
    tariff = search.climber.best()
    left = _left(search, tariff)
    if left is None:
        return
    paid = _paid(search, tariff)
    pieces = _pieces(search, left)
    bound = 0.0
    plans = {plan.id: plan for plan in search.plans()}
    for piece, numbers, people in sorted(pieces, key=lambda one: len(one[0].picks)):
        mine = (
            float(left.alone[numbers].sum() - paid[people].sum()) + piece.kept + search.bonus * _pinned(search, piece)
        )
        is_cut = bool(left.is_cut[numbers].any())
        bound += max(mine, _solve(search, piece, plans, seed, is_cut=is_cut))
    search.take(list(plans.values()), bound)


def _left(search: Search, tariff: Tariff) -> Left | None:
    battles = search.world.battles
    count = len(battles.incomplete)
    left = Left(
        candidate=np.zeros(MOST_PICKS, np.int64),
        start=np.zeros(MOST_PICKS, np.int64),
        keeps_start=np.zeros(len(battles.start_day), np.bool_),
        is_cut=np.zeros(count, np.bool_),
        alone=np.zeros(count),
    )
    slack = max(0.0, search.cost - search.bound) + ROUNDING * max(1.0, abs(search.cost))
    if slack > WORTH_ANOTHER_TRY * search.slack_tried:
        return None
    found = survivors(
        slack, search.world, search.climber.nobody, tariff, search.scratch,
        left.keeps_start, left.is_cut, left.alone, left.candidate, left.start,
    )  # fmt: skip
    if found > min(MOST_PICKS, (search.until - perf_counter()) / SECONDS_A_PICK):
        return None
    search.slack_tried = slack
    return Left(left.candidate[:found], left.start[:found], left.keeps_start, left.is_cut, left.alone)


def _paid(search: Search, tariff: Tariff) -> Floats:
    """Per person: what has to be taken off the sum of the battles for it to be a bound."""
    further = np.maximum(0.0, tariff.further - search.world.second)
    paid: Floats = tariff.upto[:, -1] + tariff.further + np.maximum(0, search.world.most - 1) * further
    return paid


def _pieces(search: Search, left: Left) -> list[tuple[Piece, Ints, Ints]]:
    """Each piece with the numbers of its battles and of its people."""
    battles, candidates = search.world.battles, search.world.candidates
    owner = np.searchsorted(battles.start_begin, left.start, side="right") - 1
    people = candidates.person[left.candidate].astype(np.int64)
    group = np.array(groups(len(battles.incomplete), zip(owner.tolist(), people.tolist(), strict=True)), np.int64)
    picks = defaultdict(list)
    for b, pick in zip(owner.tolist(), _picks(search, left.candidate, left.start), strict=True):
        picks[int(group[b])].append(pick)
    found = []
    for one in np.unique(group).tolist():
        numbers = np.flatnonzero(group == one)
        theirs = np.unique(people[group[owner] == one])
        found.append((_piece(search, numbers, picks[one], left.keeps_start), numbers, theirs))
    return found


def _piece(search: Search, numbers: Ints, picks: Sequence[Pick], keeps_start: Flags) -> Piece:
    problem, arrays = search.problem, search.world.battles
    battles = tuple(problem.battles[b] for b in numbers)
    ids = {battle.id for battle in battles}
    return Piece(
        battles=battles,
        starts={
            battle.id: arrays.start_day[begin:end][keeps_start[begin:end]].tolist()
            for battle, begin, end in zip(
                battles, arrays.start_begin[numbers], arrays.start_begin[numbers + 1], strict=True
            )
        },
        picks=tuple(picks),
        most={pick.person: int(search.world.most[search.number[pick.person]]) for pick in picks},
        kept=sum(keep.cost for keep in problem.keep if keep.battle in ids),
    )


def _picks(search: Search, candidates: Iterable[int], starts: Iterable[int]) -> Iterable[Pick]:
    world, problem = search.world, search.problem
    battles, lists = world.battles, world.candidates
    pinned = {(pin.battle, person) for pin in problem.pins for person in pin.into}
    for candidate, start in zip(candidates, starts, strict=True):
        line = int(np.searchsorted(lists.begin, candidate, side="right")) - 1
        b = int(battles.battle[line])
        battle, person = problem.battles[b].id, problem.people[lists.person[candidate]].id
        day = int(battles.start_day[start])
        leaves = day + int(battles.first[line]) - int(lists.far[candidate])
        back = leaves + int(battles.length[line]) + 2 * int(lists.far[candidate]) - 1
        cost = float(lists.cost[candidate]) + (search.bonus if (battle, person) in pinned else 0.0)
        yield Pick(battle, line - int(battles.line_begin[b]), day, person, cost, leaves, back)


def _pinned(search: Search, piece: Piece) -> int:
    ids = {battle.id for battle in piece.battles}
    return sum(len(set(pin.into)) for pin in search.problem.pins if pin.battle in ids)


def _solve(search: Search, piece: Piece, plans: dict[int, BattlePlan], seed: int, *, is_cut: bool) -> float:
    """A bound on what the piece costs; puts a better plan for it into `plans` if there is one."""
    seconds = search.until - perf_counter()
    if search.stop is not None and search.stop():
        return -np.inf
    if seconds < LEAST_SECONDS or not 0 < len(piece.picks) <= PICKS_A_SECOND * seconds:
        return -np.inf
    begin = _begin(piece, plans)
    answer = exact.run(
        build(search.problem, piece), seed=seed, seconds=seconds, stop=search.stop, seen=None, begin=begin
    )
    if answer.starts is None:
        return -np.inf
    for battle, crew in crews_of(piece.battles, answer.picks).items():
        plans[battle] = BattlePlan(battle, answer.starts[battle], crew)
    return -np.inf if is_cut else answer.bound


def _begin(piece: Piece, plans: Mapping[int, BattlePlan]) -> tuple[dict[int, int], list[Pick]] | None:
    """The plan so far in the words of the exact model; None if it uses what is not in the piece."""
    known = {(pick.battle, pick.line, pick.start, pick.person): pick for pick in piece.picks}
    starts = {battle.id: plans[battle.id].start for battle in piece.battles}
    wanted = [(one, line, start, person) for one, start in starts.items() for line, person in plans[one].picks()]
    has_starts = all(start in piece.starts[battle] for battle, start in starts.items())
    return (starts, [known[pick] for pick in wanted]) if has_starts and all(pick in known for pick in wanted) else None


def seat_pinned(search: Search) -> None:
    """If the plan lacks somebody pinned in: places for those pinned alone, exactly; ProblemError if there are none."""
    wanted = {(pin.battle, person) for pin in search.problem.pins for person in pin.into}
    if not wanted or wanted <= {(plan.id, person) for plan in search.plans() for _, person in plan.picks()}:
        return
    battles, lists = search.world.battles, search.world.candidates
    ids = {battle for battle, _ in wanted}
    numbers = np.array([b for b, battle in enumerate(search.problem.battles) if battle.id in ids], np.int64)
    pairs = [
        (candidate, start)
        for b in numbers
        for start in range(battles.start_begin[b], battles.start_begin[b + 1])
        for line in range(battles.line_begin[b], battles.line_begin[b + 1])
        for candidate in range(lists.begin[line], lists.begin[line + 1])
        if (search.problem.battles[b].id, search.problem.people[lists.person[candidate]].id) in wanted
        and _can_leave(search, candidate, line, start)
    ]
    picks = list(_picks(search, [one for one, _ in pairs], [start for _, start in pairs]))
    piece = _piece(search, numbers, picks, np.ones(len(battles.start_day), np.bool_))
    answer = exact.run(build(search.problem, piece), seed=0, seconds=None, stop=None, seen=None, begin=None)
    if answer.starts is None:
        named = ", ".join(map(str, sorted(ids)))
        raise ProblemError(f"pins of battles {named}: they cannot all be kept together")
    crews = crews_of(piece.battles, answer.picks)
    search.follow([BattlePlan(battle, answer.starts[battle], crew) for battle, crew in crews.items()])


def _can_leave(search: Search, candidate: int, line: int, start: int) -> bool:
    lists, battles = search.world.candidates, search.world.battles
    first, _ = stay(candidate, line, int(battles.start_day[start]), search.world)
    days = int(lists.low[candidate]) | int(lists.high[candidate]) << 64
    return bool(0 <= first < search.world.horizon and days >> int(first) & 1)
