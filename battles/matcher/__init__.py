"""Who fights which battle, from which day on: a problem in, a plan with a proven bound out.

Plain Python and numbers; `docs/matcher.md` tells the rules and the file form.
"""

from battles.matcher.check import Violation, check
from battles.matcher.costs import CostParts, rank, seat_cost
from battles.matcher.distance import road_km
from battles.matcher.eligibility import why_not
from battles.matcher.files import read, to_dict, write
from battles.matcher.problem import (
    Battle,
    Keep,
    Person,
    Pin,
    Problem,
    ProblemError,
    Rules,
    SeatLine,
    Weights,
)
from battles.matcher.result import BattlePlan, Empty, Result, gap
from battles.matcher.solve import solve

__all__ = [
    "Battle",
    "BattlePlan",
    "CostParts",
    "Empty",
    "Keep",
    "Person",
    "Pin",
    "Problem",
    "ProblemError",
    "Result",
    "Rules",
    "SeatLine",
    "Violation",
    "Weights",
    "check",
    "gap",
    "rank",
    "read",
    "road_km",
    "seat_cost",
    "solve",
    "to_dict",
    "why_not",
    "write",
]
