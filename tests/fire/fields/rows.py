"""All rows as they stand, and what is different between two looks at them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.models import Model

OURS = ("battles", "epo", "factories", "volunteers")
Cell = tuple[str, int, str]
"""Table, row (in the order of their keys), column."""
Rows = dict[str, list[dict[str, Any]]]


def models() -> list[type[Model]]:
    return [model for model in apps.get_models() if model.__module__.split(".")[0] in OURS]


def all_rows() -> Rows:
    return {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in models()}


def different(one: Rows, other: Rows) -> dict[Cell, tuple[Any, Any]]:
    """Cell by cell; a row that stands on one side only is a cell named `row`."""
    return dict(_different(one, other))


def _different(one: Rows, other: Rows) -> Iterator[tuple[Cell, tuple[Any, Any]]]:
    for table, rows in one.items():
        if len(rows) != len(other[table]):
            yield (table, 0, "row"), (len(rows), len(other[table]))
            continue
        for n, (before, after) in enumerate(zip(rows, other[table], strict=True)):
            for column, value in before.items():
                if value != after[column]:
                    yield (table, n, column), (value, after[column])
