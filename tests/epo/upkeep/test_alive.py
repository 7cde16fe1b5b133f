"""What the health check of a worker's container asks."""

from __future__ import annotations

import socket
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils.timezone import now

from tests.make import make_heartbeat

pytestmark = pytest.mark.django_db


def test_worker_of_this_machine_is_alive() -> None:
    make_heartbeat(name=f"celery@{socket.gethostname()}")

    call_command("alive")


def test_worker_of_another_machine_says_nothing_of_this_one() -> None:
    make_heartbeat(name="celery@elsewhere")
    make_heartbeat(name=f"one@{socket.gethostname()}", beat_at=now() - timedelta(minutes=1))

    with pytest.raises(CommandError):
        call_command("alive")
