"""What coordinators pin, and whom a plan would rather keep."""

import random

import pytest

from battles.matcher import Keep, Pin, ProblemError, Rules, SeatLine, Weights, check, solve
from bench.generate import generate
from tests.battles.matcher.builders import at, battle, crews, line, person, problem

WORK = [{"seconds": 0}, {"seconds": 5}, {"iterations": 100}]


def planned(asked, work):
    result = solve(asked, **work)
    assert check(asked, result) == []
    return result


@pytest.mark.parametrize("work", WORK)
@pytest.mark.parametrize(
    ("rules", "start"),
    [(Rules(), 10), (Rules(), 15), (Rules(max_battles=1), 40), (Rules(rest_days=20), 30)],
)
def test_pins_of_one_person_in_two_battles_that_clash_are_refused(rules, start, work):
    both = [battle(8), battle(9, start=start)]
    pins = (Pin(8, into=(1,)), Pin(9, into=(1,)))

    with pytest.raises(ProblemError) as refused:
        solve(problem([person(), person(2)], both, rules=rules, pins=pins), **work)

    assert str(refused.value) == "pins of battles 8, 9: they cannot all be kept together"


@pytest.mark.parametrize("work", WORK)
def test_two_people_pinned_for_one_place_of_their_trade_are_refused(work):
    seats = battle(9, line(), line(trade="boilers"))

    with pytest.raises(ProblemError):
        solve(problem([person(1), person(2)], [seats], pins=(Pin(9, into=(1, 2)),)), **work)


@pytest.mark.parametrize(
    ("somebody", "reason"),
    [
        (person(trades={"boilers": 4}), "no_trade"),
        (person(level=1), "level_too_low"),
        (person(free=((0, 5),)), "not_free"),
        (person(km=300, max_km=200), "too_far"),
        (person(max_days=2), "too_long"),
        (person(battles_left=0), "no_battles_left"),
    ],
)
@pytest.mark.parametrize("work", WORK)
def test_a_pin_against_a_rule_is_refused_with_the_reason(somebody, reason, work):
    with pytest.raises(ProblemError) as refused:
        solve(problem([somebody, person(2)], [battle()], pins=(Pin(9, into=(1,)),)), **work)

    assert str(refused.value) == f"pin of battle 9: person 1 cannot be in: {reason}"


@pytest.mark.parametrize("work", WORK)
def test_a_pinned_start_on_which_a_pinned_person_is_not_free_is_refused(work):
    window = battle(latest=20)

    with pytest.raises(ProblemError):
        solve(problem([person(free=((10, 12),))], [window], pins=(Pin(9, into=(1,), start=15),)), **work)


@pytest.mark.parametrize("work", WORK)
def test_a_pinned_person_sits_in_the_line_where_they_are_needed_most(work):
    seats = battle(9, line(level=1), line(level=3))
    master, worker = person(1, level=3, km=140), person(2, level=1)

    result = planned(problem([master, worker], [seats], pins=(Pin(9, into=(1,)),)), work)

    assert crews(result) == {9: ((2,), (1,))}


@pytest.mark.parametrize("work", WORK)
def test_a_pinned_person_sits_in_one_line_only_though_both_are_open(work):
    seats = battle(9, line(required=False), line())

    result = planned(problem([person()], [seats], pins=(Pin(9, into=(1,)),)), work)

    assert crews(result) == {9: ((), (1,))}


@pytest.mark.parametrize("work", WORK)
def test_pins_that_only_one_way_keeps_are_kept(work):
    """Three people for three lines: each but the last could sit in two, and only one order seats all."""
    seats = battle(9, line(trade="a"), line(trade="b"), line(trade="c"))
    three = [
        person(1, trades={"a": 2, "b": 2}),
        person(2, trades={"b": 2, "c": 2}),
        person(3, trades={"a": 2}, km=100),
    ]

    result = planned(problem(three, [seats], pins=(Pin(9, into=(1, 2, 3)),)), work)

    assert crews(result) == {9: ((3,), (1,), (2,))}


@pytest.mark.parametrize("work", WORK)
def test_pins_in_two_battles_move_the_one_that_can_move(work):
    """Person 1 is pinned in both; the weightier one would take the only days that leave room for the other."""
    loose, fixed = battle(8, latest=30, weight=5), battle(9, start=12)
    pins = (Pin(8, into=(1,)), Pin(9, into=(1,)))

    result = planned(problem([person(1), person(2)], [loose, fixed], pins=pins), work)

    assert [plan.start for plan in result.battles] == [18, 12]


@pytest.mark.parametrize("work", WORK)
@pytest.mark.parametrize("required", [True, False])
def test_somebody_pinned_in_is_sent_though_far_too_dear(required, work):
    """Half round the world and tired, to an optional place of no weight."""
    dear = person(1, place=(-10.0, 114.0), fought=200)
    seats = battle(9, line(required=required), weight=0)

    result = planned(problem([dear, person(2)], [seats], pins=(Pin(9, into=(1,)),)), work)

    assert crews(result) == {9: ((1,),)}
    assert result.cost > 20000


@pytest.mark.parametrize("work", WORK)
def test_everybody_pinned_out_leaves_the_place_empty(work):
    result = planned(problem([person(1), person(2)], [battle()], pins=(Pin(9, out=(1, 2, 2)),)), work)

    assert crews(result) == {9: ((),)}


@pytest.mark.parametrize("work", WORK)
def test_a_person_named_twice_in_a_pin_is_seated_once(work):
    result = planned(problem([person(1), person(2)], [battle(9, line(2))], pins=(Pin(9, into=(1, 1)),)), work)

    assert crews(result) == {9: ((1, 2),)}
    assert result.cost == pytest.approx(0)


@pytest.mark.parametrize("work", WORK)
@pytest.mark.parametrize("start", [53, 54, 56, 70])
def test_a_start_pinned_beyond_the_horizon_is_kept(start, work):
    late = battle(latest=80)

    result = planned(problem([person()], [late], pins=(Pin(9, start=start),)), work)

    assert (result.battles[0].start, crews(result)) == (start, {9: ((1,),) if start == 53 else ((),)})


@pytest.mark.parametrize(("cost", "kept"), [(0, 1), (99.5, 1), (100.5, 2), (2000, 2)])
def test_keeping_costs_once_what_it_says(cost, kept):
    result = planned(problem([person(1), person(2, km=100)], [battle()], keep=(Keep(9, 0, 2, cost),)), {"seconds": 5})

    assert crews(result) == {9: ((kept,),)}
    assert result.cost == pytest.approx(min(cost, 100))
    assert result.status == "optimal"


def test_keeps_of_the_same_seat_add_up():
    twice = (Keep(9, 0, 2, 60), Keep(9, 0, 2, 60))

    result = planned(problem([person(1), person(2, km=100)], [battle()], keep=twice), {"seconds": 5})

    assert crews(result) == {9: ((2,),)}


@pytest.mark.parametrize(("cost", "crew"), [(10, ((), (1,))), (2600, ((), (1,))), (3600, ((1,), ()))])
def test_keeping_is_of_one_line_not_of_the_battle(cost, crew):
    """Kept in the optional line, though the required one is worth 3,500 - 250 more."""
    seats = battle(9, line(required=False), line())

    result = planned(problem([person()], [seats], keep=(Keep(9, 0, 1, cost),)), {"seconds": 5})

    assert crews(result) == {9: crew}


@pytest.mark.parametrize(
    "gone", [person(1, free=()), person(1, trades={}), person(1, battles_left=0), person(1, km=900, max_km=10)]
)
def test_who_cannot_come_any_more_is_not_kept_and_costs_what_it_costs(gone):
    result = planned(problem([gone, person(2)], [battle()], keep=(Keep(9, 0, 1, 70),)), {"seconds": 5})

    assert crews(result) == {9: ((2,),)}
    assert (result.cost, result.bound) == pytest.approx((70, 70))


def test_pinned_out_beats_kept():
    result = planned(
        problem([person(1), person(2)], [battle()], keep=(Keep(9, 0, 1, 70),), pins=(Pin(9, out=(1,)),)), {"seconds": 5}
    )

    assert crews(result) == {9: ((2,),)}
    assert result.cost == pytest.approx(70)


def test_a_person_too_dear_to_be_listed_is_kept_if_that_is_worth_it():
    far = person(1, km=600)
    seats = battle(9, line(required=False))

    kept, left = (planned(problem([far], [seats], keep=(Keep(9, 0, 1, cost),)), {"seconds": 5}) for cost in (360, 340))

    assert (crews(kept), crews(left)) == ({9: ((1,),)}, {9: ((),)})
    assert (kept.cost, left.cost) == pytest.approx((600, 590))


def pinned_as_planned(seed):
    """A whole country's plan, two in three of its people pinned, some people out, some starts fixed, the rest kept."""
    chance = random.Random(seed)
    free = generate(people=400, battles=30, seed=seed)
    before = solve(free, iterations=500)
    pins, keep = [], []
    for plan in before.battles:
        crew = list(plan.picks())
        into = tuple(one for _, one in crew if chance.random() < 2 / 3)
        keep += [Keep(plan.id, number, one, chance.choice((0, 50, 5000))) for number, one in crew if one not in into]
        out = tuple(chance.sample([one.id for one in free.people if one.id not in into], 5))
        pins.append(Pin(plan.id, into=into, out=out, start=chance.choice((None, plan.start))))
    return problem(list(free.people), list(free.battles), pins=tuple(pins), keep=tuple(keep))


@pytest.mark.parametrize("work", [{"seconds": 0}, {"seconds": 1}, {"iterations": 300}])
@pytest.mark.parametrize("seed", [1, 2])
def test_many_pins_at_once_are_all_kept(seed, work):
    asked = pinned_as_planned(seed)

    result = planned(asked, work)

    assert result.bound <= result.cost


def test_pins_of_people_beyond_the_lists_are_kept(monkeypatch):
    monkeypatch.setattr("battles.matcher.listing.MOST_LISTED", 1)
    people = [person(number, km=number) for number in range(1, 20)]
    seats = battle(9, SeatLine("welding", 2, 3))

    result = planned(problem(people, [seats], pins=(Pin(9, into=(18, 19)),)), {"seconds": 1})

    assert set(crews(result)[9][0]) >= {18, 19}


def test_weights_of_nothing_leave_pins_standing():
    nothing = Weights(*(0 for _ in range(7)))
    two = [person(1, place=at(900)), person(2)]

    result = planned(problem(two, [battle(weight=0)], weights=nothing, pins=(Pin(9, into=(1,)),)), {"seconds": 1})

    assert crews(result) == {9: ((1,),)}
