"""What is done each night, and backups by the clock."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from axes.models import AccessAttempt
from django.utils import timezone
from django.utils.timezone import now

from epo.accounts.models import KnownDevice, OpenSession
from epo.upkeep import actions, backups, chores, readiness
from epo.upkeep.models import Backup, SanityRun
from epo.upkeep.tasks import look_after
from epo.work.models import PeriodicRun
from tests.make import make_backup, make_known_device, make_open_session, make_photo, make_user, make_watch

pytestmark = pytest.mark.django_db
CARACAS = ZoneInfo("America/Caracas")
PASSPHRASE = "una frase que nadie adivina"


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    def stand(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return stand


@pytest.fixture
def with_backups(settings, tmp_path: Path) -> Path:
    (tmp_path / "words").write_text(PASSPHRASE)
    settings.BACKUP_DIR = str(tmp_path / "backups")
    settings.BACKUP_PASSPHRASE_FILE = str(tmp_path / "words")
    return tmp_path / "backups"


def test_each_chore_is_done_once_a_night(at) -> None:
    evening = datetime(2026, 3, 2, 23, 0, tzinfo=CARACAS)
    at(evening)
    first, second = chores.do_what_is_due(), chores.do_what_is_due()
    at(evening + timedelta(hours=2))
    after_midnight = chores.do_what_is_due()
    at(evening + timedelta(hours=4))
    next_night = chores.do_what_is_due()

    assert first == next_night == chores.names()
    assert second == after_midnight == []


def test_chore_that_fails_keeps_no_other_from_its_turn_and_is_tried_again(monkeypatch) -> None:
    done = []

    def fails() -> None:
        raise OSError

    monkeypatch.setattr(chores, "_chores", {"bad": fails, "good": lambda: done.append(1)})

    first, second = chores.do_what_is_due(), chores.do_what_is_due()

    assert (first, second, done) == (["good"], [], [1])
    bad = PeriodicRun.objects.get(job="upkeep.bad")
    assert (bad.finished_at, bad.last_error) == (None, "OSError")


def test_files_that_no_row_names_are_removed_after_a_day(settings) -> None:
    root = Path(settings.MEDIA_ROOT)
    old = (now() - timedelta(days=2)).timestamp()
    for name in ("photos/kept.jpg", "photos/orphan.jpg", "photos/original/cut-off", "photos/new.jpg"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"x")
        if "new" not in name:
            os.utime(root / name, (old, old))
    make_photo(state="ready", image="photos/kept.jpg", small="photos/kept.jpg")

    assert chores.forget_orphaned_files() == 2
    assert sorted(path.name for path in root.rglob("*") if path.is_file()) == ["kept.jpg", "new.jpg"]


def test_what_is_over_is_forgotten() -> None:
    make_open_session(expires_at=now() - timedelta(days=1))
    AccessAttempt.objects.create(username="x", failures_since_start=1)
    AccessAttempt.objects.update(attempt_time=now() - timedelta(days=2))
    make_known_device(seen_at=now() - timedelta(days=400))
    recent = make_known_device()
    make_backup(ended_at=now() - timedelta(days=100), name="old")
    left = make_backup(ended_at=now(), name="new")

    chores.do_what_is_due()

    assert (OpenSession.objects.count(), AccessAttempt.objects.count()) == (0, 0)
    assert (list(KnownDevice.objects.all()), list(Backup.objects.all())) == ([recent], [left])
    assert SanityRun.objects.count() == 1


def test_backup_is_due_once_a_period(with_backups, settings, at) -> None:
    evening = datetime(2026, 3, 2, 23, 0, tzinfo=CARACAS)
    at(evening)

    first, second = actions.ask_for_due_backup(), actions.ask_for_due_backup()
    at(evening + timedelta(hours=4))
    third = actions.ask_for_due_backup()

    assert [first is None, second is None, third is None] == [False, True, False]
    assert [one.period for one in Backup.objects.order_by("pk")] == ["2026-03-02/1440/0", "2026-03-03/1440/0"]


def test_backup_may_be_due_every_five_minutes(settings) -> None:
    settings.BACKUP_MINUTES = 5
    begin = datetime(2026, 3, 2, 2, 0, tzinfo=CARACAS)

    periods = {actions.period_of(begin + timedelta(minutes=n)) for n in range(60)}

    assert len(periods) == 12


def test_nothing_is_due_without_a_folder() -> None:
    look_after()

    assert Backup.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_worker_makes_the_backup_that_was_asked_for(with_backups: Path) -> None:
    backup = actions.ask_for_backup(by=make_user())

    actions.carry_out(backup_id=backup.pk)
    actions.carry_out(backup_id=backup.pk)

    backup.refresh_from_db()
    (file,) = backups.kept(with_backups)
    assert (backup.name, backup.size, backup.problem) == (file.name, file.stat().st_size, "")
    assert backup.rows > 0


@pytest.mark.django_db(transaction=True)
def test_backup_that_fails_says_why(with_backups: Path) -> None:
    with_backups.write_text("a file where the folder should be")
    backup = actions.ask_for_backup(by=None)

    actions.carry_out(backup_id=backup.pk)

    backup.refresh_from_db()
    assert (backup.name, backup.problem) == ("", "FileExistsError: File exists")
    assert backup.ended_at is not None


def test_readiness_misses_a_fresh_backup(with_backups) -> None:
    make_watch(seen_at=now())
    fresh_installation = readiness.backup().ok
    make_backup(asked_at=now() - timedelta(days=3), ended_at=now() - timedelta(days=3), name="old")
    with_an_old_one = readiness.backup().ok
    make_backup(ended_at=now(), problem="no room")
    after_a_failure = readiness.backup().ok
    make_backup(ended_at=now(), name="new")

    assert [fresh_installation, with_an_old_one, after_a_failure, readiness.backup().ok] == [True, False, False, True]
