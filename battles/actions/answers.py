"""What a volunteer says to an offer, and how somebody lets go of a seat again."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.timezone import now

from battles import tasks
from battles.actions.offers import end, end_all, lock_asked, lock_offer, settle, tell, tell_coordinators
from battles.models import Battle, CrewDay, MatchingSettings, Offer, Seat
from battles.rules import offers as rules
from battles.states import HOLDS_SEAT, OFFER_MOVES, AnsweredBy, DayKind, DeclineReason, OfferState
from epo.audit.actions import move, record
from epo.core.clock import today
from epo.core.errors import Refused, refuse_if
from epo.notifications.actions import notify, told_together
from epo.work.nudge import nudge, nudge_all

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from epo.accounts.models import User

AT_ONCE = 25
"""Battles that are locked together while asks that clash are withdrawn."""


def accept(
    *, offer: Offer, by: User | None, how: AnsweredBy, first: date | None = None, last: date | None = None
) -> Offer:
    """Yes, for the whole stay or from `first` to `last`: takes a free seat and gives the days away, or refuses.

    Saying the same again changes nothing and is no refusal. Who comes too late keeps nobody waiting.
    """
    refuse_if(rules.why_not_speak_for(offer, by=by, how=how) or rules.why_over(offer))
    return _take_seat(offer, first, last, by=by, how=how)


@transaction.atomic
@told_together()
def _take_seat(offer: Offer, first: date | None, last: date | None, *, by: User | None, how: AnsweredBy) -> Offer:
    battle, offer = lock_offer(offer)
    if _said_already(offer, first, last):
        return offer
    seat, days = rules.free_seat(offer), rules.days_given(offer, first=first, last=last)
    refuse_if(rules.why_not_accept(offer, seat, first=first, last=last))
    if seat is None or days is None:
        raise AssertionError("the rules have just found both")
    _drop_proposal(battle, offer, by=by)
    is_part = _shorten(offer, seat, first or offer.first_day, last or offer.last_day, by=by)
    offer.seat, offer.answered_at, offer.answered_by = seat, now(), how
    also = ("seat", "answered_at", "answered_by", "first_offset", "last_offset", "wants_from", "wants_until")
    move(offer, OfferState.ACCEPTED, OFFER_MOVES, by=by, also=also, battle=battle.pk, how=how.value)
    _give_days(offer, days)
    settle(battle=battle, by=by)
    _tell_of_answer(battle, offer)
    tell(offer, "offer.plan")
    if is_part:
        nudge(tasks.refill_battle, battle.pk)
    nudge(tasks.withdraw_clashing, offer.pk)
    return offer


def _drop_proposal(battle: Battle, offer: Offer, *, by: User | None) -> None:
    """A late yes comes before what somebody had in mind for the same person, who was not told of it."""
    for other in battle.offers.filter(volunteer=offer.volunteer_id, state=OfferState.PROPOSED):
        move(other, OfferState.DROPPED, OFFER_MOVES, by=by, battle=battle.pk)


def _said_already(offer: Offer, first: date | None, last: date | None) -> bool:
    if offer.state not in (OfferState.ACCEPTED, OfferState.ON_SITE, OfferState.DONE):
        return False
    return (first or offer.first_day, last or offer.last_day) == (offer.first_day, offer.last_day)


def _shorten(offer: Offer, seat: Seat, first: date | None, last: date | None, *, by: User | None) -> bool:
    """Cut the seat to the days accepted and open another for each rest. True if there was a rest."""
    start = offer.battle.first_day
    if start is None or first is None or last is None:
        raise AssertionError("a battle that asks has dates")
    opens, closes = (first - start).days, (last - start).days
    rests = [(seat.first_offset, opens - 1), (closes + 1, seat.last_offset)]
    rests = [(begins, ends) for begins, ends in rests if begins <= ends]
    if not rests:
        return False
    for begins, ends in rests:
        rest = Seat.objects.create(
            battle_id=seat.battle_id, trade_id=seat.trade_id, level=seat.level, kind=seat.kind, first_offset=begins,
            last_offset=ends, split_from=seat,
        )  # fmt: skip
        record("seat.split", rest, by=by, battle=seat.battle_id, split_from=seat.pk)
    seat.first_offset, seat.last_offset = opens, closes
    seat.save(update_fields=["first_offset", "last_offset"])
    offer.first_offset, offer.last_offset = opens, closes
    offer.wants_from, offer.wants_until = first, last
    return True


def _give_days(offer: Offer, days: list[tuple[date, DayKind]]) -> None:
    """The unique pair of volunteer and day has the last word, whatever the rules have read before."""
    rows = [CrewDay(volunteer_id=offer.volunteer_id, offer=offer, day=day, kind=kind) for day, kind in days]
    try:
        with transaction.atomic():
            CrewDay.objects.bulk_create(rows)
    except IntegrityError:
        raise Refused(rules.DAY_TAKEN) from None


@transaction.atomic
def send_plan(*, offer: Offer) -> None:
    """The plan again, by a fresh link; asked for several times a day, it is sent once."""
    refuse_if(None if offer.state in HOLDS_SEAT else rules.NOTHING_HELD)
    notify(
        contact=offer.volunteer.contact,
        kind="offer.plan",
        key=f"offer.plan:{offer.pk}:{today()}",
        urgent=True,
        offer=offer,
    )


@transaction.atomic
def decline(*, offer: Offer, by: User | None, how: AnsweredBy, reason: DeclineReason, note: str = "") -> Offer:
    """No, with a reason; the next best is asked by itself."""
    battle, offer = lock_offer(offer)
    refuse_if(rules.why_not_speak_for(offer, by=by, how=how))
    if offer.state == OfferState.DECLINED:
        return offer
    refuse_if(rules.why_not_decline(offer))
    offer.answered_at, offer.answered_by = now(), how
    offer.decline_reason, offer.note = reason, note[:200]
    also = ("answered_at", "answered_by", "decline_reason", "note")
    move(
        offer,
        OfferState.DECLINED,
        OFFER_MOVES,
        by=by,
        also=also,
        battle=battle.pk,
        how=how.value,
        reason=reason.value,
    )
    _tell_of_answer(battle, offer)
    nudge(tasks.refill_battle, battle.pk)
    return offer


@transaction.atomic
def release(*, offer: Offer, by: User, reason: str) -> Offer:
    """The coordinator lets an accepted volunteer go, or they cannot come after all: days free, seat empty again."""
    battle, offer = lock_offer(offer)
    refuse_if(None if offer.volunteer.user_id == by.pk else rules.why_not_speak_for(offer, by=by, how=AnsweredBy.PHONE))
    if offer.state == OfferState.RELEASED:
        return offer
    refuse_if(rules.why_not_release(offer))
    end(offer, OfferState.RELEASED, by=by, reason=reason)
    settle(battle=battle, by=by)
    if offer.volunteer.user_id == by.pk:
        _tell_of_answer(battle, offer)
    nudge(tasks.refill_battle, battle.pk)
    return offer


@transaction.atomic
def leave(*, offer: Offer, by: User, reason: str, on: date | None = None) -> Offer:
    """Somebody goes home before the end: what is left of the stay becomes an empty seat of its own."""
    battle, offer = lock_offer(offer)
    on = on or today()
    refuse_if(rules.why_not_leave(offer, on=on))
    _cut_off_what_is_left(offer, on, by=by)
    end(offer, OfferState.LEFT, by=by, reason=reason)
    settle(battle=battle, by=by)
    tell_coordinators(battle, "crew.left", key=f"crew.left:{offer.pk}", offer=offer)
    nudge(tasks.refill_battle, battle.pk)
    return offer


def _cut_off_what_is_left(offer: Offer, on: date, *, by: User) -> None:
    """The seat now begins today; the offer keeps the days that were really worked."""
    seat, start = offer.seat, offer.battle.first_day
    if seat is None or start is None:
        raise AssertionError("who is in the plant holds a dated seat")
    begins = max((on - start).days, seat.first_offset)
    record("seat.cut", seat, by=by, battle=seat.battle_id, was=[seat.first_offset, seat.last_offset])
    seat.first_offset = begins
    seat.save(update_fields=["first_offset"])
    offer.last_offset = max(offer.first_offset, begins - 1)
    offer.save(update_fields=["last_offset"])


def withdraw_clashing(*, offer_id: int) -> int:
    """A volunteer who said yes is no longer asked for days that this takes. A worker's work: nobody waits for it.

    Returns how many offers were withdrawn.
    """
    held = Offer.objects.select_related("battle").get(pk=offer_id)
    rest = timedelta(days=MatchingSettings.current().rest_days)
    clashing = [other.pk for other in _others_asked(held) if _clash(held, other, rest)]
    return sum(_withdraw_elsewhere(clashing[begin : begin + AT_ONCE]) for begin in range(0, len(clashing), AT_ONCE))


@transaction.atomic
def _withdraw_elsewhere(keys: list[int]) -> int:
    offers = lock_asked(keys)
    end_all(offers, OfferState.WITHDRAWN, by=None, reason="given elsewhere")
    nudge_all(tasks.refill_battle, {offer.battle_id for offer in offers})
    return len(offers)


def withdraw_all_clashing() -> int:
    """Each minute, for the yes whose nudge was lost. Returns how many offers were withdrawn."""
    asked = Offer.objects.asked().values("volunteer")
    held = Offer.objects.filter(volunteer__in=asked, state__in=(OfferState.ACCEPTED, OfferState.ON_SITE))
    return sum(withdraw_clashing(offer_id=pk) for pk in held.order_by("pk").values_list("pk", flat=True))


def _others_asked(held: Offer) -> QuerySet[Offer]:
    asked = Offer.objects.asked().filter(volunteer=held.volunteer_id)
    return asked.exclude(pk=held.pk).select_related("battle")


def _clash(held: Offer, other: Offer, rest: timedelta) -> bool:
    leaves, back = other.leaves_on, other.back_on
    if not (held.leaves_on and held.back_on and leaves and back):
        return False
    return leaves <= held.back_on + rest and held.leaves_on <= back + rest


def _tell_of_answer(battle: Battle, offer: Offer) -> None:
    key = f"offer.answered:{offer.pk}:{offer.version}"
    tell_coordinators(battle, "offer.answered", key=key, offer=offer, said=str(offer.state))
