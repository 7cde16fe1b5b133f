"""How often a password was really looked at, counted where it is done (see watch/sitecustomize.py), not by what was answered."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

WATCH = Path(__file__).parent / "watch"
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Checks:
    file: Path

    @classmethod
    def under(cls, folder: Path) -> Checks:
        return cls(folder / f"checks-{uuid4().hex}")

    @property
    def env(self) -> dict[str, str]:
        """For the processes of a stack, all of which it reaches."""
        return {"PYTHONPATH": os.pathsep.join((str(WATCH), str(ROOT))), "PASSWORD_CHECKS": str(self.file)}

    def wrong(self) -> list[float]:
        """When a wrong password was looked at."""
        lines = self.file.read_text().splitlines() if self.file.exists() else []
        return sorted(float(at) for at, is_right in map(str.split, lines) if is_right == "0")


def most_in_a_minute(times: list[float]) -> int:
    return max((sum(1 for at in times if 0 <= at - since < 60) for since in times), default=0)  # noqa: PLR2004
