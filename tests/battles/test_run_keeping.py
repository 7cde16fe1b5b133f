"""A new run keeps what is proposed, unless a change gains more than it costs."""

from __future__ import annotations

import pytest

from battles import planning
from battles.matcher import Keep
from battles.models import Offer
from battles.states import BattleState, OfferState, RunState
from tests.battles.run_scenes import carried_out
from tests.make import (
    make_battle,
    make_matching_run,
    make_matching_settings,
    make_municipality,
    make_offer,
    make_pin,
    make_seat,
    make_volunteer,
)

pytestmark = pytest.mark.django_db


def proposed():
    return sorted(Offer.objects.filter(state=OfferState.PROPOSED).values_list("volunteer__name", flat=True))


def keeps():
    return planning.problem_for(planning.battles_to_plan()).problem.keep


def a_nearer_person_joins(change):
    """A degree of latitude is 145 km by road; one half of it here."""
    make_matching_settings(change=change)
    make_seat(make_battle())
    make_volunteer("welding", name="Luis", home=make_municipality(lat=10.0))
    carried_out()
    make_volunteer("welding", name="Ana", home=make_municipality(lat=10.5))


@pytest.mark.parametrize(("change", "names"), [(60, ["Ana"]), (80, ["Luis"]), (0, ["Ana"])])
def test_run_keeps_a_proposal_unless_a_change_gains_more_than_the_setting(change, names):
    a_nearer_person_joins(change)

    carried_out()

    assert proposed() == names


@pytest.mark.parametrize("name", ["Ana", "Luis"])
def test_run_keeps_whichever_of_two_equal_people_is_proposed(name):
    seat = make_seat(make_battle())
    people = {each: make_volunteer("welding", name=each) for each in ("Ana", "Luis")}
    make_offer(seat, people[name], OfferState.PROPOSED, run=make_matching_run(state=RunState.DONE))

    carried_out()

    assert proposed() == [name]


def test_change_that_costs_nothing_keeps_nothing():
    a_nearer_person_joins(0)

    assert keeps() == ()


def test_proposals_of_runs_are_kept_by_line():
    battle = make_battle()
    first, second = make_seat(battle, level=2), make_seat(battle, level=3)
    one, two = make_volunteer("welding"), make_volunteer("welding")

    carried_out()

    assert sorted((keep.line, keep.cost) for keep in keeps()) == [(0, 60.0), (1, 60.0)]
    assert {keep.person for keep in keeps()} == {one.pk, two.pk}
    assert {keep.battle for keep in keeps()} == {first.battle_id, second.battle_id}


def test_nothing_is_kept_of_who_was_put_there_by_hand_or_asked_or_is_kept_out_or_cannot_be_sent():
    battle = make_battle(state=BattleState.ASKING)
    seats = [make_seat(battle) for _n in range(5)]
    run = carried_out()
    make_offer(seats[0], state=OfferState.PROPOSED)
    make_offer(seats[0])
    make_pin(battle, make_offer(seats[0], state=OfferState.PROPOSED, run=run).volunteer, kind="out")
    adviser = make_volunteer("welding", is_adviser_only=True)
    make_offer(seats[0], adviser, OfferState.PROPOSED, run=run)
    kept = make_offer(seats[0], state=OfferState.PROPOSED, run=run)

    assert keeps() == (Keep(battle.pk, 0, kept.volunteer_id, 60.0),)
