"""Matching runs: claim, read, solve, write. No lock is held while the solver thinks."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.timezone import now

from battles import matcher, planning, tasks
from battles.actions.proposing import document_of, write_plan
from battles.models import Battle, MatchingRun
from battles.rules import runs as rules
from battles.states import RUN_MOVES, PinKind, RunState
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
LOOK_EVERY = 0.1

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


@transaction.atomic
def take_plan(*, run: MatchingRun, by: User) -> MatchingRun:
    """The run ends at its next look with the best plan that it has by then."""
    run = MatchingRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    refuse_if(rules.why_not_stop(run, by=by))
    if run.take_asked_at is None:
        run.take_asked_at = now()
        run.save(update_fields=["take_asked_at"])
        record("run.take_asked", run, by=by)
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
        try:
            planned = _read(run)
            begin = planning.beginning_for(run, planned)
            read = time.perf_counter()
            result = matcher.solve(
                planned.problem, seed=run.seed, seconds=run.seconds, stop=_stopper(lease), progress=_teller(lease),
                begin=begin.plans, prices=begin.prices,
            )  # fmt: skip
        except matcher.ProblemError as error:
            _fail(lease, str(error), pinned=_pinned_in(run))
            return
        if _is_asked_to_stop(lease):
            _finish_stopped(lease)
            return
        violations = matcher.check(planned.problem, result)
        if violations:
            _fail(lease, f"the plan breaks a rule: {violations[0]}")
            return
        document = document_of(planned, result)
        solved = time.perf_counter()
        write_plan(
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


def _pinned_in(run: MatchingRun) -> list[int]:
    """Battles of the run for which somebody, or the start, is fixed: what cannot be kept together is among that."""
    keys = list(_scope(run.region_id, run.only_id).values_list("pk", flat=True))
    pinned = {pin.battle_id for pin in planning.pins_in_force(keys) if pin.kind == PinKind.IN}
    started = Battle.objects.filter(pk__in=keys, first_day=None).exclude(pinned_start=None)
    return sorted(pinned.union(started.values_list("pk", flat=True)))


def _is_asked_to_stop(lease: Lease[MatchingRun]) -> bool:
    return lease.rows.filter(pk=lease.pk, stop_asked_at__isnull=False).exists()


def _is_asked_to_end(lease: Lease[MatchingRun]) -> bool:
    """Asked to stop, or to take the plan so far."""
    asked = Q(stop_asked_at__isnull=False) | Q(take_asked_at__isnull=False)
    return lease.rows.filter(asked, pk=lease.pk).exists()


def _stopper(lease: Lease[MatchingRun]) -> Callable[[], bool]:
    """Asked often by the solver; looks at the row at most ten times a second."""
    looked, answer = -LOOK_EVERY, False

    def stop() -> bool:
        nonlocal looked, answer
        if lease.lost.is_set():
            return True
        if time.monotonic() - looked > LOOK_EVERY:
            looked, answer = time.monotonic(), _is_asked_to_end(lease)
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


@transaction.atomic
def _finish_stopped(lease: Lease[MatchingRun]) -> None:
    run = lease.row()
    run.finished_at = now()
    move(run, RunState.STOPPED, RUN_MOVES, by=None, also=("finished_at",))


@transaction.atomic
def _fail(lease: Lease[MatchingRun], problem: str, *, pinned: list[int] | None = None) -> None:
    """`pinned` are the battles whose pins may be what cannot be done."""
    run = lease.row()
    run.problem, run.finished_at = problem[:300], now()
    run.result = {"pinned": pinned} if pinned else {}
    move(run, RunState.FAILED, RUN_MOVES, by=None, also=("problem", "result", "finished_at"))
    log.error("matching run %s failed: %s", run.pk, problem)
