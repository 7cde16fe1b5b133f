"""What coordinators fix before a run, why it may be refused, and that runs heed it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from battles import planning
from battles.actions import battles, offers, pins, refill, runs
from battles.models import MatchingRun, Offer, Pin
from battles.rules import offers as offer_rules
from battles.rules import pins as rules
from battles.states import BattleState, OfferState, PinKind, RunState
from epo.audit.models import AuditEvent
from epo.core.clock import today
from epo.core.errors import Refused
from tests.battles.run_scenes import carried_out
from tests.make import (
    make_absence,
    make_battle,
    make_coordinator,
    make_factory,
    make_municipality,
    make_offer,
    make_pin,
    make_region,
    make_seat,
    make_trade,
    make_volunteer,
)

pytestmark = pytest.mark.django_db


def refusal_of(act, **said):
    with pytest.raises(Refused) as refused:
        act(**said)
    return refused.value.refusal


def proposed():
    return {offer.volunteer.name for offer in Offer.objects.filter(state=OfferState.PROPOSED)}


def day(n):
    return today() + timedelta(days=n)


def make_window(first=10, last=14, **fields):
    return make_battle(first_day=None, earliest=day(first), latest=day(last), **fields)


@pytest.fixture
def near():
    return make_volunteer("welding", name="Ana")


@pytest.fixture
def far():
    return make_volunteer("welding", name="Luis", home=make_municipality(lat=9.5))


# People


def test_pinned_person_goes_though_another_is_nearer(near, far):
    battle = make_seat(make_battle()).battle

    pins.pin_in(battle=battle, volunteer=far, by=make_coordinator())
    run = carried_out()

    assert (run.status, proposed()) == ("optimal", {"Luis"})


def test_person_kept_out_is_not_proposed_nor_asked_as_the_next_best(near, far):
    seat = make_seat(make_battle(state=BattleState.ASKING))

    pins.pin_out(battle=seat.battle, volunteer=near, by=make_coordinator())
    run = carried_out()

    best = planning.next_best(seat.battle, seat.line)
    assert (run.state, proposed()) == (RunState.DONE, {"Luis"})
    assert near.pk not in [fit.volunteer for fit in best]


def test_keeping_a_proposed_person_out_drops_the_proposal(near):
    battle = make_seat(make_battle()).battle
    carried_out()

    pins.pin_out(battle=battle, volunteer=near, by=make_coordinator())

    assert (Offer.objects.get().state, Pin.objects.get().kind) == (OfferState.DROPPED, PinKind.OUT)


def test_who_was_taken_off_the_list_is_not_proposed_again_until_undone(near):
    battle = make_seat(make_battle()).battle
    boss = make_coordinator()
    carried_out()

    pins.take_off(offer=Offer.objects.get(), by=boss)
    carried_out()
    without = proposed()
    pins.unpin(battle=battle, volunteer=near, by=boss)
    carried_out()

    assert (without, proposed()) == (set(), {"Ana"})


def test_pin_is_changed_by_a_pin_of_the_other_kind(near):
    battle = make_seat(make_battle()).battle
    boss = make_coordinator()

    pins.pin_in(battle=battle, volunteer=near, by=boss)
    pins.pin_out(battle=battle, volunteer=near, by=boss)

    assert list(Pin.objects.values_list("kind", "by")) == [(PinKind.OUT, boss.pk)]
    kinds = AuditEvent.objects.about(battle).filter(kind__startswith="battle.pinned").values_list("kind", flat=True)
    assert sorted(kinds) == ["battle.pinned_in", "battle.pinned_out"]


def test_pin_has_no_more_effect_once_the_person_is_asked(near, far):
    battle = make_battle(state=BattleState.ASKING)
    seat = make_seat(battle)
    make_seat(battle)
    pins.pin_in(battle=battle, volunteer=far, by=make_coordinator())
    make_offer(seat, far)

    carried_out()

    assert (planning.pins_in_force([battle.pk]), proposed()) == ([], {"Ana"})


def test_who_cannot_come_any_more_is_left_out_and_told(near, far):
    seat = make_seat(make_battle())
    pins.pin_in(battle=seat.battle, volunteer=far, by=make_coordinator())
    make_absence(far, seat.battle.first_day)

    run = carried_out()

    assert (run.state, proposed()) == (RunState.DONE, {"Ana"})
    assert run.result["left_out"] == [{"battle": seat.battle.pk, "person": far.pk, "why": "not_free"}]


def test_who_is_not_active_any_more_is_left_out_and_told(near, far):
    seat = make_seat(make_battle())
    pins.pin_in(battle=seat.battle, volunteer=far, by=make_coordinator())
    type(far).objects.filter(pk=far.pk).update(standing="paused")

    run = carried_out()

    assert run.result["left_out"] == [{"battle": seat.battle.pk, "person": far.pk, "why": "not_sendable"}]


def test_more_people_than_places_by_now_leaves_out_who_was_fixed_last(near, far):
    battle = make_battle()
    make_seat(battle)
    gone = make_seat(battle)
    for one in (near, far):
        pins.pin_in(battle=battle, volunteer=one, by=make_coordinator())
    gone.delete()

    run = carried_out()

    assert (proposed(), run.result["left_out"]) == (
        {"Ana"},
        [{"battle": battle.pk, "person": far.pk, "why": "no_place"}],
    )


def test_pins_that_cannot_be_kept_together_end_the_run_with_a_reason(near):
    one, other = make_seat(make_battle()).battle, make_seat(make_battle()).battle
    for battle in (one, other):
        make_pin(battle, near)

    run = carried_out()

    assert (run.state, run.result) == (RunState.FAILED, {"pinned": [one.pk, other.pk]})
    assert run.problem != ""


def test_pin_of_somebody_by_whom_a_seat_at_a_further_start_can_be_held_is_taken(near):
    make_absence(near, day(10), day(14))
    battle = make_seat(make_window(first=10, last=16, days=2)).battle

    pins.pin_in(battle=battle, volunteer=near, by=make_coordinator())
    run = carried_out()

    assert (run.result["battles"][0]["start"], proposed()) == (day(15).isoformat(), {"Ana"})


@pytest.mark.parametrize("act", [pins.pin_in, pins.pin_out, pins.unpin])
def test_pin_in_a_battle_of_another_region_is_refused(near, act):
    battle = make_seat(make_battle(make_factory(region=make_region()))).battle

    refusal = refusal_of(act, battle=battle, volunteer=near, by=make_coordinator(make_region()))

    assert refusal == rules.NOT_YOUR_BATTLE


@pytest.mark.parametrize("state", [BattleState.UNDER_WAY, BattleState.CLOSED, BattleState.CALLED_OFF])
def test_pin_in_a_battle_that_no_run_plans_is_refused(near, state):
    battle = make_seat(make_battle(state=state)).battle

    assert refusal_of(pins.pin_in, battle=battle, volunteer=near, by=None) == rules.NOT_PLANNED_ANY_MORE


@pytest.mark.parametrize("act", [pins.pin_in, pins.pin_out])
@pytest.mark.parametrize("state", [OfferState.ASKED, OfferState.DECLINED, OfferState.ACCEPTED])
def test_pin_of_somebody_who_was_asked_is_refused(near, act, state):
    seat = make_seat(make_battle(state=BattleState.ASKING))
    make_offer(seat, near, state=state)

    assert refusal_of(act, battle=seat.battle, volunteer=near, by=None) == rules.ASKED_ALREADY


def test_pin_of_somebody_chosen_by_hand_is_refused(near):
    seat = make_seat(make_battle())
    offers.propose(battle=seat.battle, volunteer=near, line=seat.line, by=None)

    assert refusal_of(pins.pin_in, battle=seat.battle, volunteer=near, by=None) == rules.CHOSEN_BY_HAND


def test_pin_in_a_battle_without_empty_seats_is_refused(near):
    assert refusal_of(pins.pin_in, battle=make_battle(), volunteer=near, by=None) == rules.NOTHING_TO_FILL


def test_pin_of_more_people_than_places_is_refused(near, far):
    battle = make_seat(make_battle()).battle
    pins.pin_in(battle=battle, volunteer=near, by=None)

    again = pins.pin_in(battle=battle, volunteer=near, by=None)

    assert (again.volunteer, refusal_of(pins.pin_in, battle=battle, volunteer=far, by=None)) == (near, rules.TOO_MANY)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"trade": "pumps"}, "no_trade"),
        ({"trade": "welding", "level": 1}, "level_too_low"),
        ({"trade": "welding", "max_km": 10, "lat": 9.5}, "too_far"),
        ({"trade": "welding", "max_days": 2}, "too_long"),
        ({"trade": "welding", "standing": "paused"}, "not_sendable"),
    ],
)
def test_pin_of_somebody_who_cannot_be_in_is_refused_with_the_reason(fields, why):
    battle = make_seat(make_battle()).battle
    home = make_municipality(lat=fields.pop("lat", 10.5))
    volunteer = make_volunteer(fields.pop("trade"), home=home, **fields)

    refusal = refusal_of(pins.pin_in, battle=battle, volunteer=volunteer, by=None)

    assert refusal == offer_rules.NOT_ELIGIBLE[why]


def test_pin_of_somebody_absent_is_refused(near):
    battle = make_seat(make_battle()).battle
    make_absence(near, battle.first_day)

    assert refusal_of(pins.pin_in, battle=battle, volunteer=near, by=None) == offer_rules.NOT_ELIGIBLE["not_free"]


def test_unpin_of_what_is_not_fixed_is_refused(near):
    battle = make_seat(make_battle()).battle

    assert refusal_of(pins.unpin, battle=battle, volunteer=near, by=None) == rules.NOT_PINNED
    assert refusal_of(pins.unpin_start, battle=battle, by=None) == rules.NOT_PINNED


def test_pins_of_a_battle_that_is_over_are_history(near):
    battle = make_seat(make_battle()).battle
    pins.pin_out(battle=battle, volunteer=near, by=None)
    battles.call_off(battle=battle, reason="no hay gas", by=None)

    assert refusal_of(pins.unpin, battle=battle, volunteer=near, by=None) == rules.NOT_PLANNED_ANY_MORE
    assert Pin.objects.count() == 1


# Starts


def test_fixed_start_is_planned_and_said_to_be_the_start(near):
    battle = make_seat(make_window()).battle

    pins.pin_start(battle=battle, day=day(13), by=make_coordinator())
    run = carried_out()

    battle.refresh_from_db()
    assert run.result["battles"][0]["start"] == day(13).isoformat()
    assert planning.planned_start(battle) == day(13)


def test_start_left_to_the_program_again_is_picked_by_it(near):
    battle = make_seat(make_window(due=day(10))).battle
    boss = make_coordinator()
    pins.pin_start(battle=battle, day=day(13), by=boss)

    pins.unpin_start(battle=battle, by=boss)
    run = carried_out()

    assert run.result["battles"][0]["start"] == day(10).isoformat()


def test_fixed_start_that_has_passed_is_told(near):
    battle = make_seat(make_window(first=-2, last=5)).battle
    battle.pinned_start = day(-1)
    battle.save()

    run = carried_out()

    assert run.result["left_out"] == [{"battle": battle.pk, "person": None, "why": "start_passed"}]


@pytest.mark.parametrize(("when", "refusal"), [(9, rules.OUTSIDE_WINDOW), (15, rules.OUTSIDE_WINDOW)])
def test_start_outside_the_window_is_refused(when, refusal):
    assert refusal_of(pins.pin_start, battle=make_window(), day=day(when), by=None) == refusal


def test_start_of_today_is_refused():
    battle = make_window(first=-2, last=5)

    assert refusal_of(pins.pin_start, battle=battle, day=today(), by=None) == rules.TOO_SOON


def test_start_of_a_battle_with_a_date_is_refused():
    battle = make_battle()

    assert refusal_of(pins.pin_start, battle=battle, day=battle.first_day, by=None) == rules.HAS_A_DATE


def test_start_in_a_battle_of_another_region_is_refused():
    battle = make_window(factory=make_factory(region=make_region()))

    refusal = refusal_of(pins.pin_start, battle=battle, day=day(10), by=make_coordinator(make_region()))

    assert refusal == rules.NOT_YOUR_BATTLE


@pytest.mark.parametrize(
    ("changes", "left"),
    [
        ({"latest": 12}, None),
        ({"latest": 20}, 13),
        ({"first_day": 13}, None),
        ({"first_day": 40, "earliest": None, "latest": None}, None),
    ],
)
def test_fixed_start_lasts_as_long_as_the_window_holds_it(changes, left):
    battle = make_window()
    pins.pin_start(battle=battle, day=day(13), by=None)

    said = {name: number and day(number) for name, number in changes.items()}
    battles.change_battle(battle=battle, by=None, **said)

    battle.refresh_from_db()
    assert battle.pinned_start == (left and day(left))


# Runs of a narrower scope, and their end


def test_regional_run_leaves_people_whom_another_region_proposes():
    here, there = make_region(), make_region()
    make_seat(make_battle(make_factory(region=here)))
    mine = make_seat(make_window(first=18, last=20, factory=make_factory(region=there)))
    make_volunteer("welding", name="Ana")
    carried_out(region=here)
    make_volunteer("welding", name="Luis", home=make_municipality(lat=9.5))

    carried_out(region=there)

    found = Offer.objects.filter(battle=mine.battle).values_list("volunteer__name", flat=True)
    assert list(found) == ["Luis"]


def test_regional_run_heeds_the_proposed_start_of_a_battle_elsewhere():
    here, there = make_region(), make_region()
    make_seat(make_window(first=10, last=30, due=day(10), days=3, factory=make_factory(region=here)))
    make_seat(make_battle(make_factory(region=there), first_day=day(20), days=3))
    make_volunteer("welding", name="Ana")
    carried_out(region=here)

    carried_out(region=there)

    assert Offer.objects.filter(state=OfferState.PROPOSED, volunteer__name="Ana").count() == 2


def test_national_run_may_use_people_whom_a_region_had_proposed():
    here = make_region()
    make_seat(make_battle(make_factory(region=here)))
    make_volunteer("welding", name="Ana")
    carried_out(region=here)

    run = carried_out()

    assert list(Offer.objects.values_list("state", "run")) == [(OfferState.PROPOSED, run.pk)]


def test_plan_so_far_is_kept(near):
    make_seat(make_battle())
    run = runs.start_run(by=None)

    runs.take_plan(run=run, by=make_coordinator())
    runs.carry_out_run(run_id=run.pk)

    run.refresh_from_db()
    assert (run.state, run.gap is not None, proposed()) == (RunState.DONE, True, {"Ana"})


def test_plan_so_far_of_a_problem_that_takes_long_is_feasible_and_has_a_bound():
    trades = [make_trade(code) for code in ("welding", "pumps", "electricity")]
    for number in range(12):
        battle = make_window(first=8, last=16, factory=make_factory(municipality=make_municipality(lat=8 + number / 4)))
        for trade in trades:
            make_seat(battle, trade)
    for number in range(24):
        home = make_municipality(lat=7.5 + number / 6, lon=-66 + number % 5)
        make_volunteer(trades[number % 3].code, home=home)
    run = runs.start_run(by=None)
    MatchingRun.objects.filter(pk=run.pk).update(take_asked_at=now())

    runs.carry_out_run(run_id=run.pk)

    run.refresh_from_db()
    assert (run.state, run.gap >= 0, len(run.result["battles"])) == (RunState.DONE, True, 12)


def test_stop_outweighs_taking_the_plan_so_far(near):
    make_seat(make_battle())
    run = runs.start_run(by=None)
    runs.take_plan(run=run, by=make_coordinator())
    runs.stop_run(run=run, by=make_coordinator())

    runs.carry_out_run(run_id=run.pk)

    run.refresh_from_db()
    assert (run.state, proposed()) == (RunState.STOPPED, set())


def test_next_best_of_a_battle_skips_who_was_taken_off(near, far):
    seat = make_seat(make_battle(state=BattleState.ASKING))
    carried_out()
    pins.take_off(offer=Offer.objects.get(), by=make_coordinator())
    make_offer(seat, state=OfferState.DECLINED)

    refill.refill_battle(battle_id=seat.battle.pk)

    assert Offer.objects.get(state=OfferState.ASKED).volunteer == far
