"""Who would like to join, for the coordinators of their region. The same actions as the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters as filters
from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework import generics
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from epo.accounts.models import is_coordinator
from volunteers import actions, duplicates
from volunteers.api import joining_serializers as shapes
from volunteers.models import Application
from volunteers.states import ApplicationState

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from rest_framework.request import Request


class ApplicationFilter(filters.FilterSet):
    """The waiting ones unless another state is asked for."""

    state = filters.ChoiceFilter(choices=ApplicationState.choices)

    class Meta:
        model = Application
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        state = self.form.cleaned_data.get("state") or ApplicationState.WAITING
        order = "received_at" if state == ApplicationState.WAITING else "-decided_at"
        return queryset.filter(state=state).order_by(order, "pk")


class _OfApplications(generics.GenericAPIView[Application]):
    queryset = Application.objects.none()
    tells = shapes.ApplicationOut

    def get_queryset(self) -> QuerySet[Application]:
        user: Any = self.request.user
        if not is_coordinator(user):
            raise NotFound
        rows = Application.objects.visible_to(user).select_related("home__state", "contact")
        return rows.prefetch_related("trades__trade")

    def told(self, pk: UUID) -> Response:
        user: Any = self.request.user
        one = get_object_or_404(self.get_queryset(), pk=pk)
        duplicates.mark([one], user)
        return Response(shapes.ApplicationOut(one).data)


class Applications(_OfApplications, generics.ListAPIView[Application]):
    serializer_class = shapes.ApplicationOut
    filterset_class = ApplicationFilter

    def paginate_queryset(self, queryset: Any) -> Any:
        """Of those on the page it is asked whether they are known."""
        shown = super().paginate_queryset(queryset)
        user: Any = self.request.user
        duplicates.mark(shown or [], user)
        return shown


class OneApplication(_OfApplications):
    def get(self, _request: Request, pk: UUID) -> Response:
        return self.told(pk)


class _Decision(_OfApplications):
    takes: type[Any] = shapes.ReasonIn

    def post(self, request: Request, pk: UUID) -> Response:
        one = get_object_or_404(self.get_queryset(), pk=pk)
        said = self.takes(data=request.data, context={"request": request})
        said.is_valid(raise_exception=True)
        self.decide(one, request.user, **said.validated_data)
        return self.told(pk)

    def decide(self, one: Application, by: Any, **said: Any) -> None:
        raise NotImplementedError


class Confirm(_Decision):
    """They are a volunteer now; the invitation to make an account is sent from the page."""

    takes = shapes.ConfirmIn

    def decide(self, one: Application, by: Any, **said: Any) -> None:
        if known := said.get("volunteer"):
            actions.add_to_known(application=one, volunteer=known, by=by)
        else:
            actions.confirm_application(application=one, by=by)


class Reject(_Decision):
    """They are told why."""

    def decide(self, one: Application, by: Any, **said: Any) -> None:
        actions.reject_application(application=one, by=by, **said)


class Reopen(_Decision):
    takes = shapes.NothingIn

    def decide(self, one: Application, by: Any, **_said: Any) -> None:
        actions.reopen_application(application=one, by=by)


ONE = "applications/<uuid:pk>"
urlpatterns = [
    path("applications", Applications.as_view(), name="applications"),
    path(ONE, OneApplication.as_view(), name="application"),
    path(f"{ONE}/confirm", Confirm.as_view(), name="application-confirm"),
    path(f"{ONE}/reject", Reject.as_view(), name="application-reject"),
    path(f"{ONE}/reopen", Reopen.as_view(), name="application-reopen"),
]
