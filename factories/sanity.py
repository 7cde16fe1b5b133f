"""What must always hold of reports and their photos."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from django.core.files.storage import default_storage
from django.db.models import Count, F
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from epo.upkeep.sanity import Broken, name_of, register, register_moves, rows_of
from factories.models import BreakdownReport, Photo, RawIntake, ReportVariant
from factories.states import PHOTO_MOVES, REPORT_MOVES, PhotoState


def reports_are_stored_once() -> Iterable[Broken]:
    for field in ("number", "status_token"):
        twice = BreakdownReport.objects.values(field).annotate(n=Count("pk")).filter(n__gt=1).order_by(field)
        for row in twice:
            yield Broken("factories.breakdownreport", f"{row['n']} have the same {field}")


def variants_differ() -> Iterable[Broken]:
    """What came again with the same content is no variant."""
    same = ReportVariant.objects.filter(content_hash=F("report__content_hash"))
    yield from rows_of(same, "has the content of its report")


def unreadable_is_kept_whole() -> Iterable[Broken]:
    waiting = RawIntake.objects.filter(handled_at=None)
    yield from rows_of(waiting.annotate(kept=Length("body")).exclude(kept=F("size")), "is not as long as what came")


def photos_are_on_disk() -> Iterable[Broken]:
    """One that is ready has both its sizes; one that waits has what was sent."""
    for photo in Photo.objects.exclude(state=PhotoState.REFUSED).order_by("pk").iterator():
        wanted = [photo.original] if photo.state == PhotoState.WAITING else [photo.image, photo.small]
        for file in wanted:
            if not file or not Path(default_storage.path(str(file.name))).is_file():
                yield Broken(name_of(Photo, photo.pk), f"has no {file.field.name} on the disk")


def register_all() -> None:
    register(1, "reports_are_stored_once", _("A report is stored once"), reports_are_stored_once)
    register(1, "variants_differ", _("Other content under the same id is kept"), variants_differ)
    register(1, "unreadable_is_kept_whole", _("What could not be read is kept whole"), unreadable_is_kept_whole)
    register(1, "photos_are_on_disk", _("Photos are on the disk"), photos_are_on_disk)
    register_moves(BreakdownReport, REPORT_MOVES)
    register_moves(Photo, PHOTO_MOVES)
