"""The broker gone, the worker killed: what was acknowledged stays, and what waits is done later."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from celery import current_app
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from epo.work import nudge
from factories.models import BreakdownReport, Photo
from factories.states import PhotoState
from tests.factories import images
from tests.make import make_label
from tests.stack import data_folder, wait_until

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

    from tests.stack import Process


def send(client: Client) -> int:
    photo = SimpleUploadedFile("horno.jpg", images.jpeg(), "image/jpeg")
    said = {"id": str(uuid4()), "condition": "stopped", "text": "no enciende", "photos": [photo], "end": "1"}
    return client.post(reverse("factories:report", args=[make_label().token]), said).status_code


def is_ready() -> bool:
    return Photo.objects.get().state == PhotoState.READY


@pytest.mark.django_db(transaction=True)
def test_report_is_stored_while_the_broker_is_down(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(current_app.conf, "broker_write_url", "redis://127.0.0.1:1/0")
    monkeypatch.setattr(nudge, "_silent_until", 0.0)

    assert send(client) == 302
    assert (BreakdownReport.objects.count(), Photo.objects.get().state) == (1, PhotoState.WAITING)
    assert list(Photo.objects.all().waiting()) == [Photo.objects.get()]


@pytest.mark.stack
@pytest.mark.django_db(transaction=True)
def test_photo_is_prepared_by_the_worker(
    client: Client, celery_worker_process: Process, settings: SettingsWrapper
) -> None:
    settings.MEDIA_ROOT = data_folder() / "photos"

    assert send(client) == 302

    wait_until(is_ready)
    assert (Photo.objects.get().original.name, Photo.objects.get().tries) == ("", 1)
