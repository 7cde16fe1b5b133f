"""A plan to begin with in which somebody sits twice."""

import pytest

from battles.matcher import Rules, check, solve
from tests.battles.matcher.builders import battle, line, one_plan, person, problem


@pytest.mark.parametrize("seats", [(line(3),), (line(1), line(1), line(1))])
@pytest.mark.parametrize("most", [1, 2])
def test_nobody_is_taken_over_twice_into_one_battle(seats, most):
    asked = problem([person(1), person(2)], [battle(9, *seats)], rules=Rules(max_battles=most))
    twice = one_plan((1, 1, 1)) if len(seats) == 1 else one_plan((1,), (1,), (1,))

    for seconds in (0, 1):
        assert check(asked, solve(asked, begin=(twice,), seconds=seconds)) == []
