"""What is tidied away each night. Apps add theirs in their `AppConfig.ready`; each is done once a night, whoever starts it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from pathlib import Path

from axes.models import AccessAttempt
from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone

from epo.accounts.models import KnownDevice
from epo.upkeep import backups
from epo.work.actions import once_per_period

NIGHT = timedelta(hours=2)
ORPHAN_AFTER = timedelta(days=1)
"""A file is written before its row; by then its row is there, or never will be."""
FORGET_DEVICES_AFTER = timedelta(days=365)
FORGET_SIGN_INS_AFTER = timedelta(days=1)
Chore = Callable[[], object]

log = logging.getLogger(__name__)
_chores: dict[str, Chore] = {}


def register(name: str, chore: Chore) -> None:
    _chores[name] = chore


def names() -> list[str]:
    return list(_chores)


def do_what_is_due() -> list[str]:
    """From two in the night on; after an outage, whenever it is noticed. One that fails keeps no other from its turn."""
    local = timezone.localtime()
    period = (local - NIGHT).date().isoformat()
    done = []
    for name, chore in _chores.items():
        try:
            if once_per_period(job=f"upkeep.{name}", period=period, work=chore, is_one_transaction=False):
                done.append(name)
        except Exception:
            log.exception("the chore %s failed; it is tried again", name)
    return done


def forget_sessions() -> None:
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


def forget_wrong_sign_ins() -> None:
    """The lock they led to has opened long ago."""
    AccessAttempt.objects.filter(attempt_time__lt=timezone.now() - FORGET_SIGN_INS_AFTER).delete()


def forget_old_devices() -> None:
    """Also those of people who never came back."""
    KnownDevice.objects.filter(seen_at__lt=timezone.now() - FORGET_DEVICES_AFTER).delete()


def forget_orphaned_files() -> int:
    """Files that no row names: of uploads that were cut off, and of rows that are gone."""
    root = Path(default_storage.path(""))
    old = (timezone.now() - ORPHAN_AFTER).timestamp()
    found = {path for path in root.rglob("*") if path.is_file() and path.stat().st_mtime < old}
    named = {root / name for name in backups.named_files_now()}
    for path in found - named:
        path.unlink(missing_ok=True)
    if gone := len(found - named):
        log.warning("%s files that no row named were removed", gone)
    return gone
