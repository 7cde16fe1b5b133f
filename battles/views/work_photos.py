"""A photo of the work, for who sees the battle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from battles.models import Battle
from factories.models import Photo
from factories.views.photos import file_of

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import FileResponse

    from epo.core.http import SignedInRequest


@require_safe
def work_photo(request: SignedInRequest, pk: UUID, size: str) -> FileResponse:
    seen = Battle.objects.visible_to(request.user).values("pk")
    return file_of(get_object_or_404(Photo.objects.ready().filter(of_work__battle__in=seen), pk=pk), size)
