"""Two exact models written apart agree with each other, and nobody does better than they."""

import pytest

from battles.matcher import ProblemError, gap
from bench.rivals import RIVALS, cp_sat, greedy, highs_mip, lp_bound, min_cost_flow, verified
from tests.bench.problems import small

PRESOLVED_WRONGLY = (1065, 1721)  # by HiGHS 1.14, as long as some columns were not whole numbers
SEEDS = (*range(1, 11), *PRESOLVED_WRONGLY)
SECONDS = 20


def answered(problem, rival):
    return verified(problem, rival(problem, seconds=SECONDS, seed=1))


@pytest.mark.parametrize("seed", SEEDS)
def test_every_rival_gives_a_plan_that_keeps_all_rules(seed):
    problem = small(seed)

    answers = {name: answered(problem, rival) for name, rival in RIVALS.items()}

    assert {name: one.broken for name, one in answers.items()} == dict.fromkeys(RIVALS, ())
    assert all(one.cost is not None for one in answers.values())


@pytest.mark.parametrize("seed", SEEDS)
def test_the_exact_ones_agree_and_are_the_cheapest(seed):
    problem = small(seed)

    mip, sat = answered(problem, highs_mip), answered(problem, cp_sat)

    assert sat.cost == pytest.approx(mip.cost, rel=1e-6, abs=0.05)
    assert gap(mip.cost, mip.bound) == pytest.approx(0, abs=1e-6)
    assert sat.bound == pytest.approx(sat.cost, rel=1e-6, abs=0.1)
    for rival in (greedy, min_cost_flow):
        assert answered(problem, rival).cost >= mip.cost * (1 - 1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_exact_ones_agree_about_pins_and_people_kept(seed):
    problem = small(100 + seed, with_pins=True)

    sat = answered(problem, cp_sat)
    try:
        mip = answered(problem, highs_mip)
    except ProblemError:
        mip = None

    if mip is None or mip.cost is None:
        assert sat.cost is None
    else:
        assert (mip.broken, sat.broken) == ((), ())
        assert sat.cost == pytest.approx(mip.cost, rel=1e-6, abs=0.05)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_linear_bound_is_not_above_the_optimum(seed):
    problem = small(seed)

    bound = lp_bound(problem, seconds=SECONDS, seed=1).bound

    assert bound is not None
    assert bound <= answered(problem, highs_mip).cost + 1e-6
