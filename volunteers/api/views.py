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
from volunteers.states import Standing

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request

    from epo.accounts.models import User


def _user(request: Request) -> User:
    return cast("User", request.user)


def own_or_404(request: Request) -> Volunteer:
    rows = Volunteer.objects.select_related("home__state").prefetch_related("qualifications__trade")
    return get_object_or_404(rows, user=_user(request))


def theirs_or_404(request: Request, pk: int) -> Volunteer:
    """Whoever one may change: oneself, and the people of one's regions."""
    user = _user(request)
    rows = Volunteer.objects.visible_to(user).select_related("home__state").prefetch_related("qualifications__trade")
    volunteer = get_object_or_404(rows, pk=pk)
    if not rules.may_change(volunteer, by=user):
        raise Http404
    return volunteer


def _page(volunteer: Volunteer) -> Response:
    return Response(serializers.OwnPageOut(volunteer).data)


class MyProfile(APIView):
    scope = ANSWER
    takes = serializers.ProfileIn
    tells = serializers.OwnPageOut

    def get(self, request: Request) -> Response:
        return _page(own_or_404(request))

    def patch(self, request: Request) -> Response:
        asked = serializers.ProfileIn(data=request.data)
        asked.is_valid(raise_exception=True)
        return _page(actions.update_profile(volunteer=own_or_404(request), by=_user(request), **asked.validated_data))


class MyStanding(APIView):
    """Who pauses is not asked any more; days that are given already stay given."""

    scope = ANSWER
    takes = serializers.StandingIn
    tells = serializers.OwnPageOut

    def put(self, request: Request) -> Response:
        return _stand(own_or_404(request), request)


def _stand(volunteer: Volunteer, request: Request) -> Response:
    asked = serializers.StandingIn(data=request.data)
    asked.is_valid(raise_exception=True)
    to = Standing(asked.validated_data["standing"])
    return _page(actions.set_standing(volunteer=volunteer, to=to, by=_user(request)))


class MyTrade(APIView):
    scope = ANSWER
    takes = serializers.LevelIn
    tells = serializers.QualificationOut

    def put(self, request: Request, code: str) -> Response:
        trade = get_object_or_404(Trade, code=code)
        asked = serializers.LevelIn(data=request.data)
        asked.is_valid(raise_exception=True)
        known = actions.declare_trade(
            volunteer=own_or_404(request), trade=trade, level=int(asked.validated_data["level"]), by=_user(request)
        )
        return Response(serializers.QualificationOut(known).data)

    def delete(self, request: Request, code: str) -> Response:
        trade = get_object_or_404(Trade, code=code)
        actions.remove_trade(volunteer=own_or_404(request), trade=trade, by=_user(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class _Absences(APIView):
    has_private_answer = True
    takes = serializers.AbsenceIn
    tells = serializers.AbsenceOut
    shows = serializers.AbsenceOut(many=True)

    def listed(self, volunteer: Volunteer) -> Response:
        return Response(serializers.AbsenceOut(volunteer.absences.all(), many=True).data)

    def added(self, volunteer: Volunteer) -> Response:
        asked = serializers.AbsenceIn(data=self.request.data)
        asked.is_valid(raise_exception=True)
        absence = actions.add_absence(volunteer=volunteer, by=_user(self.request), **asked.validated_data)
        return Response(serializers.AbsenceOut(absence).data, status=status.HTTP_201_CREATED)


class MyAbsences(_Absences):
    scope = ANSWER

    def get(self, request: Request) -> Response:
        return self.listed(own_or_404(request))

    def post(self, request: Request) -> Response:
        return self.added(own_or_404(request))


class AbsencesOf(_Absences):
    """For who may change this person's data."""

    def get(self, request: Request, pk: int) -> Response:
        return self.listed(theirs_or_404(request, pk))

    def post(self, request: Request, pk: int) -> Response:
        return self.added(theirs_or_404(request, pk))


class MyAbsence(APIView):
    scope = ANSWER

    def delete(self, request: Request, pk: int) -> Response:
        return _gone(own_or_404(request), pk, request)


class AbsenceOf(APIView):
    def delete(self, request: Request, pk: int, absence: int) -> Response:
        return _gone(theirs_or_404(request, pk), absence, request)


def _gone(volunteer: Volunteer, absence: int, request: Request) -> Response:
    one = get_object_or_404(volunteer.absences.select_related("volunteer__home__state"), pk=absence)
    actions.remove_absence(absence=one, by=_user(request))
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
    """PATCH is for who may change this person's data."""

    takes = serializers.ProfileIn
    tells = serializers.OwnPageOut
    shows = serializers.VolunteerPageOut

    def patch(self, request: Request, pk: int) -> Response:
        asked = serializers.ProfileIn(data=request.data)
        volunteer = theirs_or_404(request, pk)
        asked.is_valid(raise_exception=True)
        return _page(actions.update_profile(volunteer=volunteer, by=_user(request), **asked.validated_data))

    def get(self, request: Request, pk: int) -> Response:
        person = get_object_or_404(self.get_queryset().prefetch_related("absences"), pk=pk)
        in_charge = rules.may_change(person, by=_user(request))
        shape = serializers.OwnPageOut if in_charge else serializers.VolunteerPageOut
        return Response(shape(person).data)


class StandingOf(APIView):
    takes = serializers.StandingIn
    tells = serializers.OwnPageOut

    def put(self, request: Request, pk: int) -> Response:
        return _stand(theirs_or_404(request, pk), request)


class TradeOf(_People):
    """PUT writes down how a level is known, and until when; refused to who is not in charge of this person."""

    takes = serializers.KnownTradeIn
    tells = serializers.QualificationOut

    def put(self, request: Request, pk: int, code: str) -> Response:
        person, trade = get_object_or_404(self.get_queryset(), pk=pk), get_object_or_404(Trade, code=code)
        asked = serializers.KnownTradeIn(data=request.data)
        asked.is_valid(raise_exception=True)
        known = actions.confirm_trade(volunteer=person, trade=trade, by=_user(request), **asked.validated_data)
        return Response(serializers.QualificationOut(known).data)

    def delete(self, request: Request, pk: int, code: str) -> Response:
        trade = get_object_or_404(Trade, code=code)
        actions.remove_trade(volunteer=theirs_or_404(request, pk), trade=trade, by=_user(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class Trades(generics.ListAPIView[Trade]):
    queryset = Trade.objects.all()
    serializer_class = serializers.TradeOut
    pagination_class: Any = None
