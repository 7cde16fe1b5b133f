"""A run begins where the newest finished one of its scope ended, as far as that still makes sense."""

from __future__ import annotations

from datetime import timedelta

import pytest

from battles import planning
from battles.matcher import BattlePlan, Prices
from battles.models import MatchingRun, Offer
from battles.planning import Beginning
from battles.states import OfferState, RunState
from tests.battles.run_scenes import carried_out
from tests.make import (
    make_battle,
    make_factory,
    make_matching_run,
    make_municipality,
    make_region,
    make_seat,
    make_trade,
    make_volunteer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana():
    return make_volunteer("welding", name="Ana", home=make_municipality(lat=10.5))


def told(battle, *lines, start=None):
    """A battle of the document of a run: its lines as (line, people)."""
    return {
        "battle": battle.pk,
        "start": (start or battle.first_day).isoformat(),
        "lines": [
            {"line": list(line), "picks": [{"person": who.pk} for who in crew], "empty": None} for line, crew in lines
        ],
    }


def run_with(*battles, **fields):
    return make_matching_run(**{"state": RunState.DONE, "result": {"battles": list(battles)}} | fields)


def beginning(**scope):
    run = make_matching_run(**{"state": RunState.RUNNING} | scope)
    return planning.beginning_for(run, planning.problem_for(planning.battles_to_plan()))


def number(day):
    return planning.day_number(day)


def test_first_run_begins_with_nothing(ana):
    make_seat(make_battle())

    assert beginning() == Beginning()


def test_run_begins_with_the_plan_and_the_prices_of_the_newest_by_todays_days(ana):
    seat = make_seat(make_battle())
    day = seat.battle.first_day
    run_with(told(seat.battle), prices={})
    prices = {"day_0": (planning.date_of(0) - timedelta(days=4)).isoformat(), "days": {str(ana.pk): "9 7.5"}}
    run_with(told(seat.battle, (seat.line, [ana])), prices=prices | {"further": {"0": 3.0}, "rest_days": 3})

    assert beginning() == Beginning(
        (BattlePlan(seat.battle.pk, number(day), ((ana.pk,),)),), Prices({ana.pk: {5: 7.5}}, {}, 3)
    )


def test_only_finished_runs_of_the_same_scope_count(ana):
    battle = make_battle(make_factory(region=make_region("here")))
    make_seat(battle)
    run_with(told(battle), region=make_region("there"))
    run_with(told(battle), only=battle)
    run_with(told(battle), state=RunState.STOPPED)

    assert (beginning(), beginning(region=make_region("here"))) == (Beginning(), Beginning())


def test_run_of_one_battle_begins_with_nothing(ana):
    seat = make_seat(make_battle())
    region = seat.battle.factory.municipality.state.region
    run_with(told(seat.battle, (seat.line, [ana])), region=region)

    assert beginning(region=region, only=seat.battle) == Beginning()


def test_lines_that_changed_go_to_one_of_the_same_trade_and_level(ana):
    luis = make_volunteer("welding", name="Luis")
    battle = make_battle()
    whole, half = make_seat(battle), make_seat(battle, first_offset=1, last_offset=2)
    make_seat(battle, trade=make_trade("plumbing"))
    gone = (*whole.line[:2], 0, 1, "optional")
    run_with(told(battle, (gone, [luis]), (whole.line, [ana])))

    (plan,) = beginning().plans

    lines = planning.problem_for([battle]).lines[battle.pk]
    assert {line: crew for line, crew in zip(lines, plan.crew, strict=True) if crew} == {
        whole.line: (ana.pk,),
        half.line: (luis.pk,),
    }


def test_battles_that_are_not_planned_now_are_left_out(ana):
    seat, other = make_seat(make_battle()), make_seat(make_battle(state="closed"))
    run_with(told(other.battle, (other.line, [ana])), told(seat.battle, (seat.line, [ana])))

    assert [plan.id for plan in beginning().plans] == [seat.battle.pk]


def damaged():
    line = [1, 2, 0, 4, "required"]
    picks = [{"person": 7}]
    good = {"battle": 0, "start": "2026-01-01", "lines": [{"line": line, "picks": picks}]}
    return [
        5, "plan", [], [1], {}, {"battles": None}, {"battles": 7}, {"battles": {"battle": 1}},
        {"battles": [None, 1, "x", []]},
        {"battles": [{"battle": 0}]}, {"battles": [good | {"battle": [1]}]}, {"battles": [good | {"start": "soon"}]},
        {"battles": [good | {"start": None}]}, {"battles": [good | {"lines": None}]}, {"battles": [good | {"lines": [[]]}]},
        {"battles": [good | {"lines": [{"line": 5, "picks": picks}]}]},
        {"battles": [good | {"lines": [{"line": [[1]], "picks": []}]}]},
        {"battles": [good | {"lines": [{"line": line, "picks": [{"person": "x"}]}]}]},
        {"battles": [good | {"lines": [{"line": line, "picks": [{"person": 99}, {"person": 99}, {"person": -1}]}]}]},
        {"battles": [good | {"start": "1926-01-01"}, good, good]}, {"battles": [good | {"lines": 12 * good["lines"]}]},
    ]  # fmt: skip


def of_battle(document, battle):
    """Battle 0 of a document is the one that there is."""
    battles = document.get("battles") if isinstance(document, dict) else None
    for one in battles if isinstance(battles, list) else ():
        if isinstance(one, dict) and one.get("battle") == 0:
            one["battle"] = battle.pk
    return document


@pytest.mark.parametrize("number", range(len(damaged())))
def test_damaged_plan_of_an_older_run_breaks_nothing(ana, number):
    seat = make_seat(make_battle())
    run = make_matching_run(state=RunState.DONE)
    MatchingRun.objects.filter(pk=run.pk).update(result=of_battle(damaged()[number], seat.battle))

    run = carried_out()

    assert (run.state, run.status) == (RunState.DONE, "optimal")
    assert list(Offer.objects.filter(state=OfferState.PROPOSED).values_list("volunteer", flat=True)) == [ana.pk]


@pytest.mark.parametrize(
    "prices",
    [
        7,
        [1],
        {"day_0": "soon"},
        {"days": {"ana": "5 1e8"}, "further": {}},
        {"days": {"ana": "5 -7"}, "further": {}},
        {"days": {"ana": "-90 4 5000 3"}, "further": {"ana": 1e8}},
        {"days": {}, "further": {"ana": "nan"}},
        {"days": {}, "further": {}, "rest_days": -5},
        {"days": {}, "further": {}, "rest_days": None},
    ],
)
def test_damaged_prices_of_an_older_run_break_nothing(ana, prices):
    make_seat(make_battle())
    if isinstance(prices, dict):
        prices = {"day_0": planning.date_of(0).isoformat()} | prices
        for part in ("days", "further"):
            if "ana" in prices.get(part, {}):
                prices[part] = {str(ana.pk): prices[part]["ana"]}
    make_matching_run(state=RunState.DONE, prices=prices)

    run = carried_out()

    assert (run.state, run.status) == (RunState.DONE, "optimal")
    assert list(Offer.objects.filter(state=OfferState.PROPOSED).values_list("volunteer", flat=True)) == [ana.pk]


def test_second_run_finds_what_the_first_one_did(ana):
    for _n in range(3):
        make_seat(make_battle())
        make_volunteer("welding")

    first = carried_out()
    second = carried_out()

    assert (second.cost, second.status) == (first.cost, "optimal")
    assert Offer.objects.filter(state=OfferState.PROPOSED, run=second).count() == 3
