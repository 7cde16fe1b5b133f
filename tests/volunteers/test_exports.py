"""Lists of people as files: without contact details for coordinators; with them by a right, with a reason, and noted."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from epo.accounts.models import User
from epo.audit.models import AuditEvent
from epo.contacts.models import ContactView
from epo.core.sheets.reading import Line, read
from tests.make import (
    make_application,
    make_coordinator,
    make_municipality,
    make_qualification,
    make_region,
    make_trade,
    make_volunteer,
)
from volunteers.importing import VOLUNTEERS
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db
CONTACTS = "volunteers:contacts-export"
WANTED = {"reason": "lista para la salida del lunes", "kind": "csv"}


def _lines(response: Any) -> list[Line]:
    assert response.status_code == 200
    return read(b"".join(response.streaming_content))


def _trusted(region: Any = None) -> User:
    boss = make_coordinator(region)
    boss.user_permissions.add(Permission.objects.get(codename="export_contact"))
    return boss


def _person(name: str, **more: Any) -> Volunteer:
    person = make_volunteer("welding", name=name, **more)
    person.contact.email, person.contact.address = "canario@example.org", "Calle Canaria"
    person.contact.save()
    return person


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_list_is_filtered_as_on_the_page_and_has_no_contact_details(client: Client, kind: str) -> None:
    ana = _person("Ana Peña")
    make_qualification(ana, make_trade("machining"), level=2)
    _person("Luis")
    client.force_login(make_coordinator())

    response = client.get(reverse("volunteers:list-export", args=[kind]), {"q": "peña", "page": "7"})

    data = b"".join(response.streaming_content)
    lines = read(data)
    assert [line.cells[:2] for line in lines] == [("Número", "Nombre"), (str(ana.pk), "Ana Peña")]
    assert lines[0].cells[-8:] == (
        "Oficio", "Nivel", "Cómo se sabe", "Válido hasta", "Oficio 2", "Nivel 2", "Cómo se sabe 2", "Válido hasta 2",
    )  # fmt: skip
    shown = str(lines) + data.decode(errors="replace")
    assert [secret for secret in ("anari", ana.contact.phone[4:], "1985") if secret in shown] == []
    assert f".{kind}" in response["Content-Disposition"]
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("name", ["volunteers:list", "volunteers:applications", "volunteers:certificates"])
def test_other_formats_and_strangers_find_nothing(client: Client, name: str) -> None:
    client.force_login(make_coordinator())
    assert client.get(reverse(f"{name}-export", args=["pdf"])).status_code == 404

    client.force_login(make_volunteer().user)
    assert client.get(reverse(f"{name}-export", args=["csv"])).status_code == 404


def test_applications_go_out_without_names(client: Client) -> None:
    one = make_application()
    client.force_login(make_coordinator())

    lines = _lines(client.get(reverse("volunteers:applications-export", args=["csv"])))

    assert len(lines) == 2
    assert one.contact.name not in str(lines)


def test_contact_details_need_a_right_of_their_own(client: Client) -> None:
    _person("Ana")
    client.force_login(make_coordinator())

    assert client.get(reverse(CONTACTS)).status_code == 404
    assert client.post(reverse(CONTACTS), WANTED).status_code == 404
    assert "contactos" not in client.get(reverse("volunteers:list")).content.decode()
    assert AuditEvent.objects.count() == 0


def test_opening_the_page_gives_no_file_and_notes_nothing(client: Client) -> None:
    _person("Ana")
    client.force_login(_trusted())

    response = client.get(reverse(CONTACTS), WANTED)

    assert response["Content-Type"].startswith("text/html")
    assert "anari" not in response.content.decode()
    assert (AuditEvent.objects.count(), ContactView.objects.count()) == (0, 0)


@pytest.mark.parametrize("reason", ["", "   ", "corto", "ñ" * 201])
def test_contact_details_need_a_reason(client: Client, reason: str) -> None:
    _person("Ana")
    client.force_login(_trusted())

    response = client.post(reverse(CONTACTS), WANTED | {"reason": reason})

    assert response["Content-Type"].startswith("text/html")
    assert AuditEvent.objects.count() == 0


def test_who_took_what_and_why_is_noted_and_no_detail_of_it(client: Client) -> None:
    boss = _trusted()
    ana, luis = _person("Ana Peña"), _person("Luis Peña")
    _person("Otra")
    client.force_login(boss)

    lines = _lines(client.post(f"{reverse(CONTACTS)}?q=peña&level=2", WANTED))

    at = lines[0].cells.index("Correo")
    assert [line.cells[at] for line in lines[1:]] == ["canario@example.org"] * 2
    event = AuditEvent.objects.get(kind="contacts.exported")
    assert (event.by, event.about_id) == (boss, str(boss.pk))
    assert event.data == {"reason": WANTED["reason"], "filters": {"q": "…", "level": "2"}, "count": 2}
    views = ContactView.objects.values_list("contact", "by", "reason")
    assert set(views) == {(one.contact.pk, boss.pk, "export") for one in (ana, luis)}


def test_contact_details_of_other_regions_stay_there(client: Client) -> None:
    region = make_region("oriente")
    _person("Ana", home=make_municipality(region=region))
    _person("Luis")
    client.force_login(_trusted(region))

    lines = _lines(client.post(reverse(CONTACTS), WANTED))

    assert [line.cells[1] for line in lines[1:]] == ["Ana"]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_list_with_contacts_can_be_read_in_again_and_changes_nothing(client: Client, kind: str) -> None:
    _person("=Ana", brings="+careta", gender="woman")
    _person("-Luis")
    client.force_login(_trusted())

    data = b"".join(client.post(reverse(CONTACTS), WANTED | {"kind": kind}).streaming_content)
    done = VOLUNTEERS.take_file(data, by=None)

    assert b'"=Ana' not in data
    assert (done.new, done.changed, done.same) == (0, 0, 2)
