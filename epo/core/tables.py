"""Reference data stands in CSV files beside the app that owns it."""

from __future__ import annotations

import csv
from pathlib import Path


def read_table(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file with a head line, as written: every value is text."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
