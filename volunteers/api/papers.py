"""Papers that say at which level somebody has a trade, and who vouches for whom. The same actions as the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters as filters
from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework import generics, status
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.views import APIView

from epo.accounts.models import is_coordinator
from epo.accounts.tokens import ANSWER
from volunteers import actions
from volunteers.actions.certificates import Paper
from volunteers.actions.endorsements import PEERS_NEEDED
from volunteers.api import joining_serializers as shapes
from volunteers.api.views import own_or_404, theirs_or_404
from volunteers.companions import companions_of
from volunteers.models import Certificate, Endorsement, Qualification, Volunteer
from volunteers.states import CertificateState

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from rest_framework.request import Request


class CertificateFilter(filters.FilterSet):
    """Those that wait unless another state is asked for."""

    state = filters.ChoiceFilter(choices=CertificateState.choices)

    class Meta:
        model = Certificate
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(state=self.form.cleaned_data.get("state") or CertificateState.WAITING)


class _OfCertificates(generics.GenericAPIView[Certificate]):
    queryset = Certificate.objects.none()
    tells = shapes.CertificateOut

    def get_queryset(self) -> QuerySet[Certificate]:
        user: Any = self.request.user
        if not is_coordinator(user):
            raise NotFound
        rows = Certificate.objects.of_regions_of(user).select_related("volunteer__home__state", "trade")
        return rows.order_by("added_at", "pk")


class Certificates(_OfCertificates, generics.ListAPIView[Certificate]):
    serializer_class = shapes.CertificateOut
    filterset_class = CertificateFilter


class ConfirmCertificate(_OfCertificates):
    takes = shapes.NothingIn

    def post(self, request: Request, key: UUID) -> Response:
        by: Any = request.user
        one = get_object_or_404(self.get_queryset(), key=key)
        return Response(shapes.CertificateOut(actions.confirm_certificate(certificate=one, by=by)).data)


class RefuseCertificate(_OfCertificates):
    """They are told why."""

    takes = shapes.ReasonIn

    def post(self, request: Request, key: UUID) -> Response:
        by: Any = request.user
        one = get_object_or_404(self.get_queryset(), key=key)
        said = shapes.ReasonIn(data=request.data)
        said.is_valid(raise_exception=True)
        done = actions.refuse_certificate(certificate=one, by=by, **said.validated_data)
        return Response(shapes.CertificateOut(done).data)


class _Papers(APIView):
    """Of one person. POST adds one, without a photo: that is taken on the page."""

    takes = shapes.PaperIn
    tells: Any = shapes.CertificateOut
    shows: Any = shapes.CertificateOut(many=True)

    def listed(self, volunteer: Volunteer) -> Response:
        return Response(shapes.CertificateOut(volunteer.certificates.select_related("trade"), many=True).data)

    def added(self, volunteer: Volunteer, request: Request) -> Response:
        by: Any = request.user
        said = shapes.PaperIn(data=request.data)
        said.is_valid(raise_exception=True)
        made = actions.add_certificate(volunteer=volunteer, paper=Paper(**said.validated_data), by=by)
        return Response(shapes.CertificateOut(made).data, status.HTTP_201_CREATED)


class MyCertificates(_Papers):
    scope = ANSWER

    def get(self, request: Request) -> Response:
        return self.listed(own_or_404(request))

    def post(self, request: Request) -> Response:
        return self.added(own_or_404(request), request)


class CertificatesOf(_Papers):
    """For who may change this person's data."""

    def get(self, request: Request, pk: int) -> Response:
        return self.listed(theirs_or_404(request, pk))

    def post(self, request: Request, pk: int) -> Response:
        return self.added(theirs_or_404(request, pk), request)


class MyEndorsements(APIView):
    """How many vouch for one's own levels, and what others ask of oneself. POST asks one peer about one level."""

    scope = ANSWER
    takes = shapes.AskPeerIn
    tells = shapes.EndorsementsOut

    def get(self, request: Request) -> Response:
        return Response(_endorsements(own_or_404(request)))

    def post(self, request: Request) -> Response:
        by: Any = request.user
        volunteer = own_or_404(request)
        peers = companions_of(volunteer).exclude(pk=volunteer.pk)
        said = shapes.AskPeerIn(data=request.data, context={"request": request, "peers": peers})
        said.is_valid(raise_exception=True)
        own = get_object_or_404(volunteer.qualifications, trade__code=said.validated_data["trade"])
        actions.ask_peer(qualification=own, peer=said.validated_data["peer"], by=by)
        return Response(_endorsements(volunteer), status.HTTP_201_CREATED)


def _endorsements(volunteer: Volunteer) -> Any:
    given = list(volunteer.endorsements.given())
    own = []
    for one in volunteer.qualifications.select_related("trade").order_by("trade__folded"):
        peers = {each.peer_id for each in given if each.trade_id == one.trade_id and each.level >= one.level}
        missing = max(0, PEERS_NEEDED - len(peers))
        own.append(
            {"trade": one.trade.code, "level": one.level, "basis": one.basis, "given": len(peers), "missing": missing}
        )
    asked = volunteer.endorsed.asked().select_related("trade", "volunteer")
    return shapes.EndorsementsOut({"own": own, "asked_of_me": asked}).data


class AnswerPeer(APIView):
    """Yes, I have seen them work at this level; or no, and nobody is told."""

    scope = ANSWER
    takes = shapes.AnswerPeerIn
    tells = shapes.EndorsementsOut

    def post(self, request: Request, pk: int) -> Response:
        by: Any = request.user
        rows = Endorsement.objects.select_related("peer", "volunteer", "trade")
        asked = get_object_or_404(rows, pk=pk, peer__user=by.pk)
        said = shapes.AnswerPeerIn(data=request.data)
        said.is_valid(raise_exception=True)
        if said.validated_data["answer"] == "yes":
            about = get_object_or_404(Qualification, volunteer=asked.volunteer, trade=asked.trade)
            actions.endorse(qualification=about, level=asked.level, by=by)
        else:
            actions.decline_to_endorse(endorsement=asked, by=by)
        return Response(_endorsements(asked.peer))


urlpatterns = [
    path("certificates", Certificates.as_view(), name="certificates"),
    path("certificates/<uuid:key>/confirm", ConfirmCertificate.as_view(), name="certificate-confirm"),
    path("certificates/<uuid:key>/refuse", RefuseCertificate.as_view(), name="certificate-refuse"),
    path("me/certificates", MyCertificates.as_view(), name="my-certificates"),
    path("volunteers/<int:pk>/certificates", CertificatesOf.as_view(), name="volunteer-certificates"),
    path("me/endorsements", MyEndorsements.as_view(), name="my-endorsements"),
    path("me/endorsements/<int:pk>/answer", AnswerPeer.as_view(), name="my-endorsement"),
]
