"""Which rows wait for a worker: every app says so once, in its `AppConfig.ready`.

Beat hands them out again, and /readyz reads how long the oldest has waited.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.timezone import now

if TYPE_CHECKING:
    from celery import Task

    from epo.core.models import LeasedQuerySet


@dataclass(frozen=True, slots=True)
class Kind:
    """`rows` waits for `task`, which takes the row's key; `since` is the field that tells from when."""

    name: str
    rows: Callable[[], LeasedQuerySet[Any]]
    task: Task[..., Any]
    since: str

    def oldest_age(self) -> float | None:
        """Seconds for which the oldest waiting row has waited, or None."""
        oldest = self.rows().waiting().order_by(self.since).values_list(self.since, flat=True).first()
        return (now() - oldest).total_seconds() if oldest else None


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    KINDS[kind.name] = kind
