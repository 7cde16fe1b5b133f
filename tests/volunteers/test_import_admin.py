"""Volunteers taken in by the administration: looked at, then written; all of a file or nothing of it."""

from __future__ import annotations

import re
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from django.utils.timezone import now

from epo.audit.models import AuditEvent
from tests.make import make_municipality, make_state, make_trade, make_user, make_volunteer
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db
LOOK = "admin:volunteers_volunteer_import"
WRITE = "admin:volunteers_volunteer_process_import"
GOOD = "Nombre;Teléfono;Estado;Municipio;Oficio;Nivel\nÁngela Ñáñez;0414-1234567;Sucre;Bermúdez;SOLDADURA;3\n"
BAD = GOOD + "Otra;0414-1234567;Sucre;Bermúdez;Soldadura;9\nOtra;12;Sucre;Nada;Soldadura;2\n"


@pytest.fixture(autouse=True)
def world(client: Client) -> None:
    make_municipality(make_state(name="Sucre"), name="Bermúdez")
    make_trade("welding", name_es="Soldadura", name_en="Welding")
    client.force_login(make_user("boss", is_staff=True, is_superuser=True))


def _send(client: Client, text: str, encoding: str = "cp1252") -> str:
    file = SimpleUploadedFile("gente.csv", text.encode(encoding))
    response = client.post(reverse(LOOK), {"import_file": file, "format": "0", "resource": "0"})
    assert response.status_code == 200
    return response.content.decode()


def _hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))


def test_look_shows_what_would_be_written_and_writes_nothing(client: Client) -> None:
    page = _send(client, GOOD)

    assert "Ángela Ñáñez" in page
    assert Volunteer.objects.count() == 0
    assert AuditEvent.objects.count() == 0


def test_file_is_written_after_the_look(client: Client) -> None:
    hidden = _hidden(_send(client, GOOD))

    response = client.post(reverse(WRITE), hidden)

    person = Volunteer.objects.get()
    assert response.status_code == 302
    assert (person.name, person.contact.phone, person.home.name) == ("Ángela Ñáñez", "+584141234567", "Bermúdez")
    assert [(one.trade.code, one.level) for one in person.qualifications.all()] == [("welding", 3)]
    event = AuditEvent.objects.get()
    assert (event.kind, event.about_id, event.by.username) == ("volunteer.imported", str(person.pk), "boss")
    assert LogEntry.objects.count() == 0


def test_each_bad_line_is_named_with_its_reason_and_nothing_can_be_confirmed(client: Client) -> None:
    page = _send(client, BAD)

    rows = re.findall(r'<tr><th scope="row">(\d+)</th><td>([^<]*)</td>', page)
    assert rows == [("3", "Nivel"), ("4", "Teléfono")]
    assert reverse(WRITE) not in page


def test_file_that_was_changed_on_the_way_is_refused(client: Client) -> None:
    hidden = _hidden(_send(client, GOOD))

    response = client.post(reverse(WRITE), hidden | {"import_file_name": "x" + hidden["import_file_name"]}, follow=True)

    assert response.redirect_chain == [(reverse(LOOK), 302)]
    assert Volunteer.objects.count() == 0


def test_file_is_written_for_an_hour_only(client: Client) -> None:
    hidden = _hidden(_send(client, GOOD))

    with patch("django.core.signing.time.time", return_value=(now() + timedelta(hours=1, minutes=1)).timestamp()):
        client.post(reverse(WRITE), hidden)

    assert Volunteer.objects.count() == 0


def test_what_became_wrong_after_the_look_is_not_written(client: Client) -> None:
    hidden = _hidden(_send(client, GOOD))
    other = make_volunteer(name="Otra")
    other.contact.phone = "+584141234567"
    other.contact.save()

    page = client.post(reverse(WRITE), hidden, follow=True).content.decode()

    assert escape("+58") not in page
    assert list(Volunteer.objects.all()) == [other]


def test_broken_and_empty_files_are_answered(client: Client) -> None:
    for content in (
        b"",
        b"\x00\x01",
        b"PK\x03\x04nothing",
        b"\xd0\xcf\x11\xe0old",
        b"Nombre;Estado\n",
        b"uno;dos\n1;2\n",
    ):
        file = SimpleUploadedFile("gente.csv", content)
        response = client.post(reverse(LOOK), {"import_file": file, "format": "0"})
        assert response.status_code == 200, content
        assert reverse(WRITE) not in response.content.decode(), content


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_example_can_be_sent_back(client: Client, kind: str) -> None:
    response = client.get(reverse("admin:volunteers_volunteer_import_example", args=[kind]))
    file = SimpleUploadedFile("x", b"".join(response.streaming_content))
    page = client.post(reverse(LOOK), {"import_file": file, "format": "0"}).content.decode()

    assert re.findall(r'<th scope="row">(\d+)</th><td>([^<]*)</td><td>([^<]*)</td>', page) == [
        ("2", "María Peña", "nuevo")
    ]
    assert reverse(WRITE) in page


def test_staff_without_the_right_to_add_cannot_import(client: Client) -> None:
    client.force_login(make_user("staff", is_staff=True))

    assert client.get(reverse(LOOK)).status_code == 403
    assert client.get(reverse("admin:volunteers_volunteer_import_example", args=["csv"])).status_code == 403
