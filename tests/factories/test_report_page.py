from __future__ import annotations

import gzip
import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import now

from epo.contacts.models import Contact
from epo.core.forms import CUT_OFF
from factories.actions import new_label
from factories.models import BreakdownReport, Photo, RawIntake, ReportVariant
from factories.states import Condition, PhotoProblem, PhotoState, ReportState
from tests.factories import images
from tests.make import (
    make_common_fault,
    make_factory,
    make_label,
    make_machine,
    make_municipality,
    make_report,
    make_state,
)

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from factories.models import Label

pytestmark = pytest.mark.django_db


@pytest.fixture
def label() -> Label:
    label = make_label(make_machine(name="Horno 2"))
    make_common_fault(label.machine.kind, code="no-heat", name_es="No calienta")
    return label


def said(**fields: Any) -> dict[str, Any]:
    return {"id": str(uuid4()), "condition": "stopped", "text": "no enciende", "end": "1"} | fields


def address(label: Label) -> str:
    return reverse("factories:report", args=[label.token])


def text_of(response: HttpResponse) -> str:
    return response.content.decode()


def hidden_id(response: HttpResponse) -> UUID:
    found = re.search(r'name="id" value="([0-9a-f-]{36})"[^>]*id="id_id"', text_of(response))
    assert found
    return UUID(found[1])


# The form


def test_form_shows_the_machine_and_its_usual_faults(client: Client, label: Label) -> None:
    page = client.get(address(label))

    assert page.status_code == 200
    for words in (
        "Horno 2",
        label.machine.factory.name,
        "No calienta",
        f"etiqueta {label.number}",
        "running badly",
    ):
        assert words in text_of(page) or words == "running badly"
    assert 'name="plant_name"' not in text_of(page)
    assert 'name="machine_name"' not in text_of(page)


def test_every_form_has_an_id_of_its_own(client: Client, label: Label) -> None:
    assert hidden_id(client.get(address(label))) != hidden_id(client.get(address(label)))


def test_page_with_everything_is_under_20_kb(client: Client, label: Label) -> None:
    for n in range(8):
        make_common_fault(label.machine.kind, name_es=f"Una falla bastante común número {n}")
    for _ in range(5):
        make_report(label.machine)

    page = client.get(address(label))

    files = [match[1] for match in re.finditer(r'(?:href|src)="/static/([^"?]+)', text_of(page))]
    folder = settings.BASE_DIR / "static"
    sizes = [len(gzip.compress((folder / name).read_bytes())) for name in files]
    assert sorted(files) == ["css/epo.css", "js/epo.js", "js/outbox.js", "js/waiting.js"]
    assert len(gzip.compress(page.content)) + sum(sizes) < 20_000


def test_open_reports_show_fault_and_age_only(client: Client, label: Label) -> None:
    fault = label.machine.kind.faults.get()
    report = make_report(label.machine, text="texto secreto", received_at=now() - timedelta(hours=3))
    report.faults.add(fault)
    make_report(label.machine, state=ReportState.SAME_AS, same_as=report)
    make_report(label.machine, state=ReportState.ANSWERED)
    make_report(make_machine(label.machine.factory))

    page = text_of(client.get(address(label)))

    assert page.count('name="same_as"') == 1
    assert "3 h" in page
    for hidden in ("texto secreto", report.status_token, str(report.pk)):
        assert hidden not in page


@pytest.mark.parametrize("reports", [1, 3])
def test_form_asks_the_database_the_same_at_any_length(
    client: Client, label: Label, django_assert_num_queries: DjangoAssertNumQueries, reports: int
) -> None:
    for _ in range(reports):
        make_report(label.machine).faults.add(label.machine.kind.faults.get())

    with django_assert_num_queries(4):
        client.get(address(label))


# Sending


def test_report_is_stored_and_leads_to_its_page(client: Client, label: Label) -> None:
    sent = said(text="Se apagó\r\nsola", faults="no-heat", name="Ana", phone="0414 123 45 67")

    answer = client.post(address(label), sent)

    report = BreakdownReport.objects.get()
    assert (answer.status_code, answer["Location"]) == (
        302,
        reverse("battles:report-status", args=[report.status_token]),
    )
    assert (str(report.pk), report.text, report.condition) == (
        sent["id"],
        "Se apagó\nsola",
        Condition.STOPPED,
    )
    assert (report.machine, report.label, report.language) == (label.machine, label, "es")
    assert [fault.code for fault in report.faults.all()] == ["no-heat"]
    assert report.reporter == Contact.objects.get(name="Ana", phone="+584141234567")


def test_report_needs_no_cookie_and_no_token(label: Label) -> None:
    from django.test import Client

    answer = Client(enforce_csrf_checks=True).post(address(label), said())

    assert (answer.status_code, BreakdownReport.objects.count()) == (302, 1)


def test_same_form_sent_again_stores_once(client: Client, label: Label) -> None:
    sent = said(name="Ana")

    answers = [client.post(address(label), sent) for _ in range(3)]

    assert len({answer["Location"] for answer in answers}) == 1
    assert (BreakdownReport.objects.count(), ReportVariant.objects.count()) == (1, 0)


def test_other_words_under_the_same_id_are_kept_and_said_so(client: Client, label: Label) -> None:
    sent = said()
    client.post(address(label), sent)
    report = BreakdownReport.objects.get()

    answer = client.post(address(label), sent | {"text": "además humea"}, follow=True)

    report.refresh_from_db()
    assert (report.text, ReportVariant.objects.get().body["text"]) == ("no enciende", "además humea")
    assert f"Añadido al reporte {report}" in text_of(answer)
    assert f'data-draft-done="{report.draft_key}"' in text_of(answer)
    assert report.status_token not in text_of(answer)
    assert "no enciende" not in text_of(answer)


def test_kept_page_with_a_made_up_number_is_not_there(client: Client) -> None:
    assert client.get(reverse("factories:kept", args=["123456:abc"])).status_code == 404


def test_going_back_after_sending_finds_no_second_form(client: Client, label: Label) -> None:
    client.post(address(label), said())

    back = text_of(client.get(address(label)))
    fresh = text_of(client.get(f"{address(label)}?new=1", follow=True))

    assert f"El reporte R-{BreakdownReport.objects.get().number} se envió" in back
    assert 'name="id"' not in back
    assert BreakdownReport.objects.get().status_token not in back
    assert 'name="text"' in fresh


def test_same_breakdown_sends_a_short_report(client: Client, label: Label) -> None:
    other = make_report(label.machine)

    answer = client.post(address(label), {"id": str(uuid4()), "same_as": other.number, "end": "1"})

    report = BreakdownReport.objects.get(same_as=other)
    assert answer["Location"] == reverse("battles:report-status", args=[report.status_token])
    assert (report.state, report.condition, report.text) == (ReportState.SAME_AS, other.condition, "")


# What is wrong with it


def test_empty_report_is_told_what_is_missing(client: Client, label: Label) -> None:
    answer = client.post(address(label), said(text="  ", condition=""))

    assert (answer.status_code, BreakdownReport.objects.count()) == (422, 0)
    assert "Escribe qué pasó o elige la falla." in text_of(answer)
    assert "Elige cómo está la máquina." in text_of(answer)


def test_fault_without_words_is_enough(client: Client, label: Label) -> None:
    client.post(address(label), said(text="", faults="no-heat"))

    assert BreakdownReport.objects.get().text == ""


def test_wrong_phone_is_said_and_everything_typed_is_kept(client: Client, label: Label) -> None:
    sent = said(text="Se apagó «sola»", faults="no-heat", name="Ana", phone="12345")

    answer = client.post(address(label), sent)

    page = text_of(answer)
    assert (answer.status_code, BreakdownReport.objects.count()) == (422, 0)
    assert "no es un número de teléfono" in page
    for kept in ("Se apagó «sola»", 'value="Ana"', 'value="12345"', sent["id"]):
        assert kept in page
    assert page.count("checked") == 2


def test_hundred_kilobytes_of_words_are_too_long_and_kept(client: Client, label: Label) -> None:
    words = "palabra " * 12_800

    answer = client.post(address(label), said(text=words))

    assert (answer.status_code, BreakdownReport.objects.count()) == (422, 0)
    assert words.strip() in text_of(answer)
    assert 'id="id_text_error"' in text_of(answer)


def test_cut_off_form_is_not_taken_for_the_whole(client: Client, label: Label) -> None:
    sent = said()
    del sent["end"]

    answer = client.post(address(label), sent)

    assert (answer.status_code, BreakdownReport.objects.count()) == (422, 0)
    assert "No llegó todo" in text_of(answer)
    assert "no enciende" in text_of(answer)


@pytest.mark.parametrize("damaged", ["", "1234", "zzzzzzzz-zzzz-zzzz-zzzz-zzzzzzzzzzzz"])
def test_form_without_a_usable_id_gets_one(client: Client, label: Label, damaged: str) -> None:
    client.post(address(label), said(id=damaged))

    assert BreakdownReport.objects.count() == 1


def test_body_that_makes_no_sense_is_kept_raw(client: Client, label: Label) -> None:
    body = b"--x\r\nbroken"

    answer = client.post(address(label), body, content_type="multipart/form-data")

    raw = RawIntake.objects.get()
    assert (answer.status_code, bytes(raw.body), raw.path) == (400, body, address(label))
    assert raw.key[:8] in text_of(answer)


def test_body_of_another_kind_is_kept_raw(client: Client, label: Label) -> None:
    answer = client.post(address(label), b'{"text": "no enciende"}', content_type="application/json")

    assert (answer.status_code, bytes(RawIntake.objects.get().body)) == (400, b'{"text": "no enciende"}')


def test_form_in_other_letters_than_the_page_asks_for_is_kept_raw(client: Client, label: Label) -> None:
    kind = "application/x-www-form-urlencoded; charset=utf-16"

    answer = client.post(address(label), b"condition=stopped&text=no+enciende&end=1", content_type=kind)

    raw = RawIntake.objects.get()
    assert (answer.status_code, raw.content_type, raw.problem) == (
        400,
        "application/x-www-form-urlencoded",
        "BadRequest",
    )


def test_same_breakdown_of_which_not_all_arrived_is_told_so(client: Client, label: Label) -> None:
    other = make_report(label.machine)

    answer = client.post(address(label), {"id": str(uuid4()), "same_as": other.number})

    assert (answer.status_code, BreakdownReport.objects.count()) == (422, 1)
    assert str(CUT_OFF) in text_of(answer)


def test_three_megabytes_of_words_are_answered(client: Client, label: Label) -> None:
    answer = client.post(address(label), said(text="x" * 3_000_000))

    assert (answer.status_code, BreakdownReport.objects.count()) == (413, 0)


def test_nine_photos_are_answered(client: Client, label: Label) -> None:
    answer = client.post(address(label), said(photos=[photo(n) for n in range(9)]))

    assert answer.status_code == 413


def test_words_that_look_like_markup_stay_words(client: Client, label: Label) -> None:
    answer = client.post(address(label), said(text="<script>alert(1)</script>", phone="1"))

    assert "<script>alert" not in text_of(answer)


# Photos


def photo(n: int = 0, data: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{n}.jpg", data or images.jpeg((20 + n, 20)), "image/jpeg")


def test_photos_come_with_the_report_and_once(client: Client, label: Label) -> None:
    sent = said()

    for _ in range(2):
        client.post(address(label), sent | {"photos": [photo(1), photo(2)]})

    photos = Photo.objects.all()
    files = [Path(each.original.path).read_bytes() for each in photos]
    assert files == [images.jpeg((21, 20)), images.jpeg((22, 20))]
    assert {(each.report, each.state) for each in photos} == {(BreakdownReport.objects.get(), PhotoState.WAITING)}


def test_fifth_photo_is_refused_but_not_the_report(client: Client, label: Label) -> None:
    client.post(address(label), said(photos=[photo(n) for n in range(5)]))

    states = list(Photo.objects.order_by("received_at").values_list("state", "problem"))
    assert states == [("waiting", "")] * 4 + [("refused", PhotoProblem.TOO_MANY)]


def test_photo_without_content_is_passed_over(client: Client, label: Label) -> None:
    client.post(address(label), said(photos=[SimpleUploadedFile("0.jpg", b"", "image/jpeg")]))

    assert (BreakdownReport.objects.count(), Photo.objects.count()) == (1, 0)


def test_photos_must_be_chosen_again_after_a_mistake(client: Client, label: Label) -> None:
    answer = client.post(address(label), said(text="", photos=[photo()]))

    assert "Elige las fotos otra vez" in text_of(answer)
    assert Photo.objects.count() == 0


# Labels


def test_unknown_label_leads_to_the_way_without(client: Client) -> None:
    for token in ("nada", "año", "a.b"):
        answer = client.get(reverse("factories:report", args=[token]))

        assert answer.status_code == 404
        assert f'href="{reverse("factories:report-anywhere")}"' in text_of(answer)


def test_retired_label_leads_to_the_new_one(client: Client, label: Label) -> None:
    new = new_label(thing=label.machine, by=None)

    answer = client.get(address(label))

    assert answer.status_code == 410
    assert f'href="{address(new)}"' in text_of(answer)


def test_retired_label_without_a_new_one_leads_to_the_plants(client: Client) -> None:
    label = make_label(retired_at=now())
    anywhere = f"{reverse('factories:report-anywhere')}?factory={label.machine.factory_id}"

    before = text_of(client.get(address(label)))
    of_plant = make_label(factory=label.machine.factory)
    after = text_of(client.get(address(label)))

    assert f'href="{anywhere}"' in before
    assert f'href="{address(of_plant)}"' in after


def test_form_opened_before_its_label_was_retired_is_still_received(client: Client, label: Label) -> None:
    new_label(thing=label.machine, by=None)

    client.post(address(label), said())

    assert BreakdownReport.objects.get().machine == label.machine


def test_plants_label_asks_for_the_machine_first(client: Client) -> None:
    machine = make_machine(name="Bomba 1")
    label = make_label(factory=machine.factory)
    make_report(machine)
    make_machine(machine.factory, name="Vieja", is_retired=True)

    listed = text_of(client.get(address(label)))
    form = text_of(client.get(f"{address(label)}?machine={machine.pk}"))
    client.post(f"{address(label)}?machine={machine.pk}", said())

    assert f'href="?machine={machine.pk}"' in listed
    assert "Vieja" not in listed
    assert form.count('name="same_as"') == 1
    assert BreakdownReport.objects.filter(machine=machine, label=label).count() == 1


def test_report_to_an_address_whose_machine_is_empty_is_stored(client: Client, label: Label) -> None:
    plants_label = make_label(factory=label.machine.factory)

    answer = client.post(f"{address(plants_label)}?machine=", said(text="no enciende"))

    assert (answer.status_code, [each.text for each in BreakdownReport.objects.all()]) == (302, ["no enciende"])


def test_machine_that_is_not_in_the_list_is_written(client: Client) -> None:
    machine = make_machine()
    label = make_label(factory=machine.factory)

    client.post(f"{address(label)}?machine=other", said(machine_name="Torno viejo", kind=machine.kind.code))

    report = BreakdownReport.objects.get()
    assert (report.factory, report.machine, report.what, report.kind) == (
        machine.factory,
        None,
        "Torno viejo",
        machine.kind,
    )


@pytest.mark.parametrize("key", ["999999", "x", "-1", "9" * 40, "²"])
def test_machine_that_is_none_of_the_plants_is_not_there(client: Client, key: str) -> None:
    make_machine()
    label = make_label(factory=make_machine().factory)

    assert client.get(f"{address(label)}?machine={key}").status_code == 404


@pytest.mark.parametrize("has_label", [True, False])
def test_every_machine_has_a_draft_of_its_own_and_its_receipt_drops_it(client: Client, has_label: bool) -> None:
    first = make_machine()
    label = make_label(factory=first.factory)
    second = make_machine(first.factory)
    base = f"{address(label)}?" if has_label else f"{ANYWHERE}?factory={first.factory.pk}&"
    places = [f"{base}machine={key}" for key in (first.pk, second.pk, "other")]

    drafts = [re.findall('data-draft="([^"]+)"', text_of(client.get(place)))[0] for place in places]
    dropped = [text_of(client.post(place, said(machine_name="Torno"), follow=True)) for place in places]

    assert len(set(drafts)) == len(places)
    assert [re.findall('data-draft-done="([^"]+)"', receipt) for receipt in dropped] == [[draft] for draft in drafts]


def test_drafts_of_plants_that_are_not_listed_differ_by_municipality(client: Client) -> None:
    places = [make_municipality(), make_municipality()]

    pages = [text_of(client.get(f"{ANYWHERE}?plant=other&municipality={place.code}")) for place in places]

    assert len({re.findall('data-draft="([^"]+)"', page)[0] for page in pages}) == len(places)


# Without a label

ANYWHERE = "/reportar"


def test_way_without_a_label_goes_from_state_to_plant(client: Client) -> None:
    municipality = make_municipality(make_state(name="Sucre"), name="Ribero")
    factory = make_factory(name="La Gaviota", municipality=municipality)
    elsewhere = make_factory(name="La Lejana")

    first = text_of(client.get(ANYWHERE))
    second = text_of(client.get(ANYWHERE, {"state": municipality.state.code}))
    third = text_of(client.get(ANYWHERE, {"municipality": municipality.code}))

    assert f'<option value="{municipality.state.code}">Sucre</option>' in first
    assert f'<option value="{municipality.code}">Ribero</option>' in second
    assert f'href="?factory={factory.pk}"' in third
    assert elsewhere.name not in third
    assert f'href="?municipality={municipality.code}&amp;plant=other"' in third


def test_plant_is_found_by_name_without_accents(client: Client) -> None:
    factory = make_factory(name="Válvulas del Ávila")

    found = text_of(client.get(ANYWHERE, {"q": "AVILA valvu"}))
    nothing = text_of(client.get(ANYWHERE, {"q": "nada"}))

    assert f'href="?factory={factory.pk}"' in found
    assert "No encontramos ninguna planta" in nothing


def test_plant_that_is_not_in_the_list_is_written(client: Client) -> None:
    municipality = make_municipality()
    url = f"{ANYWHERE}?municipality={municipality.code}&plant=other"

    empty = client.post(url, said(plant_name=" "))
    client.post(url, said(plant_name="Taller Sur", machine_name="Torno"))

    report = BreakdownReport.objects.get()
    assert "Escribe el nombre de la planta." in text_of(empty)
    assert (report.municipality, report.where, report.what, report.label) == (
        municipality,
        "Taller Sur",
        "Torno",
        None,
    )


def test_known_plant_is_reported_without_a_label(client: Client) -> None:
    machine = make_machine()
    make_report(machine)
    url = f"{ANYWHERE}?factory={machine.factory_id}&machine={machine.pk}"

    listed = text_of(client.get(f"{ANYWHERE}?factory={machine.factory_id}"))
    form = text_of(client.get(url))
    client.post(url, said())

    assert f'href="?factory={machine.factory_id}&amp;machine={machine.pk}"' in listed or (
        f'href="?factory={machine.factory_id}&machine={machine.pk}"' in listed
    )
    assert 'name="same_as"' not in form
    assert BreakdownReport.objects.filter(machine=machine, label=None).count() == 2


@pytest.mark.parametrize("query", ["factory=999999", "factory=x", "factory=1&machine=x"])
def test_plant_that_is_none_is_not_there(client: Client, query: str) -> None:
    assert client.get(f"{ANYWHERE}?{query}").status_code == 404


@pytest.mark.parametrize("query", ["state=%00", "municipality=%00", "q=%00", "state=zz", "q=%25", f"q={'x' * 300}"])
def test_odd_search_is_answered(client: Client, query: str) -> None:
    assert client.get(f"{ANYWHERE}?{query}").status_code == 200


@pytest.mark.parametrize("plants", [1, 3])
def test_search_asks_the_database_the_same_at_any_length(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, plants: int
) -> None:
    for _ in range(plants):
        make_factory()

    with django_assert_num_queries(2):
        client.get(ANYWHERE, {"q": "planta"})
