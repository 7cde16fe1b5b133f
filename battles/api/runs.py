"""Matching runs over the API: ask for one, watch it, stop it, read what it proposed and why, send."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, cast

from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound
from rest_framework.generics import ListAPIView
from rest_framework.response import Response
from rest_framework.views import APIView

from battles.actions import runs as actions
from battles.actions.sending import Sent, send_proposals
from battles.models import Battle, MatchingRun, Offer
from battles.proposals import Proposals, ProposedBattle, ProposedLine, ProposedPerson
from battles.reasons import how_good
from battles.states import OfferState, RunState
from epo.accounts.models import is_coordinator
from epo.places.models import Region

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request

    from epo.accounts.models import User


class RunOut(serializers.ModelSerializer[MatchingRun]):
    region = serializers.CharField(source="region.code", default=None, allow_null=True)
    asked_by = serializers.CharField(source="asked_by.username", default=None, allow_null=True)
    gap = serializers.FloatField(allow_null=True)
    good = serializers.SerializerMethodField()

    class Meta:
        model = MatchingRun
        fields = [
            "id", "state", "region", "only", "asked_by", "asked_at", "started_at", "finished_at", "stop_asked_at",
            "take_asked_at", "progress", "status", "cost", "bound", "gap", "good", "timings", "problem",
        ]  # fmt: skip
        read_only_fields = fields

    def get_good(self, run: MatchingRun) -> str:
        return how_good(run)


class StartIn(serializers.Serializer[Any]):
    """Neither: the whole nation."""

    region = serializers.SlugRelatedField(queryset=Region.objects.all(), slug_field="code", required=False)
    battle = serializers.IntegerField(required=False, min_value=1)


class SendIn(serializers.Serializer[Any]):
    """Without a battle: all of the run's."""

    battle = serializers.IntegerField(required=False, min_value=1)


def _me(request: Request) -> User:
    return cast("User", request.user)


def runs_for(user: User) -> QuerySet[MatchingRun]:
    return MatchingRun.objects.visible_to(user).select_related("region", "asked_by")


def battle_for(user: User, pk: int) -> Battle:
    rows = Battle.objects.coordinated_by(user).select_related("factory__municipality__state__region")
    battle: Battle = get_object_or_404(rows, pk=pk)
    return battle


class RunList(ListAPIView[MatchingRun]):
    """Newest first. POST asks for a run: of the nation, of a `region`, or of one `battle`."""

    serializer_class = RunOut
    filterset_fields = ["state"]
    takes = StartIn
    tells = RunOut

    def get_queryset(self) -> QuerySet[MatchingRun]:
        return runs_for(_me(self.request))

    def post(self, request: Request) -> Response:
        if not is_coordinator(_me(request)):
            raise NotFound
        said = StartIn(data=request.data)
        said.is_valid(raise_exception=True)
        scope: dict[str, Any] = {}
        if "battle" in said.validated_data:
            scope["only"] = battle_for(_me(request), said.validated_data["battle"])
        elif "region" in said.validated_data:
            scope["region"] = said.validated_data["region"]
        run = actions.start_run(by=_me(request), **scope)
        return Response(RunOut(run).data, status.HTTP_202_ACCEPTED)


class RunDetail(APIView):
    tells = RunOut

    def get(self, request: Request, pk: int) -> Response:
        return Response(told(get_object_or_404(runs_for(_me(request)), pk=pk), _me(request)))


class Stop(APIView):
    tells = RunOut

    def post(self, request: Request, pk: int) -> Response:
        run = get_object_or_404(runs_for(_me(request)), pk=pk)
        actions.stop_run(run=run, by=_me(request))
        return Response(RunOut(get_object_or_404(runs_for(_me(request)), pk=pk)).data)


class Take(APIView):
    """The run ends at its next look with the best plan that it has by then."""

    tells = RunOut

    def post(self, request: Request, pk: int) -> Response:
        run = get_object_or_404(runs_for(_me(request)), pk=pk)
        actions.take_plan(run=run, by=_me(request))
        return Response(RunOut(get_object_or_404(runs_for(_me(request)), pk=pk)).data)


class Send(APIView):
    """Sends what is proposed; a battle that may not call people, and each person refused, is told with the reason."""

    takes = SendIn

    def post(self, request: Request, pk: int) -> Response:
        run = get_object_or_404(runs_for(_me(request)), pk=pk)
        said = SendIn(data=request.data)
        said.is_valid(raise_exception=True)
        planned = [one["battle"] for one in run.result.get("battles", [])]
        rows = Battle.objects.coordinated_by(_me(request)).filter(pk__in=planned)
        if "battle" in said.validated_data:
            battles = [get_object_or_404(rows, pk=said.validated_data["battle"])]
        else:
            proposed = Offer.objects.filter(state=OfferState.PROPOSED).values("battle")
            battles = list(rows.filter(pk__in=proposed).order_by("pk"))
        return Response({"battles": [_sent(send_proposals(battle=one, by=_me(request))) for one in battles]})


def _sent(sent: Sent) -> dict[str, Any]:
    refusal = sent.refusal
    return {
        "battle": sent.battle.pk,
        "asked": [offer.pk for offer in sent.asked],
        "waiting": sent.waiting,
        "refusal": None if refusal is None else {"code": refusal.code, "detail": str(refusal)},
        "refused": [
            {"offer": offer.pk, "code": why.refusal.code, "detail": str(why.refusal)} for offer, why in sent.refused
        ],
    }


def told(run: MatchingRun, user: User) -> dict[str, Any]:
    """The run, and for the caller's battles who is on the lists now, beside what the run noted: codes and sentences."""
    answer: dict[str, Any] = dict(RunOut(run).data)
    if run.state != RunState.DONE:
        return answer | {"places": None, "placed": None, "battles": []}
    proposals = Proposals(run, user)
    return answer | {
        "places": proposals.places,
        "placed": proposals.placed,
        "battles": [_battle(proposals, one) for one in proposals.battles],
    }


def _battle(proposals: Proposals, one: ProposedBattle) -> dict[str, Any]:
    return {
        "battle": one.battle.pk,
        "title": one.battle.title,
        "state": one.battle.state,
        "start": one.start,
        "start_is_proposed": one.takes_start,
        "left_out": proposals.left_out.get(one.battle.pk, []),
        "lines": [_line(line) for line in one.lines],
        "noted": proposals.document[one.battle.pk]["lines"],
    }


def _line(line: ProposedLine) -> dict[str, Any]:
    return {
        "trade": line.trade.code,
        "level": line.level,
        "first": line.first,
        "last": line.last,
        "kind": line.kind,
        "seats": line.wanted,
        "people": [_person(person) for person in line.people],
        "runners_up": [asdict(runner) for runner in line.runners_up],
        "empty": {"seats": line.missing, "code": line.code, "why": line.why_empty, "ways": line.fills},
    }


def _person(person: ProposedPerson) -> dict[str, Any]:
    offer = person.offer
    return {
        "offer": offer.pk,
        "state": offer.state,
        "volunteer": offer.volunteer_id,
        "name": offer.volunteer.name,
        "level": person.had,
        "km": offer.km,
        "fought": person.fought,
        "leaves_on": offer.leaves_on,
        "back_on": offer.back_on,
        "is_pinned": person.is_fixed,
        "why": person.why,
    }


urlpatterns = [
    path("runs", RunList.as_view(), name="runs"),
    path("runs/<int:pk>", RunDetail.as_view(), name="run"),
    path("runs/<int:pk>/stop", Stop.as_view(), name="run-stop"),
    path("runs/<int:pk>/take", Take.as_view(), name="run-take"),
    path("runs/<int:pk>/send", Send.as_view(), name="run-send"),
]
