"""A volunteer's offers: the same answers as on the page."""

from __future__ import annotations

import json
from abc import abstractmethod
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import APIView

from battles.actions import answers, field
from battles.models import Offer
from battles.offer_facts import crew_in_numbers
from battles.reasons import why_you
from battles.states import AnsweredBy, DeclineReason
from epo.accounts.tokens import ANSWER
from epo.api.errors import problem
from epo.api.fields import DateField
from epo.core.errors import Refused
from epo.work.actions import Answer, Asked, answer_once, keep_refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet
    from rest_framework.request import Request

    from epo.accounts.models import User

LONGEST_KEY = 64


class OfferOut(serializers.ModelSerializer[Offer]):
    """Before acceptance no names: trades and counts."""

    code = serializers.CharField()
    battle = serializers.IntegerField(source="battle_id")
    plant = serializers.CharField(source="battle.factory.name")
    municipality = serializers.CharField(source="battle.factory.municipality.name")
    trade = serializers.CharField(source="trade.code")
    first_day = serializers.DateField(allow_null=True)
    last_day = serializers.DateField(allow_null=True)
    leaves_on = serializers.DateField(allow_null=True)
    back_on = serializers.DateField(allow_null=True)
    decline_reason = serializers.CharField()

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
    """A wish is kept even where it is refused. With `Idempotency-Key`, an id that the phone made, a repeat reads the first
    answer.
    """

    keeps_repeats = True
    scope = ANSWER
    tells = OfferDetailOut
    kind: str
    shape: type[serializers.Serializer[Any]]

    def post(self, request: Request, pk: int) -> Response:
        offer = get_object_or_404(offers_of(request.user), pk=pk)
        said = self.shape(data=request.data)
        said.is_valid(raise_exception=True)
        act = partial(self._act, request, offer, said.validated_data)
        key, intent = request.headers.get("Idempotency-Key", ""), {"offer": pk, **said.data}
        if len(key) > LONGEST_KEY:
            raise serializers.ValidationError({"Idempotency-Key": [_("At most 64 characters.")]})
        if not key:
            return Response(self._once(act, intent, by=offer.volunteer.user).body)
        asked = Asked(client_id=key, kind=self.kind, intent=intent)
        answer = answer_once(asked=asked, by=offer.volunteer.user, act=act)
        if answer.status >= HTTPStatus.BAD_REQUEST and answer.body:
            return problem(answer.status, answer.body["code"], answer.body["detail"])
        return Response(answer.body, status=answer.status)

    def _once(self, act: Callable[[], Answer], intent: dict[str, Any], *, by: User | None) -> Answer:
        try:
            return act()
        except Refused as refused:
            keep_refused(kind=self.kind, intent=intent, by=by, refused=refused)
            raise

    def _act(self, request: Request, offer: Offer, said: dict[str, Any]) -> Answer:
        self.answer(offer, said, by=request.user)
        told = OfferDetailOut(get_object_or_404(offers_of(request.user), pk=offer.pk)).data
        return Answer(HTTPStatus.OK, json.loads(JSONRenderer().render(told)))

    @abstractmethod
    def answer(self, offer: Offer, said: dict[str, Any], *, by: Any) -> None: ...


class Accept(_AnswerView):
    kind = "offer.accept"
    shape = AcceptIn

    def answer(self, offer: Offer, said: dict[str, Any], *, by: Any) -> None:
        answers.accept(offer=offer, by=by, how=AnsweredBy.PAGE, **said)


class Decline(_AnswerView):
    kind = "offer.decline"
    shape = DeclineIn

    def answer(self, offer: Offer, said: dict[str, Any], *, by: Any) -> None:
        reason = DeclineReason(said["reason"])
        answers.decline(offer=offer, by=by, how=AnsweredBy.PAGE, reason=reason, note=said.get("note", ""))


class _NoteView(APIView):
    """What somebody says of the way of their own."""

    scope = ANSWER
    tells = OfferDetailOut

    def post(self, request: Request, pk: int) -> Response:
        self.act(get_object_or_404(offers_of(request.user), pk=pk), by=request.user)
        return Response(OfferDetailOut(get_object_or_404(offers_of(request.user), pk=pk)).data)

    @abstractmethod
    def act(self, offer: Offer, *, by: Any) -> None: ...


class Arrived(_NoteView):
    def act(self, offer: Offer, *, by: Any) -> None:
        field.arrive(offer=offer, by=by)


class Home(_NoteView):
    def act(self, offer: Offer, *, by: Any) -> None:
        field.go_home(offer=offer, by=by)


urlpatterns = [
    path("offers", OfferList.as_view(), name="offers"),
    path("offers/<int:pk>", OfferDetail.as_view(), name="offer"),
    path("offers/<int:pk>/accept", Accept.as_view(), name="offer-accept"),
    path("offers/<int:pk>/decline", Decline.as_view(), name="offer-decline"),
    path("offers/<int:pk>/arrived", Arrived.as_view(), name="offer-arrived"),
    path("offers/<int:pk>/home", Home.as_view(), name="offer-home"),
]
