"""How the installation is, for its administrators: read here, drawn by the page."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.timezone import now

from epo.upkeep import sanity
from epo.upkeep.models import Backup, SanityRun
from epo.upkeep.version import versions
from epo.work import readiness
from epo.work.models import FRESH, Heartbeat
from epo.work.waiting import KINDS, Kind

MOST_FAILED = 50
SHOWN_BACKUPS = 5
GIGABYTE = 1024**3
TIGHT = 0.1


@dataclass(frozen=True, slots=True)
class Queue:
    label: str
    waiting: int
    oldest: datetime | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class Failed:
    """A row whose work ended with an error and waits for its next try."""

    kind: str
    label: str
    pk: str
    error: str
    tries: int
    again_at: datetime | None


@dataclass(frozen=True, slots=True)
class Disk:
    name: str
    free_gb: float
    share: int
    is_tight: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """A promise, and whether the last check found it kept."""

    check: sanity.Check
    count: int | None
    rows: list[str]


def system_state() -> dict[str, Any]:
    asked = promises()
    return {
        "versions": versions(),
        "findings": readiness.findings(),
        "queues": [_queue(name) for name in KINDS],
        "failed": failed_work(),
        "workers": [(heart, heart.beat_at >= now() - FRESH) for heart in Heartbeat.objects.order_by("name")],
        "disks": disks(),
        "backups": Backup.objects.select_related("asked_by")[:SHOWN_BACKUPS],
        "last_good": Backup.objects.good().order_by("-ended_at").first(),
        "backup_folder": settings.BACKUP_DIR,
        "is_backing_up": Backup.objects.unfinished().exists(),
        "check": SanityRun.objects.exclude(ended_at=None).first(),
        "is_checking": SanityRun.objects.unfinished().exists(),
        "broken": [kept for kept in asked if kept.count],
        "others": [kept for kept in asked if not kept.count],
    }


def _queue(name: str) -> Queue:
    kind = KINDS[name]
    rows = kind.rows().waiting()
    oldest = rows.order_by(kind.since).values_list(kind.since, flat=True).first()
    late = now() - timedelta(seconds=readiness.LONGEST_WAIT)
    return Queue(_label(kind), rows.count(), oldest, oldest is not None and oldest < late)


def _label(kind: Kind) -> str:
    return str(kind.rows().model._meta.verbose_name_plural)


def failed_work() -> list[Failed]:
    found = []
    for name, kind in KINDS.items():
        rows = kind.rows().unfinished().exclude(last_error="").order_by("pk")
        said = rows.values_list("pk", "last_error", "tries", "leased_until")[:MOST_FAILED]
        found += [Failed(name, _label(kind), str(pk), error, tries, until) for pk, error, tries, until in said]
    return found


def disks() -> list[Disk]:
    places: dict[str, str | Path] = {"DATA_DIR": settings.DATA_DIR, "BACKUP_DIR": settings.BACKUP_DIR}
    return [_disk(name, Path(path)) for name, path in places.items() if path and Path(path).exists()]


def _disk(name: str, path: Path) -> Disk:
    usage = shutil.disk_usage(path)
    free = usage.free / usage.total
    return Disk(name, round(usage.free / GIGABYTE, 1), round(free * 100), free < TIGHT)


def promises() -> list[Kept]:
    """In order, with what the last check said of each; None where it was not asked yet."""
    last = SanityRun.objects.exclude(ended_at=None).first()
    said = {finding["name"]: finding for finding in last.findings} if last else {}
    return [_kept(check, said.get(check.name)) for check in sanity.in_order()]


def _kept(check: sanity.Check, said: dict[str, Any] | None) -> Kept:
    return Kept(check, said["count"], said["rows"]) if said else Kept(check, None, [])
