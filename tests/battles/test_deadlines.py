from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from battles.actions import answers, deadlines, offers, refill
from battles.models import Offer
from battles.states import AnsweredBy, BattleState, DeclineReason, OfferState
from epo.audit.models import AuditEvent
from epo.core.clock import today
from epo.notifications.models import Notification
from epo.work.models import Watch
from tests.make import (
    make_audit_event,
    make_battle,
    make_coordinator,
    make_factory,
    make_municipality,
    make_offer,
    make_seat,
    make_volunteer,
    make_watch,
)

pytestmark = pytest.mark.django_db


def make_late_offer(**fields):
    return make_offer(make_seat(make_battle(state=BattleState.ASKING)), deadline=now() - timedelta(minutes=1), **fields)


def make_soon_offer():
    moment = now()
    return make_offer(
        make_seat(make_battle(state=BattleState.ASKING)),
        asked_at=moment - timedelta(hours=40),
        deadline=moment + timedelta(hours=8),
    )


def told(kind):
    return list(Notification.objects.filter(kind=kind).values_list("contact", flat=True))


# Deadlines


def test_silence_at_the_deadline_expires_the_offer():
    offer = make_late_offer()

    expired = deadlines.mind_the_deadlines()

    offer.refresh_from_db()
    assert (expired, offer.state, told("offer.expired")) == (
        1,
        OfferState.EXPIRED,
        [offer.volunteer.contact_id],
    )


def test_deadlines_minded_twice_expire_once():
    offer = make_late_offer()

    deadlines.mind_the_deadlines()
    deadlines.mind_the_deadlines()

    assert AuditEvent.objects.about(offer).count() == 1


def test_outage_moves_open_deadlines_and_nothing_expires():
    make_watch(seen_at=now() - timedelta(hours=5))
    offer = make_late_offer()
    before = offer.deadline

    expired = deadlines.mind_the_deadlines()

    offer.refresh_from_db()
    assert (expired, offer.state) == (0, OfferState.ASKED)
    assert timedelta(hours=5) <= offer.deadline - before < timedelta(hours=5, minutes=1)


def test_nothing_expires_in_the_first_hour_after_an_outage():
    make_watch(seen_at=now() - timedelta(minutes=1), resumed_at=now() - timedelta(minutes=50))
    offer = make_late_offer()

    deadlines.mind_the_deadlines()
    Watch.objects.update(resumed_at=now() - timedelta(minutes=61))
    within = Offer.objects.get(pk=offer.pk).state
    deadlines.mind_the_deadlines()

    assert (within, Offer.objects.get(pk=offer.pk).state) == (OfferState.ASKED, OfferState.EXPIRED)


def test_short_gap_is_no_outage():
    make_watch(seen_at=now() - timedelta(minutes=14))
    offer = make_late_offer()

    deadlines.mind_the_deadlines()

    assert Offer.objects.get(pk=offer.pk).state == OfferState.EXPIRED


def test_clock_that_went_back_minds_no_deadline():
    make_watch(seen_at=now() + timedelta(days=3))
    offer = make_late_offer()

    deadlines.mind_the_deadlines()

    assert Offer.objects.get(pk=offer.pk).state == OfferState.ASKED


def test_clock_before_the_last_audit_event_minds_no_deadline():
    event = make_audit_event()
    AuditEvent.objects.filter(pk=event.pk).update(at=now() + timedelta(days=1))
    offer = make_late_offer()

    deadlines.mind_the_deadlines()

    assert Offer.objects.get(pk=offer.pk).state == OfferState.ASKED


def test_silent_volunteer_is_reminded_once():
    offer = make_soon_offer()

    deadlines.mind_the_deadlines()
    deadlines.mind_the_deadlines()

    assert told("offer.reminder") == [offer.volunteer.contact_id]


# The next best


def make_called(**fields):
    """A battle that calls, one seat, and a volunteer who declined it."""
    seat = make_seat(make_battle(state=BattleState.ASKING, **fields))
    offer = make_offer(seat)
    answers.decline(offer=offer, by=None, how=AnsweredBy.LINK, reason=DeclineReason.WORK)
    return seat


def test_next_best_is_asked_after_a_no():
    seat = make_called()
    make_volunteer("welding", home=make_municipality(lat=8.0))
    near = make_volunteer("welding")

    asked = refill.refill_battle(battle_id=seat.battle_id)

    assert (asked, list(Offer.objects.asked().values_list("volunteer", flat=True))) == (1, [near.pk])


def test_next_best_is_asked_once_however_often_the_task_runs():
    seat = make_called()
    make_volunteer("welding")
    make_volunteer("welding")

    refill.refill_battle(battle_id=seat.battle_id)
    again = refill.refill_battle(battle_id=seat.battle_id)

    assert (again, Offer.objects.asked().count()) == (0, 1)


def test_proposals_left_over_from_the_run_come_first():
    seat = make_called()
    make_volunteer("welding")
    waiting = make_offer(seat, state=OfferState.PROPOSED)

    refill.refill_battle(battle_id=seat.battle_id)

    assert list(Offer.objects.asked()) == [waiting]


def test_seat_that_nobody_was_asked_for_is_left_to_the_coordinator():
    seat = make_seat(make_battle(state=BattleState.ASKING))
    make_volunteer("welding")

    assert refill.refill_battle(battle_id=seat.battle_id) == 0


def test_rest_of_a_stay_is_offered_to_the_next_best():
    seat = make_seat(make_battle(state=BattleState.ASKING))
    answers.accept(offer=make_offer(seat), by=None, how=AnsweredBy.LINK, last=seat.battle.first_day + timedelta(days=1))
    second = make_volunteer("welding")

    refill.refill_battle(battle_id=seat.battle_id)

    assert list(Offer.objects.asked().values_list("volunteer", "first_offset", "last_offset")) == [(second.pk, 2, 4)]


def test_who_let_go_is_not_asked_again_for_the_same_battle():
    seat = make_seat(make_battle(state=BattleState.ASKING))
    offer = make_offer(seat)
    answers.accept(offer=offer, by=None, how=AnsweredBy.LINK)
    answers.release(offer=offer, by=offer.volunteer.user, reason="")

    assert refill.refill_battle(battle_id=seat.battle_id) == 0


def test_coordinator_is_told_once_when_nobody_is_left():
    coordinator = make_coordinator()
    seat = make_called(coordinator=coordinator)

    refill.refill_battle(battle_id=seat.battle_id)
    refill.refill_battle(battle_id=seat.battle_id)

    assert told("line.nobody_left") == [coordinator.contact.pk]


def test_coordinator_is_told_when_it_is_too_close_to_the_start():
    coordinator = make_coordinator()
    seat = make_called(coordinator=coordinator, first_day=today())
    make_volunteer("welding")

    asked = refill.refill_battle(battle_id=seat.battle_id)

    assert (asked, told("line.nobody_left")) == (0, [coordinator.contact.pk])


def test_battles_to_refill_are_those_with_a_seat_that_fell_through():
    seat = make_called()
    make_seat(make_battle(state=BattleState.ASKING))

    assert refill.battles_to_refill() == [seat.battle_id]


def test_region_is_told_where_nobody_is_in_charge():
    factory = make_factory()
    coordinator = make_coordinator(factory.municipality.state.region)
    make_coordinator(factory.municipality.state.region)
    battle = make_battle(factory, state=BattleState.ASKING)

    offers.tell_coordinators(battle, "battle.ready", key="k")

    assert Notification.objects.count() == 2
    assert Notification.objects.filter(contact__user=coordinator).count() == 1
