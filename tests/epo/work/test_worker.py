"""A real Celery worker on the test database."""

from __future__ import annotations

import urllib.request
from datetime import timedelta

import pytest
from django.utils.timezone import now

from epo.work.models import Heartbeat
from epo.work.nudge import nudge
from epo.work.tasks import forget_old_traces
from tests import stack
from tests.make import make_heartbeat

pytestmark = pytest.mark.stack


def test_worker_does_what_a_nudge_asks_for(celery_worker_process: stack.Process) -> None:
    old = make_heartbeat(beat_at=now() - timedelta(days=2))

    nudge(forget_old_traces)

    stack.wait_until(lambda: not Heartbeat.objects.filter(pk=old.pk).exists())
    assert Heartbeat.objects.fresh().count() == 1


def test_worker_that_was_killed_is_missed_and_one_started_later_does_the_work(
    celery_worker_process: stack.Process,
) -> None:
    celery_worker_process.kill()
    Heartbeat.objects.update(beat_at=now() - timedelta(days=2))
    nudge(forget_old_traces)

    celery_worker_process.start()

    stack.wait_until(stack.has_heartbeat)
    stack.wait_until(lambda: Heartbeat.objects.count() == 1)


def test_stack_is_ready_and_serves_its_static_files(live_stack: stack.Stack) -> None:
    with urllib.request.urlopen(f"{live_stack.url}/readyz") as response:
        status = response.status

    assert status == 200
    assert stack.answers(f"{live_stack.url}/static/admin/css/base.css")
