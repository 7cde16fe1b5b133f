from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.test import RequestFactory, override_settings
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from factories.api import views
from factories.models import BreakdownReport, Photo, RawIntake, ReportVariant
from factories.states import PhotoProblem, PhotoState
from tests.factories import images
from tests.make import make_common_fault, make_label, make_report

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

pytestmark = pytest.mark.django_db


def put(client: Client, body: Any, report_id: UUID | None = None) -> HttpResponse:
    url = reverse("api:report", args=[report_id or uuid4()])
    return client.put(url, body, content_type="application/json")  # type: ignore[return-value]


def said(**fields: Any) -> dict[str, Any]:
    return {"condition": "stopped", "text": "no enciende"} | fields


def test_report_is_stored_and_sent_again_gets_the_same_receipt(client: Client) -> None:
    label, report_id = make_label(), uuid4()
    make_common_fault(label.machine.kind, code="no-heat")
    body = said(label=label.token, faults=["no-heat"], phone="0414-1234567", sent_at="2026-01-05T08:00:00-04:00", v=1)

    first, second = put(client, body, report_id), put(client, body, report_id)

    report = BreakdownReport.objects.get()
    link = settings.SITE_URL + reverse("battles:report-status", args=[report.status_token])
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json() == {"number": report.number, "kept": "report", "status_url": link}  # type: ignore[attr-defined]
    assert (report.pk, report.machine, report.sent_at.isoformat()) == (
        report_id,
        label.machine,
        "2026-01-05T12:00:00+00:00",
    )
    assert report.reporter.phone == "+584141234567"


def test_other_content_is_kept_and_the_first_not_revealed(client: Client) -> None:
    report_id = uuid4()
    put(client, said(), report_id)
    report = BreakdownReport.objects.get()

    answer = put(client, said(text="otra cosa"), report_id)

    assert (answer.status_code, answer.json()) == (202, {"number": report.number, "kept": "variant"})  # type: ignore[attr-defined]
    assert ReportVariant.objects.get().body["text"] == "otra cosa"


def test_page_and_api_mean_the_same_report(client: Client) -> None:
    label, report_id = make_label(), uuid4()
    client.post(reverse("factories:report", args=[label.token]), said(id=str(report_id), end="1"))

    assert put(client, said(label=label.token), report_id).status_code == 200


def test_same_breakdown_needs_no_condition(client: Client) -> None:
    label = make_label()
    other = make_report(label.machine)

    put(client, {"label": label.token, "same_as": other.number})

    assert BreakdownReport.objects.get(same_as=other).condition == other.condition


MALFORMED = {
    "not json": b"{",
    "empty": b"",
    "not utf-8": b'{"text": "\xff"}',
    "list": b"[]",
    "null": b"null",
    "deep": b"[" * 100_000,
    "nothing said": b'{"condition": "stopped"}',
    "no condition": b'{"text": "x"}',
    "odd condition": b'{"text": "x", "condition": "ok"}',
    "wrong phone": b'{"text": "x", "condition": "stopped", "phone": "12"}',
    "text is a list": b'{"text": [], "condition": "stopped"}',
    "null character": b'{"text": "\\u0000", "condition": "stopped"}',
    "half a character": b'{"text": "\\ud800", "condition": "stopped"}',
    "huge number": b'{"text": "x", "condition": "stopped", "machine": 1' + b"0" * 5000 + b"}",
    "large number": b'{"text": "x", "condition": "stopped", "machine": 99999999999999999999}',
    "unknown label": b'{"text": "x", "condition": "stopped", "label": "nada"}',
    "too long": b'{"condition": "stopped", "text": "' + b"x" * 100_000 + b'"}',
    "odd time": b'{"text": "x", "condition": "stopped", "sent_at": "yesterday"}',
}


@pytest.mark.parametrize("name", MALFORMED)
def test_body_that_cannot_be_read_is_kept_raw(client: Client, name: str) -> None:
    answer = put(client, MALFORMED[name])

    raw = RawIntake.objects.get()
    told = answer.json()  # type: ignore[attr-defined]
    assert (answer.status_code, told["kept"], told["receipt"]) == (400, "raw", raw.key[:8])
    assert (bytes(raw.body), BreakdownReport.objects.count()) == (MALFORMED[name], 0)


def test_problem_is_told_field_by_field(client: Client) -> None:
    answer = put(client, {"condition": "stopped", "phone": "12"})

    assert list(answer.json()["errors"]) == ["phone"]  # type: ignore[attr-defined]


def test_three_megabytes_are_too_much(client: Client) -> None:
    answer = put(client, said(text="x" * 3_000_000))

    assert (answer.status_code, answer.json()["code"]) == (413, "too_big")  # type: ignore[attr-defined]


def test_words_at_their_longest_are_taken(client: Client) -> None:
    assert put(client, said(text="ñ" * 5000)).status_code == 201


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
fields = st.sampled_from([*views.ReportSerializer().fields, "other"])


@override_settings(REPORTS_PER_LABEL=10**6)
@given(body=st.dictionaries(fields, values, max_size=8) | values)
@how(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_arrives_is_stored_or_kept_raw(client: Client, body: Any) -> None:
    before = BreakdownReport.objects.count() + RawIntake.objects.count()

    answer = put(client, body)

    assert answer.status_code in (201, 400)
    assert BreakdownReport.objects.count() + RawIntake.objects.count() - before in (0, 1)
    if answer.status_code == 400:
        assert RawIntake.objects.filter(key__startswith=answer.json()["receipt"]).count() == 1  # type: ignore[attr-defined]


def test_phone_gone_mad_is_told_to_wait(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views.ManyPhonesOneAddress, "rate", "2/min")

    assert [put(client, said()).status_code for _ in range(3)] == [201, 201, 429]


def test_session_is_not_looked_at(client: Client, admin_client: Client) -> None:
    from django.test import Client as Anybody

    strict = Anybody(enforce_csrf_checks=True)
    strict.cookies = admin_client.cookies

    assert put(strict, said()).status_code == 201


# Photos


def put_photo(
    client: Client, report: UUID, data: bytes, photo: UUID | None = None, kind: str = "image/jpeg"
) -> HttpResponse:
    return client.put(reverse("api:photo", args=[report, photo or uuid4()]), data, content_type=kind)  # type: ignore[return-value]


@pytest.mark.parametrize("kind", ["image/jpeg", "application/octet-stream", "application/json", ""])
def test_photo_is_stored_once(client: Client, kind: str) -> None:
    report, photo = make_report(), uuid4()

    answers = [put_photo(client, report.pk, images.jpeg(), photo, kind) for _ in range(2)]

    told = {"id": str(photo), "state": "waiting", "problem": ""}
    assert [(answer.status_code, answer.json()) for answer in answers] == [(201, told), (200, told)]  # type: ignore[attr-defined]
    assert Photo.objects.get().report == report


def test_photo_comes_after_its_report(client: Client) -> None:
    assert put_photo(client, uuid4(), images.jpeg()).status_code == 404


def test_other_photo_under_the_same_id_is_refused(client: Client) -> None:
    report, photo = make_report(), uuid4()
    put_photo(client, report.pk, images.jpeg(), photo)

    answer = put_photo(client, report.pk, images.jpeg((50, 50)), photo)

    assert (answer.status_code, answer.json()["code"]) == (409, "photo_id_taken")  # type: ignore[attr-defined]


def test_photo_without_content_was_cut_off(client: Client) -> None:
    report = make_report()

    empty = put_photo(client, report.pk, b"")
    request = RequestFactory().put("/", b"abc", content_type="image/jpeg")
    request = WSGIRequest(request.environ | {"wsgi.input": BytesIO(b"abc"), "CONTENT_LENGTH": "99"})
    cut = views.PhotoView.as_view()(request, pk=report.pk, photo=uuid4())

    assert (empty.status_code, empty.json()["code"]) == (400, "cut_off")  # type: ignore[attr-defined]
    assert (cut.status_code, cut.data["code"]) == (400, "cut_off")
    assert Photo.objects.count() == 0


def test_photo_over_twelve_megabytes_is_too_big(client: Client) -> None:
    answer = put_photo(client, make_report().pk, bytes(12 * 1024 * 1024 + 1))

    assert (answer.status_code, Photo.objects.count()) == (413, 0)


def test_fifth_photo_is_refused_with_its_reason(client: Client) -> None:
    report = make_report()
    for n in range(4):
        put_photo(client, report.pk, images.jpeg((20 + n, 20)))

    answer = put_photo(client, report.pk, images.jpeg())

    assert answer.status_code == 201
    assert (answer.json()["state"], answer.json()["problem"]) == (PhotoState.REFUSED, PhotoProblem.TOO_MANY)  # type: ignore[attr-defined]
