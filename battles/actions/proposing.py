"""What a run proposes becomes rows: the document of reasons, and the offers, read again under the locks."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.timezone import now

from battles import matcher, planning
from battles.actions.offers import lock_battle
from battles.models import Battle, MatchingRun, Offer
from battles.states import LIVE_OFFER, OFFER_MOVES, RUN_MOVES, OfferState, RunState
from epo.audit.actions import move, record

if TYPE_CHECKING:
    from battles.planning import Planned
    from epo.core.leases import Lease


def document_of(planned: Planned, result: matcher.Result) -> dict[str, Any]:
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
    left_out = [asdict(one) for one in planned.left_out]
    return {"battles": list(battles.values()), "people": len(planned.problem.people), "left_out": left_out}


@transaction.atomic
def write_plan(
    lease: Lease[MatchingRun], planned: Planned, result: matcher.Result, document: dict[str, Any], *,
    timings: dict[str, float], since: float,
) -> None:  # fmt: skip
    """The plan is advice: seats and offers are read again under the locks, in the order of the battles' keys.

    All battles are locked before anything is written.
    """
    run = lease.row()
    scope = set(planning.battles_to_plan(region=run.region_id, only=run.only_id).values_list("pk", flat=True))
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
