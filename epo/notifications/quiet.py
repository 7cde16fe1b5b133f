"""Nobody is woken by us: no messages between nine in the evening and seven in the morning, in Caracas.

Whoever sleeps at other hours has quiet hours of their own, besides the night.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.utils import timezone

EVENING = time(21)
MORNING = time(7)
NIGHT = (EVENING, MORNING)
QUARTER = timedelta(minutes=15)
MOST_TURNS = 4
LEAST = timedelta(hours=2)
"""What must be left of the day beside somebody's own quiet hours."""

Hours = tuple[time, time]


def next_allowed(moment: datetime, own: Hours | None = None) -> datetime:
    """`moment` itself where it is not quiet; else the end of the quiet hours."""
    for _turn in range(MOST_TURNS):
        after = _end_of(NIGHT, _end_of(own, moment) if own else moment)
        if after == moment:
            break
        moment = after
    return moment


def leaves_enough(own: Hours) -> bool:
    """Whether some part of the day stays in which one can be reached."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    quarters = [midnight + QUARTER * n for n in range(96)]
    return QUARTER * sum(_end_of(NIGHT, one) == _end_of(own, one) == one for one in quarters) >= LEAST


def _end_of(hours: Hours, moment: datetime) -> datetime:
    begins, ends = hours
    local = timezone.localtime(moment)
    at = local.time()
    is_quiet = begins <= at < ends if begins <= ends else at >= begins or at < ends
    if not is_quiet:
        return moment
    day = local.date() + timedelta(days=int(begins > ends and at >= begins))
    return timezone.make_aware(datetime.combine(day, ends))
