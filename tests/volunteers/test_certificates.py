"""Certificates: added, checked, renewed, and what ends before long."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from epo.core.clock import today
from epo.core.errors import Refused
from epo.core.pictures import PictureProblem
from epo.notifications.models import Notification
from tests.factories import images
from tests.make import (
    make_certificate,
    make_coordinator,
    make_municipality,
    make_qualification,
    make_region,
    make_trade,
    make_volunteer,
)
from volunteers import actions, rules
from volunteers.actions import expiry
from volunteers.actions.certificates import Paper
from volunteers.models import Certificate, Qualification
from volunteers.states import Basis, CertificateState, Standing

pytestmark = pytest.mark.django_db
YEAR = timedelta(days=365)


def _refusal(action, **arguments):
    with pytest.raises(Refused) as refused:
        action(**arguments)
    return refused.value.refusal


def _paper(**fields):
    said = {"trade": make_trade(), "level": 3, "number": "INCES-1", "issuer": "INCES", "issued_on": today() - YEAR}
    return Paper(**{"valid_until": today() + YEAR} | said | fields)


@pytest.fixture
def region():
    return make_region("oriente")


@pytest.fixture
def volunteer(region):
    return make_volunteer("welding", level=2, home=make_municipality(region=region))


@pytest.fixture
def boss(region):
    return make_coordinator(region)


def test_certificate_waits_for_a_coordinator_and_then_says_how_the_level_is_known(volunteer, boss):
    waiting = actions.add_certificate(volunteer=volunteer, paper=_paper(), by=volunteer.user)
    before = Qualification.objects.get().basis
    actions.confirm_certificate(certificate=waiting, by=boss)

    known = Qualification.objects.get()
    assert (waiting.state, before) == (CertificateState.WAITING, Basis.DECLARED)
    assert (known.level, known.basis, known.valid_until) == (3, Basis.CERTIFIED, today() + YEAR)
    assert sorted(note.kind for note in Notification.objects.all()) == ["certificate.checked", "certificate.to_check"]


def test_certificate_that_a_coordinator_adds_is_in_force_at_once(volunteer, boss):
    added = actions.add_certificate(volunteer=volunteer, paper=_paper(), by=boss)

    assert (added.state, Qualification.objects.get().basis) == (CertificateState.CONFIRMED, Basis.CERTIFIED)


def test_coordinator_does_not_check_their_own(region, boss):
    own = make_volunteer("welding", user=boss, home=make_municipality(region=region))

    added = actions.add_certificate(volunteer=own, paper=_paper(), by=boss)

    assert added.state == CertificateState.WAITING
    assert _refusal(actions.confirm_certificate, certificate=added, by=boss) == rules.OWN_PAPER


def test_newer_certificate_takes_the_place_of_the_old_one(volunteer, boss):
    old = actions.add_certificate(volunteer=volunteer, paper=_paper(), by=boss)

    new = actions.add_certificate(
        volunteer=volunteer, paper=_paper(number="INCES-2", valid_until=today() + 2 * YEAR), by=boss
    )

    old.refresh_from_db()
    assert (old.state, new.state) == (CertificateState.REPLACED, CertificateState.CONFIRMED)
    assert Qualification.objects.get().valid_until == today() + 2 * YEAR


@pytest.mark.parametrize(
    ("field", "away", "refusal"),
    [
        ("issued_on", timedelta(days=1), rules.ISSUED_LATER),
        ("valid_until", -2 * YEAR, rules.ENDS_BEFORE_ISSUED),
        ("valid_until", timedelta(days=-1), rules.EXPIRED_PAPER),
    ],
)
def test_certificate_whose_days_make_no_sense_is_refused(volunteer, field, away, refusal):
    paper = _paper(**{field: today() + away})

    assert _refusal(actions.add_certificate, volunteer=volunteer, paper=paper, by=volunteer.user) == refusal


def test_same_certificate_twice_is_refused_and_its_photo_goes(volunteer, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    actions.add_certificate(volunteer=volunteer, paper=_paper(), by=volunteer.user)

    scan = ContentFile(images.jpeg((400, 300)), "c.jpg")
    again = {"volunteer": volunteer, "paper": _paper(), "scan": scan, "by": volunteer.user}

    assert _refusal(actions.add_certificate, **again) == rules.SAME_PAPER
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_refused_certificate_says_why_and_its_photo_goes(
    volunteer, boss, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.MEDIA_ROOT = tmp_path
    scan = ContentFile(images.jpeg((400, 300)), "c.jpg")
    waiting = actions.add_certificate(volunteer=volunteer, paper=_paper(), scan=scan, by=volunteer.user)
    kept = default_storage.exists(waiting.scan.name)

    silent = _refusal(actions.refuse_certificate, certificate=waiting, reason="", by=boss)
    with django_capture_on_commit_callbacks(execute=True):
        actions.refuse_certificate(certificate=waiting, reason="no se lee", by=boss)

    waiting.refresh_from_db()
    assert (kept, silent) == (True, rules.NEEDS_REASON)
    assert (waiting.state, waiting.reason, bool(waiting.scan)) == ("refused", "no se lee", False)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_decided_certificate_stays_decided(boss, volunteer):
    one = make_certificate(volunteer, state="refused")

    assert _refusal(actions.confirm_certificate, certificate=one, by=boss) == rules.CHECKED_ALREADY


def test_certificate_that_ended_while_it_waited_is_not_confirmed(boss, volunteer):
    one = make_certificate(volunteer, valid_until=today() - timedelta(days=1))

    assert _refusal(actions.confirm_certificate, certificate=one, by=boss) == rules.EXPIRED_PAPER


def test_photo_is_written_anew_without_what_the_phone_put_into_it(client, volunteer, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client.force_login(volunteer.user)
    sent = BytesIO()
    picture = Image.new("RGB", (2400, 1800), "white")
    exif = picture.getexif()
    exif[0x010F] = "Canaria"
    picture.save(sent, "JPEG", exif=exif)
    said = {
        "trade": make_trade().pk, "level": 3, "number": "7", "issuer": "INCES", "issued_on": today() - YEAR,
        "scan": SimpleUploadedFile("cert.jpg", sent.getvalue(), "image/jpeg"),
    }  # fmt: skip

    answer = client.post("/yo/certificados", said)
    one = Certificate.objects.get()
    served = b"".join(client.get(f"/certificados/{one.key}/foto").streaming_content)

    assert (answer.status_code, b"Canaria" in sent.getvalue(), b"Canaria" in served) == (302, True, False)
    assert max(Image.open(BytesIO(served)).size) == 1600


@pytest.mark.parametrize(
    ("data", "problem"),
    [(b"esto no es una foto", PictureProblem.NOT_A_PICTURE), (images.bomb(), PictureProblem.TOO_MANY_PIXELS)],
    ids=["text", "bomb"],
)
def test_file_that_is_no_photo_is_refused_in_words_and_the_rest_is_kept(client, volunteer, data, problem):
    client.force_login(volunteer.user)
    said = {"trade": make_trade().pk, "level": 3, "number": "INCES-77", "issuer": "INCES", "issued_on": today() - YEAR}

    answer = client.post("/yo/certificados", said | {"scan": SimpleUploadedFile("c.jpg", data)})

    page = answer.content.decode()
    assert (answer.status_code, str(problem.label) in page, "INCES-77" in page) == (422, True, True)
    assert Certificate.objects.count() == 0


def test_scan_is_there_for_its_owner_and_those_in_charge_alone(client, volunteer, boss, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    name = default_storage.save("certificates/x.jpg", ContentFile(images.jpeg((40, 30))))
    one = make_certificate(volunteer, scan=name)
    people = {
        "own": volunteer.user, "boss": boss, "other region": make_coordinator(make_region("andes")),
        "other": make_volunteer("welding").user,
    }  # fmt: skip

    seen = {}
    for who, user in people.items():
        client.force_login(user)
        answer = client.get(f"/certificados/{one.key}/foto")
        seen[who] = answer.status_code
        if answer.streaming:
            list(answer.streaming_content)

    assert seen == {"own": 200, "boss": 200, "other region": 404, "other": 404}


def test_lists_show_what_waits_and_what_ends_in_ones_region(client, volunteer, boss):
    make_certificate(volunteer, number="INCES-1")
    make_certificate(number="INCES-2")
    for days in (10, 59, 61, -10, -200):
        trade = make_trade(f"trade-{days}", name_es=f"oficio {days}.", name_en=f"trade {days}.")
        make_qualification(volunteer, trade, valid_until=today() + timedelta(days=days))
    client.force_login(boss)

    waiting = client.get("/certificados").content.decode()
    ending = client.get("/certificados?tab=expiring").content.decode()

    assert ("INCES-1" in waiting, "INCES-2" in waiting) == (True, False)
    assert re.findall(r"oficio (-?\d+)\.", ending) == ["10", "59", "-10"]


def _told():
    return sorted(
        (note.kind, note.key.rpartition(":")[2]) for note in Notification.objects.filter(kind="qualification.expiring")
    )


def test_holder_and_coordinators_are_told_60_and_14_days_before(volunteer, boss, monkeypatch):
    end = today() + timedelta(days=100)
    Qualification.objects.update(valid_until=end)
    counts = []
    for left in (61, 60, 59, 15, 14, 13, 0, -1):
        monkeypatch.setattr(expiry, "today", lambda left=left: end - timedelta(days=left))
        counts.append(actions.warn_of_expiry())

    regional = Notification.objects.filter(kind="qualification.expiring_here")
    assert counts == [0, 1, 0, 0, 1, 0, 0, 0]
    assert _told() == [("qualification.expiring", "14"), ("qualification.expiring", "60")]
    assert [note.contact.user for note in regional] == [boss, boss]


def test_outage_on_the_day_makes_a_warning_late_and_not_double(volunteer):
    Qualification.objects.update(valid_until=today() + timedelta(days=5))

    counts = [actions.warn_of_expiry() for _ in range(2)]

    assert (counts, _told()) == ([1, 0], [("qualification.expiring", "14")])


def test_who_has_left_is_not_told(volunteer):
    volunteer.standing = Standing.LEFT
    volunteer.save()
    Qualification.objects.update(valid_until=today() + timedelta(days=5))

    assert actions.warn_of_expiry() == 0


def test_people_are_minded_once_a_day(volunteer):
    Qualification.objects.update(valid_until=today() + timedelta(days=5))

    assert [actions.mind_the_people() for _ in range(2)] == [True, False]


def test_what_was_renewed_is_told_of_anew(volunteer, boss):
    Qualification.objects.update(valid_until=today() + timedelta(days=5))
    actions.warn_of_expiry()

    actions.add_certificate(volunteer=volunteer, paper=_paper(valid_until=today() + timedelta(days=40)), by=boss)

    assert (actions.warn_of_expiry(), len(_told())) == (1, 2)
