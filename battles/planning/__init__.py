"""Rows → problem. Reads only; `battles.actions` writes what comes back."""

from battles.planning.beginning import Beginning, beginning_for
from battles.planning.days import date_of, day_number
from battles.planning.fitness import Fit, fit, fits, next_best
from battles.planning.meanwhile import Gone, Proposal, gone_meanwhile
from battles.planning.people import battles_fought
from battles.planning.pins import LeftOut, pins_in_force
from battles.planning.prices import prices_document
from battles.planning.problems import (
    PLANNABLE,
    Planned,
    battles_to_plan,
    places_to_fill,
    planned_start,
    problem_for,
    seats_to_fill,
    why_not_into,
)

__all__ = [
    "PLANNABLE",
    "Beginning",
    "Fit",
    "Gone",
    "LeftOut",
    "Planned",
    "Proposal",
    "battles_fought",
    "battles_to_plan",
    "beginning_for",
    "date_of",
    "day_number",
    "fit",
    "fits",
    "gone_meanwhile",
    "next_best",
    "pins_in_force",
    "places_to_fill",
    "planned_start",
    "prices_document",
    "problem_for",
    "seats_to_fill",
    "why_not_into",
]
