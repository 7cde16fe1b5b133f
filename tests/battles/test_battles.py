from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import OperationalError

from battles.actions import agreements, battles, departures, seats
from battles.actions.offers import lock_battle
from battles.models import Agreement, BattleRequest, CrewDay, Offer
from battles.rules import battles as rules
from battles.states import BattleKind, BattleState, OfferState, RequestState, SeatKind
from epo.audit.models import AuditEvent
from epo.core.clock import today
from epo.core.errors import Refused
from epo.notifications.kinds import message_for
from epo.notifications.models import Notification
from tests.battles.test_offer_races import held_elsewhere, impatient
from tests.make import (
    make_agreement,
    make_battle,
    make_battle_request,
    make_coordinator,
    make_crew_day,
    make_demand,
    make_departure,
    make_factory,
    make_machine,
    make_membership,
    make_need,
    make_offer,
    make_request,
    make_seat,
    make_trade,
)

pytestmark = pytest.mark.django_db


def refusal_of(act, **arguments):
    with pytest.raises(Refused) as refused:
        act(**arguments)
    return refused.value.refusal


def lines_of(battle):
    return [
        (seat.trade.code, seat.level, seat.kind, seat.first_offset, seat.last_offset) for seat in battle.seats.all()
    ]


def in_days(n):
    return today() + timedelta(days=n)


def a_request(factory=None, *, people=1, days=3, level=2, **fields):
    request = make_request(make_machine(factory or make_factory()), **fields)
    make_demand(request, make_trade("welding"), people=people, days=days, level=level)
    return request


def plan(request, **fields):
    fields = {"kind": BattleKind.REPAIR, "title": "Horno", "first_day": in_days(20), "by": None} | fields
    return battles.plan_battle(factory=request.factory, requests=[request], **fields)


def make_asking(**fields):
    battle = make_battle(state=BattleState.ASKING, **fields)
    make_battle_request(battle, make_request(make_machine(battle.factory), state=RequestState.PLANNED))
    make_agreement(battle)
    return battle


def make_accepted(battle, **fields):
    """Somebody who said yes, with the days given."""
    offer = make_offer(make_seat(battle), state=OfferState.ACCEPTED, **fields)
    for n in range(battle.days):
        make_crew_day(offer, battle.first_day + timedelta(days=n))
    return offer


# Planning


def test_plan_battle_takes_up_the_requests_and_works_out_the_seats():
    boss = make_coordinator()
    request = a_request(people=2, days=5)

    battle = plan(request, by=boss)

    request.refresh_from_db()
    assert (battle.state, battle.coordinator, request.state) == (BattleState.DRAFT, boss, RequestState.PLANNED)
    assert list(battle.battle_requests.values_list("request", "is_active")) == [(request.pk, True)]
    assert lines_of(battle) == [("welding", 2, "required", 0, 4)] * 2
    assert list(AuditEvent.objects.about(battle).values_list("kind", "by")) == [("battle.planned", boss.pk)]


def test_plan_battle_with_a_window_has_no_first_day_yet():
    battle = plan(a_request(), first_day=None, earliest=in_days(10), latest=in_days(20))

    assert (battle.first_day, battle.earliest, battle.latest) == (None, in_days(10), in_days(20))


def test_plan_diagnosis_needs_no_request_and_gets_no_seats_by_itself():
    factory = make_factory()

    battle = battles.plan_battle(
        factory=factory, kind=BattleKind.DIAGNOSIS, title="Visita", first_day=in_days(5), days=2, by=None
    )

    assert (battle.kind, lines_of(battle)) == (BattleKind.DIAGNOSIS, [])


def test_plan_battle_opens_again_what_an_earlier_one_left_partly_repaired():
    request = a_request(state=RequestState.PARTLY_REPAIRED)
    first = make_battle(request.factory, state=BattleState.CLOSED)
    make_battle_request(first, request, is_active=False, outcome=RequestState.PARTLY_REPAIRED)

    second = plan(request, follows=first)

    request.refresh_from_db()
    assert (second.follows, request.state) == (first, RequestState.PLANNED)


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"first_day": None}, rules.NO_WINDOW),
        ({"first_day": None, "earliest": in_days(9)}, rules.NO_WINDOW),
        ({"earliest": in_days(9), "latest": in_days(8)}, rules.BAD_WINDOW),
    ],
)
def test_plan_battle_is_refused_without_sensible_dates(fields, refusal):
    assert refusal_of(plan, request=a_request(), **fields) == refusal


def test_plan_repair_battle_without_requests_is_refused():
    why = refusal_of(
        battles.plan_battle, factory=make_factory(), kind=BattleKind.REPAIR, title="x", first_day=in_days(9), by=None
    )

    assert why == rules.NOTHING_TO_REPAIR


def test_plan_battle_with_another_plants_request_is_refused():
    why = refusal_of(
        battles.plan_battle, factory=make_factory(), kind=BattleKind.REPAIR, title="x", requests=[a_request()],
        first_day=in_days(9), by=None,
    )  # fmt: skip

    assert why == rules.OTHER_PLANT


def test_plan_battle_with_a_request_of_another_battle_is_refused():
    request = a_request()
    plan(request)

    assert refusal_of(plan, request=request) == rules.TAKEN_UP


def test_plan_battle_with_a_cancelled_request_is_refused():
    assert refusal_of(plan, request=a_request(state=RequestState.CANCELLED)) == rules.NOT_OPEN


def test_plan_battle_that_follows_one_of_another_plant_is_refused():
    assert refusal_of(plan, request=a_request(), follows=make_battle()) == rules.FOLLOWS_OTHER_PLANT


# Changing


def test_change_battle_moves_the_start_and_takes_back_what_was_asked_for_other_days():
    battle = make_asking()
    offer = make_offer(make_seat(battle))

    battles.change_battle(battle=battle, first_day=in_days(30), by=None)

    battle.refresh_from_db()
    offer.refresh_from_db()
    assert (battle.first_day, battle.version, offer.state) == (in_days(30), 2, OfferState.WITHDRAWN)


def test_change_battle_stretches_whole_seats_and_cuts_the_others():
    battle = make_battle(days=5)
    make_seat(battle)
    make_seat(battle, level=3, first_offset=1, last_offset=3)
    make_seat(battle, level=4, first_offset=4, last_offset=4)

    battles.change_battle(battle=battle, days=3, by=None)

    assert lines_of(battle) == [
        ("welding", 4, "required", 2, 2), ("welding", 3, "required", 1, 2), ("welding", 2, "required", 0, 2)
    ]  # fmt: skip


def test_change_battle_without_any_change_writes_nothing():
    battle = make_battle()

    battles.change_battle(battle=battle, days=5, title=battle.title, by=None)

    assert (battle.version, AuditEvent.objects.about(battle).count()) == (1, 0)


def test_change_dates_is_refused_while_people_have_given_days():
    battle = make_asking()
    make_accepted(battle)

    assert refusal_of(battles.change_battle, battle=battle, first_day=in_days(40), by=None) == rules.DAYS_GIVEN


def test_change_details_goes_on_while_people_have_given_days():
    battle = make_asking()
    offer = make_accepted(battle)

    battles.change_battle(battle=battle, sleeping="en la escuela", responsible=offer.volunteer, by=None)

    battle.refresh_from_db()
    offer.refresh_from_db()
    assert (battle.sleeping, battle.responsible, offer.state) == ("en la escuela", offer.volunteer, OfferState.ACCEPTED)


@pytest.mark.parametrize(
    ("fields", "change", "refusal"),
    [
        ({"state": BattleState.CLOSED}, {"title": "x"}, rules.ENDED),
        ({"state": BattleState.UNDER_WAY}, {"days": 6}, rules.BEGUN),
        ({}, {"first_day": None}, rules.NO_WINDOW),
        (
            {"state": BattleState.ASKING},
            {"first_day": None, "earliest": in_days(3), "latest": in_days(4)},
            rules.NO_DATES,
        ),
    ],
)
def test_change_battle_is_refused(fields, change, refusal):
    assert refusal_of(battles.change_battle, battle=make_battle(**fields), by=None, **change) == refusal


def test_change_of_a_field_that_is_no_ones_to_change_is_our_mistake():
    with pytest.raises(ValueError, match="state"):
        battles.change_battle(battle=make_battle(), state=BattleState.CLOSED, by=None)


def test_add_request_plans_it():
    battle = make_battle()
    request = a_request(battle.factory)

    battles.add_request(battle=battle, request=request, by=None)

    request.refresh_from_db()
    assert request.state == RequestState.PLANNED
    assert refusal_of(battles.add_request, battle=battle, request=request, by=None) == rules.TAKEN_UP
    assert refusal_of(battles.add_request, battle=battle, request=a_request(), by=None) == rules.OTHER_PLANT


def test_remove_request_opens_it_again_for_others():
    request = a_request()
    battle = plan(request)

    battles.remove_request(battle=battle, request=request, by=None)

    request.refresh_from_db()
    assert request.state == RequestState.OPEN
    assert plan(request).battle_requests.count() == 1
    assert refusal_of(battles.remove_request, battle=battle, request=request, by=None) == rules.NOT_IN_BATTLE


def test_remove_the_last_request_is_refused_once_people_are_called():
    battle = make_asking()
    request = battle.battle_requests.get().request

    assert refusal_of(battles.remove_request, battle=battle, request=request, by=None) == rules.NOTHING_TO_REPAIR


# Seats


def test_fill_seats_keeps_those_that_are_held_and_those_added_by_hand():
    request = a_request(people=3, days=5)
    battle = plan(request)
    make_offer(battle.seats.first(), state=OfferState.ACCEPTED)
    seats.add_seat(battle=battle, trade=make_trade("cooking"), level=1, kind=SeatKind.OPTIONAL, by=None)
    request.demands.update(people=2)

    seats.fill_seats(battle=battle, by=None)

    assert lines_of(battle) == [("cooking", 1, "optional", 0, 4)] + [("welding", 2, "required", 0, 4)] * 2
    assert battle.seats.held().count() == 1


def test_fill_seats_forgets_the_seat_of_who_let_it_go():
    battle = plan(a_request())
    offer = make_offer(battle.seats.get(), state=OfferState.ACCEPTED)
    Offer.objects.update(state=OfferState.RELEASED)

    seats.fill_seats(battle=battle, by=None)

    offer.refresh_from_db()
    assert (offer.seat, battle.seats.count()) == (None, 1)


def test_fill_seats_counts_a_seat_that_somebody_took_in_part():
    request = a_request(people=2, days=5)
    battle = plan(request)
    first = battle.seats.first()
    first.last_offset = 1
    first.save()
    make_offer(first, state=OfferState.ACCEPTED)
    make_seat(battle, first_offset=2, split_from=first)

    seats.fill_seats(battle=battle, by=None)

    assert sorted(lines_of(battle)) == sorted(
        [("welding", 2, "required", 0, 1), ("welding", 2, "required", 2, 4), ("welding", 2, "required", 0, 4)]
    )


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"kind": BattleKind.DIAGNOSIS}, rules.SEATS_BY_HAND),
        ({}, rules.NO_DEMANDS),
        ({"state": BattleState.UNDER_WAY}, rules.BEGUN),
        ({"state": BattleState.CALLED_OFF}, rules.ENDED),
    ],
)
def test_fill_seats_is_refused(fields, refusal):
    assert refusal_of(seats.fill_seats, battle=make_battle(**fields), by=None) == refusal


def test_add_seat_to_a_ready_battle_makes_it_call_people_again():
    battle = make_battle(state=BattleState.READY)

    made = seats.add_seat(battle=battle, trade=make_trade(), level=3, people=2, first_offset=1, last_offset=2, by=None)

    battle.refresh_from_db()
    assert ([seat.line for seat in made], battle.state) == (
        [(make_trade().pk, 3, 1, 2, "required")] * 2,
        BattleState.ASKING,
    )


def test_a_diagnosis_visit_has_at_most_four_seats():
    battle = make_battle(kind=BattleKind.DIAGNOSIS)
    seats.add_seat(battle=battle, trade=make_trade(), level=3, people=3, by=None)

    why = refusal_of(seats.add_seat, battle=battle, trade=make_trade(), level=3, people=2, by=None)

    assert (why, battle.seats.count()) == (rules.TOO_MANY_VISITORS, 3)


def test_add_seat_outside_the_battles_days_is_refused():
    why = refusal_of(seats.add_seat, battle=make_battle(days=5), trade=make_trade(), level=3, last_offset=5, by=None)

    assert why == rules.SEAT_TOO_LONG


def test_change_seat_makes_a_missing_one_optional_and_the_battle_ready():
    battle = make_asking()
    make_accepted(battle)
    empty = make_seat(battle, level=4)

    seats.change_seat(seat=empty, level=4, kind=SeatKind.OPTIONAL, first_offset=0, last_offset=4, by=None)

    battle.refresh_from_db()
    assert battle.state == BattleState.READY


def test_remove_seat_withdraws_the_offer_that_asked_for_it_alone():
    battle = make_asking()
    offer = make_offer(make_seat(battle))

    seats.remove_seat(seat=battle.seats.get(), by=None)

    offer.refresh_from_db()
    assert (battle.seats.count(), offer.state) == (0, OfferState.WITHDRAWN)


def test_a_held_seat_is_neither_changed_nor_removed():
    battle = make_asking()
    seat = make_accepted(battle).seat

    assert refusal_of(seats.remove_seat, seat=seat, by=None) == rules.SEAT_HELD
    why = refusal_of(seats.change_seat, seat=seat, level=1, kind=seat.kind, first_offset=0, last_offset=4, by=None)
    assert why == rules.SEAT_HELD


# Agreement


def test_record_agreement_then_waive_then_record_keeps_one_that_stands():
    boss, battle = make_coordinator(), make_battle()
    agreed = {"agreed_on": today(), "management": "gerente", "council": "asamblea"}

    agreements.record_agreement(battle=battle, by=boss, food="comedor", may_publish=True, **agreed)
    agreements.waive_agreement(battle=battle, reason="la asamblea es mañana", by=boss)
    agreement = agreements.record_agreement(battle=battle, by=boss, **agreed)

    assert (agreement.agreed_on, agreement.waived_reason, agreement.food) == (today(), "", "comedor")
    assert (agreement.may_publish, agreement.recorded_by) == (False, boss)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"agreed_on": in_days(1)}, rules.AGREED_IN_FUTURE),
        ({"council": ""}, rules.NOBODY_SIGNED),
        ({"management": ""}, rules.NOBODY_SIGNED),
    ],
)
def test_record_agreement_is_refused(change, refusal):
    agreed = {"agreed_on": today(), "management": "gerente", "council": "asamblea"} | change

    assert refusal_of(agreements.record_agreement, battle=make_battle(), by=None, **agreed) == refusal


def test_waiver_without_a_reason_is_refused():
    assert refusal_of(agreements.waive_agreement, battle=make_battle(), reason="", by=None) == rules.NO_REASON


# From draft to the road


def test_start_asking_opens_the_battle_for_calls():
    request = a_request()
    battle = plan(request)
    make_agreement(battle)

    battles.start_asking(battle=battle, by=None)

    battle.refresh_from_db()
    assert battle.state == BattleState.ASKING


def test_start_asking_is_refused_until_dates_seats_and_agreement_are_there():
    battle = plan(a_request(), first_day=None, earliest=in_days(5), latest=in_days(9))
    no_dates = refusal_of(battles.start_asking, battle=battle, by=None)
    battles.change_battle(battle=battle, first_day=in_days(6), by=None)
    no_agreement = refusal_of(battles.start_asking, battle=battle, by=None)
    agreements.waive_agreement(battle=battle, reason="urgencia", by=None)
    battle.seats.all().delete()
    no_seats = refusal_of(battles.start_asking, battle=battle, by=None)

    assert [no_dates, no_agreement, no_seats] == [rules.NO_DATES, rules.NO_AGREEMENT, rules.NO_SEATS]


def test_start_asking_for_a_diagnosis_needs_no_agreement():
    battle = make_battle(kind=BattleKind.DIAGNOSIS)
    seats.add_seat(battle=battle, trade=make_trade(), level=3, by=None)

    battles.start_asking(battle=battle, by=None)

    assert refusal_of(battles.start_asking, battle=battle, by=None) == rules.NOT_DRAFT


def test_why_not_ready_says_everything_that_is_missing():
    battle = make_battle(first_day=None, earliest=in_days(3), latest=in_days(9))
    seat = make_seat(battle, make_trade("welding"), level=3)
    make_seat(battle, make_trade("welding"), level=3)
    make_seat(battle, make_trade("cooking"), level=1, kind=SeatKind.OPTIONAL)
    make_offer(seat, state=OfferState.ACCEPTED)

    missing = rules.why_not_ready(battle)

    assert [refusal.code for refusal in missing] == ["no_dates", "nothing_to_repair", "no_agreement", "seat_empty"]
    assert "1 × welding" in str(missing[-1])


def test_still_to_do_lists_what_does_not_keep_the_crew_at_home():
    battle = make_asking()
    make_accepted(battle)
    make_need(battle.battle_requests.get().request)

    assert [one.code for one in rules.still_to_do(battle)] == [
        "no_responsible",
        "no_board",
        "no_departure",
        "needs_missing",
    ]


def test_still_to_do_leaves_out_board_that_the_agreement_settles():
    battle = make_asking()
    Agreement.objects.filter(battle=battle).update(sleeping="en el comedor", food="la planta")

    assert [one.code for one in rules.still_to_do(battle)] == ["no_responsible"]


def test_back_to_draft_releases_everybody_and_frees_the_dates():
    battle = make_asking()
    accepted, asked = make_accepted(battle), make_offer(make_seat(battle, level=3))

    battles.back_to_draft(battle=battle, reason="se cambió la fecha", by=None)
    battles.change_battle(battle=battle, first_day=in_days(50), by=None)

    for row in (battle, accepted, asked):
        row.refresh_from_db()
    assert (battle.state, battle.first_day) == (BattleState.DRAFT, in_days(50))
    assert [accepted.state, asked.state] == [OfferState.WITHDRAWN] * 2
    assert CrewDay.objects.count() == 0


@pytest.mark.parametrize(
    ("state", "reason", "code"),
    [
        (BattleState.DRAFT, "x", "is_draft"),
        (BattleState.ASKING, "", "no_reason"),
        (BattleState.UNDER_WAY, "x", "begun"),
    ],
)
def test_back_to_draft_is_refused(state, reason, code):
    assert refusal_of(battles.back_to_draft, battle=make_battle(state=state), reason=reason, by=None).code == code


def test_call_off_after_acceptances_gives_the_days_back_and_opens_the_requests():
    delegate, battle = make_coordinator(), make_asking()
    make_membership(battle.factory, delegate)
    offer = make_accepted(battle)
    request = battle.battle_requests.get().request

    battles.call_off(battle=battle, reason="la planta se inundó", by=None)

    for row in (battle, offer, request):
        row.refresh_from_db()
    assert (battle.state, battle.end_reason) == (BattleState.CALLED_OFF, "la planta se inundó")
    assert (offer.state, request.state) == (OfferState.WITHDRAWN, RequestState.OPEN)
    assert CrewDay.objects.filter(volunteer=offer.volunteer).count() == 0
    assert BattleRequest.objects.filter(is_active=True).count() == 0
    told = Notification.objects.values_list("kind", "contact__user")
    assert sorted(told) == sorted([("offer.withdrawn", offer.volunteer.user_id), ("battle.called_off", delegate.pk)])


def test_call_off_under_way_keeps_the_days_already_given():
    battle = make_battle(state=BattleState.UNDER_WAY, first_day=in_days(-2))
    offer = make_accepted(battle)
    Offer.objects.update(state=OfferState.ON_SITE)

    battles.call_off(battle=battle, reason="amenaza de derrumbe", by=None)

    offer.refresh_from_db()
    assert offer.state == OfferState.LEFT
    assert list(CrewDay.objects.values_list("day", flat=True)) == [in_days(-2), in_days(-1)]


def test_call_off_is_refused_without_a_reason_and_after_the_end():
    assert refusal_of(battles.call_off, battle=make_battle(), reason="", by=None) == rules.NO_REASON
    closed = make_battle(state=BattleState.CLOSED)
    assert refusal_of(battles.call_off, battle=closed, reason="x", by=None) == rules.ENDED


def test_begin_puts_the_requests_under_repair():
    battle = make_asking()
    make_accepted(battle)
    battle.state = BattleState.READY
    battle.save()

    battles.begin(battle=battle, by=None)

    battle.refresh_from_db()
    request = battle.battle_requests.get().request
    assert (battle.state, request.state) == (BattleState.UNDER_WAY, RequestState.UNDER_REPAIR)


@pytest.mark.parametrize(
    ("state", "refusal"),
    [(BattleState.ASKING, rules.NOT_READY), (BattleState.UNDER_WAY, rules.BEGUN), (BattleState.CLOSED, rules.ENDED)],
)
def test_begin_is_refused(state, refusal):
    assert refusal_of(battles.begin, battle=make_battle(state=state), by=None) == refusal


# Departures


def test_departures_take_the_crew_and_tell_each_traveller_once_per_change():
    battle = make_asking()
    one, two = make_accepted(battle), make_accepted(battle)
    trip = {"place": "Terminal", "at": make_departure().at, "places": 4}

    departure = departures.add_departure(battle=battle, travellers=[one, two], by=None, **trip)
    departures.change_departure(departure=departure, by=None, **trip)
    departures.change_departure(departure=departure, by=None, **trip | {"place": "Plaza"}, travellers=[one])

    assert list(departure.travellers.all()) == [one]
    told = Notification.objects.filter(kind="battle.departure").values_list("contact", flat=True)
    assert sorted(told) == sorted([one.volunteer.contact_id] * 2 + [two.volunteer.contact_id])


def test_departure_is_refused_beyond_its_places_and_for_strangers():
    battle = make_asking()
    one, two, stranger = make_accepted(battle), make_accepted(battle), make_offer()
    trip = {"place": "Terminal", "at": make_departure().at, "by": None, "battle": battle}

    assert refusal_of(departures.add_departure, travellers=[one, two], places=1, **trip) == rules.CAR_FULL
    full = {"travellers": [one], "driver": two.volunteer, "places": 1}
    assert refusal_of(departures.add_departure, **full, **trip) == rules.CAR_FULL
    assert refusal_of(departures.add_departure, travellers=[stranger], places=4, **trip) == rules.NOT_OF_THE_CREW


def test_remove_departure_leaves_the_travellers_in_the_crew():
    battle = make_asking()
    offer = make_accepted(battle, departure=make_departure(battle))

    departures.remove_departure(departure=offer.departure, by=None)

    offer.refresh_from_db()
    assert (offer.departure, offer.state) == (None, OfferState.ACCEPTED)


# Locks


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "act",
    [
        lambda battle: seats.add_seat(battle=battle, trade=make_trade(), level=2, by=None),
        lambda battle: seats.fill_seats(battle=battle, by=None),
        lambda battle: battles.call_off(battle=battle, reason="x", by=None),
        lambda battle: battles.back_to_draft(battle=battle, reason="x", by=None),
    ],
)
def test_seats_and_holders_change_only_under_the_battles_lock(act):
    battle = make_asking()
    make_trade()

    with held_elsewhere(lambda: lock_battle(battle.pk)), impatient(), pytest.raises(OperationalError):
        act(battle)

    battle.refresh_from_db()
    assert (battle.state, battle.seats.count()) == (BattleState.ASKING, 0)


# What the released are told


def told(offer):
    notice = Notification.objects.get(contact=offer.volunteer.contact, kind="offer.withdrawn")
    return message_for(notice).body


def test_who_accepted_is_told_why_a_battle_was_called_off_or_goes_back_to_draft():
    off, back = make_asking(), make_asking()
    first, second = make_accepted(off), make_accepted(back)

    battles.call_off(battle=off, reason="la planta se inundó", by=None)
    battles.back_to_draft(battle=back, reason="llega tarde el motor", by=None)

    assert ("la planta se inundó" in told(first), "llega tarde el motor" in told(second)) == (True, True)


def test_who_was_only_asked_is_told_of_new_dates_without_a_code():
    battle = make_asking()
    offer = make_offer(make_seat(battle))

    battles.change_battle(battle=battle, first_day=in_days(30), by=None)

    offer.refresh_from_db()
    assert (offer.end_reason, str(battle.factory) in told(offer)) == (rules.NEW_DATES, True)
