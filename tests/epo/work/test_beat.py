from __future__ import annotations

from datetime import timedelta

import pytest
from celery import Celery
from django.utils.timezone import now

from epo.audit.models import AuditEvent
from epo.work.beat import LOOK_AGAIN, CarefulScheduler
from epo.work.outages import clock_is_behind, look_at_the_clock
from tests.make import make_audit_event, make_watch

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scheduler(tmp_path):
    app = Celery("test", broker="memory://", set_as_current=False)
    app.conf.beat_schedule = {"often": {"task": "often", "schedule": 0.0}}
    scheduler = CarefulScheduler(app=app, schedule_filename=str(tmp_path / "schedule"))
    yield scheduler
    scheduler.close()


def test_beat_sends_what_is_due(scheduler):
    scheduler.tick()

    assert scheduler.schedule["often"].total_run_count == 1


def test_beat_sends_nothing_while_the_clock_stands_before_the_last_audit_event(scheduler):
    event = make_audit_event()
    AuditEvent.objects.filter(pk=event.pk).update(at=now() + timedelta(days=400))

    wait = scheduler.tick()

    assert (wait, scheduler.schedule["often"].total_run_count) == (LOOK_AGAIN, 0)


def test_clock_before_the_last_minute_seen_is_behind():
    make_watch(seen_at=now() + timedelta(hours=1))

    assert clock_is_behind()


def test_clock_that_jitters_is_not_behind():
    make_watch(seen_at=now() + timedelta(seconds=60))

    assert not clock_is_behind()


def test_looking_at_the_clock_for_the_first_time_finds_no_outage():
    minute = look_at_the_clock()

    assert (minute.outage, minute.is_grace) == (timedelta(), False)


def test_looking_after_a_gap_finds_the_outage_and_then_the_hour_of_grace():
    make_watch(seen_at=now() - timedelta(hours=2))

    first, second = look_at_the_clock(), look_at_the_clock()

    assert (round(first.outage.total_seconds() / 3600), first.is_grace) == (2, True)
    assert (second.outage, second.is_grace) == (timedelta(), True)
