"""How much is taken in, so that a flood stays small and honest reports get through beside it.

What is stored is what is counted: the rows themselves say how many came of late, by an index, in the
transaction that would store the next one. A report that was stored before is never refused.
"""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Count, Q, Sum
from django.utils.timezone import now

from epo.core.errors import TooMany
from factories.models import BreakdownReport, Label, Photo, RawIntake

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
A_MINUTE_TAKES = 4
"""One part in so many of the hour's quota may come within one minute."""
OWN_PLACES = 2
"""What each address may still store in an hour after the quota is used up: a flood from elsewhere keeps nobody out."""
AT_MOST = 10
"""So many times the quota, and it is over for everybody."""
MOST_VARIANTS = 20
MOST_RAW_BYTES = 256 * 1024 * 1024
SOON, LATER = 60, 300
FORGET_SENDERS_AFTER, LOOK_BACK = 2 * HOUR, 8 * DAY
LOOK_EVERY = 5.0
LEAST_FREE = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Heard:
    """Stored of late: by all within an hour and a minute, by this sender within the hour."""

    hour: int
    minute: int
    own: int

    @property
    def is_far_below(self) -> bool:
        """So few that nobody who stores one at the same moment could matter."""
        quota = settings.REPORTS_PER_LABEL
        return max(self.hour, self.minute * A_MINUTE_TAKES) * 2 < quota

    @property
    def seconds_to_wait(self) -> int:
        quota = settings.REPORTS_PER_LABEL
        if self.hour >= quota * AT_MOST:
            return LATER
        if self.own < OWN_PLACES:
            return 0
        if self.hour >= quota:
            return LATER
        return SOON if self.minute * A_MINUTE_TAKES >= quota else 0


def make_room(report: BreakdownReport) -> None:
    """Refuses a report, not stored yet, that is one too many for its label, or for its place where it has none."""
    rows = _beside(report)
    heard = _heard(rows, report.sender)
    if not heard.is_far_below and report.label_id:
        Label.objects.select_for_update(no_key=True).get(pk=report.label_id)
        heard = _heard(rows, report.sender)
    _refuse(heard.seconds_to_wait)
    if not report.label_id:
        anywhere = BreakdownReport.objects.filter(label=None, sender=report.sender, received_at__gt=now() - HOUR)
        _refuse(LATER if anywhere.count() >= settings.REPORTS_PER_LABEL else 0)


def _beside(report: BreakdownReport) -> QuerySet[BreakdownReport]:
    if report.label_id:
        return BreakdownReport.objects.filter(label=report.label_id)
    return BreakdownReport.objects.filter(label=None, factory=report.factory_id, municipality=report.municipality_id)


def _heard(rows: QuerySet[BreakdownReport], sender: str) -> Heard:
    moment = now()
    found = rows.filter(received_at__gt=moment - HOUR).aggregate(
        hour=Count("pk"),
        minute=Count("pk", filter=Q(received_at__gt=moment - MINUTE)),
        own=Count("pk", filter=Q(sender=sender)),
    )
    return Heard(**found)


def _refuse(seconds: int) -> None:
    if seconds:
        raise TooMany(seconds)


def make_room_for_raw(*, sender: str) -> None:
    lately = RawIntake.objects.filter(received_at__gt=now() - HOUR)
    own = lately.filter(sender=sender).count()
    _refuse(LATER if own >= settings.REPORTS_PER_LABEL else 0)
    _refuse(LATER if lately.count() >= settings.REPORTS_PER_LABEL * AT_MOST else 0)
    of_a_day = RawIntake.objects.filter(received_at__gt=now() - DAY).aggregate(bytes=Sum("size"))
    _refuse(LATER if (of_a_day["bytes"] or 0) >= MOST_RAW_BYTES else 0)


def make_room_for_variant(report: BreakdownReport) -> None:
    _refuse(LATER if report.variants.count() >= MOST_VARIANTS else 0)


def forget_senders(*, moment: datetime | None = None) -> int:
    """Counting is over: nothing tells any more which reports came from the same address."""
    until = (moment or now()) - FORGET_SENDERS_AFTER
    old = {"received_at__lt": until, "received_at__gt": until - LOOK_BACK}
    forgotten = BreakdownReport.objects.filter(**old).exclude(sender="").update(sender="")
    return forgotten + RawIntake.objects.filter(**old).exclude(sender="").update(sender="")


@dataclass(slots=True)
class _Shelf:
    """What photos take up, looked up every few seconds by each process."""

    taken: int = 0
    looked_at: float = 0.0


_shelf = _Shelf()


def photos_take() -> int:
    """Bytes on disk."""
    return Photo.objects.aggregate(taken=Sum("size"))["taken"] or 0


def free_bytes() -> int:
    folder = Path(settings.MEDIA_ROOT)
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def make_room_for_photo(size: int) -> None:
    """The database needs the last of the disk more than a photo does."""
    if time.monotonic() - _shelf.looked_at > LOOK_EVERY:
        _shelf.taken, _shelf.looked_at = photos_take(), time.monotonic()
    is_full = _shelf.taken + size > settings.PHOTOS_MB * 1024**2 or free_bytes() - size < LEAST_FREE
    _refuse(LATER if is_full else 0)
    _shelf.taken += size
