"""What coordinators do with one request: what it is about, its demands and needs, whose it is, how it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework.response import Response
from rest_framework.views import APIView

from battles.actions import demands
from battles.actions import requests as actions
from battles.api.request_serializers import CancelIn, DescribeIn, NeedChangeIn, NeedIn, SettleIn
from battles.api.requests import RequestDetail, requests_for
from battles.api.serializers import DemandIn, RequestOut, VersionedIn
from battles.models import RepairRequest
from battles.states import NeedState

if TYPE_CHECKING:
    from collections.abc import Callable

    from rest_framework.request import Request
    from rest_framework.serializers import Serializer


class Operation(APIView):
    """Does something with one request, or with a line of it, and answers with the request as it is then."""

    takes: type[Serializer[Any]] = VersionedIn
    tells = RequestOut

    def done(self, pk: int, act: Callable[..., object], *, takes_words: bool = True) -> Response:
        user: Any = self.request.user
        row: RepairRequest = get_object_or_404(RepairRequest.objects.coordinated_by(user), pk=pk)
        said: dict[str, Any] = {}
        if takes_words:
            words = self.takes(data=self.request.data, context={"request": self.request, "repair": row})
            words.is_valid(raise_exception=True)
            said = dict(words.validated_data)
        act(row, by=user, **said)
        return Response(RequestOut(get_object_or_404(requests_for(user), pk=pk)).data)


class OneRequest(RequestDetail, Operation):
    """PATCH changes what is said of it; what is left out stays as it was."""

    takes = DescribeIn

    def patch(self, _request: Request, pk: int) -> Response:
        return self.done(pk, lambda row, **said: actions.describe_request(request=row, **said))


class Take(Operation):
    """Says who has it in hand: whoever sends this."""

    def post(self, _request: Request, pk: int) -> Response:
        return self.done(pk, lambda row, **said: actions.take_request(request=row, **said))


class Cancel(Operation):
    takes = CancelIn

    def post(self, _request: Request, pk: int) -> Response:
        return self.done(pk, lambda row, **said: actions.cancel_request(request=row, **said))


class Reopen(Operation):
    def post(self, _request: Request, pk: int) -> Response:
        return self.done(pk, lambda row, **said: actions.reopen_request(request=row, **said))


class AddDemand(Operation):
    takes = DemandIn

    def post(self, _request: Request, pk: int) -> Response:
        return self.done(pk, lambda row, **said: demands.add_demand(request=row, **said))


class OneDemand(Operation):
    takes = DemandIn

    def put(self, _request: Request, pk: int, demand: int) -> Response:
        def change(row: RepairRequest, **said: Any) -> object:
            return demands.change_demand(demand=get_object_or_404(row.demands, pk=demand), **said)

        return self.done(pk, change)

    def delete(self, _request: Request, pk: int, demand: int) -> Response:
        def remove(row: RepairRequest, by: Any) -> object:
            one = get_object_or_404(row.demands.select_related("trade"), pk=demand)
            return demands.remove_demand(demand=one, by=by)

        return self.done(pk, remove, takes_words=False)


class AddNeed(Operation):
    takes = NeedIn

    def post(self, _request: Request, pk: int) -> Response:
        return self.done(pk, lambda row, **said: demands.add_need(request=row, **said))


class OneNeed(Operation):
    takes = NeedChangeIn

    def patch(self, _request: Request, pk: int, need: int) -> Response:
        def change(row: RepairRequest, **said: Any) -> object:
            return demands.change_need(need=get_object_or_404(row.needs, pk=need), **said)

        return self.done(pk, change)

    def delete(self, _request: Request, pk: int, need: int) -> Response:
        def remove(row: RepairRequest, by: Any) -> object:
            return demands.remove_need(need=get_object_or_404(row.needs, pk=need), by=by)

        return self.done(pk, remove, takes_words=False)


class SettleNeed(Operation):
    takes = SettleIn

    def post(self, _request: Request, pk: int, need: int) -> Response:
        def settle(row: RepairRequest, state: str, **said: Any) -> object:
            return demands.settle_need(need=get_object_or_404(row.needs, pk=need), to=NeedState(state), **said)

        return self.done(pk, settle)


ONE = "requests/<int:pk>"
urlpatterns = [
    path(ONE, OneRequest.as_view(), name="request"),
    path(f"{ONE}/take", Take.as_view(), name="request-take"),
    path(f"{ONE}/cancel", Cancel.as_view(), name="request-cancel"),
    path(f"{ONE}/reopen", Reopen.as_view(), name="request-reopen"),
    path(f"{ONE}/demands", AddDemand.as_view(), name="request-demands"),
    path(f"{ONE}/demands/<int:demand>", OneDemand.as_view(), name="request-demand"),
    path(f"{ONE}/needs", AddNeed.as_view(), name="request-needs"),
    path(f"{ONE}/needs/<int:need>", OneNeed.as_view(), name="request-need"),
    path(f"{ONE}/needs/<int:need>/state", SettleNeed.as_view(), name="request-need-state"),
]
