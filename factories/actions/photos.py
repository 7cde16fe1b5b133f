"""Everything that writes photos: keep as sent, re-encode, refuse."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from uuid import UUID, uuid5

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from epo.audit.actions import move, record
from epo.core import pictures
from epo.core.errors import Refused
from epo.core.leases import Lease, LeaseLost, hold
from epo.work.nudge import nudge
from factories import rules
from factories.actions.floods import make_room_for_photo
from factories.models import BreakdownReport, Photo
from factories.states import PHOTO_MOVES, PhotoProblem, PhotoState
from factories.tasks import prepare_photo

if TYPE_CHECKING:
    from django.core.files import File

    from epo.core.types import Actor

MOST_PHOTOS = 4
MOST_ROWS = 12
MOST_BYTES = 12 * 1024 * 1024
MOST_TRIES = 5


def photo_id_for(report: BreakdownReport, file: File[bytes]) -> UUID:
    """For forms, which cannot make ids: the same file of the same report always gets the same one."""
    return uuid5(report.pk, _digest(file))


def _digest(file: File[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return digest.hexdigest()


class Album(Protocol):
    """What photos are of. `room` is asked in the transaction that adds one: it locks, and tells why there is none."""

    @property
    def report(self) -> BreakdownReport | None: ...

    def room(self) -> PhotoProblem | None: ...

    def holds(self, photo: Photo) -> bool: ...

    def tie(self, photo: Photo) -> None: ...


@dataclass(frozen=True, slots=True)
class OfReport:
    report: BreakdownReport

    def room(self) -> PhotoProblem | None:
        BreakdownReport.objects.select_for_update(of=("self",)).get(pk=self.report.pk)
        if self.report.photos.count() >= MOST_ROWS:
            raise Refused(rules.TOO_MANY_PHOTOS)
        taken = self.report.photos.exclude(state=PhotoState.REFUSED).count()
        return PhotoProblem.TOO_MANY if taken >= MOST_PHOTOS else None

    def holds(self, photo: Photo) -> bool:
        return photo.report_id == self.report.pk

    def tie(self, photo: Photo) -> None:
        """The report stands in the photo itself."""


def add_photo(*, report: BreakdownReport, photo_id: UUID, file: File[bytes], by: Actor | None) -> tuple[Photo, bool]:
    return keep_photo(of=OfReport(report), photo_id=photo_id, file=file, by=by)


def keep_photo(*, of: Album, photo_id: UUID, file: File[bytes], by: Actor | None) -> tuple[Photo, bool]:
    """Keep a photo as it was sent and have it prepared; sent again, it is kept once. True if it is new.

    The file is written and synced before the row, outside the transaction. What is too large or too many
    is kept as a refused row without a file: the report is worth more than the photo, and its sender is told.
    """
    digest = _digest(file)
    photo = Photo.objects.filter(pk=photo_id).first()
    if photo is not None:
        return _the_same(photo, of, digest), False
    too_big = file.size > MOST_BYTES
    if not too_big:
        make_room_for_photo(file.size)
    name = "" if too_big else _keep_file(f"photos/original/{photo_id}", file)
    try:
        problem = PhotoProblem.TOO_BIG if too_big else None
        photo = _add_row(of, photo_id, digest, (name, file.size), problem, by=by)
    except IntegrityError:
        _forget_file(name)
        return _the_same(Photo.objects.get(pk=photo_id), of, digest), False
    except BaseException:
        _forget_file(name)
        raise
    if not photo.original:
        _forget_file(name)
    return photo, True


def _the_same(photo: Photo, of: Album, digest: str) -> Photo:
    if photo.content_hash != digest or not of.holds(photo):
        raise Refused(rules.PHOTO_ID_TAKEN)
    return photo


@transaction.atomic(durable=True)
def _add_row(
    of: Album,
    photo_id: UUID,
    digest: str,
    kept: tuple[str, int],
    problem: PhotoProblem | None,
    *,
    by: Actor | None,
) -> Photo:
    no_room = of.room()
    problem = problem or no_room
    name, size = kept
    photo = Photo.objects.create(
        id=photo_id,
        report=of.report,
        content_hash=digest,
        original="" if problem else name,
        size=0 if problem else size,
        problem=problem or "",
        state=PhotoState.REFUSED if problem else PhotoState.WAITING,
    )
    of.tie(photo)
    record("photo.received", photo, by=by, problem=photo.problem)
    if not problem:
        nudge(prepare_photo, str(photo.pk))
    return photo


def prepare(*, photo_id: UUID | str) -> None:
    """Re-encode a waiting photo, or say why not. A photo on which workers die again and again is given up."""
    with hold(Photo.objects.all(), photo_id) as lease:
        if lease is None:
            return
        photo = Photo.objects.get(pk=photo_id)
        if photo.tries > MOST_TRIES:
            _refuse(lease, PhotoProblem.BROKEN)
            return
        try:
            with photo.original.open("rb") as file:
                picture = pictures.reencode(file)
        except pictures.UnusableError as error:
            _refuse(lease, PhotoProblem(error.problem.value))
        else:
            _finish(lease, picture)


def _finish(lease: Lease[Photo], picture: pictures.Picture) -> None:
    image = _keep_file(f"photos/{lease.pk}.jpg", ContentFile(picture.large))
    small = _keep_file(f"photos/small/{lease.pk}.jpg", ContentFile(picture.small))
    try:
        with transaction.atomic():
            photo = lease.row()
            photo.image.name, photo.small.name = image, small
            photo.size = len(picture.large) + len(picture.small)
            _end(photo, PhotoState.READY, "image", "small")
    except LeaseLost:
        _forget_file(image)
        _forget_file(small)
        raise


@transaction.atomic
def _refuse(lease: Lease[Photo], problem: PhotoProblem) -> None:
    photo = lease.row()
    photo.problem, photo.size = problem, 0
    _end(photo, PhotoState.REFUSED, "problem")


def _end(photo: Photo, state: PhotoState, *fields: str) -> None:
    """The file as sent goes once this is committed."""
    transaction.on_commit(partial(_forget_file, photo.original.name))
    photo.original.name = ""
    move(photo, state, PHOTO_MOVES, by=None, also=("original", "size", *fields))


def _keep_file(name: str, file: File[bytes]) -> str:
    """Written and on disk (file and folder) when this returns."""
    file.seek(0)
    name = default_storage.save(name, file)
    path = Path(default_storage.path(name))
    for each, flags in ((path, os.O_RDONLY), (path.parent, os.O_RDONLY | os.O_DIRECTORY)):
        handle = os.open(each, flags)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    return name


def _forget_file(name: str | None) -> None:
    if name:
        with suppress(OSError):
            default_storage.delete(name)
