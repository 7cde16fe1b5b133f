from __future__ import annotations

from datetime import date

from django.utils import timezone


def today() -> date:
    """The date in Caracas; `settings.TIME_ZONE` is the zone in which the organisation lives."""
    return timezone.localdate()
