"""A volunteer's offers: the same answers as on the page."""

from __future__ import annotations

from abc import abstractmethod
from datetime import date
from typing import TYPE_CHECKING, Any

from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework import serializers
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.response import Response
from rest_framework.views import APIView

from battles.actions import answers
from battles.models import Offer
from battles.offer_facts import crew_in_numbers
from battles.reasons import why_you
from battles.states import AnsweredBy, DeclineReason
from epo.api.fields import DateField

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request


class OfferOut(serializers.ModelSerializer[Offer]):
    """Before acceptance no names: trades and counts."""

    code = serializers.CharField()
    battle = serializers.IntegerField(source="battle_id")
    plant = serializers.CharField(source="battle.factory.name")
    municipality = serializers.CharField(source="battle.factory.municipality.name")
    trade = serializers.CharField(source="trade.code")
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    leaves_on = serializers.DateField()
    back_on = serializers.DateField()

    class Meta:
        model = Offer
        fields = [
            "id", "code", "version", "state", "battle", "plant", "municipality", "trade", "level", "seat_kind", "first_day",
            "last_day", "leaves_on", "back_on", "km", "travels", "asked_at", "deadline", "answered_at", "decline_reason",
        ]  # fmt: skip
        read_only_fields = fields


class OfferDetailOut(OfferOut):
    why = serializers.SerializerMethodField()
    crew = serializers.SerializerMethodField()

    class Meta(OfferOut.Meta):
        fields = [*OfferOut.Meta.fields, "why", "crew"]
        read_only_fields = fields

    def get_why(self, offer: Offer) -> list[str]:
        return why_you(offer)

    def get_crew(self, offer: Offer) -> dict[str, Any]:
        return crew_in_numbers(offer.battle)


class AcceptIn(serializers.Serializer[Any]):
    first = DateField(required=False)
    last = DateField(required=False)


class DeclineIn(serializers.Serializer[Any]):
    reason = serializers.ChoiceField(choices=DeclineReason.choices)
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)


def offers_of(user: Any) -> QuerySet[Offer]:
    return Offer.objects.made_to(user).select_related("battle__factory__municipality", "trade", "volunteer")


class OfferList(ListAPIView[Offer]):
    """The caller's own, newest first."""

    serializer_class = OfferOut
    filterset_fields = ["state"]

    def get_queryset(self) -> QuerySet[Offer]:
        return offers_of(self.request.user)


class OfferDetail(RetrieveAPIView[Offer]):
    serializer_class = OfferDetailOut

    def get_queryset(self) -> QuerySet[Offer]:
        return offers_of(self.request.user)


class _AnswerView(APIView):
    def post(self, request: Request, pk: int) -> Response:
        offer = get_object_or_404(offers_of(request.user), pk=pk)
        self.answer(request, offer, by=request.user)
        return Response(OfferDetailOut(get_object_or_404(offers_of(request.user), pk=pk)).data)

    @abstractmethod
    def answer(self, request: Request, offer: Offer, *, by: Any) -> None: ...


class Accept(_AnswerView):
    def answer(self, request: Request, offer: Offer, *, by: Any) -> None:
        said = AcceptIn(data=request.data)
        said.is_valid(raise_exception=True)
        days: dict[str, date] = dict(said.validated_data)
        answers.accept(offer=offer, by=by, how=AnsweredBy.PAGE, **days)


class Decline(_AnswerView):
    def answer(self, request: Request, offer: Offer, *, by: Any) -> None:
        said = DeclineIn(data=request.data)
        said.is_valid(raise_exception=True)
        data = said.validated_data
        reason = DeclineReason(data["reason"])
        answers.decline(offer=offer, by=by, how=AnsweredBy.PAGE, reason=reason, note=data.get("note", ""))


urlpatterns = [
    path("offers", OfferList.as_view(), name="offers"),
    path("offers/<int:pk>", OfferDetail.as_view(), name="offer"),
    path("offers/<int:pk>/accept", Accept.as_view(), name="offer-accept"),
    path("offers/<int:pk>/decline", Decline.as_view(), name="offer-decline"),
]
