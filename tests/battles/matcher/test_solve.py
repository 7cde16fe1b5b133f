import time
from dataclasses import replace

import pytest

from battles.matcher import Keep, Pin, Problem, ProblemError, Rules, Weights, check, solve, to_dict
from bench.generate import generate
from tests.battles.matcher.builders import at, battle, crews, line, person, problem

FULL, NOBODY = ((1,),), ((),)


def planned(asked: Problem):
    result = solve(asked)
    assert check(asked, result) == []
    assert result.status == "optimal"
    return result


@pytest.mark.parametrize(
    ("able", "unable", "why"),
    [
        (person(level=2), person(level=1), "level_too_low"),
        (person(), person(trades={"boilers": 4}), "no_trade"),
        (person(free=((10, 12),)), person(free=((11, 12),)), "not_free"),
        (person(free=((10, 12),)), person(free=((10, 11),)), "not_free"),
        (person(free=((10, 10), (12, 12), (11, 11))), person(free=((10, 10), (12, 12))), "not_free"),
        (person(km=149.9, free=((10, 12),)), person(km=150.1, free=((10, 12),)), "not_free"),
        (person(km=150.1, free=((9, 13),)), person(km=150.1, free=((10, 13),)), "not_free"),
        (person(km=150.1, free=((9, 13),)), person(km=150.1, free=((9, 12),)), "not_free"),
        (person(km=300, max_km=300.1), person(km=300, max_km=299.9), "too_far"),
        (person(max_days=3), person(max_days=2), "too_long"),
        (person(km=200, max_days=5), person(km=200, max_days=4), "too_long"),
        (person(battles_left=1), person(battles_left=0), "no_battles_left"),
    ],
)
def test_a_place_is_filled_only_by_who_may_sit_there(able, unable, why):
    seat = battle(9, line(level=2))

    filled = planned(problem([able], [seat]))
    empty = planned(problem([unable], [seat]))

    assert crews(filled) == {9: FULL}
    assert crews(empty) == {9: NOBODY}
    assert [(one.line, one.people, one.why) for one in empty.battles[0].empty] == [(0, 1, why)]
    assert empty.cost == pytest.approx(2500 + 1000)


def test_road_of_exactly_near_km_needs_no_travel_day_and_exactly_max_km_is_accepted():
    seat = battle()
    far = person(km=200, free=((10, 12),))
    km = planned(problem([person(km=200)], [seat])).cost

    near = planned(problem([far], [seat], rules=Rules(near_km=km)))
    accepted = planned(problem([person(km=200, max_km=km)], [seat]))

    assert crews(near) == crews(accepted) == {9: FULL}


@pytest.mark.parametrize(
    ("start", "km", "crew"),
    [(53, 0, FULL), (54, 0, NOBODY), (52, 200, FULL), (53, 200, NOBODY), (0, 200, NOBODY)],
)
def test_the_horizon_cuts_the_free_days(start, km, crew):
    anyone = person(km=km, free=((-9, 99),))

    result = planned(problem([anyone], [battle(start=start)]))

    assert crews(result) == {9: crew}


def test_a_start_past_the_horizon_is_planned_with_nobody():
    result = planned(problem([person()], [battle(start=70)]))

    assert [(plan.start, plan.crew) for plan in result.battles] == [(70, NOBODY)]


@pytest.mark.parametrize(("second_start", "battles"), [(16, 2), (15, 1)])
def test_three_days_of_rest_lie_between_two_battles(second_start, battles):
    both = [battle(8, start=10), battle(9, start=second_start)]

    result = planned(problem([person()], both))

    assert sum(len(crew) for plan in result.battles for crew in plan.crew) == battles


@pytest.mark.parametrize(("weightier", "other_start", "battles"), [(10, 15, 1), (10, 16, 2), (15, 10, 1), (16, 10, 2)])
def test_the_quick_plan_rests_before_and_after_a_battle(weightier, other_start, battles):
    both = [battle(8, start=weightier, weight=2), battle(9, start=other_start)]

    result = solve(problem([person()], both), seconds=0)

    assert sum(len(crew) for plan in result.battles for crew in plan.crew) == battles


@pytest.mark.parametrize(("second_start", "battles"), [(18, 2), (17, 1)])
def test_rest_is_counted_from_the_day_of_travel(second_start, battles):
    both = [battle(8, start=10), battle(9, start=second_start)]

    result = planned(problem([person(km=200)], both))

    assert sum(len(crew) for plan in result.battles for crew in plan.crew) == battles


@pytest.mark.parametrize(("rules", "left", "battles"), [(2, None, 2), (3, None, 3), (3, 1, 1), (0, None, 0)])
def test_nobody_fights_more_battles_than_they_may(rules, left, battles):
    three = [battle(number, start=10 * number) for number in (1, 2, 3)]

    result = planned(problem([person(battles_left=left)], three, rules=Rules(max_battles=rules)))

    assert sum(len(crew) for plan in result.battles for crew in plan.crew) == battles


def test_one_person_takes_one_seat_of_a_battle_even_where_its_lines_do_not_overlap():
    split = battle(9, line(first=0, last=0), line(first=2), days=9)

    result = planned(problem([person()], [split], rules=Rules(rest_days=0)))

    assert sorted(crews(result)[9]) == [(), (1,)]


def test_a_line_for_part_of_the_stay_asks_for_its_own_days_only():
    split = battle(9, line(first=0, last=1), line(first=2), days=5)
    early, late = person(1, free=((10, 11),)), person(2, free=((12, 14),))

    result = planned(problem([early, late], [split]))

    assert crews(result) == {9: ((1,), (2,))}
    assert result.cost == 0


def test_the_weightier_battle_gets_the_only_welder():
    both = [battle(1, weight=1), battle(2, weight=5)]

    result = planned(problem([person()], both))

    assert crews(result) == {1: NOBODY, 2: FULL}
    assert result.cost == pytest.approx(3500)


def test_the_nearest_are_not_taken_where_the_whole_is_cheaper():
    """Person 1 lives beside battle 1, but person 2 does not go as far as battle 2."""
    north, south = battle(1, weight=2), battle(2, place=at(-400))

    result = planned(problem([person(1), person(2, km=500, max_km=600)], [north, south]))

    assert crews(result) == {1: ((2,),), 2: ((1,),)}
    assert result.cost == pytest.approx(900)


@pytest.mark.parametrize(
    ("weights", "taken"),
    [(Weights(), 2), (Weights(load=0), 1), (Weights(load=9.9), 1), (Weights(load=10.1), 2)],
)
def test_load_speaks_for_who_fought_less(weights, taken):
    tired, fresh = person(1, km=10, fought=2), person(2, km=30)

    result = planned(problem([tired, fresh], [battle()], weights=weights))

    assert crews(result) == {9: ((taken,),)}


@pytest.mark.parametrize(("over", "taken"), [(15, 2), (9, 1)])
def test_over_qualification_speaks_for_the_level_asked(over, taken):
    master, worker = person(1, km=10, level=4), person(2, km=30, level=2)

    result = planned(problem([master, worker], [battle(9, line(level=2))], weights=Weights(over=over)))

    assert crews(result) == {9: ((taken,),)}


@pytest.mark.parametrize(("second", "people"), [(120, {1, 2}), (90, {1})])
def test_a_second_battle_of_one_person_costs(second, people):
    both = [battle(8, start=10), battle(9, start=30)]
    near, far = person(1), person(2, km=100)

    result = planned(problem([near, far], both, weights=Weights(second=second)))

    assert {one for plan in result.battles for crew in plan.crew for one in crew} == people
    assert result.cost == pytest.approx(min(second, 100))


def test_optional_places_are_filled_while_that_is_cheaper_and_required_ones_at_any_price():
    far = person(km=600)

    optional = planned(problem([far], [battle(9, line(required=False))]))
    required = planned(problem([far], [battle()]))
    cheap = planned(problem([person(km=200)], [battle(9, line(required=False))]))

    assert [crews(optional), crews(required), crews(cheap)] == [{9: NOBODY}, {9: FULL}, {9: FULL}]
    assert [optional.cost, required.cost, cheap.cost] == pytest.approx([250, 600, 200])
    assert optional.battles[0].empty[0].why == "dearer"


@pytest.mark.parametrize(("incomplete", "whole"), [(1000, True), (0, False)])
def test_one_whole_crew_is_worth_more_than_two_half_ones(incomplete, whole):
    """A second helper lives nearer to battle 2, but would leave battle 1 half empty too."""
    both = [battle(1, line(2)), battle(2, line(2), place=at(400))]
    people = [person(1), person(2, km=400)]

    result = planned(problem(people, both, weights=Weights(incomplete=incomplete)))

    sizes = sorted(len(plan.crew[0]) for plan in result.battles)
    assert sizes == ([0, 2] if whole else [1, 1])


def test_incomplete_counts_once_a_battle_however_many_places_are_empty():
    result = planned(problem([], [battle(9, line(3), line(2, trade="boilers"), weight=4)]))

    assert result.cost == pytest.approx(4 * (5 * 2500 + 1000))


@pytest.mark.parametrize(("late", "start"), [(40, 12), (2000, 10)])
def test_the_start_waits_for_people_unless_that_is_too_late(late, start):
    waiting = battle(latest=20)

    result = planned(problem([person(free=((12, 30),))], [waiting], weights=Weights(late=late)))

    assert result.battles[0].start == start


def test_late_days_cost_by_weight_from_the_due_day_on():
    result = planned(problem([person(free=((15, 30),))], [battle(latest=20, due=12, weight=3)]))

    assert (result.battles[0].start, result.cost) == (15, pytest.approx(3 * 40 * 3))


def test_a_window_far_beyond_the_horizon_is_not_walked_day_by_day():
    result = planned(problem([person()], [battle(latest=10**9)]))

    assert (result.battles[0].start, crews(result)) == (10, {9: FULL})


def test_pins_hold_even_where_they_cost():
    near, far = person(1), person(2, km=500)
    window = battle(latest=20)
    pin = Pin(9, into=(2,), out=(1,), start=17)

    result = planned(problem([near, far], [window], pins=(pin,)))

    assert (result.battles[0].start, crews(result)) == (17, {9: ((2,),)})
    assert result.cost == pytest.approx(500 + 7 * 40)


def test_a_pin_that_a_rule_forbids_is_refused_with_the_reason():
    with pytest.raises(ProblemError) as refused:
        solve(problem([person(level=1)], [battle(9, line(level=3))], pins=(Pin(9, into=(1,)),)))

    assert str(refused.value) == "pin of battle 9: person 1 cannot be in: level_too_low"


def test_pins_that_contradict_one_another_are_refused():
    both = [battle(8), battle(9)]

    with pytest.raises(ProblemError) as refused:
        solve(problem([person()], both, pins=(Pin(8, into=(1,)), Pin(9, into=(1,)))), seconds=0)

    assert str(refused.value) == "pins of battles 8, 9: they cannot all be kept together"


def test_pins_are_kept_without_any_time_where_the_quick_plan_cannot():
    """Seated one after the other, person 1 would take the place that only they leave to person 2."""
    seats = battle(9, line(), line(trade="boilers"))
    able, narrow = person(1, trades={"welding": 2, "boilers": 2}), person(2, km=10)

    result = solve(problem([able, narrow], [seats], pins=(Pin(9, into=(1, 2)),)), seconds=0)

    assert crews(result) == {9: ((2,), (1,))}


@pytest.mark.parametrize(("cost", "kept"), [(99, 1), (101, 2)])
def test_keeping_somebody_is_worth_what_the_change_costs(cost, kept):
    near, far = person(1), person(2, km=100)

    result = planned(problem([near, far], [battle()], keep=(Keep(9, 0, 2, cost),)))

    assert crews(result) == {9: ((kept,),)}
    assert result.cost == pytest.approx(min(cost, 100))


def test_an_empty_problem_has_an_empty_optimal_plan():
    result = planned(Problem())

    assert (result.cost, result.bound, result.gap, result.battles) == (0, 0, 0, ())


def test_a_battle_without_seats_starts_when_it_costs_least():
    result = planned(problem([], [replace(battle(latest=20, due=3), seats=())]))

    assert (result.battles[0].start, result.cost) == (10, pytest.approx(280))


def test_the_same_problem_and_seed_give_the_same_plan():
    asked = generate(people=300, battles=8, seed=3)

    one, other = (solve(asked, seed=5, seconds=60) for _ in range(2))

    assert to_dict(replace(one, seconds=0)) == to_dict(replace(other, seconds=0))


def test_without_time_there_is_a_plan_that_says_what_is_proven():
    asked = generate(people=300, battles=12, seed=1)

    quick, exact = solve(asked, seconds=0), solve(asked, seconds=60)

    assert check(asked, quick) == check(asked, exact) == []
    assert quick.bound <= exact.bound * (1 + 1e-9) <= exact.cost * (1 + 2e-9) <= quick.cost * (1 + 3e-9)
    assert (quick.status, exact.status) == ("feasible", "optimal")


def test_stop_ends_the_search_with_a_plan():
    asked = generate(people=1000, battles=25, seed=1)
    began = time.monotonic()

    result = solve(asked, seconds=600, stop=lambda: time.monotonic() - began > 0.5)

    assert check(asked, result) == []
    assert time.monotonic() - began < 30


def test_progress_tells_a_falling_cost_and_a_rising_bound():
    told: list[tuple[float, float]] = []
    asked = generate(people=400, battles=15, seed=2)

    result = solve(asked, seconds=60, progress=lambda cost, bound: told.append((cost, bound)))

    costs, bounds = zip(*told, strict=True)
    assert list(costs) == pytest.approx(sorted(costs, reverse=True))
    assert list(bounds) == pytest.approx(sorted(bounds))
    assert told[-1] == pytest.approx((result.cost, result.bound))
