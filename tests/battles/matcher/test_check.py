import ast
from dataclasses import replace
from pathlib import Path

import pytest

from battles import matcher
from battles.matcher import BattlePlan, Empty, Keep, Pin, check, solve, why_not
from bench.generate import generate
from tests.battles.matcher.builders import at, battle, line, one_plan, person, plan_of, problem


def rules_broken(asked, *plans):
    """Whatever is wrong apart from the figures, which these plans leave at 0."""
    broken = check(asked, plan_of(*plans))
    return {(one.rule, one.battle, one.person) for one in broken if one.rule != "cost_wrong"}


@pytest.mark.parametrize(
    ("sent", "rule"),
    [
        (person(trades={"boilers": 4}), "no_trade"),
        (person(level=1), "level_too_low"),
        (person(free=((0, 11),)), "not_free"),
        (person(km=200, free=((10, 12),)), "not_free"),
        (person(km=200, max_km=199), "too_far"),
        (person(max_days=2), "too_long"),
    ],
)
def test_a_person_who_may_not_sit_there_is_found(sent, rule):
    assert rules_broken(problem([sent], [battle()]), one_plan((1,))) == {(rule, 9, 1)}


def test_a_person_sent_outside_the_horizon_is_found():
    late = problem([person(free=((0, 99),))], [battle(start=54)])

    assert rules_broken(late, one_plan((1,), start=54)) == {("not_free", 9, 1)}


@pytest.mark.parametrize(("start", "broken"), [(15, {("no_rest", 9, 1)}), (16, set()), (12, {("no_rest", 9, 1)})])
def test_too_little_rest_is_found(start, broken):
    both = problem([person()], [battle(8), battle(9, start=start)])

    assert rules_broken(both, one_plan((1,), of=8), one_plan((1,), start=start)) == broken


def test_too_many_battles_are_found():
    three = problem([person(battles_left=2)], [battle(n, start=10 * n) for n in (1, 2, 3)])

    plans = [one_plan((1,), of=n, start=10 * n) for n in (1, 2, 3)]

    assert rules_broken(three, *plans) == {("too_many_battles", None, 1)}


def test_two_seats_in_a_battle_are_found():
    two = problem([person()], [battle(9, line(), line())])

    assert ("two_seats_in_a_battle", 9, 1) in rules_broken(two, one_plan((1,), (1,)))


def test_pins_not_kept_are_found():
    pinned = problem([person(1), person(2)], [battle(latest=12)], pins=(Pin(9, into=(1,), out=(2,), start=11),))

    assert rules_broken(pinned, one_plan((2,), start=12)) == {
        ("pinned_in_but_out", 9, 1),
        ("pinned_out_but_in", 9, 2),
        ("pinned_start_moved", 9, None),
    }


@pytest.mark.parametrize(
    ("plans", "broken"),
    [
        ([], {("battle_not_planned_once", 9, None)}),
        ([one_plan((1,)), one_plan((1,))], {("battle_not_planned_once", 9, None)}),
        ([one_plan((1,)), one_plan((1,), of=7)], {("unknown_battle", 7, None)}),
        ([one_plan((1,), ())], {("lines_do_not_match", 9, None)}),
        ([one_plan((1, 2))], {("too_many_people", 9, None)}),
        ([one_plan((5,))], {("unknown_person", 9, 5)}),
        ([one_plan((1,), start=11)], {("start_outside_window", 9, None)}),
        ([one_plan(())], {("empty_places_wrong", 9, None)}),
        ([one_plan((1,), empty=(Empty(0, 1, "no_trade"),))], {("empty_places_wrong", 9, None)}),
    ],
)
def test_a_plan_of_the_wrong_shape_is_found(plans, broken):
    assert rules_broken(problem([person(1), person(2)], [battle()]), *plans) == broken


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"cost": 99.0}, "cost_wrong"),
        ({"bound": 101.0}, "bound_wrong"),
        ({"bound": float("nan")}, "bound_wrong"),
        ({"bound": float("-inf")}, "bound_wrong"),
        ({"bound": 99.0}, "not_proven_optimal"),
    ],
)
def test_wrong_figures_are_found(change, rule):
    asked = problem([person(km=100)], [battle()])
    right = solve(asked)

    assert check(asked, right) == []
    assert rule in {one.rule for one in check(asked, replace(right, **change))}


def test_every_part_of_the_cost_is_counted():
    people = [person(1, km=100, level=4, fought=3), person(2, km=200)]
    two = [
        battle(8, line(2), line(trade="boilers", required=False), weight=2, due=7),
        battle(9, start=30),
    ]
    asked = problem(people, two, keep=(Keep(9, 0, 2, 60), Keep(8, 0, 1, 70)))
    plans = (
        BattlePlan(8, 10, ((1,), ()), (Empty(0, 1, ""), Empty(1, 1, ""))),
        BattlePlan(9, 30, ((1,),)),
    )
    journeys = 2 * (100 + 3 * 25 + 2 * 15) + 120
    empty = 2 * (3 * 40 + 2500 + 250 + 1000)

    assert check(asked, plan_of(*plans, cost=journeys + empty + 60)) == []


def test_the_rule_of_the_solver_and_the_checker_agree():
    """Two readings of the same rules: whoever may sit somewhere passes, whoever may not is found."""
    asked = generate(people=150, battles=6, seed=8)
    seen = set()
    for one in asked.battles:
        for number, seats in enumerate(one.seats):
            for somebody in asked.people:
                crew = tuple((somebody.id,) if number == here else () for here in range(len(one.seats)))
                alone = problem([somebody], [one])
                broken = {rule for rule, _, who in rules_broken(alone, BattlePlan(one.id, one.earliest, crew)) if who}
                code = why_not(asked, somebody, one, seats, one.earliest)
                seen.add(code)
                assert (code in broken) if code else broken == set()
    assert {None, "no_trade", "level_too_low", "not_free"} <= seen


def test_the_checker_shares_nothing_with_the_solver():
    tree = ast.parse(Path(matcher.__file__).with_name("check.py").read_text())

    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert {name for name in imported if name.startswith("battles")} == {
        "battles.matcher.distance",
        "battles.matcher.problem",
        "battles.matcher.result",
    }


def test_near_is_where_the_road_is_not_longer_than_the_rule_says():
    on_the_line = problem([person(free=((10, 12),))], [battle(place=at(149.999))])

    assert rules_broken(on_the_line, one_plan((1,))) == set()
