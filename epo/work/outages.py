"""Power cuts are normal: how long everything stood still, and whether the clock can be trusted afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils.timezone import now

from epo.work.models import Watch

OUTAGE = timedelta(minutes=15)
GRACE = timedelta(hours=1)
CLOCK_JITTER = timedelta(minutes=2)
NONE = timedelta()


@dataclass(frozen=True, slots=True)
class Minute:
    """`outage`: length of the gap that ends with this look, or none. `is_grace`: within an hour after one.

    `is_backwards`: the clock stands before a minute already seen; nothing that depends on time may be done.
    """

    outage: timedelta = NONE
    is_grace: bool = False
    is_backwards: bool = False


@transaction.atomic
def look_at_the_clock() -> Minute:
    """Called each minute; writes the minute down and says what the gap since the last one was."""
    moment = now()
    watch, is_new = Watch.objects.select_for_update().get_or_create(pk=1, defaults={"seen_at": moment})
    if is_new:
        return Minute()
    if moment < watch.seen_at - CLOCK_JITTER:
        return Minute(is_backwards=True)
    gap = max(NONE, moment - watch.seen_at)
    was_out = gap > OUTAGE
    if was_out:
        watch.resumed_at = moment
    watch.seen_at = max(moment, watch.seen_at)
    watch.save(update_fields=["seen_at", "resumed_at"])
    is_grace = watch.resumed_at is not None and moment < watch.resumed_at + GRACE
    return Minute(outage=gap if was_out else NONE, is_grace=is_grace)
