from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator

import pytest
import redis
from celery import current_app
from django.db import transaction
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks

from epo.work import nudge
from epo.work.tasks import forget_old_traces


@pytest.fixture
def silent_server() -> Iterator[int]:
    """Takes connections and never says a word: what a dead line looks like."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield int(server.getsockname()[1])


def _point_celery_at(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(current_app.conf, "broker_write_url", url)


@pytest.mark.django_db
def test_nudge_waits_for_the_commit(
    broker: str, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    client = redis.Redis.from_url(broker)

    with django_capture_on_commit_callbacks(execute=True):
        nudge.nudge(forget_old_traces)
        before = client.llen("celery")

    assert (before, client.llen("celery")) == (0, 1)
    client.close()


@pytest.mark.django_db(transaction=True)
def test_nudge_of_a_rolled_back_transaction_is_never_sent(broker: str) -> None:
    client = redis.Redis.from_url(broker)

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        nudge.nudge(forget_old_traces)
        _ = 1 / 0

    assert client.llen("celery") == 0
    client.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fault", ["refused", "silent"])
def test_nudge_of_a_broker_that_is_down_is_short_and_harmless(
    fault: str, silent_server: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    port = silent_server if fault == "silent" else 1
    _point_celery_at(f"redis://127.0.0.1:{port}/0", monkeypatch)
    began = time.monotonic()

    for _ in range(20):
        nudge.nudge(forget_old_traces)

    assert time.monotonic() - began < 1.0
    assert [record.name for record in caplog.records] == ["epo.work.nudge"]


@pytest.mark.django_db
def test_messages_after_the_first_go_over_the_same_line(
    broker: str, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    client = redis.Redis.from_url(broker)
    nudge.hang_up()

    opened = []
    for _ in range(3):
        with django_capture_on_commit_callbacks(execute=True):
            nudge.nudge(forget_old_traces)
        opened.append(client.info("stats")["total_connections_received"])

    assert (len(set(opened)), client.llen("celery")) == (1, 3)
    client.close()


@pytest.mark.django_db
def test_line_that_was_cut_meanwhile_costs_no_message(
    broker: str, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    client = redis.Redis.from_url(broker)
    for kill in (False, True):
        if kill:
            client.client_kill_filter(_type="normal", skipme=True)
        with django_capture_on_commit_callbacks(execute=True):
            nudge.nudge(forget_old_traces)

    assert client.llen("celery") == 2
    client.close()


@pytest.mark.django_db
def test_message_that_is_not_taken_in_time_says_when_it_expires(
    broker: str, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    client = redis.Redis.from_url(broker)

    with django_capture_on_commit_callbacks(execute=True):
        nudge.nudge(forget_old_traces, expires=10.0)
        nudge.nudge(forget_old_traces)

    headers = [json.loads(message)["headers"] for message in client.lrange("celery", 0, -1)]
    assert [head["expires"] is not None for head in headers] == [False, True]
    client.close()
