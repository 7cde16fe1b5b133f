"""Crews of one battle whose lines want the same people, against trying all of them."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from battles.matcher import Problem, Rules, Weights, check, seat_cost, solve
from tests.battles.matcher.builders import at, battle, crews, line, person, problem

LEVELS = st.integers(1, 3)


@st.composite
def people(draw: Any, number: int):
    return person(
        number,
        place=at(draw(st.sampled_from((0, 20, 90, 130)))),
        trades=draw(st.dictionaries(st.sampled_from(("welding", "boilers")), LEVELS, min_size=1)),
        fought=draw(st.integers(0, 3)),
    )


@st.composite
def lines(draw: Any):
    return line(
        draw(st.integers(1, 2)),
        trade=draw(st.sampled_from(("welding", "welding", "boilers"))),
        level=draw(st.integers(1, 2)),
        required=draw(st.booleans()),
    )


@st.composite
def one_battle_problems(draw: Any) -> Problem:
    seats = draw(st.lists(lines(), min_size=2, max_size=4))
    weights = Weights(
        load=draw(st.sampled_from((0, 25, 60))),
        over=draw(st.sampled_from((0, 15, 70))),
        missing=draw(st.sampled_from((0, 40, 100, 2500))),
        spare=draw(st.sampled_from((0, 40, 100))),
        incomplete=draw(st.sampled_from((0, 50, 120, 1000))),
    )
    some = [draw(people(number)) for number in range(1, draw(st.integers(3, 7)))]
    return problem(some, [battle(9, *seats, weight=draw(st.integers(0, 2)))], weights=weights)


def cheapest(asked: Problem) -> float:
    """Each person in one of the lines or in none, tried one after the other; the cost of the best."""
    (one,) = asked.battles
    worth = [one.weight * (asked.weights.missing if seat.required else asked.weights.spare) for seat in one.seats]

    def rest(number: int, room: tuple[int, ...]) -> float:
        if number == len(asked.people):
            whole = all(left == 0 for left, seat in zip(room, one.seats, strict=True) if seat.required)
            empty = sum(left * cost for left, cost in zip(room, worth, strict=True))
            return empty + (0 if whole else one.weight * asked.weights.incomplete)
        who = asked.people[number]
        best = rest(number + 1, room)
        for at_line, seat in enumerate(one.seats):
            if room[at_line] > 0 and who.trades.get(seat.trade, 0) >= seat.level:
                left = (*room[:at_line], room[at_line] - 1, *room[at_line + 1 :])
                best = min(best, seat_cost(asked, who, one, seat).total + rest(number + 1, left))
        return best

    return rest(0, tuple(seat.people for seat in one.seats))


@settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(one_battle_problems())
def test_the_crew_of_one_battle_is_the_cheapest_of_all_and_proven_by_the_first_question(asked):
    """One battle by itself needs no prices: construction and the bound at price 0 are its exact cost."""
    result = solve(asked, iterations=0)

    assert check(asked, result) == []
    assert result.cost == pytest.approx(cheapest(asked), abs=1e-6)
    assert result.bound == pytest.approx(result.cost, abs=1e-6)


def test_two_lines_of_one_trade_share_their_ableby_level():
    seats = battle(9, line(2, level=1), line(1, level=3))
    able = [person(1, level=3), person(2, level=3, km=10), person(3, level=1, km=140)]

    result = solve(problem(able, [seats]))

    assert [len(crew) for crew in crews(result)[9]] == [2, 1]
    assert result.cost == pytest.approx(10 + 140 + 2 * 15)


def test_ableare_passed_on_through_three_lines_to_fill_the_last_place():
    """Each next line takes somebody whom the one before would like; only a chain of three moves fills all."""
    seats = battle(9, line(trade="a"), line(trade="b"), line(trade="c"), line(trade="d"))
    chain = [
        person(1, trades={"a": 2, "b": 2}),
        person(2, trades={"b": 2, "c": 2}, km=1),
        person(3, trades={"c": 2, "d": 2}, km=2),
        person(4, trades={"a": 2}, km=100),
    ]

    result = solve(problem(chain, [seats]))

    assert crews(result) == {9: ((4,), (1,), (2,), (3,))}


@pytest.mark.parametrize(("incomplete", "filled"), [(0, 1), (250, 2)])
def test_the_price_of_an_incomplete_crew_decides_whether_a_dear_place_is_filled(incomplete, filled):
    """A place is worth 100, and person 2 comes from 130 km away in either line."""
    seats = battle(9, line(level=1), line(level=2))
    two = [person(1), person(2, km=130)]

    result = solve(problem(two, [seats], weights=Weights(missing=100, incomplete=incomplete, over=0)))

    assert sum(map(len, crews(result)[9])) == filled


def test_an_optional_line_lends_its_person_to_a_required_one():
    seats = battle(9, line(required=False), line(level=1))

    result = solve(problem([person()], [seats]), iterations=0)

    assert crews(result) == {9: ((), (1,))}


def test_crews_beside_what_is_planned_are_assigned_too():
    """Person 1 is wanted by both lines of the second battle, but fights the first one, and may fight one only."""
    first = battle(1, line(level=4), weight=5)
    second = battle(2, line(level=1), line(level=2), start=30)
    able = [person(1, level=4), person(2), person(3, km=140)]

    result = solve(problem(able, [first, second], rules=Rules(max_battles=1)))

    assert crews(result)[1] == ((1,),)
    assert {one for crew in crews(result)[2] for one in crew} == {2, 3}
