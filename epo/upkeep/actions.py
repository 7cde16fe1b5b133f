"""Everything that writes the rows of upkeep, and starts its work."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from epo.audit.actions import record
from epo.core.errors import Refusal, refuse_if
from epo.core.leases import Lease, hold
from epo.upkeep import backups, sanity
from epo.upkeep.models import Backup, SanityRun
from epo.upkeep.sealing import SealError
from epo.upkeep.snapshots import DumpError
from epo.upkeep.tasks import carry_out_backup, carry_out_sanity
from epo.work.nudge import nudge
from epo.work.waiting import KINDS, Kind

if TYPE_CHECKING:
    from epo.accounts.models import User
    from epo.core.models import Leased
    from epo.upkeep.sealing import Seal

NIGHT_BEGINS = timedelta(hours=2)
DAY_OF_MINUTES = 24 * 60
MOST_NAMED = 20
FORGET_AFTER = timedelta(days=90)
NO_FOLDER = Refusal("no_backup_folder", _("No folder for backups is configured (BACKUP_DIR)."))
RUNS_ALREADY = Refusal("runs_already", _("It is already being done."))
NOT_WAITING = Refusal("not_waiting", _("It does not wait any more."))

log = logging.getLogger(__name__)


# Backups -------------------------------------------------------------------------------------------------


def ask_for_backup(*, by: User | None, period: str | None = None) -> Backup:
    refuse_if(None if settings.BACKUP_DIR else NO_FOLDER)
    with transaction.atomic():
        refuse_if(RUNS_ALREADY if period is None and Backup.objects.unfinished().exists() else None)
        backup = Backup.objects.create(asked_by=by, period=period)
        record("backup.asked", backup, by=by)
        nudge(carry_out_backup, backup.pk)
    return backup


def ask_for_due_backup() -> Backup | None:
    """By the clock: one each BACKUP_MINUTES, counted from two in the night; what an outage delayed is made up for once."""
    period = period_of(timezone.localtime())
    if not settings.BACKUP_DIR or Backup.objects.filter(period=period).exists():
        return None
    try:
        return ask_for_backup(by=None, period=period)
    except IntegrityError:
        return None


def period_of(moment: datetime) -> str:
    shifted = moment - NIGHT_BEGINS
    minutes = shifted.hour * 60 + shifted.minute
    return f"{shifted:%Y-%m-%d}/{min(settings.BACKUP_MINUTES, DAY_OF_MINUTES)}/{minutes // settings.BACKUP_MINUTES}"


def carry_out(*, backup_id: int) -> None:
    """The lease is renewed meanwhile; only the result is written in a transaction."""
    with hold(Backup.objects.all(), backup_id) as lease:
        if lease is None:
            return
        folder = backups.folder_for_backups()
        _write_down(lease, *_tried(folder, must_be_sealed=True))
        backups.prune(folder, settings.BACKUP_KEEP)


def _tried(folder: Path, *, must_be_sealed: bool) -> tuple[backups.Made | None, str]:
    try:
        seal = backups.configured_seal()
        if seal is None and must_be_sealed:
            return None, "Neither BACKUP_PUBLIC_KEY nor BACKUP_PASSPHRASE_FILE is set."
        return backups.make(folder, seal), ""
    except (DumpError, SealError) as error:
        problem = str(error)
    except OSError as error:
        problem = f"{type(error).__name__}: {error.strerror}"
    log.error("the backup failed: %s", problem)
    return None, problem


def _write_down(lease: Lease[Backup], made: backups.Made | None, problem: str) -> None:
    with transaction.atomic():
        backup = lease.row()
        _fill(backup, made, problem)
        backup.save()
        record("backup.failed" if problem else "backup.made", backup, by=None, rows=backup.rows, files=backup.files)


def _fill(backup: Backup, made: backups.Made | None, problem: str) -> None:
    backup.ended_at, backup.problem = now(), problem[:300]
    if made is not None:
        backup.name, backup.size, backup.sha256 = made.path.name, made.size, made.sha256
        backup.rows, backup.files, backup.missing = made.rows, len(made.manifest.files), len(made.manifest.missing)


def back_up_here(*, folder: Path, seal: Seal | None, keep: int) -> backups.Made:
    """At once, in this process, for the command; it is noted where the tables for it are there already."""
    made = backups.make(folder, seal)
    if Backup._meta.db_table in connection.introspection.table_names():
        with transaction.atomic():
            backup = Backup()
            _fill(backup, made, "")
            backup.save()
            record("backup.made", backup, by=None, rows=backup.rows, files=backup.files)
    backups.prune(folder, keep)
    return made


# Checks of the data --------------------------------------------------------------------------------------


def ask_for_sanity(*, by: User | None) -> SanityRun:
    with transaction.atomic():
        refuse_if(RUNS_ALREADY if SanityRun.objects.unfinished().exists() else None)
        run = SanityRun.objects.create(asked_by=by)
        nudge(carry_out_sanity, run.pk)
    return run


def ask_for_nightly_sanity() -> None:
    if not SanityRun.objects.unfinished().exists():
        ask_for_sanity(by=None)


def check_data(*, run_id: int) -> None:
    with hold(SanityRun.objects.all(), run_id) as lease:
        if lease is None:
            return
        findings = sanity.check_all()
        with transaction.atomic():
            run = lease.row()
            run.ended_at, run.broken = now(), sum(len(finding.broken) for finding in findings)
            run.findings = [finding.as_json(MOST_NAMED) for finding in findings]
            run.save(update_fields=["ended_at", "broken", "findings"])


# Work that failed ----------------------------------------------------------------------------------------


def waiting_kind(name: str) -> Kind | None:
    return KINDS.get(name)


def is_key(kind: Kind, pk: str) -> bool:
    """Whether an address names a row that there is."""
    try:
        return kind.rows().filter(pk=pk).exists()
    except (ValidationError, ValueError, OverflowError):
        return False


def try_again(*, kind: Kind, pk: str, by: User) -> Leased:
    """The pause after a failure ends now, and a worker is told."""
    with transaction.atomic():
        rows = kind.rows().unfinished().filter(pk=pk)
        row: Leased | None = rows.select_for_update(of=("self",), no_key=True).first()
        if row is None:
            refuse_if(NOT_WAITING)
            raise AssertionError
        rows.exclude(last_error="").update(leased_until=None)
        record("work.retried", row, by=by, error=row.last_error)
        nudge(kind.task, row.pk if isinstance(row.pk, int) else str(row.pk))
    return row


def forget_old_runs() -> None:
    Backup.objects.filter(ended_at__lt=now() - FORGET_AFTER).delete()
    SanityRun.objects.filter(ended_at__lt=now() - FORGET_AFTER).delete()
