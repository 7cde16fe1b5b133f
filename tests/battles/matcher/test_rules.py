"""Each rule and each price of the problem in an instance in which it alone decides (those not in test_solve)."""

from dataclasses import replace

import pytest

from battles.matcher import Person, Problem, Rules, Weights, check, solve
from tests.battles.matcher.builders import PLANT, at, battle, crews, line, person, problem

FULL, NOBODY = ((1,),), ((),)


def planned(asked: Problem):
    """Solved to the end, and by work alone: the same cost where little is to be found."""
    result, by_work = solve(asked), solve(asked, iterations=200)
    assert check(asked, result) == check(asked, by_work) == []
    assert result.status == "optimal"
    assert by_work.cost == pytest.approx(result.cost)
    return result


def sent(result) -> int:
    return sum(len(crew) for plan in result.battles for crew in plan.crew)


@pytest.mark.parametrize(
    ("free", "crew"),
    [
        (((9, 13),), FULL),
        (((9, 12),), NOBODY),
        (((10, 13),), NOBODY),
        (((9, 9), (10, 12), (13, 13)), FULL),
        (((0, 9), (11, 30)), NOBODY),
        (((9, 11), (11, 13)), FULL),
        (((13, 13), (9, 12), (-5, 3)), FULL),
        (((-99, 200),), FULL),
    ],
)
def test_who_lives_far_is_free_on_site_and_on_both_days_of_travel(free, crew):
    result = planned(problem([person(km=200, free=free)], [battle()]))

    assert crews(result) == {9: crew}


@pytest.mark.parametrize(("free", "start"), [(((11, 15),), 12), (((12, 16),), 13), (((12, 14),), 10)])
def test_days_of_travel_decide_the_start(free, start):
    result = planned(problem([person(km=200, free=free)], [battle(latest=20)]))

    assert result.battles[0].start == start


@pytest.mark.parametrize(
    ("first", "last", "days", "most", "crew"),
    [(0, 0, 4, 1, FULL), (1, 2, 4, 2, FULL), (1, 3, 4, 2, NOBODY), (0, None, 4, 4, FULL), (0, None, 4, 3, NOBODY)],
)
def test_days_away_are_those_of_the_persons_own_line(first, last, days, most, crew):
    part = battle(9, line(first=first, last=last), days=days)

    assert crews(planned(problem([person(max_days=most)], [part]))) == {9: crew}
    assert crews(planned(problem([person(max_days=most + 2, km=200)], [part]))) == {9: crew}


@pytest.mark.parametrize(("most", "fights"), [(0, 0), (1, 1), (2, 2), (5, 3)])
@pytest.mark.parametrize("by", ["rules", "person"])
def test_the_lesser_of_the_rules_battles_and_the_persons_own_is_the_limit(most, fights, by):
    three = [battle(number, start=10 * number) for number in (1, 2, 3)]
    rules = Rules(max_battles=most if by == "rules" else 9)
    one = person(battles_left=9 if by == "rules" else most)

    assert sent(planned(problem([one], three, rules=rules))) == fights


@pytest.mark.parametrize("rest", [0, 1, 3, 10])
@pytest.mark.parametrize("km", [0, 200])
def test_the_next_battle_may_begin_after_the_days_of_rest_and_no_sooner(rest, km):
    travel = 2 if km else 0
    soonest = 10 + 3 + rest + travel
    rules = Rules(rest_days=rest)

    together, apart = (
        planned(problem([person(km=km)], [battle(8), battle(9, start=start)], rules=rules))
        for start in (soonest - 1, soonest)
    )

    assert (sent(together), sent(apart)) == (1, 2)


def test_rest_between_battles_moves_the_second_one():
    both = [battle(8), battle(9, latest=30, weight=2)]

    result = planned(problem([person()], [both[0], both[1]]))

    assert [plan.start for plan in result.battles] == [10, 16]
    assert result.cost == pytest.approx(120 + 2 * 40 * 6)


def test_rest_of_a_line_for_part_of_the_stay_is_counted_from_its_own_last_day():
    part, other = battle(8, line(last=0), days=9), battle(9, start=14)

    assert sent(planned(problem([person()], [part, other]))) == 2
    assert sent(planned(problem([person()], [part, replace(other, earliest=13, latest=13)]))) == 1


@pytest.mark.parametrize(("over", "taken"), [(14, 1), (16, 2)])
def test_levels_above_the_level_asked_are_counted_one_by_one(over, taken):
    """Person 1 has three levels too many and lives beside the plant, person 2 comes 45 km."""
    two = [person(1, level=4), person(2, level=1, km=45)]

    result = planned(problem(two, [battle(9, line(level=1))], weights=Weights(over=over)))

    assert crews(result) == {9: ((taken,),)}
    assert result.cost == pytest.approx(min(45, 3 * over))


@pytest.mark.parametrize(("second", "battles"), [(2000, 2), (4000, 1)])
def test_second_is_paid_for_every_further_battle_if_the_place_is_worth_it(second, battles):
    both = [battle(8), battle(9, start=30)]

    result = planned(problem([person()], both, weights=Weights(second=second)))

    assert sent(result) == battles
    assert result.cost == pytest.approx(second if battles == 2 else 3500)


def test_a_third_battle_of_one_person_costs_second_twice():
    three = [battle(number, start=10 * number) for number in (1, 2, 3)]

    assert planned(problem([person()], three, rules=Rules(max_battles=3))).cost == pytest.approx(2 * 120)


@pytest.mark.parametrize(("due", "cost"), [(9, 40), (10, 0), (11, 0), (-5, 15 * 40), (99, 0)])
def test_due_may_lie_outside_the_window(due, cost):
    result = planned(problem([person()], [battle(latest=12, due=due)]))

    assert result.battles[0].start == 10
    assert result.cost == pytest.approx(cost)


@pytest.mark.parametrize("weight", [0, 1, 7])
@pytest.mark.parametrize(("required", "each", "once"), [(True, 2500, 1000), (False, 250, 0)])
def test_empty_places_cost_by_weight(weight, required, each, once):
    result = planned(problem([], [battle(9, line(3, required=required), weight=weight)]))

    assert result.cost == pytest.approx(weight * (3 * each + once))


@pytest.mark.parametrize(("weight", "crew"), [(1, NOBODY), (2, FULL)])
def test_weight_decides_whether_an_optional_place_is_worth_the_road(weight, crew):
    result = planned(problem([person(km=300)], [battle(9, line(required=False), weight=weight)]))

    assert crews(result) == {9: crew}


@pytest.mark.parametrize(("missing", "filled"), [(2500, 1), (299, 0)])
def test_a_place_of_a_crew_that_stays_incomplete_is_filled_only_if_it_is_worth_it(missing, filled):
    result = planned(problem([person(km=300)], [battle(9, line(2))], weights=Weights(missing=missing)))

    assert sent(result) == filled


@pytest.mark.parametrize(("incomplete", "sizes"), [(300, [0, 2]), (40, [1, 1])])
def test_one_whole_crew_or_two_halves_by_what_an_incomplete_one_costs(incomplete, sizes):
    """Each of two people lives beside one battle, 100 km from the other; each battle asks for two."""
    both = [battle(1, line(2)), battle(2, line(2), place=at(100))]
    two = [person(1), person(2, km=100)]

    result = planned(problem(two, both, weights=Weights(incomplete=incomplete)))

    assert sorted(len(plan.crew[0]) for plan in result.battles) == sizes


def test_two_lines_of_one_trade_are_filled_with_different_people():
    both = battle(9, line(1, level=1), line(1, level=3))

    result = planned(problem([person(1, level=3), person(2, level=1)], [both]))

    assert crews(result) == {9: ((2,), (1,))}


@pytest.mark.parametrize(
    ("start", "free", "crew"), [(0, ((-3, 2),), FULL), (-1, ((-3, 9),), NOBODY), (53, ((50, 99),), FULL)]
)
def test_days_outside_the_horizon_are_not_free(start, free, crew):
    assert crews(planned(problem([person(free=free)], [battle(start=start)]))) == {9: crew}


def test_a_line_within_the_horizon_is_filled_though_its_battle_begins_before():
    early = battle(9, line(first=2), days=4, start=-2)

    assert crews(planned(problem([person()], [early]))) == {9: FULL}


def test_a_line_that_ends_within_the_horizon_is_filled_though_its_battle_passes_it():
    late = battle(9, line(last=1), line(first=2), days=4, start=54)

    assert crews(planned(problem([person(1), person(2)], [late]))) == {9: ((1,), ())}


@pytest.mark.parametrize("start", [56, 57, 10**6])
def test_a_start_past_the_horizon_is_legal_and_late(start):
    result = planned(problem([person()], [battle(start=start, due=start - 2)]))

    assert (result.battles[0].start, crews(result)) == (start, {9: NOBODY})
    assert result.cost == pytest.approx(3500 + 80)


@pytest.mark.parametrize("crew", [FULL, NOBODY])
@pytest.mark.parametrize("km", [0, 200])
@pytest.mark.parametrize("start", [60, 61, 62, 63, 64, 65, 66, 100])
def test_a_horizon_of_120_days_has_no_seam_in_the_middle(start, km, crew):
    travel = 1 if km else 0
    first, last = start - travel, start + 4 + travel
    one = person(km=km, free=((first, last if crew == FULL else last - 1),))

    result = planned(problem([one], [battle(start=start, days=5)], horizon=120))

    assert crews(result) == {9: crew}


@pytest.mark.parametrize("soonest", [56, 60, 63, 64, 65, 110])
def test_rest_reaches_over_the_middle_of_a_long_horizon(soonest):
    before = battle(8, start=soonest - 6)

    apart, together = (
        planned(problem([person(free=((0, 119),))], [before, battle(9, start=start)], horizon=120))
        for start in (soonest, soonest - 1)
    )

    assert (sent(apart), sent(together)) == (2, 1)


@pytest.mark.parametrize(("start", "crew"), [(117, FULL), (118, NOBODY)])
def test_the_last_day_of_the_longest_horizon_is_one_to_work_on(start, crew):
    assert crews(planned(problem([person(free=((0, 500),))], [battle(start=start)], horizon=120))) == {9: crew}


@pytest.mark.parametrize("days", [56, 57, 120, 10**7])
def test_battles_as_long_as_the_horizon_or_longer(days):
    whole = battle(9, start=0, days=days)

    assert crews(planned(problem([person(free=((0, 99),))], [whole]))) == {9: FULL if days == 56 else NOBODY}


def test_a_horizon_of_no_days_has_battles_with_nobody():
    result = planned(problem([person()], [battle(start=0, latest=3), battle(8, start=-4)], horizon=0))

    assert [(plan.start, plan.crew) for plan in result.battles] == [(0, NOBODY), (-4, NOBODY)]


@pytest.mark.parametrize("people", [[], [person(trades={})], [person(free=())], [Person(1, PLANT, {}, ())]])
@pytest.mark.parametrize("seats", [(), (line(),)])
def test_people_without_trades_or_days_and_battles_without_lines(people, seats):
    empty = replace(battle(), seats=seats)

    result = planned(problem(people, [empty, replace(battle(8), seats=())]))

    assert [plan.crew for plan in result.battles] == [tuple(() for _ in seats), ()]
    assert result.cost == pytest.approx(3500 * len(seats))


def test_people_alone_are_an_empty_optimal_plan():
    result = planned(problem([person(1), person(2)], []))

    assert (result.cost, result.bound, result.battles) == (0, 0, ())
