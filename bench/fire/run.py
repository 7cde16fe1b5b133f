"""What a row gets to work with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bench.fire.figures import Figure
from bench.fire.stack import Backend, Ground


@dataclass(frozen=True, slots=True)
class Fire:
    """One pass over the rows on one way to run. `seed` drives every random choice of the harness."""

    ground: Ground
    backend: Backend
    is_short: bool
    seed: int
    only: frozenset[str] | None = None

    def wants(self, *rows: str) -> bool:
        """Whether one of these rows was asked for; all are where none is named."""
        return self.only is None or bool(self.only & set(rows))

    def stack(self, **how: Any) -> Any:
        """See `Ground.stack`."""
        return self.ground.stack(self.backend, **how)

    def pick(self, short: int, full: int) -> int:
        return short if self.is_short else full

    def figure(self, row: str, tried: str, *, promised: str, found: str, ok: bool) -> Figure:
        return Figure(row, self.backend, tried, promised, found, ok)

    def control(self, row: str, without: str, *, must: str, found: str, ok: bool) -> Figure:
        """`ok`: the failure `must` be found was found with the protection `without` taken out."""
        return Figure(row, self.backend, without, must, found, ok, is_control=True)
