"""Pins hold whatever else costs."""

import pytest

from battles.matcher import Keep, Pin, Weights, check, solve
from tests.battles.matcher.builders import battle, line, person, problem
from tests.battles.matcher.test_pins import pinned_as_planned

DEAR = 1e7
BOTH = [battle(9), battle(8, start=30)]


@pytest.mark.parametrize("seconds", [0, 1])
@pytest.mark.parametrize(
    "asked",
    [
        problem([person(1), person(2)], [battle()], keep=(Keep(9, 0, 2, DEAR),), pins=(Pin(9, into=(1,)),)),
        problem([person(1), person(2)], [battle(9), battle(8)], keep=(Keep(8, 0, 1, DEAR),), pins=(Pin(9, into=(1,)),)),
        problem([person(level=4)], [battle(9, line(level=1))], weights=Weights(over=DEAR), pins=(Pin(9, into=(1,)),)),
        problem([person()], BOTH, weights=Weights(second=DEAR), pins=(Pin(9, into=(1,)), Pin(8, into=(1,)))),
        problem([person(fought=3)], [battle()], weights=Weights(load=DEAR), pins=(Pin(9, into=(1,)),)),
    ],
    ids=["keep in the same place", "keep elsewhere", "over", "second", "load"],
)
def test_pins_hold_against_what_is_dearer_than_all_places(asked, seconds):
    assert check(asked, solve(asked, seconds=seconds)) == []


@pytest.mark.parametrize("seed", [1, 2])
def test_the_bound_with_many_pins_is_not_below_zero(seed):
    told = []

    result = solve(pinned_as_planned(seed), seconds=0, progress=lambda *figures: told.append(figures))

    assert result.bound >= 0
    assert all(bound >= 0 for _, bound in told)
