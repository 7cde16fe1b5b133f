"""What /readyz asks about backups: where they are configured, the last good one must not be old."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils.timezone import now

from epo.upkeep.models import Backup
from epo.work.models import Watch
from epo.work.readiness import Finding

LATE = timedelta(hours=6)


def backup() -> Finding:
    if not settings.BACKUP_DIR:
        return Finding(ok=True, facts={"configured": False})
    last = Backup.objects.good().order_by("-ended_at").values_list("ended_at", flat=True).first()
    age = (now() - last) if last else None
    longest = timedelta(minutes=settings.BACKUP_MINUTES) + min(LATE, timedelta(minutes=4 * settings.BACKUP_MINUTES))
    facts = {"configured": True, "age": round(age.total_seconds()) if age is not None else None}
    return Finding(ok=age <= longest if age is not None else not _had_time(), facts=facts)


def _had_time() -> bool:
    """A new installation has not missed anything yet."""
    first = Backup.objects.order_by("asked_at").values_list("asked_at", flat=True).first()
    return Watch.objects.exists() and first is not None and first < now() - LATE
