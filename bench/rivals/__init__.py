"""Other ways to plan the same battles, for comparison. Each takes a problem, seconds and a seed."""

from bench.rivals.answer import Answer, Rival, verified
from bench.rivals.constraints import cp_sat
from bench.rivals.dispatch import greedy
from bench.rivals.flow import min_cost_flow
from bench.rivals.integer import highs_mip
from bench.rivals.linear import lp_bound

RIVALS: dict[str, Rival] = {
    "plain greedy": greedy,
    "HiGHS MIP": highs_mip,
    "CP-SAT": cp_sat,
    "min-cost flow": min_cost_flow,
}

__all__ = ["RIVALS", "Answer", "Rival", "cp_sat", "greedy", "highs_mip", "lp_bound", "min_cost_flow", "verified"]
