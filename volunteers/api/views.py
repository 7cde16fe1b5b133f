"""One's own profile; and the volunteers, for coordinators. The same actions as the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.http import Http404
from django.shortcuts import get_object_or_404
from rest_framework import generics, status
from rest_framework.response import Response
from rest_framework.views import APIView

from epo.accounts.models import is_coordinator
from epo.accounts.tokens import ANSWER
from volunteers import actions, rules
from volunteers.api import serializers
from volunteers.filters import VolunteerFilter
from volunteers.models import Trade, Volunteer

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request

    from epo.accounts.models import User


def _user(request: Request) -> User:
    return cast("User", request.user)


def _own(request: Request) -> Volunteer:
    rows = Volunteer.objects.select_related("home__state").prefetch_related("qualifications__trade")
    return get_object_or_404(rows, user=_user(request))


def _page(volunteer: Volunteer) -> Response:
    return Response(serializers.OwnPageOut(volunteer).data)


class MyProfile(APIView):
    scope = ANSWER

    def get(self, request: Request) -> Response:
        return _page(_own(request))

    def patch(self, request: Request) -> Response:
        asked = serializers.ProfileIn(data=request.data)
        asked.is_valid(raise_exception=True)
        return _page(actions.update_profile(volunteer=_own(request), by=_user(request), **asked.validated_data))


class MyTrade(APIView):
    scope = ANSWER

    def put(self, request: Request, code: str) -> Response:
        trade = get_object_or_404(Trade, code=code)
        asked = serializers.LevelIn(data=request.data)
        asked.is_valid(raise_exception=True)
        known = actions.declare_trade(
            volunteer=_own(request), trade=trade, level=int(asked.validated_data["level"]), by=_user(request)
        )
        return Response(serializers.QualificationOut(known).data)

    def delete(self, request: Request, code: str) -> Response:
        trade = get_object_or_404(Trade, code=code)
        actions.remove_trade(volunteer=_own(request), trade=trade, by=_user(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class MyAbsences(APIView):
    scope = ANSWER
    has_private_answer = True

    def get(self, request: Request) -> Response:
        return Response(serializers.AbsenceOut(_own(request).absences.all(), many=True).data)

    def post(self, request: Request) -> Response:
        asked = serializers.AbsenceIn(data=request.data)
        asked.is_valid(raise_exception=True)
        absence = actions.add_absence(volunteer=_own(request), by=_user(request), **asked.validated_data)
        return Response(serializers.AbsenceOut(absence).data, status=status.HTTP_201_CREATED)


class MyAbsence(APIView):
    scope = ANSWER

    def delete(self, request: Request, pk: int) -> Response:
        absence = get_object_or_404(_own(request).absences.select_related("volunteer"), pk=pk)
        actions.remove_absence(absence=absence, by=_user(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class _People(generics.GenericAPIView[Volunteer]):
    queryset = Volunteer.objects.none()

    def get_queryset(self) -> QuerySet[Volunteer]:
        user = _user(self.request)
        if not is_coordinator(user):
            raise Http404
        rows = Volunteer.objects.visible_to(user).select_related("home__state")
        return rows.prefetch_related("qualifications__trade")


class Volunteers(_People, generics.ListAPIView[Volunteer]):
    serializer_class = serializers.VolunteerOut
    filterset_class = VolunteerFilter


class VolunteerPage(_People):
    def get(self, request: Request, pk: int) -> Response:
        person = get_object_or_404(self.get_queryset().prefetch_related("absences"), pk=pk)
        in_charge = rules.may_change(person, by=_user(request))
        shape = serializers.OwnPageOut if in_charge else serializers.VolunteerPageOut
        return Response(shape(person).data)


class Trades(generics.ListAPIView[Trade]):
    queryset = Trade.objects.all()
    serializer_class = serializers.TradeOut
    pagination_class: Any = None
