"""What changed while a run was thinking is read again before its proposals become rows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import translation

from battles import matcher, planning
from battles.actions import runs
from battles.actions.proposing import document_of, write_plan
from battles.models import Battle, MatchingRun, Offer
from battles.proposals import Proposals
from battles.states import BattleState, OfferState, RunState
from epo.core.clock import today
from epo.core.leases import hold
from tests.make import (
    make_absence,
    make_battle,
    make_coordinator,
    make_crew_day,
    make_factory,
    make_offer,
    make_region,
    make_seat,
    make_volunteer,
)
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db


def carried_out_while(change, **scope):
    """A run whose plan is made before `change` and written after it."""
    run = runs.start_run(by=None, **scope)
    MatchingRun.objects.filter(pk=run.pk).update(state=RunState.RUNNING)
    with hold(MatchingRun.objects.all(), run.pk) as lease:
        planned = planning.problem_for(planning.battles_to_plan(region=run.region_id, only=run.only_id))
        result = matcher.solve(planned.problem)
        change()
        write_plan(lease, planned, result, document_of(planned, result), timings={"read": 0, "solve": 0}, since=0)
    run.refresh_from_db()
    return run


def proposals():
    return list(Offer.objects.filter(state=OfferState.PROPOSED, run__isnull=False).values_list("battle", "volunteer"))


@pytest.fixture
def seat():
    return make_seat(make_battle(state=BattleState.ASKING))


@pytest.fixture
def volunteer(seat):
    return make_volunteer("welding")


def _given_elsewhere(seat, volunteer):
    other = make_battle(first_day=seat.battle.first_day, state=BattleState.ASKING)
    make_crew_day(make_offer(make_seat(other), volunteer, OfferState.ACCEPTED))


def _asked_elsewhere(seat, volunteer):
    other = make_battle(first_day=seat.battle.last_day + timedelta(days=2), state=BattleState.ASKING)
    make_offer(make_seat(other), volunteer)


CHANGES = {
    "not_sendable": lambda seat, volunteer: Volunteer.objects.filter(pk=volunteer.pk).update(is_adviser_only=True),
    "not_free": lambda seat, volunteer: make_absence(volunteer, seat.battle.last_day),
    "already_asked": make_offer,
    "seat_filled": lambda seat, volunteer: make_offer(seat, make_volunteer("welding"), OfferState.ACCEPTED),
    "dates_changed": lambda seat, volunteer: Battle.objects.filter(pk=seat.battle.pk).update(
        first_day=seat.battle.first_day + timedelta(days=1)
    ),
    "battle_over": lambda seat, volunteer: Battle.objects.filter(pk=seat.battle.pk).update(state=BattleState.UNDER_WAY),
}


@pytest.mark.parametrize("why", CHANGES)
def test_pick_that_no_longer_fits_is_left_out_and_told(seat, volunteer, why):
    run = carried_out_while(lambda: CHANGES[why](seat, volunteer))

    told = [{"battle": seat.battle.pk, "person": volunteer.pk, "why": why}]
    assert (run.state, run.result["gone"], proposals()) == (RunState.DONE, told, [])
    assert run.result["battles"][0]["lines"][0]["picks"] == []


def test_page_tells_who_was_chosen_and_is_not_proposed(client, seat):
    chosen = make_volunteer("welding", name="Ana")
    run = carried_out_while(lambda: make_absence(chosen, seat.battle.first_day))
    client.force_login(make_coordinator())

    with translation.override("en"):
        told = [text for battle in Proposals(run, make_coordinator()).battles for text in battle.not_heeded]

    assert told == ["Ana was chosen but is not proposed: is not free on these days."]
    assert "Ana" in client.get(f"/propuestas/{run.pk}").text


@pytest.mark.parametrize("change", [_given_elsewhere, _asked_elsewhere])
def test_pick_whose_days_are_given_or_asked_for_by_now_is_left_out(seat, volunteer, change):
    run = carried_out_while(lambda: change(seat, volunteer))

    assert (run.result["gone"][0]["why"], proposals()) == ("not_free", [])


def test_pick_outside_a_window_that_was_moved_is_left_out():
    first = today() + timedelta(days=10)
    make_seat(make_battle(first_day=None, earliest=first, latest=first + timedelta(days=2)))
    make_volunteer("welding")
    later = first + timedelta(days=9)

    run = carried_out_while(lambda: Battle.objects.update(earliest=later, latest=later))

    assert (run.result["gone"][0]["why"], proposals()) == ("dates_changed", [])


def test_pick_whom_a_run_of_another_region_proposed_meanwhile_is_left_out():
    region = make_region()
    make_seat(make_battle(make_factory(region=region)))
    other = make_seat(make_battle())
    volunteer = make_volunteer("welding")

    run = carried_out_while(
        lambda: make_offer(other, volunteer, OfferState.PROPOSED, run=MatchingRun.objects.get()), region=region
    )

    assert (run.result["gone"][0]["why"], proposals()) == ("needed_elsewhere", [(other.battle.pk, volunteer.pk)])


def test_one_seat_filled_meanwhile_leaves_out_one_pick(seat, volunteer):
    make_seat(seat.battle)
    make_volunteer("welding")

    run = carried_out_while(lambda: make_offer(seat, make_volunteer("welding"), OfferState.ACCEPTED))

    assert ([one["why"] for one in run.result["gone"]], len(proposals())) == (["seat_filled"], 1)


@pytest.mark.parametrize("battles", [1, 3])
def test_writing_takes_as_many_queries_for_three_battles_as_for_one(battles, django_assert_num_queries):
    for _n in range(battles):
        make_seat(make_battle())
        make_volunteer("welding")
    run = runs.start_run(by=None)
    MatchingRun.objects.filter(pk=run.pk).update(state=RunState.RUNNING)
    with hold(MatchingRun.objects.all(), run.pk) as lease:
        planned = planning.problem_for(planning.battles_to_plan())
        result = matcher.solve(planned.problem)
        document = document_of(planned, result)

        with django_assert_num_queries(19):
            write_plan(lease, planned, result, document, timings={}, since=0)

    assert len(proposals()) == battles
