"""What a run proposes becomes rows: the document of reasons, and the offers, read again under the locks."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.timezone import now

from battles import matcher, planning
from battles.actions.offers import lock_battles
from battles.models import Battle, MatchingRun, Offer
from battles.planning import Proposal
from battles.states import OFFER_MOVES, RUN_MOVES, OfferState, RunState
from epo.audit.actions import move, move_all, record_all

if TYPE_CHECKING:
    from battles.planning import Planned
    from epo.core.leases import Lease

AT_ONCE = 500


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
    """The plan is advice: people, days, seats and offers are read again under the locks of the battles.

    All battles are locked, in the order of their keys, before anything is written. What no longer fits is left out,
    and told in the document.
    """
    run = lease.row()
    scope = set(planning.battles_to_plan(region=run.region_id, only=run.only_id).values_list("pk", flat=True))
    locked = lock_battles(scope.union(planned.lines))
    fitting = _less_what_is_gone(document, locked)
    plannable = {battle.pk: battle for battle in locked if battle.state in planning.PLANNABLE}
    _replace_older(run, plannable, fitting)
    people = Counter(proposal.battle for proposal, _reasons in fitting)
    asked = (plannable[key] for key in planned.lines if key in plannable)
    told = ((battle, {"run": run.pk, "people": people[battle.pk]}) for battle in asked)
    record_all("battle.proposed", told, by=run.asked_by)
    run.status, run.cost, run.bound = result.status, result.cost, result.bound
    run.result, run.finished_at = document, now()
    run.prices = planning.prices_document(result.prices, planned.day_0)
    run.timings = {name: round(took, 3) for name, took in (timings | {"write": time.perf_counter() - since}).items()}
    also = ("status", "cost", "bound", "result", "prices", "timings", "finished_at")
    move(run, RunState.DONE, RUN_MOVES, by=None, also=also, cost=result.cost, bound=result.bound)


def _less_what_is_gone(document: dict[str, Any], locked: Collection[Battle]) -> list[tuple[Proposal, dict[str, Any]]]:
    """The picks that still fit, with the reasons; the others leave the document's lines and are told in "gone"."""
    picks = list(_picks(document))
    gone = planning.gone_meanwhile([proposal for proposal, _reasons in picks], locked)
    document["gone"] = [asdict(one) for one in gone]
    out = {(one.battle, one.person) for one in gone}
    for one in document["battles"] if out else ():
        for line in one["lines"]:
            line["picks"] = [pick for pick in line["picks"] if (one["battle"], pick["person"]) not in out]
    return [pick for pick in picks if (pick[0].battle, pick[0].person) not in out]


def _picks(document: dict[str, Any]) -> Iterator[tuple[Proposal, dict[str, Any]]]:
    for one in document["battles"]:
        start = date.fromisoformat(one["start"])
        for told in one["lines"]:
            trade, level, first, last, kind = told["line"]
            for pick in told["picks"]:
                travels = pick["days_away"] > last - first + 1
                line = (trade, level, first, last, kind)
                yield Proposal(one["battle"], pick["person"], line, start, travels), pick


def _replace_older(
    run: MatchingRun, battles: Collection[int], picks: Collection[tuple[Proposal, dict[str, Any]]]
) -> None:
    """A new run replaces what earlier runs proposed; what a coordinator put there by hand stays.

    Somebody proposed again for the same line keeps the row, which from now on is of this run.
    """
    older = Offer.objects.filter(battle__in=battles, state=OfferState.PROPOSED, run__isnull=False).exclude(run=run)
    there = {
        (offer.battle_id, offer.volunteer_id, offer.line): offer for offer in older.select_for_update(of=("self",))
    }
    again: list[Offer] = []
    new: list[Offer] = []
    for proposal, reasons in picks:
        offer = there.pop((proposal.battle, proposal.person, proposal.line), None)
        (new if offer is None else again).append(_offer(offer or Offer(), run, proposal, reasons))
    move_all(
        there.values(), OfferState.DROPPED, OFFER_MOVES, by=run.asked_by, also={"ended_at": now()},
        data=lambda offer: {"battle": offer.battle_id},
    )  # fmt: skip
    of_run = ["run", "reasons", "km", "travels"]
    Offer.objects.bulk_create(
        again, batch_size=AT_ONCE, update_conflicts=True, unique_fields=["pk"], update_fields=of_run
    )
    Offer.objects.bulk_create(new, batch_size=AT_ONCE)


def _offer(offer: Offer, run: MatchingRun, proposal: Proposal, reasons: dict[str, Any]) -> Offer:
    offer.battle_id, offer.volunteer_id = proposal.battle, proposal.person
    offer.trade_id, offer.level, offer.first_offset, offer.last_offset, offer.seat_kind = proposal.line
    offer.run, offer.km, offer.travels, offer.reasons = run, reasons["km"], proposal.travels, reasons
    return offer
