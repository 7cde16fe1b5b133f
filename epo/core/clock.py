from __future__ import annotations

from datetime import date

from django.utils import timezone

# Days that somebody can mean. Beyond them, a week more or another zone would leave the calendar.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)


def today() -> date:
    """The date in Caracas; `settings.TIME_ZONE` is the zone in which the organisation lives."""
    return timezone.localdate()
