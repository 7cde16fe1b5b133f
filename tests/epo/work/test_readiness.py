from __future__ import annotations

from datetime import timedelta

import pytest
from celery import current_app
from django.test import Client
from django.utils.timezone import now

from epo.work import readiness, waiting
from epo.work.models import PeriodicRun
from epo.work.tasks import forget_old_traces
from tests.make import make_heartbeat, make_periodic_run, make_watch


@pytest.fixture
def only_periodic_runs_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "KINDS", {})
    monkeypatch.setattr(readiness, "KINDS", waiting.KINDS)
    waiting.register(waiting.Kind("run", PeriodicRun.objects.all, forget_old_traces, "created_at"))


def _failing(client: Client) -> list[str]:
    response = client.get("/readyz")
    body = response.json()
    failing = [name for name, found in body.items() if name != "ok" and not found["ok"]]
    assert (response.status_code, body["ok"]) == ((503, False) if failing else (200, True))
    return failing


def test_healthz_asks_nothing_but_the_process(client: Client) -> None:
    response = client.get("/healthz")

    assert (response.status_code, response.json()) == (200, {"ok": True})


@pytest.mark.django_db
def test_readyz_is_ready_with_a_broker_and_a_worker(client: Client, broker: str) -> None:
    make_heartbeat()

    assert _failing(client) == []


@pytest.mark.django_db
def test_readyz_misses_a_worker_whose_heart_stopped(client: Client, broker: str) -> None:
    make_heartbeat(beat_at=now() - timedelta(seconds=31))

    assert _failing(client) == ["worker"]


@pytest.mark.django_db
def test_readyz_misses_a_clock_that_went_back(client: Client, broker: str) -> None:
    make_heartbeat()
    make_watch(seen_at=now() + timedelta(days=2))

    assert _failing(client) == ["clock"]


@pytest.mark.django_db
def test_readyz_misses_the_broker(client: Client, monkeypatch: pytest.MonkeyPatch, broker: str) -> None:
    monkeypatch.setattr(current_app.conf, "broker_write_url", "redis://127.0.0.1:1/0")
    make_heartbeat()

    assert _failing(client) == ["broker"]


@pytest.mark.django_db
@pytest.mark.usefixtures("only_periodic_runs_wait")
def test_readyz_tells_that_a_row_has_waited_too_long(client: Client, broker: str) -> None:
    make_heartbeat()
    make_periodic_run(created_at=now() - timedelta(seconds=200))

    short, kinds = _failing(client), client.get("/readyz").json()["waiting"]["kinds"]
    make_periodic_run(created_at=now() - timedelta(seconds=301))

    assert (short, _failing(client)) == ([], ["waiting"])
    assert [round(age) for age in kinds.values()] == [200]


@pytest.mark.django_db
def test_readyz_tells_of_missing_migrations(client: Client, monkeypatch: pytest.MonkeyPatch, broker: str) -> None:
    make_heartbeat()
    monkeypatch.setattr(readiness.MigrationExecutor, "migration_plan", lambda _self, _targets: [1, 2])

    assert _failing(client) == ["migrations"]


def test_readyz_answers_without_a_database(client: Client) -> None:
    """Outside `django_db` every query raises, as it does when the server is gone."""
    response = client.get("/readyz")

    assert (response.status_code, response.json()["database"]["ok"]) == (503, False)
