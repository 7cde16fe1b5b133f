"""What a battle achieved: outcomes, output before and after, closing, and what came later."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.timezone import localdate, make_aware, now

from battles.actions.offers import end, lock_battle
from battles.actions.telling import tell_crew, tell_plant
from battles.models import Battle, BattleRequest, FollowUp, LineResult, OutputCorrection, OwnRepair, RepairRequest
from battles.pasted import Given
from battles.rules import plants as plant_rules
from battles.rules import readings as reading_rules
from battles.rules import results as rules
from battles.states import BATTLE_MOVES, OFFER_MOVES, REQUEST_MOVES, BattleState, OfferState, RequestState
from epo.audit.actions import move, record
from epo.core.clock import today
from epo.core.errors import refuse_if
from factories.actions import add_output_reading, close_report, lock_families, lock_machines, set_machine_status
from factories.models import BreakdownReport
from factories.states import Condition

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from decimal import Decimal

    from epo.core.types import Actor
    from factories.models import Factory, Line, Machine

FOLLOW_UP_DAYS = (30, 90)


@transaction.atomic
def record_outcome(
    *, link: BattleRequest, outcome: str, by: Actor | None, barrier: str = "", note: str = "", was: str | None = None
) -> BattleRequest:
    """What became of a request so far; it can be corrected until the battle closes, which makes it stand.

    `was` is the outcome that the writer saw, where that was a while ago.
    """
    battle = lock_battle(link.battle_id)
    link = battle.battle_requests.select_related("battle").get(pk=link.pk)
    refuse_if(rules.why_not_judge(link, outcome=outcome, barrier=barrier, was=was))
    link.outcome, link.note = outcome, note
    link.barrier = "" if outcome == RequestState.REPAIRED else barrier
    link.save(update_fields=["outcome", "barrier", "note"])
    record("battle.outcome", battle, by=by, request=link.request_id, outcome=str(outcome))
    return link


@transaction.atomic
def record_output(
    *,
    battle: Battle,
    line: Line,
    by: Actor | None,
    before: Decimal | None = None,
    after: Decimal | None = None,
    is_confirmed: bool = False,
    confirmed_by: str = "",
) -> LineResult:
    """Output of a line a day before and after. The figure after is a reading of the line as well."""
    battle = lock_battle(battle.pk)
    known = LineResult.objects.filter(battle=battle, line=line).first()
    said: dict[str, Any] = {
        "before": before,
        "after": after,
        "is_confirmed": is_confirmed,
        "confirmed_by": confirmed_by,
    }
    refuse_if(rules.why_not_measure(battle, line, known, **said))
    return write_output(battle=battle, line=line, told_by=by, by=by, **said)


def write_output(
    *,
    battle: Battle,
    line: Line,
    before: Decimal | None,
    after: Decimal | None,
    is_confirmed: bool,
    confirmed_by: str,
    told_by: Actor | None,
    by: Actor | None,
) -> LineResult:
    """`told_by` entered the figures, which may be somebody else than who does this. The caller holds the battle's lock."""
    confirmed_at = now() if is_confirmed else None
    result, _made = LineResult.objects.update_or_create(
        battle=battle,
        line=line,
        defaults={"before": before, "after": after, "confirmed_by": confirmed_by, "confirmed_at": confirmed_at},
    )
    record("battle.output", battle, by=by, line=line.pk, before=_text(before), after=_text(after))
    if after is not None:
        add_output_reading(
            line=line,
            day=_measured_on(battle),
            amount=after,
            said_by=confirmed_by,
            is_confirmed=is_confirmed,
            by=told_by,
        )
    if battle.state == BattleState.CLOSED:
        _plan_follow_ups(battle)
    return result


@transaction.atomic
def confirm_output(*, result: LineResult, said_by: str, by: Actor | None) -> LineResult:
    """The plant's delegate stands behind the figures before and after; without `by` it came by a signed link.

    Other figures that the plant said before are settled by that.
    """
    battle = lock_battle(result.battle_id)
    result = LineResult.objects.select_related("line").get(pk=result.pk)
    refuse_if(plant_rules.why_not_confirm_output(result, said_by=said_by))
    figures = {"before": result.before, "after": result.after}
    OutputCorrection.objects.waiting().filter(result=result).update(is_taken=False, answered_at=now())
    return record_output(battle=battle, line=result.line, by=by, is_confirmed=True, confirmed_by=said_by, **figures)


@transaction.atomic
def close_battle(*, battle: Battle, by: Actor | None, lessons: str = "", taught: str = "") -> Battle:
    """Outcomes stand from now on; requests without one are open again, for a second visit."""
    battle = lock_battle(battle.pk)
    refuse_if(rules.why_not_close(battle))
    _withdraw_open_offers(battle, by=by)
    battle.ended_at, battle.lessons, battle.taught = now(), lessons, taught
    move(battle, BattleState.CLOSED, BATTLE_MOVES, by=by, also=("ended_at", "lessons", "taught"))
    links = battle.battle_requests.filter(is_active=True).order_by("request_id").select_related("request__machine")
    _lock_what_ends(links)
    for link in links:
        _finish(link, by=by)
    battle.battle_requests.filter(is_active=True).update(is_active=False)
    _plan_follow_ups(battle)
    tell_crew(battle=battle, kind="battle.closed")
    tell_plant(battle=battle, kind="battle.closed")
    return battle


@transaction.atomic
def write_lessons(*, battle: Battle, lessons: str, taught: str, by: Actor | None) -> Battle:
    """Lessons may be added to a battle that is closed: some come later."""
    battle = lock_battle(battle.pk)
    if battle.state not in (BattleState.UNDER_WAY, BattleState.CLOSED):
        refuse_if(rules.NOT_UNDER_WAY)
    battle.lessons, battle.taught = lessons, taught
    battle.version += 1
    battle.save(update_fields=["lessons", "taught", "version"])
    record("battle.lessons", battle, by=by)
    return battle


@transaction.atomic
def record_follow_up(
    *, follow_up: FollowUp, amount: Decimal, day: date, by: Actor | None, said_by: str = "", is_confirmed: bool = False
) -> FollowUp:
    lock_battle(follow_up.battle_id)
    follow_up = FollowUp.objects.select_related("line", "battle").get(pk=follow_up.pk)
    refuse_if(
        rules.why_not_follow_up(follow_up, day=day, today=today())
        or reading_rules.why_guarded([Given(follow_up.line, day, amount)], is_confirmed=is_confirmed)
    )
    follow_up.reading = add_output_reading(
        line=follow_up.line, day=day, amount=amount, said_by=said_by, is_confirmed=is_confirmed, by=by
    )
    follow_up.save(update_fields=["reading"])
    record("battle.follow_up", follow_up.battle, by=by, line=follow_up.line_id, after_days=follow_up.after_days)
    return follow_up


@transaction.atomic
def record_own_repair(
    *,
    factory: Factory,
    what: str,
    by: Actor | None,
    on: date | None = None,
    machine: Machine | None = None,
    learned_from: Battle | None = None,
    said_by: str = "",
) -> OwnRepair:
    """The plant's own workers repaired something; the machine runs again, unless it was seen otherwise since."""
    on = on or today()
    refuse_if(
        rules.why_not_own_repair(factory, what=what, machine=machine, learned_from=learned_from, on=on, today=today())
    )
    repair = OwnRepair.objects.create(
        factory=factory, what=what, on=on, machine=machine, learned_from=learned_from, said_by=said_by, by=by
    )
    record("own_repair.recorded", repair, by=by, factory=factory.pk, learned_from=learned_from and learned_from.pk)
    if machine is not None and not machine.statuses.filter(until=None, since__gt=_end_of(on)).exists():
        since = None if on == today() else _end_of(on)
        set_machine_status(machine=machine, state=Condition.RUNNING, by=by, since=since)
    return repair


def _end_of(day: date) -> datetime:
    return make_aware(datetime.combine(day, time.max))


def _lock_what_ends(links: Iterable[BattleRequest]) -> None:
    """Requests, then reports, then machines, all of them before the first is changed: two battles may share machines."""
    requests = [link.request_id for link in links]
    list(RepairRequest.objects.select_for_update(no_key=True).filter(pk__in=requests).order_by("pk"))
    repaired = [link for link in links if link.outcome == RequestState.REPAIRED]
    reports = BreakdownReport.objects.filter(request_link__request__in=[link.request_id for link in repaired])
    lock_families(reports.values_list("pk", flat=True))
    lock_machines(link.request.machine_id for link in repaired if link.request.machine_id)


def _finish(link: BattleRequest, *, by: Actor | None) -> None:
    """What is repaired is so for its reports too: nobody shall join a new breakdown to them."""
    request = RepairRequest.objects.get(pk=link.request_id)
    to = RequestState(link.outcome or RequestState.OPEN)
    request.finished_at = now() if link.outcome else None
    move(request, to, REQUEST_MOVES, by=by, also=("finished_at",), battle=link.battle_id)
    if to != RequestState.REPAIRED:
        return
    for report in BreakdownReport.objects.filter(request_link__request=request).order_by("pk"):
        close_report(report=report, by=by)
    if link.request.machine is not None:
        set_machine_status(machine=link.request.machine, state=Condition.RUNNING, by=by)


def _withdraw_open_offers(battle: Battle, *, by: Actor | None) -> None:
    """Nobody is still asked for a battle that is over. Who is on the way home keeps the offer until home."""
    for offer in battle.offers.filter(state=OfferState.ASKED).select_related("volunteer__contact", "battle"):
        end(offer, OfferState.WITHDRAWN, by=by, reason="closed")
    for offer in battle.offers.filter(state=OfferState.PROPOSED):
        move(offer, OfferState.DROPPED, OFFER_MOVES, by=by, battle=battle.pk)


def _plan_follow_ups(battle: Battle) -> None:
    """A reading falls due 30 and 90 days after the end, for each line with a result."""
    if battle.ended_at is None:
        raise AssertionError("a closed battle has its hour")
    from_day = _measured_on(battle)
    known = set(battle.follow_ups.values_list("line", "after_days"))
    FollowUp.objects.bulk_create(
        FollowUp(battle=battle, line_id=line, after_days=days, due_on=from_day + timedelta(days=days))
        for line in battle.line_results.values_list("line", flat=True)
        for days in FOLLOW_UP_DAYS
        if (line, days) not in known
    )


def _measured_on(battle: Battle) -> date:
    """The day of closing once it is closed, so that a late correction does not pass for today's output."""
    return today() if battle.ended_at is None else min(today(), localdate(battle.ended_at))


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)
