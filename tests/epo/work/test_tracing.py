"""One id from the request to what the worker writes."""

from __future__ import annotations

import json
import logging

import pytest
from celery import current_app
from django.test import Client, RequestFactory

from epo.core import logs
from epo.core.logs import JsonLines, request_id
from epo.core.requests import with_request_id
from epo.work.nudge import nudge
from epo.work.tasks import hand_out_again

GIVEN = "5f0c7a0e-3b6b-4a3f-9a51-2d1f0d6e7b10"


def _line(record: logging.LogRecord) -> dict[str, object]:
    return json.loads(JsonLines().format(record))


def test_every_answer_has_an_id(client: Client) -> None:
    first, second = client.get("/healthz"), client.get("/healthz")

    assert len(first["X-Request-ID"]) == 32
    assert first["X-Request-ID"] != second["X-Request-ID"]
    assert request_id.get() == ""


@pytest.mark.parametrize(
    ("proxies", "sent", "is_taken"),
    [
        (1, GIVEN, True),
        (0, GIVEN, False),
        (1, "0414-1234567", False),
        (1, "Rosa" * 8, False),
        (1, GIVEN + "\r\nX-Evil: 1", False),
        (1, "", False),
    ],
)
def test_id_is_taken_from_a_proxy_only_and_only_if_it_is_random(client, settings, proxies, sent, is_taken) -> None:
    settings.PROXIES = proxies

    answer = client.get("/healthz", headers={"X-Request-ID": sent})

    assert (answer["X-Request-ID"] == GIVEN.replace("-", "")) is is_taken


def test_answer_is_told_by_its_route_with_its_id(settings, caplog) -> None:
    settings.LOG_FORMAT = "json"
    seen = []

    def answer(request):
        seen.append(request_id.get())
        request.resolver_match = type("Match", (), {"route": "c/<str:token>"})()
        from django.http import HttpResponse

        return HttpResponse(status=410)

    with caplog.at_level("INFO"):
        with_request_id(answer)(RequestFactory().post("/c/a-signed-token?phone=04141234567"))

    (record,) = [one for one in caplog.records if one.name == "epo.core.requests"]
    line = _line(record)
    assert {name: line[name] for name in ("method", "route", "status")} == {
        "method": "POST",
        "route": "c/<str:token>",
        "status": 410,
    }
    assert "token?" not in json.dumps(line)
    assert len(seen[0]) == 32


def test_json_line_is_as_discreet_as_a_plain_one() -> None:
    error = ValueError("Key (phone)=(+584125550001)\nDETAIL: rosa@example.org")
    token = request_id.set("a" * 32)
    record = logging.LogRecord("django", 40, __file__, 1, "no %s", ("0412-555 00 01",), (ValueError, error, None))

    line = _line(record)

    request_id.reset(token)
    assert (line["message"], line["level"], line["request_id"]) == ("no (phone)", "ERROR", "a" * 32)
    assert "+58412" not in line["error"]
    assert "rosa" not in line["error"]


def test_plain_line_names_the_request() -> None:
    record = logging.LogRecord("epo", 30, __file__, 1, "slow", (), None)
    token = request_id.set("b" * 32)

    line = logs.WithoutRowValues().format(record)

    request_id.reset(token)
    assert line.endswith(f"epo [{'b' * 32}] slow")


@pytest.mark.django_db(transaction=True)
def test_task_carries_the_id_of_its_request(broker: str) -> None:
    token = request_id.set("c" * 32)
    nudge(hand_out_again)
    request_id.reset(token)

    with current_app.connection_for_read() as link:
        message = link.default_channel.client.lindex("celery", 0)

    assert json.loads(message)["headers"]["request_id"] == "c" * 32


def test_worker_writes_under_the_id_that_came_with_the_task(monkeypatch) -> None:
    seen = []
    monkeypatch.setattr("epo.work.actions.hand_out_again", lambda: seen.append(request_id.get()))

    current_app.conf.task_always_eager, before = False, current_app.conf.task_always_eager
    try:
        _carry_out({"request_id": "d" * 32})
        _carry_out({})
    finally:
        current_app.conf.task_always_eager = before

    assert seen[0] == "d" * 32
    assert len(seen[1]) == 32
    assert request_id.get() == ""


def _carry_out(headers: dict[str, str]) -> None:
    """As a worker does: with what stands in the message."""
    from celery.app.trace import build_tracer

    tracer = build_tracer(hand_out_again.name, hand_out_again, app=current_app)
    tracer("some-id", (), {}, {"id": "some-id", "hostname": "x", "is_eager": False, "retries": 0, **headers})
