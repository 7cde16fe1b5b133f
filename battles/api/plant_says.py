"""What a plant's own people say about a battle: that it was agreed, that the figures are right, or which are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework import status
from rest_framework.response import Response
from rest_framework.views import APIView

from battles.actions.agreements import confirm_agreement
from battles.actions.corrections import correct_output
from battles.actions.results import confirm_output
from battles.api.battle_serializers import AgreementSerializer, LineResultSerializer
from battles.api.part_serializers import CorrectionOut
from battles.api.plant_serializers import FiguresIn, SaidByIn
from battles.models import Battle, LineResult
from factories.models import Factory, Membership
from factories.states import MemberRole

if TYPE_CHECKING:
    from rest_framework.request import Request


def _said(takes: type[Any], request: Request) -> dict[str, Any]:
    words = takes(data=request.data)
    words.is_valid(raise_exception=True)
    return {"said_by": str(MemberRole.DELEGATE.label)} | dict(words.validated_data)


def _of_my_plant(user: Any, pk: int) -> Battle:
    """A battle of a plant for whose workers the user speaks."""
    mine = Factory.objects.spoken_for_by(user)
    battle: Battle = get_object_or_404(Battle.objects.visible_to(user).filter(factory__in=mine), pk=pk)
    return battle


class ConfirmAgreement(APIView):
    """The delegate says that this is what was agreed."""

    takes = SaidByIn
    tells = AgreementSerializer

    def post(self, request: Request, pk: int) -> Response:
        by: Any = request.user
        battle = _of_my_plant(by, pk)
        return Response(AgreementSerializer(confirm_agreement(battle=battle, by=by, **_said(SaidByIn, request))).data)


class ConfirmOutput(APIView):
    """The delegate stands behind the figures before and after."""

    takes = SaidByIn
    tells = LineResultSerializer

    def post(self, request: Request, pk: int, result: int) -> Response:
        by: Any = request.user
        row = get_object_or_404(LineResult, battle=_of_my_plant(by, pk), pk=result)
        return Response(LineResultSerializer(confirm_output(result=row, by=by, **_said(SaidByIn, request))).data)


class CorrectOutput(APIView):
    """The delegate or the management says other figures; both stand there until a coordinator decides."""

    takes = FiguresIn
    tells = CorrectionOut

    def post(self, request: Request, pk: int, result: int) -> Response:
        by: Any = request.user
        speaking = Membership.objects.filter(user=by.pk, role__in=[MemberRole.DELEGATE, MemberRole.MANAGER])
        battles = Battle.objects.visible_to(by).filter(factory__in=speaking.values("factory"))
        rows = LineResult.objects.filter(battle__in=battles, after__isnull=False).select_related("battle")
        row = get_object_or_404(rows, battle=pk, pk=result)
        is_first_hand = Factory.objects.spoken_for_by(by).filter(pk=row.battle.factory_id).exists()
        said = {"before": None} | _said(FiguresIn, request)
        made = correct_output(result=row, by=by, is_first_hand=is_first_hand, **said)
        return Response(CorrectionOut(made).data, status.HTTP_201_CREATED)


ONE = "battles/<int:pk>"
urlpatterns = [
    path(f"{ONE}/agreement/confirm", ConfirmAgreement.as_view(), name="agreement-confirm"),
    path(f"{ONE}/output/<int:result>/confirm", ConfirmOutput.as_view(), name="output-confirm"),
    path(f"{ONE}/output/<int:result>/correct", CorrectOutput.as_view(), name="output-correct"),
]
