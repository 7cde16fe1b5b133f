"""What time does to offers: reminders, expiry, and what an outage does to deadlines."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils.timezone import now

from battles import tasks
from battles.actions.offers import lock_battles, lock_offer, tell
from battles.models import Offer
from battles.states import OFFER_MOVES, OfferState
from epo.audit.actions import move
from epo.work.nudge import nudge
from epo.work.outages import Minute, clock_is_behind, look_at_the_clock

REMIND_BEFORE = timedelta(hours=12)
NOT_SOONER_THAN = timedelta(hours=6)
AT_ONCE = 200

log = logging.getLogger(__name__)


def mind_the_deadlines() -> int:
    """Each minute: move deadlines by an outage just over, expire what is late, remind who is silent.

    After an outage nothing expires for an hour, and nothing at all while the clock stands in the past.
    Returns how many offers expired.
    """
    if clock_is_behind():
        log.error("the clock stands before what is already written; no deadline is minded")
        return 0
    minute = _move_by_outage()
    _remind()
    return 0 if minute.is_grace else _expire_overdue()


@transaction.atomic
def _move_by_outage() -> Minute:
    """That the outage is over is written down with the deadlines that it moved: both, or another minute does both."""
    minute = look_at_the_clock()
    if minute.outage:
        locked = lock_battles(Offer.objects.asked().values_list("battle", flat=True).distinct())
        Offer.objects.asked().filter(battle__in=locked).update(deadline=F("deadline") + minute.outage)
        log.warning("everything stood still for %s; open deadlines moved by as much", minute.outage)
    return minute


def _expire_overdue() -> int:
    overdue = Offer.objects.overdue().order_by("deadline").values_list("pk", flat=True)[:AT_ONCE]
    return sum(_expire_one(pk) for pk in list(overdue))


def _expire_one(offer_id: int) -> bool:
    """One offer that fails must not keep the others waiting."""
    try:
        return expire(offer_id=offer_id)
    except Exception:
        log.exception("offer %s could not expire", offer_id)
        return False


@transaction.atomic
def expire(*, offer_id: int) -> bool:
    """Silence at the deadline: the offer expires and the next best is asked. A late yes stays welcome."""
    battle, offer = lock_offer(Offer.objects.get(pk=offer_id))
    if offer.state != OfferState.ASKED or offer.deadline is None or offer.deadline > now():
        return False
    move(offer, OfferState.EXPIRED, OFFER_MOVES, by=None, battle=battle.pk)
    tell(offer, "offer.expired")
    nudge(tasks.refill_battle, battle.pk)
    return True


def _remind() -> None:
    soon = Offer.objects.asked().filter(
        reminded_at=None,
        deadline__lt=now() + REMIND_BEFORE,
        deadline__gt=now(),
        asked_at__lt=now() - NOT_SOONER_THAN,
    )
    for pk in list(soon.values_list("pk", flat=True)[:AT_ONCE]):
        _remind_one(pk)


@transaction.atomic
def _remind_one(offer_id: int) -> None:
    _battle, offer = lock_offer(Offer.objects.get(pk=offer_id))
    if offer.state != OfferState.ASKED or offer.reminded_at is not None:
        return
    offer.reminded_at = now()
    offer.save(update_fields=["reminded_at"])
    tell(offer, "offer.reminder")
