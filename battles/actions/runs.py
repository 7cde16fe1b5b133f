"""Matching runs: claim, read, solve, write. No lock is held while the solver thinks."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.timezone import now

from battles import matcher, planning, tasks
from battles.actions.offers import lock_battle
from battles.models import Battle, MatchingRun, Offer
from battles.rules import runs as rules
from battles.states import LIVE_OFFER, OFFER_MOVES, RUN_MOVES, OfferState, RunState
from epo.audit.actions import move, record
from epo.core.clock import today
from epo.core.errors import Refused, refuse_if
from epo.core.leases import Lease, hold
from epo.places.models import Region
from epo.work.actions import once_per_period
from epo.work.nudge import nudge

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from battles.planning import Planned
    from epo.accounts.models import User

MOST_TRIES = 3
NIGHT_FROM = 2
TELL_EVERY = 0.5

log = logging.getLogger(__name__)


@transaction.atomic
def start_run(*, by: User | None, region: Region | None = None, only: Battle | None = None) -> MatchingRun:
    """Ask for a run of the nation, of a region, or of one battle (in the scope of its region)."""
    if only is not None:
        region = only.factory.municipality.state.region
    _lock_scope(region)
    refuse_if(rules.why_not_start(by=by, region=region))
    if not planning.seats_to_fill(_scope(region.pk if region else None, only.pk if only else None)):
        raise Refused(rules.NOTHING_TO_PLAN_HERE if only else rules.NOTHING_TO_PLAN)
    try:
        with transaction.atomic():
            run = MatchingRun.objects.create(region=region, only=only, asked_by=by)
    except IntegrityError:
        raise Refused(rules.ALREADY_RUNNING) from None
    record("run.asked", run, by=by, region=region and region.code, only=only and only.pk)
    nudge(tasks.carry_out_run, run.pk)
    return run


def _lock_scope(region: Region | None) -> None:
    """A run of the nation and one of a region, asked for at once, see each other: the nation locks every region."""
    regions = Region.objects.select_for_update(no_key=True).order_by("pk")
    list(regions if region is None else regions.filter(pk=region.pk))


def _scope(region: int | None, only: int | None) -> QuerySet[Battle]:
    return planning.battles_to_plan(region=region, only=only)


@transaction.atomic
def stop_run(*, run: MatchingRun, by: User) -> MatchingRun:
    """A waiting run ends at once; a running one at its next look, and keeps nothing."""
    run = MatchingRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    refuse_if(rules.why_not_stop(run, by=by))
    run.stop_asked_at = run.stop_asked_at or now()
    if run.state == RunState.WAITING:
        run.finished_at = now()
        move(run, RunState.STOPPED, RUN_MOVES, by=by, also=("stop_asked_at", "finished_at"))
    else:
        run.save(update_fields=["stop_asked_at"])
        record("run.stop_asked", run, by=by)
    return run


def start_nightly_run() -> bool:
    """Once a night, for the nation, if there is anything to plan. Called often; an outage only makes it late."""
    if timezone.localtime().hour < NIGHT_FROM:
        return False
    try:
        return once_per_period(job="nightly-run", period=today().isoformat(), work=_start_unasked)
    except Refused:
        log.info("the nightly run waits until the one under way has ended")
        return False


def _start_unasked() -> None:
    try:
        start_run(by=None)
    except Refused as refused:
        if refused.refusal != rules.NOTHING_TO_PLAN:
            raise
        log.info("nothing to plan tonight")


def carry_out_run(*, run_id: int) -> None:
    """Safe to repeat: one worker holds the run; if it dies, another takes over once its lease has run out."""
    with hold(MatchingRun.objects.all(), run_id) as lease:
        if lease is None:
            return
        run = _begin(lease)
        if run.state != RunState.RUNNING:
            return
        began = time.perf_counter()
        planned = _read(run)
        read = time.perf_counter()
        result = matcher.solve(
            planned.problem, seed=run.seed, seconds=run.seconds, stop=_stopper(lease), progress=_teller(lease)
        )
        if _is_asked_to_stop(lease):
            _finish_stopped(lease)
            return
        violations = matcher.check(planned.problem, result)
        if violations:
            _fail(lease, f"the plan breaks a rule: {violations[0]}")
            return
        document = _document(planned, result)
        solved = time.perf_counter()
        _write(
            lease,
            planned,
            result,
            document,
            timings={"read": read - began, "solve": solved - read},
            since=solved,
        )


def _begin(lease: Lease[MatchingRun]) -> MatchingRun:
    with transaction.atomic():
        run = lease.row()
        if run.stop_asked_at is not None:
            run.finished_at = now()
            move(run, RunState.STOPPED, RUN_MOVES, by=None, also=("finished_at",))
        elif run.tries > MOST_TRIES:
            run.problem, run.finished_at = run.last_error or "given up", now()
            move(run, RunState.FAILED, RUN_MOVES, by=None, also=("problem", "finished_at"))
        elif run.state == RunState.WAITING:
            run.started_at = now()
            move(run, RunState.RUNNING, RUN_MOVES, by=None, also=("started_at",))
        return run


def _read(run: MatchingRun) -> Planned:
    return planning.problem_for(_scope(run.region_id, run.only_id))


def _is_asked_to_stop(lease: Lease[MatchingRun]) -> bool:
    return lease.rows.filter(pk=lease.pk, stop_asked_at__isnull=False).exists()


def _stopper(lease: Lease[MatchingRun]) -> Callable[[], bool]:
    """Asked often by the solver; looks at the row at most twice a second."""
    looked, answer = time.monotonic(), False

    def stop() -> bool:
        nonlocal looked, answer
        if lease.lost.is_set():
            return True
        if time.monotonic() - looked > TELL_EVERY:
            looked, answer = time.monotonic(), _is_asked_to_stop(lease)
        return answer

    return stop


def _teller(lease: Lease[MatchingRun]) -> Callable[[float, float], None]:
    """Writes the cost and bound so far into the row, at most twice a second."""
    told = 0.0

    def tell(cost: float, bound: float) -> None:
        nonlocal told
        if time.monotonic() - told > TELL_EVERY:
            told = time.monotonic()
            lease.rows.held(lease.pk, lease.number).update(progress={"cost": _finite(cost), "bound": _finite(bound)})

    return tell


def _finite(number: float) -> float | None:
    return number if abs(number) < float("inf") else None


def _document(planned: Planned, result: matcher.Result) -> dict[str, Any]:
    """What the pages show: by battle and line who was picked and why, and why a place is empty. Ids, codes, numbers."""
    why = matcher.explain(planned.problem, result)
    battles: dict[int, dict[str, Any]] = {}
    for plan in result.battles:
        lines = [{"line": list(line), "picks": [], "empty": None} for line in planned.lines[plan.id]]
        battles[plan.id] = {"battle": plan.id, "start": planned.date_of(plan.start).isoformat(), "lines": lines}
    for pick in why.picks:
        battles[pick.battle]["lines"][pick.line]["picks"].append(asdict(pick))
    for empty in why.empties:
        battles[empty.battle]["lines"][empty.line]["empty"] = asdict(empty)
    return {"battles": list(battles.values()), "people": len(planned.problem.people)}


@transaction.atomic
def _write(
    lease: Lease[MatchingRun], planned: Planned, result: matcher.Result, document: dict[str, Any], *,
    timings: dict[str, float], since: float,
) -> None:  # fmt: skip
    """The plan is advice: seats and offers are read again under the locks, in the order of the battles' keys.

    All battles are locked before anything is written.
    """
    run = lease.row()
    scope = set(_scope(run.region_id, run.only_id).values_list("pk", flat=True))
    locked = [lock_battle(pk) for pk in sorted(scope.union(planned.lines))]
    for battle in locked:
        if battle.state in planning.PLANNABLE:
            _drop_older(battle, run)
            if battle.pk in planned.lines:
                _propose(run, battle, planned.lines[battle.pk], document)
    run.status, run.cost, run.bound = result.status, result.cost, result.bound
    run.result, run.finished_at = document, now()
    run.timings = {name: round(took, 3) for name, took in (timings | {"write": time.perf_counter() - since}).items()}
    also = ("status", "cost", "bound", "result", "timings", "finished_at")
    move(run, RunState.DONE, RUN_MOVES, by=None, also=also, cost=result.cost, bound=result.bound)


def _propose(run: MatchingRun, battle: Battle, lines: tuple[Any, ...], document: dict[str, Any]) -> None:
    taken = set(battle.offers.filter(state__in=LIVE_OFFER).values_list("volunteer", flat=True))
    found = next(one for one in document["battles"] if one["battle"] == battle.pk)
    rows = [
        _offer(run, battle, line, pick)
        for line, told in zip(lines, found["lines"], strict=True)
        for pick in told["picks"]
        if pick["person"] not in taken
    ]
    Offer.objects.bulk_create(rows)
    record("battle.proposed", battle, by=run.asked_by, run=run.pk, people=len(rows))


def _offer(run: MatchingRun, battle: Battle, line: Any, pick: dict[str, Any]) -> Offer:
    travels = pick["days_away"] > line[3] - line[2] + 1
    return Offer(
        battle=battle, volunteer_id=pick["person"], trade_id=line[0], level=line[1], first_offset=line[2],
        last_offset=line[3], seat_kind=line[4], km=pick["km"], travels=travels, run=run, reasons=pick,
    )  # fmt: skip


def _drop_older(battle: Battle, run: MatchingRun) -> None:
    """A new run replaces what earlier runs proposed; what a coordinator put there by hand stays."""
    older = battle.offers.filter(state=OfferState.PROPOSED, run__isnull=False).exclude(run=run)
    for offer in older.select_for_update(of=("self",)):
        offer.ended_at = now()
        move(offer, OfferState.DROPPED, OFFER_MOVES, by=run.asked_by, also=("ended_at",), battle=battle.pk)


@transaction.atomic
def _finish_stopped(lease: Lease[MatchingRun]) -> None:
    run = lease.row()
    run.finished_at = now()
    move(run, RunState.STOPPED, RUN_MOVES, by=None, also=("finished_at",))


@transaction.atomic
def _fail(lease: Lease[MatchingRun], problem: str) -> None:
    run = lease.row()
    run.problem, run.finished_at = problem[:300], now()
    move(run, RunState.FAILED, RUN_MOVES, by=None, also=("problem", "finished_at"))
    log.error("matching run %s failed: %s", run.pk, problem)
