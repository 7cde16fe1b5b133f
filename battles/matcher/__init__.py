"""Who fights which battle, from which day on: a problem in, a plan with a proven bound out.

Plain Python and numbers; `docs/matcher.md` tells the rules and the file form.
"""

from battles.matcher.changes import Change
from battles.matcher.check import Violation, check
from battles.matcher.costs import CostParts, rank, seat_cost
from battles.matcher.distance import road_km
from battles.matcher.eligibility import why_not
from battles.matcher.explain import EmptyReason, Explanations, PickReason, RunnerUp, explain
from battles.matcher.files import read, to_dict, write
from battles.matcher.problem import (
    LONGEST_HORIZON,
    Battle,
    Keep,
    Person,
    Pin,
    Problem,
    ProblemError,
    Rules,
    SeatLine,
    Span,
    Weights,
    person_of_row,
)
from battles.matcher.result import BattlePlan, Empty, Prices, Result, gap
from battles.matcher.solve import solve

__all__ = [
    "LONGEST_HORIZON",
    "Battle",
    "BattlePlan",
    "Change",
    "CostParts",
    "Empty",
    "EmptyReason",
    "Explanations",
    "Keep",
    "Person",
    "PickReason",
    "Pin",
    "Prices",
    "Problem",
    "ProblemError",
    "Result",
    "Rules",
    "RunnerUp",
    "SeatLine",
    "Span",
    "Violation",
    "Weights",
    "check",
    "explain",
    "gap",
    "person_of_row",
    "rank",
    "read",
    "road_km",
    "seat_cost",
    "solve",
    "to_dict",
    "why_not",
    "write",
]
