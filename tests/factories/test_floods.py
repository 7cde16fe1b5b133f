from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.db.models import F
from django.urls import reverse

from epo.core.errors import TooMany
from epo.work import readiness
from factories import actions
from factories.actions import floods
from factories.content import Content
from factories.models import BreakdownReport, Photo, RawIntake, ReportVariant
from tests.factories import images
from tests.make import make_factory, make_label, make_municipality, make_report

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _small_quota(settings):
    settings.REPORTS_PER_LABEL = 8


def _send(label=None, *, sender="a", report_id=None, **said):
    content = Content(condition="stopped", text="no enciende", label=label.token if label else "", **said)
    return actions.receive_report(report_id=report_id or uuid4(), content=content, by=None, sender=sender)


def _flood(label=None, *, count, **how):
    """What each sending was told: 0, or the seconds to wait."""
    told = []
    for _ in range(count):
        try:
            _send(label, **how)
            told.append(0)
        except TooMany as error:
            told.append(error.seconds)
    return told


def _later(**delta):
    BreakdownReport.objects.update(received_at=F("received_at") - timedelta(**delta))
    RawIntake.objects.update(received_at=F("received_at") - timedelta(**delta))


def test_label_takes_a_part_of_its_quota_in_a_minute_and_all_of_it_in_an_hour():
    label = make_label()

    minutes = []
    for _ in range(5):
        minutes.append(_flood(label, count=3))
        _later(minutes=2)
    _later(minutes=60)

    assert minutes == [[0, 0, 60]] * 3 + [[0, 0, 300], [300, 300, 300]]
    assert _flood(label, count=3) == [0, 0, 60]


def test_phone_elsewhere_has_two_places_beside_a_flood():
    label = make_label()
    _flood(label, count=9)

    assert _flood(label, count=3, sender="b") == [0, 0, 60]


def test_flood_from_everywhere_ends_at_ten_times_the_quota():
    label = make_label()

    told = [_flood(label, count=1, sender=f"s{n}")[0] for n in range(82)]

    assert told == [0] * 80 + [300] * 2


def test_other_label_at_the_same_address_takes_reports():
    _flood(make_label(), count=9)

    assert _flood(make_label(), count=1) == [0]


def test_report_that_is_stored_is_never_refused():
    label, report_id = make_label(), uuid4()
    _send(label, report_id=report_id)
    _flood(label, count=9)

    assert _send(label, report_id=report_id).outcome == actions.Outcome.AGAIN


def test_reports_without_a_label_count_for_their_place_and_for_their_address():
    here, there = make_factory(), make_municipality()

    told = [
        _flood(count=3, factory=here.pk),
        _flood(count=3, municipality=there.code),
        _flood(count=1, factory=here.pk, sender="b"),
        [wait for _ in range(5) for wait in _flood(count=1, factory=make_factory().pk)],
    ]

    assert told == [[0, 0, 60], [0, 0, 60], [0], [0, 0, 0, 0, 300]]


def test_flooded_api_says_when_to_come_again_and_stores_nothing(client):
    label = make_label()
    body = {"condition": "stopped", "text": "no enciende", "label": label.token}
    url = [reverse("api:report", args=[uuid4()]) for _ in range(3)]

    answers = [client.put(each, body, content_type="application/json") for each in url]

    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert (answers[2]["Retry-After"], answers[2].json()["code"], answers[2].json()["wait"]) == ("60", "too_many", 60)
    assert (BreakdownReport.objects.count(), RawIntake.objects.count()) == (2, 0)


def test_flooded_page_keeps_what_was_typed_and_sends_it_again(client):
    label = make_label()
    url, own = reverse("factories:report", args=[label.token]), str(uuid4())
    said = {"condition": "stopped", "text": "no enciende el horno", "name": "Ana", "phone": "", "end": "1"}
    for _ in range(2):
        client.post(url, said | {"id": str(uuid4())})

    crowded = client.post(url, said | {"id": own})
    _later(minutes=2)
    again = client.post(url, said | {"id": own})

    assert (crowded.status_code, crowded["Retry-After"]) == (429, "60")
    for part in (
        own,
        "no enciende el horno",
        'value="Ana"',
        'data-resend="60"',
        "se envía sola otra vez en 60 segundos",
    ):
        assert part in crowded.text
    assert (again.status_code, BreakdownReport.objects.filter(pk=own).count()) == (302, 1)


def test_flooded_page_with_photos_asks_for_them_again_and_waits_for_the_person(client):
    label = make_label()
    url = reverse("factories:report", args=[label.token])
    said = {"condition": "stopped", "text": "no enciende", "name": "", "phone": "", "end": "1"}
    for _ in range(2):
        client.post(url, said | {"id": str(uuid4())})

    crowded = client.post(url, said | {"id": str(uuid4()), "photos": ContentFile(images.jpeg(), "a.jpg")})

    assert crowded.status_code == 429
    assert "data-resend" not in crowded.text
    assert "Elige las fotos otra vez" in crowded.text


def test_same_breakdown_waits_too(client):
    label = make_label()
    open_one = make_report(label.machine)
    _flood(label, count=2, sender=floods_sender(client))
    said = {"id": str(uuid4()), "same_as": open_one.number, "end": "1"}

    crowded = client.post(reverse("factories:report", args=[label.token]), said)

    assert (crowded.status_code, crowded["Retry-After"]) == (429, "60")


def floods_sender(client):
    """What the test client's address is known by."""
    client.put(
        reverse("api:report", args=[uuid4()]), {"condition": "stopped", "text": "x"}, content_type="application/json"
    )
    return BreakdownReport.objects.get(text="x").sender


def test_unreadable_messages_of_one_address_are_kept_up_to_the_quota():
    def keep(n, sender="a"):
        actions.keep_raw(path="/r/x", content_type="", body=b"%d" % n, problem="unreadable", sender=sender)

    for n in range(8):
        keep(n)
    keep(0)
    with pytest.raises(TooMany):
        keep(99)
    keep(100, sender="b")

    assert RawIntake.objects.count() == 9


def test_unreadable_page_of_a_flood_is_told_to_wait(client):
    label = make_label()
    url = reverse("factories:report", args=[label.token])

    answers = [client.post(url, b"\xff%d" % n, content_type="text/plain").status_code for n in range(10)]

    assert answers == [400] * 8 + [429] * 2


def test_report_to_an_address_without_a_place_is_kept(client):
    query = f"municipality={make_municipality().code}&plant=other"

    answers = [
        client.generic(
            "POST", f"/reportar?{query}", b"text=no+gira&end=%d" % n, content_type="text/plain; charset=utf-16"
        )
        for n in range(10)
    ]

    assert [each.status_code for each in answers] == [400] * 8 + [429] * 2
    assert "Lo guardamos como vino" in answers[0].text
    assert answers[9]["Retry-After"].isdigit()
    assert bytes(RawIntake.objects.earliest("pk").body) == b"text=no+gira&end=0"
    assert not BreakdownReport.objects.exists()


def test_report_keeps_twenty_variants():
    report_id, label = uuid4(), make_label()
    _send(label, report_id=report_id)

    for n in range(floods.MOST_VARIANTS):
        _send(label, report_id=report_id, name=f"otro {n}")
    with pytest.raises(TooMany):
        _send(label, report_id=report_id, name="uno más")

    assert ReportVariant.objects.count() == floods.MOST_VARIANTS


def test_senders_are_forgotten():
    label = make_label()
    _send(label)
    kept = BreakdownReport.objects.get().sender
    floods.forget_senders()
    still = BreakdownReport.objects.get().sender
    _later(hours=3)
    floods.forget_senders()

    assert (kept, still, BreakdownReport.objects.get().sender) == ("a", "a", "")


def test_photos_take_what_the_disk_is_given_for_them(settings, client, monkeypatch):
    monkeypatch.setattr(floods, "LOOK_EVERY", -1.0)
    report, data = make_report(), images.jpeg((3000, 2000), quality=100)

    def add():
        return actions.add_photo(report=report, photo_id=uuid4(), file=ContentFile(data), by=None)

    first = add()[0]
    settings.PHOTOS_MB = 1
    with pytest.raises(TooMany):
        for _ in range(3):
            Photo.objects.filter(pk=first.pk).update(size=F("size") + 500_000)
            add()
    full = readiness.findings()["disk"]

    assert Photo.objects.get(pk=first.pk).size > len(data)
    assert (full.ok, full.facts["photos_mb"] >= 0) == (False, True)


def test_prepared_photo_takes_what_is_kept_of_it():
    report = make_report()
    photo, _new = actions.add_photo(report=report, photo_id=uuid4(), file=ContentFile(images.jpeg()), by=None)
    sent = photo.size

    actions.prepare(photo_id=photo.pk)

    photo.refresh_from_db()
    assert (sent, photo.size) == (len(images.jpeg()), photo.image.size + photo.small.size)
