"""What was found, beside what was promised."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

HEAD = ("row", "on", "what was tried", "promised", "found", "")


@dataclass(frozen=True, slots=True)
class Figure:
    """`is_control`: a protection was taken out, and the same trial must find the failure."""

    row: str
    on: str
    tried: str
    promised: str
    found: str
    ok: bool
    is_control: bool = False

    @property
    def verdict(self) -> str:
        if self.is_control:
            return "failure found, as it must" if self.ok else "CONTROL FOUND NOTHING"
        return "kept" if self.ok else "MISSED"

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def lines(figures: Iterable[Figure]) -> Iterator[str]:
    yield f"| {' | '.join(HEAD)} |"
    yield f"|{' --- |' * len(HEAD)}"
    for figure in sorted(figures, key=_order):
        tried = f"*without it:* {figure.tried}" if figure.is_control else figure.tried
        yield f"| {figure.row} | {figure.on} | {tried} | {figure.promised} | {figure.found} | {figure.verdict} |"


def _order(figure: Figure) -> tuple[str, int, bool, str]:
    return figure.row[0], int(figure.row[1:]), figure.is_control, figure.on


def percentile(times: Sequence[float], share: float) -> float:
    """The smallest of `times` that at least `share` of them do not exceed (nearest rank)."""
    ordered = sorted(times)
    return ordered[max(0, math.ceil(share * len(ordered) - 1e-9) - 1)]
