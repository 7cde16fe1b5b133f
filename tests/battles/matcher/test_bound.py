"""The bound beside the optimum, and the prices' bound beside the linear relaxation, both by models written apart."""

import random
import time
from dataclasses import replace

import pytest

from battles.matcher import Keep, Pin, Problem, ProblemError, Rules, Weights, check, solve
from battles.matcher.climber import STEPS
from battles.matcher.search import Search
from bench.generate import generate
from bench.rivals import cp_sat, highs_mip, lp_bound, verified
from tests.bench.problems import small

SECONDS = 20
PROBLEMS = range(1, 41)
CLOSE = 1e-5  # CP-SAT counts in thousandths
STAGES_ASKED = 12


def middling(seed: int) -> Problem:
    """10-40 people for 3-8 battles that lie close together in time, so that windows, travel and rest bind."""
    chance = random.Random(seed)
    many = chance.randint(10, 40)
    whole = generate(people=many, battles=chance.randint(3, 8), seed=seed, slack=(0, 6), places=(2, 6))
    people = tuple(
        replace(
            one,
            trades={f"trade-{rank % 3}": level for rank, level in enumerate(one.trades.values())},
            free=((chance.randint(0, 6), chance.randint(18, 29)),),
            battles_left=chance.choice((None, None, 0, 1, 3)),
        )
        for one in whole.people
    )
    battles = tuple(
        replace(
            one,
            earliest=(first := chance.randint(1, 18)),
            latest=first + one.latest - one.earliest,
            due=first + chance.randint(-1, 4),
            weight=chance.randint(0, 5),
            seats=tuple(replace(seat, trade=f"trade-{rank % 3}") for rank, seat in enumerate(one.seats)),
        )
        for one in whole.battles
    )
    return Problem(
        horizon=30,
        rules=Rules(chance.choice((0, 150, 400)), chance.randint(0, 4), chance.randint(1, 3)),
        weights=Weights(second=chance.choice((0, 120, 600)), incomplete=chance.choice((0, 300, 1000))),
        people=people,
        battles=battles,
        keep=tuple(
            Keep(one.id, 0, chance.choice(people).id, chance.choice((0, 30, 300)))
            for one in battles
            if chance.random() < 0.4
        ),
        pins=tuple(
            Pin(one.id, out=(chance.choice(people).id,), start=chance.choice((None, one.latest)))
            for one in battles
            if chance.random() < 0.3
        ),
    )


def optimum(asked, rival):
    """None where the pins cannot be kept."""
    answer = verified(asked, rival(asked, seconds=SECONDS, seed=1))
    assert answer.broken == ()
    if answer.cost is not None:
        assert answer.bound == pytest.approx(answer.cost, rel=CLOSE, abs=0.1)
    return answer.cost


@pytest.mark.parametrize("seed", PROBLEMS)
def test_the_bound_is_not_above_the_optimum_and_no_plan_below_it(seed):
    asked = middling(seed)

    first, quick, long = solve(asked, iterations=0), solve(asked, seconds=0), solve(asked, seconds=5)

    best = optimum(asked, highs_mip)
    for result in (first, quick, long):
        assert check(asked, result) == []
        assert result.bound <= best * (1 + 1e-6) + 1e-9
        assert result.cost >= best * (1 - 1e-6) - 1e-9
        assert (result.status == "optimal") <= (result.cost == pytest.approx(best, rel=2e-6, abs=1e-6))
    assert long.bound >= quick.bound * (1 - 1e-9)


@pytest.mark.parametrize("seed", range(201, 221))
def test_bounds_of_problems_with_people_pinned_in_hold(seed):
    asked = small(seed, with_pins=True)
    best = optimum(asked, cp_sat)

    try:
        results = [solve(asked, seconds=seconds) for seconds in (0, 5)]
    except ProblemError:
        assert best is None
        return

    for result in results:
        assert check(asked, result) == []
        assert result.bound <= best * (1 + 1e-6) + 1e-9
        assert (result.status == "optimal") <= (result.cost == pytest.approx(best, rel=CLOSE, abs=0.1))


@pytest.mark.parametrize("seed", range(1, 6))
def test_the_climbers_bound_comes_up_to_the_linear_relaxation(seed):
    asked = generate(people=300, battles=20, seed=seed)
    search = Search(asked, seed=1, until=time.perf_counter() + 600, attempts=None, stop=None, progress=None)
    cost = solve(asked, iterations=2000).cost

    for _ in range(STAGES_ASKED):
        search.climber.ascend(cost, lambda: False)

    linear = lp_bound(asked, seconds=60, seed=1).bound
    assert search.climber.steps == STAGES_ASKED * STEPS
    assert search.climber.bound >= 0.9995 * linear
    assert search.climber.bound <= cost * (1 + 1e-9)
