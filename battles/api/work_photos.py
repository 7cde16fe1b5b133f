"""Photos of the work, one request each, so that a bad line loses one at most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from battles.actions.work_photos import add_work_photo
from battles.api.part_serializers import OfBattleIn
from battles.models import Battle
from battles.rules import field as field_rules
from epo.api.fields import DateField
from factories.api.views import AsSent, file_sent
from factories.models import Machine

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request


class WorkPhotoIn(OfBattleIn):
    """Stands in the address; the body is the file."""

    machine = serializers.PrimaryKeyRelatedField(queryset=Machine.objects.none(), required=False)
    day = DateField(required=False)
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)


class WorkPhotoOut(serializers.Serializer[Any]):
    id = serializers.CharField()
    state = serializers.CharField()
    problem = serializers.CharField(allow_blank=True)


class WorkPhotos(APIView):
    """PUT the file as the body: 201 stored, 200 the same again, 409 refused, 413 too big."""

    has_private_answer = True  # and the phone's own id makes a repeat the same
    parser_classes = (AsSent,)
    tells = WorkPhotoOut

    def put(self, request: Request, pk: int, photo: UUID) -> Response:
        user: Any = request.user
        battle = get_object_or_404(Battle.objects.filter(field_rules.recordable_by(user)), pk=pk)
        words = WorkPhotoIn(data=request.query_params, context={"request": request, "battle": battle})
        words.is_valid(raise_exception=True)
        sent = file_sent(request)
        if isinstance(sent, Response):
            return sent
        row, is_new = add_work_photo(
            battle=battle, photo_id=photo, file=ContentFile(sent), by=user, **words.validated_data
        )
        told = {"id": str(row.pk), "state": row.state, "problem": row.problem}
        return Response(told, status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)


urlpatterns = [path("battles/<int:pk>/photos/<uuid:photo>", WorkPhotos.as_view(), name="battle-photo")]
