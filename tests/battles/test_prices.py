"""Who comes next is asked in view of the whole country: what a run found each day to be worth elsewhere counts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import translation

from battles import planning
from battles.actions import answers
from battles.actions.refill import refill_battle
from battles.matcher import Prices
from battles.models import MatchingRun, Offer
from battles.planning.fitness import PassedOver
from battles.planning.prices import prices_document
from battles.reasons import Names, why_chosen, why_you
from battles.states import AnsweredBy, BattleState, DeclineReason, OfferState, RunState
from epo.core.clock import today
from tests.make import (
    make_battle,
    make_coordinator,
    make_factory,
    make_matching_run,
    make_municipality,
    make_offer,
    make_region,
    make_seat,
    make_volunteer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def seat():
    return make_seat(make_battle(make_factory(region=make_region("here")), state=BattleState.ASKING))


@pytest.fixture
def near():
    return make_volunteer("welding", name="Ana", home=make_municipality(lat=10.5))


@pytest.fixture
def far():
    """Half a degree away: 72 km by road, no day to travel."""
    return make_volunteer("welding", name="Luis", home=make_municipality(lat=10.0))


def run_with(days, *, further=None, day_0=None, **fields):
    """A finished run that knows what these days are worth: volunteer → {date: km}."""
    day_0 = day_0 or planning.date_of(0)
    by_number = {who.pk: {(day - day_0).days: km for day, km in priced.items()} for who, priced in days.items()}
    prices = prices_document(Prices(by_number, {who.pk: km for who, km in (further or {}).items()}), day_0)
    return make_matching_run(**{"state": RunState.DONE, "prices": prices} | fields)


def best(seat):
    return [(fit.volunteer, fit.price) for fit in planning.next_best(seat.battle, seat.line)]


def test_next_best_is_the_nearest_without_any_run(seat, near, far):
    assert best(seat) == [(near.pk, 0), (far.pk, 0)]


def test_next_best_leaves_alone_who_is_worth_more_elsewhere(seat, near, far):
    run_with({near: {seat.battle.first_day: 50.0, seat.battle.last_day: 50.0}})

    found = planning.next_best(seat.battle, seat.line)

    assert [(fit.volunteer, fit.price, fit.instead_of) for fit in found] == [
        (far.pk, 0, (PassedOver(near.pk, 100.0),)),
        (near.pk, 100.0, ()),
    ]


def test_next_best_takes_who_costs_less_all_in_all(seat, near, far):
    run_with({near: {seat.battle.first_day: 50.0}})

    assert best(seat) == [(near.pk, 50.0), (far.pk, 0)]


def test_days_before_and_after_the_stay_are_not_counted(seat, near, far):
    battle = seat.battle
    run_with({near: {battle.first_day - timedelta(days=1): 500.0, battle.last_day + timedelta(days=1): 500.0}})

    assert best(seat) == [(near.pk, 0), (far.pk, 0)]


def test_days_of_travel_are_counted(seat):
    distant = make_volunteer("welding", home=make_municipality(lat=8.5))
    run_with({distant: {seat.battle.first_day - timedelta(days=1): 500.0}})

    assert best(seat) == [(distant.pk, 500.0)]


def test_days_of_rest_afterwards_are_counted_where_the_run_kept_them(seat, near, far):
    run = run_with({near: {seat.battle.last_day + timedelta(days=3): 500.0}})
    MatchingRun.objects.filter(pk=run.pk).update(prices=run.prices | {"rest_days": 3})

    assert best(seat) == [(far.pk, 0), (near.pk, 500.0)]


def test_one_battle_more_has_its_price(seat, near, far):
    run_with({}, further={near: 90.0})

    assert best(seat) == [(far.pk, 0), (near.pk, 90.0)]


def test_prices_of_a_run_of_last_week_hold_by_date(seat, near, far):
    run_with({near: {seat.battle.first_day: 100.0}}, day_0=today() - timedelta(days=6))

    assert best(seat) == [(far.pk, 0), (near.pk, 100.0)]


def test_newest_run_of_the_nation_or_of_the_region_counts(seat, near, far):
    run_with({near: {seat.battle.first_day: 100.0}})
    run_with({near: {seat.battle.first_day: 20.0}}, region=make_region("here"))
    run_with({near: {seat.battle.first_day: 300.0}}, region=make_region("there"))
    run_with({near: {seat.battle.first_day: 300.0}}, only=seat.battle)
    run_with({near: {seat.battle.first_day: 300.0}}, state=RunState.FAILED)

    assert best(seat) == [(near.pk, 20.0), (far.pk, 0)]


@pytest.mark.parametrize(
    "prices",
    [
        {"day_0": "soon", "days": {}, "further": {}},
        {"days": {}, "further": {}},
        {"day_0": "2026-01-01", "days": [], "further": {}},
        {"day_0": "2026-01-01", "days": None, "further": {}},
        [1, 2],
        "none",
    ],
)
def test_prices_that_cannot_be_read_count_as_none(seat, near, far, prices):
    make_matching_run(state=RunState.DONE, prices=prices)

    assert best(seat) == [(near.pk, 0), (far.pk, 0)]


@pytest.mark.parametrize("odd", [[["x", None]], "x 1.0", "1 2.0 3", "1 x", "1 inf", "1 -5", "1 nan", 7, None])
def test_odd_price_of_a_person_counts_as_none(seat, near, far, odd):
    run = run_with({near: {seat.battle.first_day: 100.0}})
    MatchingRun.objects.filter(pk=run.pk).update(prices=run.prices | {"days": {str(near.pk): odd}})

    assert best(seat) == [(near.pk, 0), (far.pk, 0)]


def test_only_prices_worth_keeping_are_kept():
    kept = prices_document(Prices({1: {3: 12.34, 4: 0.5}, 2: {1: 0.1}}, {1: 0.2, 2: 7.77}, rest_days=3), today())

    assert kept == {"day_0": today().isoformat(), "days": {"1": "3 12.3"}, "further": {"2": 7.8}, "rest_days": 3}


def test_fits_of_people_found_by_name_tell_the_price(seat, near):
    run_with({near: {seat.battle.first_day: 40.0}})

    assert planning.fits(seat.battle, seat.line, [near.pk])[near.pk].price == 40.0


def test_after_a_refusal_the_offer_says_who_was_passed_over_and_why(seat, near, far):
    offer = make_offer(seat)
    run_with({near: {seat.battle.first_day: 100.0}})
    answers.decline(offer=offer, by=make_coordinator(), how=AnsweredBy.PHONE, reason=DeclineReason.WORK)

    refill_battle(battle_id=seat.battle_id)

    asked = Offer.objects.get(state=OfferState.ASKED)
    over = [{"person": near.pk, "why": "needed_elsewhere", "price": 100.0}]
    assert (asked.volunteer, asked.reasons["passed_over"], asked.reasons["price"]) == (far, over, 0)
    with translation.override("en"):
        assert why_chosen(asked.reasons, Names({near.pk: "Ana"}, {})) == [
            "The next best, after somebody could not come.",
            "Ana would cost less here, but is needed in other battles, where it would cost 100 km more.",
        ]
        assert "Others who would be better placed are needed in other battles." in why_you(asked)


@pytest.mark.parametrize("people", [1, 4])
def test_next_best_takes_as_many_queries_for_four_people_as_for_one(seat, people, django_assert_num_queries):
    run_with({make_volunteer("welding"): {seat.battle.first_day: 1.0} for _n in range(people)})

    with django_assert_num_queries(10):
        found = planning.next_best(seat.battle, seat.line, most=10)

    assert len(found) == people
