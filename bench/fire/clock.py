"""A clock for the product that the harness sets: the processes read the shift from a file whenever they ask for the hour.

For stacks without "real-time" (`bench/fire/without/clock.py`). Celery's own hours and those of the system stay real.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

CARACAS = ZoneInfo("America/Caracas")


@dataclass
class Clock:
    file: Path

    @property
    def env(self) -> dict[str, str]:
        return {"CLOCK": str(self.file)}

    @property
    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(self.file.read_text()))

    def set(self, moment: datetime) -> None:
        """In one step, whoever reads meanwhile."""
        new = self.file.with_suffix(".new")
        new.write_text(str((moment - datetime.now(UTC)).total_seconds()))
        new.replace(self.file)

    def move(self, by: timedelta) -> None:
        self.set(self.now + by)

    def go_to(self, hour: int, minute: int = 0, *, days: int = 0) -> None:
        """That hour of the present day in Caracas, or of a later one."""
        local = datetime.now(CARACAS) if not self.file.exists() else self.now.astimezone(CARACAS)
        self.set(local.replace(hour=hour, minute=minute, second=0, microsecond=0) + timedelta(days=days))
