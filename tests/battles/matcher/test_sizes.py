"""Problems of an odd shape: huge crews, many lines, everybody the same, nothing that costs."""

import random
from dataclasses import replace

import pytest

from battles.matcher import Rules, Weights, check, rank, road_km, solve
from bench.generate import generate
from tests.battles.matcher.builders import KM_A_DEGREE, PLANT, at, battle, line, person, problem

FREE_OF_COST = Weights(*(0 for _ in range(7)))


def sent(result) -> int:
    return sum(len(crew) for plan in result.battles for crew in plan.crew)


def planned(asked, **work):
    result = solve(asked, **({"seconds": 1} | work))
    assert check(asked, result) == []
    return result


def around(chance, number):
    """Somebody within a day of the plant, and no two at the same distance."""
    place = (PLANT[0] + chance.uniform(-1, 1) * 70 / KM_A_DEGREE, PLANT[1] + chance.uniform(-1, 1) * 70 / KM_A_DEGREE)
    return person(number, place=place, level=chance.randint(1, 4), fought=chance.randint(0, 3))


@pytest.mark.parametrize("people", [100, 120, 300])
def test_one_line_of_120_people_takes_the_cheapest(people):
    chance = random.Random(people)
    huge = battle(9, line(120, level=1))
    asked = problem([around(chance, one) for one in range(people)], [huge])

    result = planned(asked)

    chosen = [one for one, _ in rank(asked, huge, huge.seats[0], huge.earliest, asked.people)][:120]
    assert result.status == "optimal"
    assert [plan.crew for plan in result.battles] == [(tuple(chosen),)]


def test_a_line_for_more_people_than_any_list_has():
    """More places than are listed: the rest stays empty, and the bound says what could be better."""
    asked = problem([person(one) for one in range(400)], [battle(9, line(300))])

    result = planned(asked)

    assert sent(result) >= 256
    assert result.bound <= 0


@pytest.mark.parametrize("trades", [1, 3, 60])
def test_a_battle_of_sixty_lines_is_filled_in_each_with_somebody_else(trades):
    chance = random.Random(trades)
    lines = [line(1, trade=f"trade-{number % trades}", level=chance.randint(1, 3)) for number in range(60)]
    people = [
        replace(around(chance, one), trades={f"trade-{one % trades}": chance.randint(3, 4)}) for one in range(150)
    ]

    result = planned(problem(people, [battle(9, *lines)]), iterations=10)

    assert sent(result) == 60
    assert result.bound == pytest.approx(result.cost)


def test_fifty_battles_of_one_person_follow_one_another():
    fifty = [battle(number, start=2 * number, days=1) for number in range(50)]
    tireless = person(free=((0, 119),))

    result = planned(problem([tireless], fifty, horizon=120, rules=Rules(max_battles=50, rest_days=1)))

    assert (sent(result), result.status) == (50, "optimal")
    assert result.cost == pytest.approx(49 * 120)


@pytest.mark.parametrize("most", [3, 49, 10**6])
def test_people_may_have_more_battles_than_there_are_days(most):
    fifty = [battle(number, start=number, days=1) for number in range(50)]

    result = planned(problem([person(1), person(2)], fifty, rules=Rules(max_battles=most, rest_days=0)))

    assert sent(result) == min(50, 2 * most)


@pytest.mark.parametrize("rest", [55, 56, 1000, 10**9])
def test_rest_longer_than_the_horizon_leaves_one_battle(rest):
    both = [battle(8, start=0, days=1), battle(9, start=55, days=1)]

    assert sent(planned(problem([person()], both, rules=Rules(rest_days=rest)))) == 1


def test_battles_of_no_weight_are_planned_for_nothing():
    weightless = [battle(number, line(3), weight=0, latest=20) for number in range(20)]

    result = planned(problem([person(one, km=10) for one in range(30)], weightless))

    assert (result.cost, result.bound, result.gap, result.status) == (0, 0, 0, "optimal")


def test_where_nothing_costs_the_road_alone_is_left():
    asked = replace(generate(people=200, battles=20, seed=1), weights=FREE_OF_COST)

    result = planned(asked)

    assert (result.cost, result.bound, result.status) == (0, 0, "optimal")


@pytest.mark.parametrize("weight", ["load", "over", "second", "late", "missing", "spare", "incomplete"])
def test_each_weight_may_be_nothing(weight):
    whole = generate(people=200, battles=20, seed=2)
    asked = replace(whole, weights=replace(whole.weights, **{weight: 0}))

    result = planned(asked, iterations=300)

    assert 0 < result.bound <= result.cost


def test_three_thousand_people_at_one_place_are_all_the_same_road_away():
    asked = problem(
        [person(one, km=30, fought=one % 4) for one in range(3000)],
        [battle(number, line(4), latest=14) for number in range(40)],
    )

    result = planned(asked)

    assert result.status == "optimal"
    assert result.cost == pytest.approx(160 * 30)


@pytest.mark.parametrize("people", [30, 60, 90])
def test_people_who_are_all_the_same_are_shared_out(people):
    """Six battles of ten at once, so sixty people or each place at its price."""
    same = [person(one, km=20) for one in range(people)]

    result = planned(problem(same, [battle(number, line(10)) for number in range(6)]))

    whole = min(people // 10, 6)
    assert result.cost == pytest.approx(whole * 200 + (6 - whole) * 26000)
    assert result.bound <= result.cost


def test_battles_that_are_all_the_same_get_the_same():
    same = [battle(number, line(2, level=1), latest=30) for number in range(25)]

    result = planned(problem([person(one, km=one) for one in range(1, 80)], same))

    assert sent(result) == 50


@pytest.mark.parametrize("places", [[(90.0, 0.0), (-90.0, 0.0)], [(0.0, 180.0), (0.0, -180.0)], [at(0), at(0)]])
def test_people_at_the_poles_and_on_the_date_line_are_found(places):
    weighty = [battle(number, place=place, weight=1000) for number, place in enumerate(places)]
    both = [person(number, place=place) for number, place in enumerate(reversed(places))]

    result = planned(problem(both, weighty))

    assert sent(result) == 2
    assert result.cost == pytest.approx(0, abs=0.01)


def test_far_people_are_found_all_over_the_world_if_a_place_is_worth_it():
    chance = random.Random(5)
    anywhere = [
        person(one, place=(chance.uniform(-90, 90), chance.uniform(-180, 180)), free=((0, 55),)) for one in range(3000)
    ]
    asked = problem(anywhere, [battle(9, line(5), weight=100, place=(60.0, 179.9))], rules=Rules(near_km=20000))

    result = planned(asked)

    nearest = sorted(road_km(one.place, (60.0, 179.9)) for one in anywhere)[:5]
    assert result.status == "optimal"
    assert result.cost == pytest.approx(sum(nearest))
