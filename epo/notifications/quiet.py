"""Nobody is woken by us: no messages between nine in the evening and seven in the morning, in Caracas."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.utils import timezone

EVENING = time(21)
MORNING = time(7)


def next_allowed(moment: datetime) -> datetime:
    """`moment` itself by day; the next morning at night."""
    local = timezone.localtime(moment)
    if MORNING <= local.time() < EVENING:
        return moment
    day = local.date() + timedelta(days=int(local.time() >= EVENING))
    return timezone.make_aware(datetime.combine(day, MORNING))
