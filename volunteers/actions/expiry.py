"""What ends before long: its holder and the coordinators of their region hear of it in time to renew it."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from epo.accounts.models import coordinators_of
from epo.core.clock import today
from epo.notifications.actions import Wanted, notify_all, queue_notices
from epo.notifications.models import Notification
from epo.work.actions import once_per_period
from volunteers.actions.applications import forget_rejected
from volunteers.models import Qualification

if TYPE_CHECKING:
    from datetime import date

WARN_BEFORE = (14, 60)
"""Days before the end, the shortest first. An outage on the very day only makes a warning late."""


def mind_the_people() -> bool:
    """Once a day, whenever that day it can be done."""
    return once_per_period(job="volunteers.mind", period=today().isoformat(), work=_mind)


def _mind() -> None:
    warn_of_expiry()
    forget_rejected()


@transaction.atomic
def warn_of_expiry() -> int:
    """Each holder once at each distance; the coordinators of a region once a day, with how many are new to them."""
    day = today()
    soon = {_key(one, day): one for one in Qualification.objects.expiring(day, day + timedelta(days=max(WARN_BEFORE)))}
    told = set(Notification.objects.filter(key__in=soon).values_list("key", flat=True))
    fresh = {key: one for key, one in soon.items() if key not in told}
    queue_notices(
        Wanted(contact=one.volunteer.contact, kind="qualification.expiring", key=key, ids={"about": one})
        for key, one in fresh.items()
    )
    by_region = Counter(one.volunteer.home.state.region_id for one in fresh.values())
    for region, count in by_region.items():
        notify_all(
            users=coordinators_of(region), kind="qualification.expiring_here",
            key=f"qualification.expiring_here:{region}:{day}", count=count,
        )  # fmt: skip
    return len(fresh)


def _key(one: Qualification, day: date) -> str:
    """Renewed, it has another last day, and is told of anew."""
    left = (one.valid_until - day).days if one.valid_until else 0
    distance = next(days for days in WARN_BEFORE if left <= days)
    return f"qualification.expiring:{one.pk}:{one.valid_until}:{distance}"
