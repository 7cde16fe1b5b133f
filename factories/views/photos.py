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
    if found is None or size not in SIZES or not _may_see(request, found):
        raise Http404
    try:
        file = (found.image if size == "image" else found.small).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(file, content_type="image/jpeg")
    response["Content-Disposition"] = "inline"
    response["Cache-Control"] = "private, max-age=86400"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _may_see(request: HttpRequest, photo: Photo) -> bool:
    if request.GET.get("t") == photo.report.status_token:
        return True
    user = request.user
    return user.is_authenticated and BreakdownReport.objects.visible_to(user).filter(pk=photo.report_id).exists()
