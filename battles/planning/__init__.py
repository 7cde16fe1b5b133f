"""Rows → problem. Reads only; `battles.actions` writes what comes back."""

from battles.planning.days import date_of, day_number
from battles.planning.fitness import Fit, fit, fits, next_best
from battles.planning.problems import PLANNABLE, Planned, battles_to_plan, problem_for

__all__ = [
    "PLANNABLE",
    "Fit",
    "Planned",
    "battles_to_plan",
    "date_of",
    "day_number",
    "fit",
    "fits",
    "next_best",
    "problem_for",
]
