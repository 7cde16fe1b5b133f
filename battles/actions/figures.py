"""What was achieved, kept for the public: a worker works it out every few minutes, and visitors read what it found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.timezone import now

from battles.impact import impact, read, written
from battles.models import PublicFigures
from battles.tasks import keep_figures as task
from epo.work.nudge import nudge

if TYPE_CHECKING:
    from battles.impact import Impact

TOO_OLD = timedelta(hours=1)
"""No worker has been at it for so long: then the rows are asked, however long that takes."""


@dataclass(frozen=True, slots=True)
class Told:
    impact: Impact
    as_of: datetime


def keep_figures() -> PublicFigures:
    """Their time is that of the first look at the rows. Two workers at once do no harm: both found the same."""
    as_of = now()
    row, _made = PublicFigures.objects.update_or_create(
        pk=1, defaults={"document": written(impact()), "made_at": as_of}
    )
    return row


def figures() -> Told:
    """As they are kept. Where none are kept they are worked out now, and a worker is asked to keep them from now on."""
    kept = PublicFigures.objects.filter(pk=1, made_at__gte=now() - TOO_OLD).first()
    if kept is not None:
        return Told(read(kept.document), kept.made_at)
    nudge(task, expires=TOO_OLD.total_seconds())
    as_of = now()
    return Told(impact(), as_of)
