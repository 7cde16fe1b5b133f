from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404
from django.views.decorators.http import require_safe

from factories.models import BreakdownReport, Photo

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

SIZES = ("image", "small")


@login_not_required
@require_safe
def photo(request: HttpRequest, pk: UUID, size: str) -> FileResponse:
    """For coordinators in charge, members of the plant, and who holds the report's private link (`?t=`)."""
    found = Photo.objects.ready().filter(pk=pk).select_related("report").first()
    if found is None or not _may_see(request, found):
        raise Http404
    return file_of(found, size)


def file_of(photo: Photo, size: str) -> FileResponse:
    """Of a photo that is ready, to who may see it."""
    if size not in SIZES:
        raise Http404
    try:
        file = (photo.image if size == "image" else photo.small).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(file, content_type="image/jpeg")
    response["Content-Disposition"] = "inline"
    response["Cache-Control"] = "private, max-age=86400"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _may_see(request: HttpRequest, photo: Photo) -> bool:
    report, user = photo.report, request.user
    if report is None:
        return False
    if request.GET.get("t") == report.status_token:
        return True
    return user.is_authenticated and BreakdownReport.objects.visible_to(user).filter(pk=report.pk).exists()
