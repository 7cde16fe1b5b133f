"""The ledger of calls: for coordinators, of the volunteers whose home regions are theirs; for volunteers, their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.shortcuts import get_object_or_404
from django.urls import path
from django_filters.utils import translate_validation
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.views import APIView

from battles.fairness import Account, Spread, Standard, account_of, in_order
from battles.forms.ledger import LedgerFilter
from epo.accounts.models import is_coordinator
from epo.api.pagination import Pages
from volunteers.models import Volunteer

if TYPE_CHECKING:
    from rest_framework.request import Request

    from epo.accounts.models import User


class SpreadOut(serializers.Serializer[Spread]):
    low = serializers.FloatField()
    median = serializers.FloatField()
    high = serializers.FloatField()


class StandardOut(serializers.Serializer[Standard]):
    """What is usual in the whole nation; null where too few people would tell what single ones did."""

    people = serializers.IntegerField()
    never = serializers.IntegerField()
    calls = serializers.IntegerField(source="total")
    asked = SpreadOut()
    went = SpreadOut()
    km = SpreadOut()
    top_share = serializers.FloatField()
    gini = serializers.FloatField()


class OwnAccountOut(serializers.Serializer[Account]):
    trade = serializers.CharField(source="trade.code", default=None, allow_null=True)
    asked = serializers.IntegerField(source="tally.asked")
    accepted = serializers.IntegerField(source="tally.accepted")
    declined = serializers.IntegerField(source="tally.declined")
    unanswered = serializers.IntegerField(source="tally.unanswered")
    went = serializers.IntegerField(source="tally.went")
    days = serializers.IntegerField()
    km = serializers.FloatField(source="tally.km")
    last_asked = serializers.DateField(source="tally.last_asked", allow_null=True)


class AccountOut(OwnAccountOut):
    volunteer = serializers.IntegerField(source="volunteer.pk")
    name = serializers.CharField(source="volunteer.name")
    state = serializers.CharField(source="volunteer.home.state.code")
    far_above = serializers.BooleanField(source="is_far_above")


def _told(standard: Standard | None) -> dict[str, Any] | None:
    return dict(StandardOut(standard).data) if standard and standard.is_telling else None


class FairnessList(APIView):
    """By trade, region, state, period (`year`, `quarter`, `all`), `who` (`never`, `far`) and order.

    `standard` is what is usual in that trade, or among all, in the whole nation.
    """

    def get(self, request: Request) -> Response:
        user = cast("User", request.user)
        if not is_coordinator(user):
            raise NotFound
        rows = Volunteer.objects.of_regions_of(user).can_be_sent()
        found = LedgerFilter(request.query_params, rows, request=request)
        if not found.is_valid():
            raise translate_validation(found.errors)
        ledger, keys = found.ledger()
        pages = Pages()
        shown: list[int] = pages.paginate_queryset(cast("Any", keys), request, self) or []
        accounts = ledger.accounts(in_order(shown), found.by)
        answer = pages.get_paginated_response([AccountOut(one).data for one in accounts])
        answer.data["standard"] = _told(found.standard(ledger))
        return answer


class MyFairness(APIView):
    """The caller's own last year, and what is usual in the trade that they know best. No names of others."""

    def get(self, request: Request) -> Response:
        account = account_of(get_object_or_404(Volunteer, user=request.user.pk))
        return Response(dict(OwnAccountOut(account).data) | {"standard": _told(account.standard)})


urlpatterns = [
    path("fairness", FairnessList.as_view(), name="fairness"),
    path("me/fairness", MyFairness.as_view(), name="my-fairness"),
]
