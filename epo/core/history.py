"""What master data said before, and who changed it: kept by django-simple-history, read in the administration.

Only of data that belong to nobody: no contact details, no names of people. Rows that are written in bulk (the reference
data that come with the product, the demonstration) begin their history with the first change by hand.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

DERIVED = ("folded",)
"""Columns that are worked out from others."""


def keep_history(*, without: tuple[str, ...] = (), dies_with_row: bool = False) -> Any:
    """For the body of a model. `dies_with_row` where a row stands for a person: erased, nothing of it stays."""
    return HistoricalRecords(
        excluded_fields=[*without],
        verbose_name=_("earlier version"),
        verbose_name_plural=_("earlier versions"),
        cascade_delete_history=dies_with_row,
    )
