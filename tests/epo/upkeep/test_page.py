from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import now

from epo.audit.models import AuditEvent
from epo.upkeep.actions import check_data
from epo.upkeep.models import Backup, SanityRun
from epo.work.models import PeriodicRun
from epo.work.waiting import KINDS
from factories.models import Photo
from tests.make import make_backup, make_coordinator, make_heartbeat, make_photo, make_sanity_run, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(make_user(is_superuser=True, is_staff=True))
    return client


def _text(client: Client) -> str:
    response = client.get("/sistema/")
    assert response.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.mark.parametrize(
    "address", ["/sistema/", "/sistema/respaldo", "/sistema/revision", "/sistema/otra-vez/photo/1"]
)
def test_system_page_is_not_there_for_coordinators(client: Client, address: str) -> None:
    client.force_login(make_coordinator())

    answer = client.get(address) if address == "/sistema/" else client.post(address)

    assert answer.status_code == 404
    assert (Backup.objects.count(), SanityRun.objects.count()) == (0, 0)


def test_system_page_shows_workers_that_are_silent(admin: Client) -> None:
    make_heartbeat(name="celery@uno")
    make_heartbeat(name="celery@dos", beat_at=now() - timedelta(minutes=2))

    text = _text(admin)

    assert re.search(r"celery@dos .*? (silent|callado)", text)
    assert re.search(r"celery@uno .*? (alive|activo)", text)


def test_work_that_failed_is_shown_and_tried_again_at_once(admin: Client) -> None:
    photo = make_photo(last_error="OSError", tries=4, leased_until=now() + timedelta(minutes=40))

    before = _text(admin)
    answer = admin.post(f"/sistema/otra-vez/photo/{photo.pk}")

    photo.refresh_from_db()
    assert f" · {photo.pk}" in before
    assert (answer.status_code, answer["Location"]) == (302, "/sistema/")
    assert photo.leased_until is None
    assert list(Photo.objects.waiting()) == [photo]
    assert AuditEvent.objects.filter(kind="work.retried", about_id=str(photo.pk)).count() == 1


@pytest.mark.parametrize("address", ["photo/no-such", "photo/00000000-0000-0000-0000-000000000000", "nothing/1"])
def test_what_does_not_wait_cannot_be_tried_again(admin: Client, address: str) -> None:
    assert admin.post(f"/sistema/otra-vez/{address}").status_code == 404


def test_a_row_in_the_hands_of_a_worker_is_not_taken_from_it(admin: Client) -> None:
    held = now() + timedelta(seconds=12)
    photo = make_photo(tries=1, leased_until=held)

    admin.post(f"/sistema/otra-vez/photo/{photo.pk}")

    photo.refresh_from_db()
    assert photo.leased_until == held


def test_backup_is_asked_for_once(admin: Client, settings) -> None:
    settings.BACKUP_DIR = "/somewhere"

    admin.post("/sistema/respaldo")
    admin.post("/sistema/respaldo")

    assert [one.asked_by.is_superuser for one in Backup.objects.all()] == [True]
    assert list(KINDS["backup"].rows().waiting()) == list(Backup.objects.all())


def test_no_backup_can_be_asked_for_without_a_folder(admin: Client) -> None:
    admin.post("/sistema/respaldo")

    assert Backup.objects.count() == 0


def test_backups_that_nobody_set_up_are_not_called_good(admin: Client, settings) -> None:
    without = _text(admin)
    settings.BACKUP_DIR = "/somewhere"
    make_backup(ended_at=now(), name="new")

    assert "Un respaldo reciente sin configurar" in without
    assert "Un respaldo reciente bien" in _text(admin)


def test_check_of_the_data_names_what_is_broken_on_the_page(admin: Client) -> None:
    photo = make_photo(state="ready")

    admin.post("/sistema/revision")
    check_data(run_id=SanityRun.objects.get().pk)

    run = SanityRun.objects.get()
    assert [finding["name"] for finding in run.unkept] == ["photos_are_on_disk"]
    assert f"factories.photo {photo.pk}: has no image on the disk" in _text(admin)


def test_page_asks_as_many_questions_with_many_rows(admin: Client, django_assert_max_num_queries) -> None:
    for _n in range(30):
        make_backup()
        make_sanity_run()
        make_heartbeat()
        PeriodicRun.objects.create(job="x", period=str(_n))

    with django_assert_max_num_queries(60):
        admin.get("/sistema/")
