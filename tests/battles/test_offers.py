from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from battles import links
from battles.actions import answers, offers
from battles.models import CrewDay, Offer, Seat
from battles.rules import offers as rules
from battles.states import AnsweredBy, BattleState, DayKind, DeclineReason, OfferState
from epo.audit.models import AuditEvent
from epo.core.clock import today
from epo.core.errors import Refused
from epo.notifications.kinds import message_for
from epo.notifications.models import Notification
from tests.make import (
    make_absence,
    make_battle,
    make_coordinator,
    make_crew_day,
    make_factory,
    make_municipality,
    make_offer,
    make_qualification,
    make_seat,
    make_trade,
    make_user,
    make_volunteer,
)

pytestmark = pytest.mark.django_db

LINK = AnsweredBy.LINK
FAR = {"lat": 10.5, "lon": -63.0}
NEAR = {"lat": 10.5, "lon": -66.9}


def make_asking(**fields):
    return make_battle(state=BattleState.ASKING, **fields)


def days_of(offer):
    return [(day.day, day.kind) for day in CrewDay.objects.filter(offer=offer)]


def refusal_of(act, **arguments):
    with pytest.raises(Refused) as refused:
        act(**arguments)
    return refused.value.refusal


# Proposing and asking


def test_propose_puts_an_eligible_volunteer_on_the_list_with_the_distance():
    battle = make_asking(factory=make_factory(municipality=make_municipality(**FAR)))
    seat = make_seat(battle)
    volunteer = make_volunteer("welding", home=make_municipality(**NEAR))

    offer = offers.propose(battle=battle, volunteer=volunteer, line=seat.line, by=make_coordinator())

    assert (offer.state, round(offer.km), offer.travels, offer.line) == (
        OfferState.PROPOSED,
        554,
        True,
        seat.line,
    )
    assert Notification.objects.count() == 0


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"trade": "plumbing"}, "no_trade"),
        ({"level": 1}, "level_too_low"),
        ({"standing": "paused"}, "not_sendable"),
        ({"is_adviser_only": True}, "not_sendable"),
        ({"max_days": 4}, "too_long"),
        ({"max_km": 100, "home": FAR}, "too_far"),
    ],
)
def test_propose_refuses_who_is_not_eligible(fields, code):
    battle = make_asking(factory=make_factory(municipality=make_municipality(**NEAR)))
    seat = make_seat(battle, level=2)
    fields = {"trade": "welding", **fields}
    fields["home"] = make_municipality(**fields.get("home", NEAR))

    refusal = refusal_of(
        offers.propose,
        battle=battle,
        volunteer=make_volunteer(**fields),
        line=seat.line,
        by=make_coordinator(),
    )

    assert (refusal.code, Offer.objects.count()) == (code, 0)


def test_propose_refuses_an_absence_that_touches_the_days_of_travel():
    battle = make_asking(factory=make_factory(municipality=make_municipality(**FAR)))
    seat = make_seat(battle)
    volunteer = make_volunteer("welding", home=make_municipality(**NEAR))
    make_absence(volunteer, battle.first_day - timedelta(days=1))

    refusal = refusal_of(offers.propose, battle=battle, volunteer=volunteer, line=seat.line, by=make_coordinator())

    assert refusal == rules.NOT_ELIGIBLE["not_free"]


def test_propose_refuses_days_given_elsewhere_and_the_rest_after_them():
    battle = make_asking()
    seat = make_seat(battle)
    volunteer = make_volunteer("welding", home=battle.factory.municipality)
    other = make_offer(volunteer=volunteer, state=OfferState.ACCEPTED)
    make_crew_day(other, battle.first_day - timedelta(days=3))

    refusal = refusal_of(offers.propose, battle=battle, volunteer=volunteer, line=seat.line, by=make_coordinator())

    assert refusal == rules.NOT_ELIGIBLE["not_free"]


def test_propose_refuses_a_qualification_that_runs_out_before_the_last_day():
    battle = make_asking()
    seat = make_seat(battle)
    volunteer = make_volunteer(home=battle.factory.municipality)
    make_qualification(volunteer, make_trade("welding"), valid_until=battle.last_day - timedelta(days=1))

    refusal = refusal_of(offers.propose, battle=battle, volunteer=volunteer, line=seat.line, by=make_coordinator())

    assert refusal == rules.NOT_ELIGIBLE["no_trade"]


def test_propose_twice_for_one_battle_is_refused():
    seat = make_seat(make_asking())
    offer = make_offer(seat, state=OfferState.PROPOSED)

    refusal = refusal_of(
        offers.propose, battle=seat.battle, volunteer=offer.volunteer, line=seat.line, by=make_coordinator()
    )

    assert refusal == rules.ALREADY_ASKED


@pytest.mark.parametrize(
    ("age", "refusal"), [(None, rules.AGE_UNKNOWN), (17, rules.TOO_YOUNG), (18, rules.TOO_YOUNG), (19, None)]
)
def test_learners_are_certainly_18(age, refusal):
    battle = make_asking()
    seat = make_seat(battle, kind="learner", level=1)
    volunteer = make_volunteer("welding", home=battle.factory.municipality)
    volunteer.contact.birth_year = age and battle.first_day.year - age

    assert rules.why_not_propose(battle, volunteer, seat.line) == refusal


def test_ask_sets_the_deadline_and_tells_the_volunteer():
    seat = make_seat(make_asking(offer_hours=24))
    offer = make_offer(seat, state=OfferState.PROPOSED)
    coordinator = make_coordinator()

    offer = offers.ask(offer=offer, by=coordinator)

    assert (offer.state, offer.asked_by, offer.deadline - offer.asked_at) == (
        OfferState.ASKED, coordinator, timedelta(hours=24),
    )  # fmt: skip
    assert [(note.kind, note.contact) for note in Notification.objects.all()] == [
        ("offer.asked", offer.volunteer.contact)
    ]


def test_ask_waits_no_longer_than_the_evening_before_leaving():
    seat = make_seat(make_asking(first_day=today() + timedelta(days=2), offer_hours=100))
    offer = make_offer(seat, state=OfferState.PROPOSED)

    offer = offers.ask(offer=offer, by=make_coordinator())

    assert offer.deadline == rules.latest_answer(offer, seat.battle)


def test_ask_refuses_when_it_is_too_late():
    seat = make_seat(make_asking(first_day=today()))
    offer = make_offer(seat, state=OfferState.PROPOSED)

    assert refusal_of(offers.ask, offer=offer, by=make_coordinator()) == rules.TOO_LATE_TO_ASK


def test_ask_refuses_before_the_battle_is_open_for_it():
    offer = make_offer(make_seat(make_battle()), state=OfferState.PROPOSED)

    assert refusal_of(offers.ask, offer=offer, by=make_coordinator()) == rules.NOT_ASKING


def test_ask_keeps_to_one_open_ask_per_empty_seat():
    seat = make_seat(make_asking())
    make_offer(seat)
    second = make_offer(seat, state=OfferState.PROPOSED)

    assert refusal_of(offers.ask, offer=second, by=make_coordinator()) == rules.ENOUGH_ASKED


def test_ask_reads_eligibility_again():
    offer = make_offer(make_seat(make_asking()), state=OfferState.PROPOSED)
    make_absence(offer.volunteer, offer.battle.first_day)

    assert refusal_of(offers.ask, offer=offer, by=make_coordinator()) == rules.NOT_ELIGIBLE["not_free"]


def test_ask_all_sends_what_fits_and_says_why_not():
    battle = make_asking()
    welder, fitter = make_seat(battle), make_seat(battle, make_trade("fitting"))
    good, absent = (
        make_offer(welder, state=OfferState.PROPOSED),
        make_offer(fitter, state=OfferState.PROPOSED),
    )
    make_offer(welder, state=OfferState.PROPOSED)
    make_absence(absent.volunteer, battle.first_day)

    sent, refused = offers.ask_all(battle=battle, by=make_coordinator())

    assert [offer.pk for offer in sent] == [good.pk]
    assert [(offer.pk, why.refusal) for offer, why in refused] == [(absent.pk, rules.NOT_ELIGIBLE["not_free"])]


# Yes


def test_accept_gives_the_days_with_travel_and_takes_the_seat():
    seat = make_seat(make_asking(days=2))
    make_seat(seat.battle)
    offer = make_offer(seat, travels=True)

    answers.accept(offer=offer, by=None, how=LINK)

    offer.refresh_from_db()
    start = seat.battle.first_day
    assert (offer.state, offer.seat, offer.answered_by) == (OfferState.ACCEPTED, seat, LINK)
    assert days_of(offer) == [
        (start - timedelta(days=1), DayKind.TRAVEL),
        (start, DayKind.WORK),
        (start + timedelta(days=1), DayKind.WORK),
        (start + timedelta(days=2), DayKind.TRAVEL),
    ]
    assert [event.kind for event in AuditEvent.objects.about(offer)] == ["offer.accepted"]


def test_accept_of_the_last_required_seat_makes_the_battle_ready_and_thanks_the_others():
    seat = make_seat(make_asking(asks_per_seat=2, coordinator=make_coordinator()))
    first, second = make_offer(seat), make_offer(seat)

    answers.accept(offer=first, by=None, how=LINK)

    seat.battle.refresh_from_db()
    second.refresh_from_db()
    assert (seat.battle.state, second.state) == (BattleState.READY, OfferState.WITHDRAWN)
    assert sorted(Notification.objects.values_list("kind", flat=True)) == [
        "battle.ready", "offer.answered", "offer.plan", "offer.withdrawn",
    ]  # fmt: skip


def test_accept_leaves_the_battle_asking_while_a_required_seat_is_empty():
    seat = make_seat(make_asking())
    make_seat(seat.battle)

    answers.accept(offer=make_offer(seat), by=None, how=LINK)

    seat.battle.refresh_from_db()
    assert seat.battle.state == BattleState.ASKING


def test_accept_twice_is_one_answer():
    offer = make_offer(make_seat(make_asking()))

    answers.accept(offer=offer, by=None, how=LINK)
    again = answers.accept(offer=offer, by=None, how=LINK)

    assert (again.state, CrewDay.objects.count(), AuditEvent.objects.about(offer).count()) == (
        OfferState.ACCEPTED,
        5,
        1,
    )


def test_accept_takes_any_free_equal_seat():
    first = make_seat(make_asking())
    second = make_seat(first.battle)
    make_offer(first, state=OfferState.ACCEPTED)

    offer = answers.accept(offer=make_offer(first), by=None, how=LINK)

    assert offer.seat == second


def test_accept_of_a_seat_that_is_gone_is_refused():
    seat = make_seat(make_asking())
    late = make_offer(seat)
    make_offer(seat, state=OfferState.ACCEPTED)

    assert refusal_of(answers.accept, offer=late, by=None, how=LINK) == rules.LINE_FULL


@pytest.mark.parametrize(
    ("state", "refusal"),
    [
        (OfferState.DECLINED, rules.ANSWERED_NO),
        (OfferState.WITHDRAWN, rules.WITHDRAWN),
        (OfferState.RELEASED, rules.OVER),
        (OfferState.PROPOSED, rules.NOT_SENT),
    ],
)
def test_accept_of_an_offer_that_has_ended_is_refused(state, refusal):
    offer = make_offer(make_seat(make_asking()), state=state)

    assert refusal_of(answers.accept, offer=offer, by=None, how=LINK) == refusal


def test_accept_after_the_deadline_is_good_while_the_seat_is_free():
    offer = make_offer(make_seat(make_asking()), state=OfferState.EXPIRED)

    offer = answers.accept(offer=offer, by=None, how=LINK)

    assert (offer.state, CrewDay.objects.count()) == (OfferState.ACCEPTED, 5)


def test_accept_after_the_deadline_takes_the_place_of_a_proposal_that_nobody_was_told_of():
    late = make_offer(make_seat(make_asking()), state=OfferState.EXPIRED)
    proposal = make_offer(late.battle.seats.get(), late.volunteer, state=OfferState.PROPOSED)

    answers.accept(offer=late, by=None, how=LINK)

    states = {offer.pk: offer.state for offer in Offer.objects.all()}
    assert states == {late.pk: OfferState.ACCEPTED, proposal.pk: OfferState.DROPPED}


@pytest.mark.parametrize("state", [OfferState.ASKED, OfferState.ACCEPTED])
def test_accept_after_the_deadline_is_refused_to_who_was_asked_anew(state):
    late = make_offer(make_seat(make_asking()), state=OfferState.EXPIRED)
    make_offer(late.battle.seats.get(), late.volunteer, state=state)

    assert refusal_of(answers.accept, offer=late, by=None, how=LINK) == rules.ASKED_ANEW
    assert Offer.objects.get(pk=late.pk).state == OfferState.EXPIRED


def test_accept_of_a_battle_called_off_is_refused():
    offer = make_offer(make_seat(make_battle(state=BattleState.CALLED_OFF)))

    assert refusal_of(answers.accept, offer=offer, by=None, how=LINK) == rules.CLOSED


def test_accept_by_somebody_else_is_refused():
    offer = make_offer(make_seat(make_asking()))

    refusal = refusal_of(answers.accept, offer=offer, by=make_user(), how=AnsweredBy.PAGE)

    assert refusal == rules.NOT_YOURS


def test_accept_by_phone_needs_a_coordinator_in_charge():
    offer = make_offer(make_seat(make_asking()))
    of_home = make_coordinator(offer.volunteer.home.state.region)
    of_elsewhere = make_coordinator(make_municipality().state.region)

    refusal = refusal_of(answers.accept, offer=offer, by=of_elsewhere, how=AnsweredBy.PHONE)
    accepted = answers.accept(offer=offer, by=of_home, how=AnsweredBy.PHONE)

    assert refusal == rules.NOT_IN_CHARGE
    assert (accepted.state, accepted.answered_by) == (OfferState.ACCEPTED, AnsweredBy.PHONE)


def test_accept_of_a_day_given_elsewhere_is_refused_and_changes_nothing():
    offer = make_offer(make_seat(make_asking()))
    other = make_offer(volunteer=offer.volunteer, state=OfferState.ACCEPTED)
    make_crew_day(other, offer.last_day)

    refusal = refusal_of(answers.accept, offer=offer, by=None, how=LINK)

    offer.refresh_from_db()
    assert (refusal, offer.state, offer.seat) == (rules.DAY_TAKEN, OfferState.ASKED, None)


def test_accept_without_days_of_rest_is_refused():
    offer = make_offer(make_seat(make_asking()))
    other = make_offer(volunteer=offer.volunteer, state=OfferState.ACCEPTED)
    make_crew_day(other, offer.last_day + timedelta(days=3))

    assert refusal_of(answers.accept, offer=offer, by=None, how=LINK) == rules.TOO_LITTLE_REST


def test_accept_during_an_absence_is_refused():
    offer = make_offer(make_seat(make_asking()))
    make_absence(offer.volunteer, offer.last_day)

    assert refusal_of(answers.accept, offer=offer, by=None, how=LINK) == rules.ABSENT


@pytest.mark.parametrize(
    "work", [lambda offer: answers.withdraw_clashing(offer_id=offer.pk), lambda _offer: answers.withdraw_all_clashing()]
)
def test_asks_that_clash_with_a_yes_are_withdrawn(work):
    volunteer = make_volunteer("welding")
    offer, *clashing = (make_offer(volunteer=volunteer) for _ in range(3))
    later = make_offer(make_seat(make_asking(first_day=today() + timedelta(days=60))), volunteer)
    of_another = make_offer()
    answers.accept(offer=offer, by=None, how=LINK)

    work(offer)

    now_in = dict(Offer.objects.values_list("pk", "state"))
    assert [now_in[one.pk] for one in clashing] == [OfferState.WITHDRAWN] * 2
    assert (now_in[offer.pk], now_in[later.pk], now_in[of_another.pk]) == (
        OfferState.ACCEPTED,
        OfferState.ASKED,
        OfferState.ASKED,
    )
    told = Notification.objects.filter(contact=volunteer.contact, kind="offer.withdrawn")
    assert set(told.values_list("context__offer", flat=True)) == {one.pk for one in clashing}


def test_clashing_asks_are_withdrawn_in_as_many_queries_for_two_as_for_six():
    counts = []
    for many in (2, 6):
        volunteer = make_volunteer("welding")
        offer, *_clashing = (make_offer(volunteer=volunteer) for _ in range(many + 1))
        answers.accept(offer=offer, by=None, how=LINK)
        with CaptureQueriesContext(connection) as queries:
            answers.withdraw_clashing(offer_id=offer.pk)
        counts.append(len(queries))

    assert counts[0] == counts[1]


# Yes, in part


def test_accept_in_part_shortens_the_seat_and_opens_the_rest():
    seat = make_seat(make_asking(days=5))
    offer = make_offer(seat)
    start = seat.battle.first_day

    answers.accept(offer=offer, by=None, how=LINK, first=start + timedelta(days=1), last=start + timedelta(days=3))

    seats = Seat.objects.order_by("first_offset").values_list("first_offset", "last_offset", "split_from")
    assert list(seats) == [(0, 0, seat.pk), (1, 3, None), (4, 4, seat.pk)]
    assert [day for day, _kind in days_of(offer)] == [start + timedelta(days=n) for n in (1, 2, 3)]
    seat.battle.refresh_from_db()
    assert seat.battle.state == BattleState.ASKING


def test_accept_in_part_leaves_a_rest_that_another_takes():
    seat = make_seat(make_asking(days=5))
    start = seat.battle.first_day
    answers.accept(offer=make_offer(seat), by=None, how=LINK, last=start + timedelta(days=2))
    rest = Seat.objects.get(split_from=seat)

    answers.accept(offer=make_offer(rest), by=None, how=LINK)

    seat.battle.refresh_from_db()
    assert (rest.first_offset, rest.last_offset, seat.battle.state) == (3, 4, BattleState.READY)


def test_accept_in_part_outside_the_stay_is_refused():
    seat = make_seat(make_asking())
    before = seat.battle.first_day - timedelta(days=1)

    refusal = refusal_of(answers.accept, offer=make_offer(seat), by=None, how=LINK, first=before)

    assert refusal == rules.DAYS_OUTSIDE


def test_accept_in_part_from_after_until_is_refused():
    seat = make_seat(make_asking())
    start = seat.battle.first_day

    refusal = refusal_of(
        answers.accept, offer=make_offer(seat), by=None, how=LINK, first=start + timedelta(days=2), last=start
    )

    assert refusal == rules.DAYS_OUTSIDE


# No


def test_decline_keeps_the_reason_and_tells_the_coordinator():
    coordinator = make_coordinator()
    offer = make_offer(make_seat(make_asking(coordinator=coordinator)))

    offer = answers.decline(offer=offer, by=None, how=LINK, reason=DeclineReason.HEALTH, note="una gripe")

    assert (offer.state, offer.decline_reason, offer.note) == (
        OfferState.DECLINED,
        DeclineReason.HEALTH,
        "una gripe",
    )
    assert [(note.kind, note.contact.user) for note in Notification.objects.all()] == [("offer.answered", coordinator)]


def test_decline_twice_is_one_answer():
    offer = make_offer(make_seat(make_asking()))

    answers.decline(offer=offer, by=None, how=LINK, reason=DeclineReason.WORK)
    answers.decline(offer=offer, by=None, how=LINK, reason=DeclineReason.FAMILY)

    offer.refresh_from_db()
    assert (offer.decline_reason, AuditEvent.objects.about(offer).count()) == (DeclineReason.WORK, 1)


def test_decline_after_yes_is_refused():
    offer = make_offer(make_seat(make_asking()), state=OfferState.ACCEPTED)

    refusal = refusal_of(answers.decline, offer=offer, by=None, how=LINK, reason=DeclineReason.WORK)

    assert refusal == rules.ANSWERED_YES


# Letting go


def test_release_frees_days_and_seat_and_calls_again():
    seat = make_seat(make_asking())
    offer = make_offer(seat)
    answers.accept(offer=offer, by=None, how=LINK)

    answers.release(offer=offer, by=make_coordinator(), reason="enfermo")

    seat.battle.refresh_from_db()
    offer.refresh_from_db()
    assert (offer.state, offer.end_reason) == (OfferState.RELEASED, "enfermo")
    assert (seat.battle.state, CrewDay.objects.count()) == (BattleState.ASKING, 0)


def test_release_by_the_volunteer_themselves():
    offer = make_offer(make_seat(make_asking()), state=OfferState.ACCEPTED)

    offer = answers.release(offer=offer, by=offer.volunteer.user, reason="no tengo transporte")

    assert offer.state == OfferState.RELEASED


def test_release_by_a_stranger_is_refused():
    offer = make_offer(make_seat(make_asking()), state=OfferState.ACCEPTED)

    assert refusal_of(answers.release, offer=offer, by=make_user(), reason="") == rules.NOT_IN_CHARGE


def test_release_of_who_is_already_in_the_plant_is_refused():
    offer = make_offer(make_seat(make_battle(state=BattleState.UNDER_WAY)), state=OfferState.ON_SITE)

    assert refusal_of(answers.release, offer=offer, by=make_coordinator(), reason="") == rules.NOTHING_HELD


def test_leave_keeps_days_worked_and_opens_what_is_left():
    start = today() - timedelta(days=2)
    seat = make_seat(make_battle(state=BattleState.UNDER_WAY, first_day=start, days=5))
    offer = make_offer(seat, state=OfferState.ON_SITE)
    for n in range(5):
        make_crew_day(offer, start + timedelta(days=n))

    answers.leave(offer=offer, by=make_coordinator(), reason="familia")

    offer.refresh_from_db()
    seat.refresh_from_db()
    assert (offer.state, offer.last_offset, seat.first_offset, seat.last_offset) == (OfferState.LEFT, 1, 2, 4)
    assert [day for day, _kind in days_of(offer)] == [start, start + timedelta(days=1)]
    assert list(Seat.objects.empty()) == [seat]


def test_leave_before_arriving_is_refused():
    offer = make_offer(make_seat(make_asking()), state=OfferState.ACCEPTED)

    assert refusal_of(answers.leave, offer=offer, by=make_coordinator(), reason="") == rules.NOT_ON_SITE


def test_withdraw_all_ends_every_live_offer_and_frees_days():
    seat = make_seat(make_asking())
    accepted = make_offer(seat)
    answers.accept(offer=accepted, by=None, how=LINK)
    asked = make_offer(make_seat(seat.battle))
    proposed = make_offer(seat, state=OfferState.PROPOSED)

    with transaction.atomic():
        offers.withdraw_all(battle=offers.lock_battle(seat.battle_id), by=make_coordinator(), reason="sin gas")

    states = {offer.pk: offer.state for offer in Offer.objects.all()}
    assert states == {
        accepted.pk: OfferState.WITHDRAWN, asked.pk: OfferState.WITHDRAWN, proposed.pk: OfferState.DROPPED,
    }  # fmt: skip
    assert CrewDay.objects.count() == 0


# What people are told


def test_coordinator_reads_what_was_said_whatever_came_afterwards():
    seat = make_seat(make_asking(coordinator=make_coordinator()))
    offer = make_offer(seat, make_volunteer("welding", name="Rosa Pérez"))
    answers.accept(offer=offer, by=None, how=LINK)
    Offer.objects.filter(pk=offer.pk).update(state=OfferState.DONE)

    note = Notification.objects.get(kind="offer.answered")

    assert message_for(note).subject.startswith(f"Rosa Pérez va a {seat.battle.factory}")


def test_who_said_yes_gets_the_plan_by_a_fresh_link():
    offer = make_offer(make_seat(make_asking()))

    answers.accept(offer=offer, by=None, how=LINK)

    note = Notification.objects.get(kind="offer.plan")
    assert (note.contact, links.held_offer_of(message_for(note).url.rsplit("/", 1)[1])) == (
        offer.volunteer.contact,
        offer,
    )


def test_plan_asked_for_several_times_a_day_is_sent_once():
    offer = make_offer(make_seat(make_asking()), state=OfferState.ACCEPTED)

    answers.send_plan(offer=offer)
    answers.send_plan(offer=offer)

    assert Notification.objects.filter(kind="offer.plan").count() == 1


def test_plan_of_who_holds_no_seat_is_refused():
    assert refusal_of(answers.send_plan, offer=make_offer(make_seat(make_asking()))) == rules.NOTHING_HELD
