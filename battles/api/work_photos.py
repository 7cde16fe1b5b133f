"""Photos of the work, one request each, so that a bad line loses one at most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from battles.actions.missed import keep_missed
from battles.actions.work_photos import add_work_photo
from battles.api.part_serializers import OfBattleIn
from battles.api.sync_kinds import known_battles
from battles.rules import field as field_rules
from epo.api.fields import DateField
from epo.core.errors import Refused, refuse_if
from epo.work.actions import Answer, Asked, answer_once
from epo.work.models import ReceivedAction
from factories.api.views import AsSent, file_sent
from factories.models import Machine

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request

    from battles.models import Battle


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
    """PUT the file as the body: 201 stored, 200 the same again, 409 refused, 413 too big.

    Of a photo that is refused the wish is kept, with its words, for the person and the coordinator.
    """

    has_private_answer = True  # and the phone's own id makes a repeat the same
    parser_classes = (AsSent,)
    tells = WorkPhotoOut

    def put(self, request: Request, pk: int, photo: UUID) -> Response:
        user: Any = request.user
        battle = get_object_or_404(known_battles(user), pk=pk)
        words = WorkPhotoIn(data=request.query_params, context={"request": request, "battle": battle})
        words.is_valid(raise_exception=True)
        sent = file_sent(request)
        if isinstance(sent, Response):
            return sent
        try:
            refuse_if(field_rules.why_not_record(battle, by=user))
            row, is_new = add_work_photo(
                battle=battle, photo_id=photo, file=ContentFile(sent), by=user, **words.validated_data
            )
        except Refused as refused:
            _miss(battle, photo, request, refused)
            raise
        told = {"id": str(row.pk), "state": row.state, "problem": row.problem}
        return Response(told, status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)


def _miss(battle: Battle, photo: UUID, request: Request, refused: Refused) -> None:
    by: Any = request.user
    said = {name: value for name, value in request.query_params.items() if name in WorkPhotoIn().fields}
    asked = Asked(client_id=str(photo), kind="battle.photo", intent={"about": {"battle": battle.pk}, "said": said})

    def act() -> Answer:
        received = ReceivedAction.objects.get(client_id=asked.client_id, by=by)
        keep_missed(received=received, factory=battle.factory, battle=battle, had_changed=False)
        told = {"code": refused.refusal.code, "detail": str(refused.refusal)}
        return Answer(status.HTTP_409_CONFLICT, told)

    answer_once(asked=asked, by=by, act=act)


urlpatterns = [path("battles/<int:pk>/photos/<uuid:photo>", WorkPhotos.as_view(), name="battle-photo")]
