"""The broker dies while reports come in: they are stored and acknowledged, and what they ask for follows."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from epo.launcher.broker import wait_until_it_answers
from epo.notifications.models import Notification
from factories.models import BreakdownReport, Label, Photo
from factories.states import PhotoState
from tests import stack
from tests.factories import images
from tests.make import make_contact, make_coordinator, make_label

pytestmark = pytest.mark.stack

QUICKLY = 4.0
COORDINATOR = "broker-down@example.org"


@pytest.fixture
def broker_to_kill(tmp_path: Path) -> Iterator[tuple[stack.Process, str]]:
    found = stack.own_broker(tmp_path)
    if found is None:
        pytest.skip("NO REDIS OR VALKEY FOUND")
    server, url = found
    server.start()
    assert wait_until_it_answers(url)
    yield server, url
    server.stop()


def test_report_sent_while_the_broker_is_down_is_stored_and_everything_follows(
    transactional_db: None, broker_to_kill: tuple[stack.Process, str]
) -> None:
    server, broker_url = broker_to_kill
    make_contact(user=make_coordinator(), email=COORDINATOR)
    label = make_label()
    with stack.started(REDIS_URL=broker_url) as live:
        server.kill()

        answers = [timed(send_form, live.url, label), timed(send_over_api, live.url, label)]
        stored = (BreakdownReport.objects.count(), Photo.objects.filter(state=PhotoState.WAITING).count())
        hour_of_day_does_not_matter()
        server.start()

        stack.wait_until(lambda: Photo.objects.filter(state=PhotoState.READY).count() == 2)
        stack.wait_until(lambda: Notification.objects.exclude(sent_at=None).exists())
    assert [status for status, _seconds in answers] == [200, 201]
    assert max(seconds for _status, seconds in answers) < QUICKLY
    assert stored == (2, 2)
    assert letters_to(COORDINATOR) == 1


def timed(send: Callable[[str, Label], int], url: str, label: Label) -> tuple[int, float]:
    began = time.monotonic()
    status = send(url, label)
    return status, time.monotonic() - began


def send_form(url: str, label: Label) -> int:
    """Ends at the receipt, to which the form redirects."""
    photo = SimpleUploadedFile("horno.jpg", images.jpeg(), "image/jpeg")
    said = {"id": uuid4(), "condition": "dangerous", "text": "sale humo", "photos": photo, "end": "1"}
    body = encode_multipart(BOUNDARY, said)
    request = Request(f"{url}/r/{label.token}", body, {"Content-Type": MULTIPART_CONTENT})
    with urlopen(request, timeout=20) as answer:
        return int(answer.status)


def send_over_api(url: str, label: Label) -> int:
    report = f"{url}/api/v1/reports/{uuid4()}"
    said = {"label": label.token, "condition": "stopped", "text": "no enciende"}
    put(report, json.dumps(said).encode(), "application/json")
    return put(f"{report}/photos/{uuid4()}", images.jpeg(), "image/jpeg")


def put(url: str, body: bytes, content_type: str) -> int:
    request = Request(url, body, {"Content-Type": content_type}, method="PUT")
    with urlopen(request, timeout=20) as answer:
        return int(answer.status)


def letters_to(address: str) -> int:
    letters = (stack.data_folder() / "mail").iterdir()
    return sum(f"To: {address}" in letter.read_text(encoding="utf-8") for letter in letters)


def hour_of_day_does_not_matter() -> None:
    """Notices rest at night; this one shall go whenever the tests run."""
    Notification.objects.update(is_urgent=True, not_before=None)
