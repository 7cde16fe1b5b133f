from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.urls import reverse
from django.utils.timezone import now

from epo.core import pictures
from epo.core.errors import Refused
from epo.core.models import LEASE
from epo.work.actions import hand_out_again
from epo.work.waiting import KINDS
from factories import actions, rules, tasks
from factories.actions import photos as module
from factories.models import BreakdownReport, Photo
from factories.states import MemberRole, PhotoProblem, PhotoState
from tests.factories import images
from tests.make import make_coordinator, make_membership, make_photo, make_region, make_report, make_user

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoCaptureOnCommitCallbacks

pytestmark = pytest.mark.django_db


def add(data: bytes, report: BreakdownReport | None = None) -> Photo:
    report = report or make_report()
    return actions.add_photo(report=report, photo_id=uuid4(), file=ContentFile(data), by=None)[0]


def files() -> list[str]:
    root = Path(default_storage.path(""))
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def prepared(data: bytes, capture: DjangoCaptureOnCommitCallbacks) -> Photo:
    photo = add(data)
    with capture(execute=True):
        tasks.prepare_photo(str(photo.pk))
    photo.refresh_from_db()
    return photo


def test_photo_is_kept_as_sent_until_the_worker_has_it() -> None:
    photo = add(images.jpeg())

    assert (photo.state, files()) == (PhotoState.WAITING, [f"photos/original/{photo.pk}"])
    assert Path(photo.original.path).read_bytes() == images.jpeg()


def test_worker_leaves_only_what_it_encoded(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    photo = prepared(images.jpeg((2000, 1000)), django_capture_on_commit_callbacks)

    assert (photo.state, photo.original.name, photo.leased_until) == (PhotoState.READY, "", None)
    assert files() == [f"photos/{photo.pk}.jpg", f"photos/small/{photo.pk}.jpg"]
    for name in files():
        assert b"CamaraSecreta" not in Path(default_storage.path(name)).read_bytes()


def test_worker_told_twice_does_it_once(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    photo = prepared(images.jpeg(), django_capture_on_commit_callbacks)

    tasks.prepare_photo(str(photo.pk))

    again = Photo.objects.get()
    assert (again.image.name, again.tries, len(files())) == (photo.image.name, 1, 2)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"esto no es una foto", PhotoProblem.NOT_A_PICTURE),
        (images.SVG, PhotoProblem.NOT_A_PICTURE),
        (images.jpeg((1200, 900), quality=95)[:4000], PhotoProblem.BROKEN),
        (images.bomb(), PhotoProblem.TOO_MANY_PIXELS),
    ],
)
def test_file_that_is_no_photo_is_refused_with_its_reason(
    data: bytes, problem: PhotoProblem, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    photo = prepared(data, django_capture_on_commit_callbacks)

    assert (photo.state, photo.problem, photo.why_refused) == (PhotoState.REFUSED, problem, problem.label)
    assert files() == []


def test_photo_over_twelve_megabytes_is_refused_at_once() -> None:
    photo = add(b"x" * (module.MOST_BYTES + 1))

    assert (photo.state, photo.problem, files()) == (PhotoState.REFUSED, PhotoProblem.TOO_BIG, [])


def test_fifth_photo_is_refused_and_so_is_a_flood() -> None:
    report = make_report()

    rows = [add(images.jpeg((20 + n, 20)), report) for n in range(12)]
    with pytest.raises(Refused) as refused:
        add(images.jpeg(), report)

    assert [row.state for row in rows] == [PhotoState.WAITING] * 4 + [PhotoState.REFUSED] * 8
    assert refused.value.refusal == rules.TOO_MANY_PHOTOS
    assert len(files()) == 4


def test_refused_photo_leaves_its_place_to_another(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    report = prepared(b"esto no es una foto", django_capture_on_commit_callbacks).report

    assert [add(images.jpeg((20 + n, 20)), report).state for n in range(4)] == [PhotoState.WAITING] * 4


def test_id_of_another_photo_is_refused() -> None:
    photo = add(images.jpeg())

    for report, data in ((photo.report, images.jpeg((50, 50))), (make_report(), images.jpeg())):
        with pytest.raises(Refused) as refused:
            actions.add_photo(report=report, photo_id=photo.pk, file=ContentFile(data), by=None)
        assert refused.value.refusal == rules.PHOTO_ID_TAKEN
    assert len(files()) == 1


@pytest.mark.django_db(transaction=True)
def test_photo_sent_five_times_at_once_is_kept_once() -> None:
    report, photo_id, start = make_report(), uuid4(), Barrier(5)

    def once(_n: int) -> bool:
        start.wait()
        try:
            return actions.add_photo(report=report, photo_id=photo_id, file=ContentFile(images.jpeg()), by=None)[1]
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as pool:
        new = sorted(pool.map(once, range(5)))

    assert (new, Photo.objects.count(), len(files())) == ([False] * 4 + [True], 1, 1)


def test_photo_on_which_workers_die_is_given_up(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    photo = add(images.jpeg())
    Photo.objects.filter(pk=photo.pk).update(tries=module.MOST_TRIES, leased_until=now() - LEASE)

    with django_capture_on_commit_callbacks(execute=True):
        tasks.prepare_photo(str(photo.pk))

    photo.refresh_from_db()
    assert (photo.state, photo.problem, files()) == (PhotoState.REFUSED, PhotoProblem.BROKEN, [])


def test_photo_of_a_worker_that_lost_its_lease_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    photo = add(images.jpeg())
    reencode = pictures.reencode

    def slowly(file: object) -> pictures.Picture:
        Photo.objects.filter(pk=photo.pk).update(claim=99)
        return reencode(file)  # type: ignore[arg-type]

    monkeypatch.setattr(pictures, "reencode", slowly)
    tasks.prepare_photo(str(photo.pk))

    photo.refresh_from_db()
    assert (photo.state, photo.claim, files()) == (PhotoState.WAITING, 99, [f"photos/original/{photo.pk}"])


def test_lost_file_is_tried_again_later() -> None:
    photo = add(images.jpeg())
    default_storage.delete(photo.original.name)

    with pytest.raises(FileNotFoundError):
        tasks.prepare_photo(str(photo.pk))

    photo.refresh_from_db()
    assert (photo.state, photo.last_error, photo.leased_until > now()) == (
        PhotoState.WAITING,
        "FileNotFoundError",
        True,
    )  # type: ignore[operator]


def test_beat_hands_out_what_waits() -> None:
    photo = add(images.jpeg())

    assert list(KINDS["photo"].rows().waiting()) == [photo]
    assert hand_out_again() == 1


# Who sees it


@pytest.fixture
def photo(django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> Photo:
    return prepared(images.jpeg(), django_capture_on_commit_callbacks)


def address(photo: Photo, size: str = "image") -> str:
    return reverse("factories:photo", args=[photo.pk, size])


def status_for(client: Client, user: object, photo: Photo) -> int:
    client.force_login(user)  # type: ignore[arg-type]
    answer = client.get(address(photo))
    b"".join(answer)  # type: ignore[arg-type]
    return answer.status_code


@pytest.mark.parametrize("size", ["image", "small"])
def test_holder_of_the_private_link_sees_the_photo(client: Client, photo: Photo, size: str) -> None:
    answer = client.get(address(photo, size), {"t": photo.report.status_token})

    kept = Path(getattr(photo, size).path).read_bytes()
    assert (answer.status_code, b"".join(answer), answer["Content-Type"]) == (200, kept, "image/jpeg")  # type: ignore[arg-type]
    assert (answer["Cache-Control"], answer["X-Content-Type-Options"]) == (
        "private, max-age=86400",
        "nosniff",
    )


def test_strangers_do_not_see_the_photo(client: Client, photo: Photo) -> None:
    assert client.get(address(photo)).status_code == 404
    assert client.get(address(photo), {"t": make_report().status_token}).status_code == 404
    assert status_for(client, make_user(), photo) == 404
    assert status_for(client, make_coordinator(make_region("other")), photo) == 404


def test_coordinators_and_the_plants_people_see_the_photo(client: Client, photo: Photo) -> None:
    factory = photo.report.factory
    assert factory is not None
    people = [
        make_coordinator(),
        make_coordinator(factory.municipality.state.region),
        make_membership(factory, role=MemberRole.WORKER).user,
        make_membership(factory, role=MemberRole.MANAGER).user,
    ]

    assert [status_for(client, user, photo) for user in people] == [200, 200, 200, 200]


def test_photo_that_is_not_ready_is_not_there(client: Client) -> None:
    waiting = add(images.jpeg())
    refused = make_photo(waiting.report, state=PhotoState.REFUSED)

    for each in (waiting, refused):
        assert client.get(address(each), {"t": waiting.report.status_token}).status_code == 404


def test_size_that_is_none_and_lost_file_are_not_there(client: Client, photo: Photo) -> None:
    token = {"t": photo.report.status_token}
    default_storage.delete(photo.small.name)

    assert client.get(address(photo, "original"), token).status_code == 404
    assert client.get(address(photo, "small"), token).status_code == 404
