"""Reports at the desk, and repair requests: the same actions as the pages."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, cast

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework import status
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.response import Response
from rest_framework.views import APIView

from battles.actions import reports as actions
from battles.actions.requests import DemandLine, join_reports, open_request
from battles.api.serializers import AnswerIn, JoinIn, OpenIn, PutIn, RejectIn, ReportOut, RequestOut, VersionedIn
from battles.filters import ReportFilter, RequestFilter
from battles.models import Demand, RepairRequest
from battles.scores import scored_reports, scored_requests
from epo.accounts.models import User
from factories.models import BreakdownReport, Factory

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from rest_framework.request import Request
    from rest_framework.serializers import Serializer


def reports_for(user: Any) -> QuerySet[BreakdownReport]:
    rows = scored_reports(BreakdownReport.objects.coordinated_by(user)).prefetch_related("faults")
    return rows.select_related("machine", "kind", "factory", "in_hand_of", "request_link")


def requests_for(user: Any) -> QuerySet[RepairRequest]:
    demands = Prefetch("demands", Demand.objects.select_related("trade"))
    rows = scored_requests(RepairRequest.objects.visible_to(user)).prefetch_related(demands, "needs")
    return rows.select_related("machine", "factory", "in_hand_of")


class ReportList(ListAPIView[BreakdownReport]):
    """New ones by score, unless `status` and `order` say otherwise."""

    serializer_class = ReportOut
    filterset_class = ReportFilter

    def get_queryset(self) -> QuerySet[BreakdownReport]:
        return reports_for(self.request.user)


class ReportDetail(RetrieveAPIView[BreakdownReport]):
    serializer_class = ReportOut

    def get_queryset(self) -> QuerySet[BreakdownReport]:
        return reports_for(self.request.user)


class RequestList(ListAPIView[RepairRequest]):
    """Unfinished ones by score, unless `status` and `order` say otherwise."""

    serializer_class = RequestOut
    filterset_class = RequestFilter

    def get_queryset(self) -> QuerySet[RepairRequest]:
        return requests_for(self.request.user)


class RequestDetail(RetrieveAPIView[RepairRequest]):
    serializer_class = RequestOut

    def get_queryset(self) -> QuerySet[RepairRequest]:
        return requests_for(self.request.user)


class ReportAction(APIView):
    """POST does something with one report and answers with the report; a refusal is 409."""

    takes: type[Serializer[Any]]
    tells = ReportOut

    def post(self, request: Request, pk: UUID) -> Response:
        report = get_object_or_404(reports_for(request.user), pk=pk)
        said = self.takes(data=request.data)
        said.is_valid(raise_exception=True)
        self.carry_out(report, request.user, said.validated_data)
        return Response(ReportOut(get_object_or_404(reports_for(request.user), pk=pk)).data)

    @abstractmethod
    def carry_out(self, report: BreakdownReport, user: Any, said: dict[str, Any]) -> None: ...


def _versions(report: BreakdownReport, said: dict[str, Any]) -> dict[UUID, int]:
    return {report.pk: said["version"]} if "version" in said else {}


class Answer(ReportAction):
    takes = AnswerIn

    def carry_out(self, report: BreakdownReport, user: Any, said: dict[str, Any]) -> None:
        actions.answer_report(report=report, by=user, **said)


class Reject(ReportAction):
    takes = RejectIn

    def carry_out(self, report: BreakdownReport, user: Any, said: dict[str, Any]) -> None:
        actions.set_aside(reports=[report], reason=said["reason"], by=user, versions=_versions(report, said))


class Join(ReportAction):
    takes = JoinIn

    def carry_out(self, report: BreakdownReport, user: Any, said: dict[str, Any]) -> None:
        to = get_object_or_404(RepairRequest.objects.coordinated_by(user), pk=said["request"])
        join_reports(reports=[report], request=to, by=user, versions=_versions(report, said))


class Take(ReportAction):
    """The caller has it in hand."""

    takes = VersionedIn

    def carry_out(self, report: BreakdownReport, user: Any, said: dict[str, Any]) -> None:
        actions.take_report(report=report, by=user, **said)


class Reopen(ReportAction):
    """Whatever was decided about it is undone."""

    takes = VersionedIn

    def carry_out(self, report: BreakdownReport, user: Any, said: dict[str, Any]) -> None:
        actions.reopen_report(report=report, by=user, **said)


class Put(ReportAction):
    takes = PutIn

    def carry_out(self, report: BreakdownReport, user: Any, said: dict[str, Any]) -> None:
        plant = get_object_or_404(Factory.objects.coordinated_by(user), pk=said["factory"])
        key = said.get("machine")
        machine = get_object_or_404(plant.machines, pk=key) if key else None
        actions.put_plant(report=report, factory=plant, machine=machine, by=user, version=said.get("version"))


class Open(APIView):
    """Answers 201 with the request that was opened."""

    takes = OpenIn
    tells = RequestOut

    def post(self, request: Request, pk: UUID) -> Response:
        report = get_object_or_404(reports_for(request.user), pk=pk)
        said = OpenIn(data=request.data, context={"request": request})
        said.is_valid(raise_exception=True)
        data: dict[str, Any] = dict(said.validated_data)
        if "demands" in data:
            data["demands"] = [DemandLine(**line) for line in data["demands"]]
        opened = open_request(report=report, by=cast(User, request.user), **data)
        row = get_object_or_404(requests_for(request.user), pk=opened.pk)
        return Response(RequestOut(row).data, status=status.HTTP_201_CREATED)


urlpatterns = [
    path("reports", ReportList.as_view(), name="reports"),
    path("reports/<uuid:pk>/triage", ReportDetail.as_view(), name="report-triage"),
    path("reports/<uuid:pk>/open", Open.as_view(), name="report-open"),
    path("reports/<uuid:pk>/join", Join.as_view(), name="report-join"),
    path("reports/<uuid:pk>/answer", Answer.as_view(), name="report-answer"),
    path("reports/<uuid:pk>/reject", Reject.as_view(), name="report-reject"),
    path("reports/<uuid:pk>/take", Take.as_view(), name="report-take"),
    path("reports/<uuid:pk>/reopen", Reopen.as_view(), name="report-reopen"),
    path("reports/<uuid:pk>/plant", Put.as_view(), name="report-put"),
    path("requests", RequestList.as_view(), name="requests"),
]
