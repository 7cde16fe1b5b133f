from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from battles import planning
from battles.actions import runs
from battles.models import MatchingRun, Offer
from battles.rules import runs as rules
from battles.states import BattleState, OfferState, RunState
from epo.audit.models import AuditEvent
from epo.core.clock import today
from epo.core.errors import Refused
from epo.core.models import LEASE
from epo.work.models import PeriodicRun
from tests.make import (
    make_absence,
    make_battle,
    make_coordinator,
    make_factory,
    make_matching_run,
    make_municipality,
    make_offer,
    make_plant_decision,
    make_qualification,
    make_region,
    make_seat,
    make_trade,
    make_volunteer,
)

pytestmark = pytest.mark.django_db


def carried_out(**fields):
    run = runs.start_run(by=fields.pop("by", None), **fields)
    runs.carry_out_run(run_id=run.pk)
    run.refresh_from_db()
    return run


def refusal_of(act, **arguments):
    with pytest.raises(Refused) as refused:
        act(**arguments)
    return refused.value.refusal


def proposed():
    return {offer.volunteer.name: offer.line for offer in Offer.objects.filter(state=OfferState.PROPOSED)}


def test_run_proposes_the_nearest_and_says_that_it_is_optimal():
    seat = make_seat(make_battle())
    near = make_volunteer("welding", name="Ana", home=make_municipality(lat=10.5))
    make_volunteer("welding", name="Luis", home=make_municipality(lat=9.5))

    run = carried_out()

    assert proposed() == {"Ana": seat.line}
    assert (run.state, run.status, run.cost, run.gap) == (RunState.DONE, "optimal", 15.0, 0.0)
    pick = run.result["battles"][0]["lines"][0]["picks"][0]
    assert (pick["person"], pick["asked"], pick["had"]) == (near.pk, 2, 3)


def test_run_fills_the_plant_that_was_decided_first():
    first, second = make_seat(make_battle()), make_seat(make_battle())
    make_plant_decision(first.battle.factory, weight=3)
    make_plant_decision(second.battle.factory, weight=8)
    volunteer = make_volunteer("welding")

    run = carried_out()

    assert list(Offer.objects.values_list("battle", "volunteer", "run")) == [(second.battle.pk, volunteer.pk, run.pk)]


def test_run_says_why_a_seat_is_empty():
    seat = make_seat(make_battle())
    make_absence(make_volunteer("welding"), seat.battle.first_day)
    make_volunteer("welding", level=1)

    run = carried_out()

    empty = run.result["battles"][0]["lines"][0]["empty"]
    assert (empty["people"], empty["qualified"], empty["counts"]) == (1, 1, {"not_free": 1})


def test_run_leaves_out_a_qualification_that_runs_out():
    seat = make_seat(make_battle())
    volunteer = make_volunteer()
    make_qualification(volunteer, make_trade("welding"), valid_until=seat.battle.last_day - timedelta(days=1))

    carried_out()

    assert proposed() == {}


def test_run_does_not_propose_again_who_said_no():
    seat = make_seat(make_battle(state=BattleState.ASKING))
    make_offer(seat, state=OfferState.DECLINED)

    carried_out()

    assert proposed() == {}


def test_run_plans_around_open_asks_and_what_was_put_there_by_hand():
    battle = make_battle(state=BattleState.ASKING)
    seats = [make_seat(battle) for _n in range(3)]
    make_offer(seats[0])
    make_offer(seats[0], state=OfferState.PROPOSED)
    make_volunteer("welding", name="Ana")
    make_volunteer("welding", name="Luis")

    carried_out()

    assert Offer.objects.filter(state=OfferState.PROPOSED, run__isnull=False).count() == 1


def test_run_drops_what_an_older_run_proposed():
    make_seat(make_battle())
    volunteer = make_volunteer("welding", name="Luis", home=make_municipality(lat=9.5))
    carried_out()
    make_volunteer("welding", name="Ana")

    carried_out()

    old = Offer.objects.get(volunteer=volunteer)
    event = AuditEvent.objects.about(old).get()
    assert (old.state, old.version, set(proposed())) == (OfferState.DROPPED, 2, {"Ana"})
    assert (event.kind, event.data) == ("offer.dropped", {"was": "proposed", "battle": old.battle_id})


def test_run_that_proposes_the_same_person_keeps_the_row():
    make_seat(make_battle())
    make_volunteer("welding")
    carried_out()

    run = carried_out()

    assert list(Offer.objects.values_list("state", "run", "version")) == [(OfferState.PROPOSED, run.pk, 1)]


def test_run_carried_out_twice_proposes_once():
    make_seat(make_battle())
    make_volunteer("welding")
    run = carried_out()

    runs.carry_out_run(run_id=run.pk)

    assert Offer.objects.count() == 1


def test_run_of_a_dead_worker_is_taken_over_once_its_lease_has_run_out():
    make_seat(make_battle())
    make_volunteer("welding")
    run = runs.start_run(by=None)
    held = MatchingRun.objects.claim(run.pk)
    MatchingRun.objects.filter(pk=run.pk).update(state=RunState.RUNNING, started_at=now())

    runs.carry_out_run(run_id=run.pk)
    untouched = MatchingRun.objects.get(pk=run.pk).state
    MatchingRun.objects.filter(pk=run.pk).update(leased_until=now() - LEASE)
    runs.carry_out_run(run_id=run.pk)

    run.refresh_from_db()
    assert (untouched, run.state, run.claim, Offer.objects.count()) == (
        RunState.RUNNING,
        RunState.DONE,
        held + 1,
        1,
    )


def test_run_stopped_while_it_waits_never_begins():
    make_seat(make_battle())
    make_volunteer("welding")
    run = runs.start_run(by=None)

    runs.stop_run(run=run, by=make_coordinator())
    runs.carry_out_run(run_id=run.pk)

    run.refresh_from_db()
    assert (run.state, Offer.objects.count()) == (RunState.STOPPED, 0)


def test_stop_of_a_run_that_is_over_is_refused():
    run = make_matching_run(state=RunState.DONE)

    assert refusal_of(runs.stop_run, run=run, by=make_coordinator()) == rules.OVER


def test_run_without_empty_seats_is_refused():
    make_battle()

    assert refusal_of(runs.start_run, by=None) == rules.NOTHING_TO_PLAN


def test_national_run_excludes_all_others():
    region = make_region()
    make_matching_run()

    assert refusal_of(runs.start_run, by=None, region=region) == rules.ALREADY_RUNNING
    assert refusal_of(runs.start_run, by=None) == rules.ALREADY_RUNNING


def test_national_run_is_refused_to_a_coordinator_of_a_region():
    by = make_coordinator(make_region())

    assert refusal_of(runs.start_run, by=by) == rules.NATION_ONLY


def test_regional_run_plans_its_battles_with_people_of_the_whole_country():
    region = make_region()
    mine = make_seat(make_battle(make_factory(region=region)))
    make_seat(make_battle())
    make_volunteer("welding", name="Ana")
    make_volunteer("welding", name="Luis")

    carried_out(by=make_coordinator(region), region=region)

    assert list(Offer.objects.values_list("battle", flat=True)) == [mine.battle.pk]


def test_regional_run_of_another_region_is_refused():
    by = make_coordinator(make_region())

    assert refusal_of(runs.start_run, by=by, region=make_region()) == rules.NOT_YOUR_REGION


def test_run_picks_the_start_within_a_window():
    battle = make_battle(first_day=None, earliest=today() + timedelta(days=10), latest=today() + timedelta(days=12))
    make_seat(battle)
    make_absence(make_volunteer("welding"), today() + timedelta(days=11))

    run = carried_out()

    assert run.result["battles"][0]["start"] == (today() + timedelta(days=12)).isoformat()


def test_run_drops_older_proposals_of_a_battle_that_needs_nobody_by_now():
    seat = make_seat(make_battle(state=BattleState.ASKING))
    make_seat(make_battle())
    make_volunteer("welding")
    make_volunteer("welding")
    carried_out()
    make_offer(seat, make_volunteer("welding"))

    carried_out()

    assert list(seat.battle.offers.values_list("state", flat=True).order_by("state")) == [
        OfferState.ASKED,
        OfferState.DROPPED,
    ]


def test_nightly_run_waits_until_the_run_under_way_has_ended(monkeypatch):
    monkeypatch.setattr(runs, "NIGHT_FROM", 0)
    make_seat(make_battle())
    running = make_matching_run()

    while_running = runs.start_nightly_run()
    MatchingRun.objects.filter(pk=running.pk).update(state=RunState.DONE)
    PeriodicRun.objects.update(leased_until=None)
    afterwards = runs.start_nightly_run()

    assert (while_running, afterwards) == (False, True)


def test_nightly_run_with_nothing_to_plan_is_done_for_the_night(monkeypatch):
    monkeypatch.setattr(runs, "NIGHT_FROM", 0)

    assert (runs.start_nightly_run(), runs.start_nightly_run(), MatchingRun.objects.count()) == (True, False, 0)


def test_run_that_ends_after_midnight_keeps_its_days(monkeypatch):
    battle = make_battle()
    make_seat(battle)
    make_volunteer("welding")
    planned = planning.problem_for(planning.battles_to_plan())
    evening = today()

    monkeypatch.setattr("battles.planning.days.today", lambda: evening + timedelta(days=1))

    assert planned.date_of(planned.problem.battles[0].earliest) == battle.first_day


def test_run_leaves_rest_around_days_for_which_an_answer_is_awaited():
    asked = make_seat(make_battle(state=BattleState.ASKING))
    seat = make_seat(make_battle(first_day=asked.battle.last_day + timedelta(days=3)))
    make_offer(asked, make_volunteer("welding", name="Ana"))
    make_volunteer("welding", name="Luis", home=make_municipality(lat=9.5))

    carried_out()

    assert proposed() == {"Luis": seat.line}


def test_run_of_a_battle_that_begins_today_says_why_nobody_is_proposed():
    battle = make_battle(first_day=today())
    make_seat(battle)
    make_seat(make_battle())

    assert refusal_of(runs.start_run, by=make_coordinator(), only=battle) == rules.NOTHING_TO_PLAN_HERE
