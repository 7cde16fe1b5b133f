"""Power cuts are normal: how long everything stood still, and whether the clock can be trusted afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.timezone import now

from epo.work.models import Watch

OUTAGE = timedelta(minutes=15)
GRACE = timedelta(hours=1)
CLOCK_JITTER = timedelta(minutes=2)
NONE = timedelta()


Witness = Callable[[], datetime | None]
_witnesses: list[Witness] = []


def register_witness(newest: Witness) -> None:
    """`newest` tells the latest hour that an app has written down; apps say so in `AppConfig.ready`."""
    _witnesses.append(newest)


def clock_is_behind() -> bool:
    """Whether something is already written that, by the clock, has not happened yet."""
    written = [Watch.objects.values_list("seen_at", flat=True).first(), *(newest() for newest in _witnesses)]
    return any(at is not None and at > now() + CLOCK_JITTER for at in written)


@dataclass(frozen=True, slots=True)
class Minute:
    """`outage`: length of the gap that ends with this look, or none. `is_grace`: within an hour after one."""

    outage: timedelta = NONE
    is_grace: bool = False


@transaction.atomic
def look_at_the_clock() -> Minute:
    """Called each minute; writes the minute down and says what the gap since the last one was.

    Ask `clock_is_behind` first: a minute in the past is not written.
    """
    moment = now()
    watch, is_new = Watch.objects.select_for_update().get_or_create(pk=1, defaults={"seen_at": moment})
    if is_new:
        return Minute()
    gap = max(NONE, moment - watch.seen_at)
    was_out = gap > OUTAGE
    if was_out:
        watch.resumed_at = moment
    watch.seen_at = max(moment, watch.seen_at)
    watch.save(update_fields=["seen_at", "resumed_at"])
    is_grace = watch.resumed_at is not None and moment < watch.resumed_at + GRACE
    return Minute(outage=gap if was_out else NONE, is_grace=is_grace)
