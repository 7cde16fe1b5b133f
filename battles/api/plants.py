"""Plants and machines: for coordinators of the region, and (without who reported) for members of the plant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters as filters
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework import status
from rest_framework.generics import ListAPIView
from rest_framework.response import Response
from rest_framework.views import APIView

from battles.actions import order
from battles.actions.readings import record_readings
from battles.actions.results import record_own_repair
from battles.api import plant_serializers as shapes
from battles.api.part_serializers import OwnRepairOut
from battles.asked_of_plants import agreements_to_confirm, readings_asked, results_to_confirm
from battles.downtime import downtime
from battles.filters import matches_words
from battles.models import Battle, BattleRequest, RepairRequest
from factories.actions import say_machine_state
from factories.models import Factory, Machine, MachineStatus, OutputReading, Sector
from factories.states import Condition, Running

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request

    from factories.models import BreakdownReport

NEWEST = 20
MOST_REPORTS = 200
CURRENT = Prefetch("statuses", MachineStatus.objects.filter(until=None), to_attr="current")


def _plants() -> Any:
    return Factory.objects.select_related("sector", "municipality__state")


class PlantFilter(filters.FilterSet):
    q = filters.CharFilter(method="by_words", label="q")
    sector = filters.ModelChoiceFilter(queryset=Sector.objects.all(), to_field_name="code")
    running = filters.ChoiceFilter(choices=Running.choices)
    mine = filters.BooleanFilter(method="by_member", label="mine")

    class Meta:
        model = Factory
        fields: list[str] = []

    def by_words(self, rows: QuerySet[Factory], _name: str, value: str) -> QuerySet[Factory]:
        return rows.filter(matches_words(value, ["folded", "municipality__folded", "municipality__state__folded"]))

    def by_member(self, rows: QuerySet[Factory], _name: str, value: Any) -> QuerySet[Factory]:
        """Plants of which one is a member oneself."""
        return rows.filter(memberships__user=self.request.user.pk) if value else rows


class PlantList(ListAPIView[Factory]):
    serializer_class = shapes.PlantOut
    filterset_class = PlantFilter

    def get_queryset(self) -> QuerySet[Factory]:
        user: Any = self.request.user
        rows: QuerySet[Factory] = _plants().visible_to(user)
        return rows


class PlantDetail(APIView):
    """Its lines and machines as they are now, and what it is asked for."""

    tells = shapes.PlantPageOut

    def get(self, request: Request, pk: int) -> Response:
        user: Any = request.user
        in_use = Machine.objects.filter(is_retired=False).select_related("kind").prefetch_related(CURRENT)
        rows = _plants().visible_to(user).prefetch_related("lines", Prefetch("machines", in_use, to_attr="in_use"))
        plant = get_object_or_404(rows.prefetch_related("own_repairs"), pk=pk)
        for machine in plant.in_use:
            machine.now = next(iter(machine.current), None)
        battles = Battle.objects.visible_to(user).filter(factory=plant)
        speaks = Factory.objects.spoken_for_by(user).filter(pk=pk).exists()
        plant.agreements_to_confirm = agreements_to_confirm(battles) if speaks else []
        plant.results_to_confirm = results_to_confirm(battles) if speaks else []
        plant.readings_asked = readings_asked(battles)
        return Response(shapes.PlantPageOut(plant).data)


class MachineDetail(APIView):
    """How it is and was, how long it stood and why, and what was done about it."""

    tells = shapes.MachinePageOut

    def get(self, request: Request, pk: int) -> Response:
        user: Any = request.user
        machine: Any = get_object_or_404(Machine.objects.visible_to(user).select_related("kind"), pk=pk)
        statuses = list(machine.statuses.all())
        reports = list(machine.reports.prefetch_related("faults").order_by("-received_at")[:MOST_REPORTS])
        tried = BattleRequest.objects.filter(request__machine=machine, battle__in=Battle.objects.visible_to(user))
        machine.now = next((one for one in statuses if one.until is None), None)
        machine.known_statuses = statuses[:NEWEST]
        machine.downtime = _stood(statuses, reports)
        machine.known_requests = RepairRequest.objects.filter(machine=machine).order_by("-opened_at")[:NEWEST]
        machine.known_reports = reports[:NEWEST]
        machine.repairs = tried.exclude(outcome="").order_by("-pk")[:NEWEST]
        return Response(shapes.MachinePageOut(machine).data)


class MachineState(APIView):
    """How it is from now on. With `was`, only while it is still as it was shown."""

    takes = shapes.MachineStateIn
    tells = shapes.StatusOut

    def post(self, request: Request, pk: int) -> Response:
        by: Any = request.user
        machine = get_object_or_404(Machine.objects.told_of_by(by), pk=pk)
        said = shapes.MachineStateIn(data=request.data)
        said.is_valid(raise_exception=True)
        state, was = Condition(said.validated_data["state"]), said.validated_data.get("was")
        return Response(shapes.StatusOut(say_machine_state(machine=machine, state=state, was=was, by=by)).data)


def _stood(statuses: list[MachineStatus], reports: list[BreakdownReport]) -> dict[str, Any]:
    stood = downtime(statuses, reports)
    return {
        "days": stood.days,
        "months": [{"month": month, "days": days} for month, days in stood.months],
        "causes": [{"cause": cause, "days": days} for cause, days in stood.causes],
    }


class _OfPlant(APIView):
    """For who may say what the plant puts out and what was repaired there: its delegate, management, coordinators."""

    takes: type[Any]

    def plant(self, request: Request, pk: int) -> Factory:
        user: Any = request.user
        plant: Factory = get_object_or_404(Factory.objects.told_of_by(user), pk=pk)
        return plant

    def said(self, plant: Factory) -> dict[str, Any]:
        words = self.takes(data=self.request.data, context={"request": self.request, "plant": plant})
        words.is_valid(raise_exception=True)
        return dict(words.validated_data)


class Readings(_OfPlant, ListAPIView[OutputReading]):
    """What each line put out, the newest day first. POST notes several, all of them or none."""

    takes = shapes.ReadingsIn
    tells = shapes.ReadingsOut
    queryset = OutputReading.objects.none()
    serializer_class = shapes.ReadingOut
    filterset_fields = {"line": ["exact"], "day": ["gte", "lte"]}

    def get_queryset(self) -> QuerySet[OutputReading]:
        plant = self.plant(self.request, self.kwargs["pk"])
        return OutputReading.objects.filter(line__factory=plant).order_by("-day", "line")

    def post(self, request: Request, pk: int) -> Response:
        by: Any = request.user
        plant = self.plant(request, pk)
        said = self.said(plant)
        made = record_readings(
            factory=plant,
            given=said["readings"],
            said_by=said["said_by"],
            is_confirmed=Factory.objects.spoken_for_by(by).filter(pk=pk).exists(),
            by=by,
        )
        return Response(shapes.ReadingsOut({"readings": made}).data, status.HTTP_201_CREATED)


class OwnRepairs(_OfPlant):
    """The plant's own workers repaired something, with the battle in which they learned it."""

    takes = shapes.LaterRepairIn
    tells = OwnRepairOut

    def post(self, request: Request, pk: int) -> Response:
        by: Any = request.user
        plant = self.plant(request, pk)
        made = record_own_repair(factory=plant, by=by, **self.said(plant))
        return Response(OwnRepairOut(made).data, status.HTTP_201_CREATED)


class Order(APIView):
    """Where the plant stands in the order that the coordinators decided."""

    takes = shapes.DecideIn
    tells = shapes.DecisionOut

    def put(self, request: Request, pk: int) -> Response:
        said = shapes.DecideIn(data=request.data)
        plant = _coordinated(request, pk)
        said.is_valid(raise_exception=True)
        by: Any = request.user
        return Response(shapes.DecisionOut(order.decide_order(factory=plant, by=by, **said.validated_data)).data)


class DropOrder(APIView):
    """It has no decided place any more; the others close up."""

    takes = shapes.DropIn

    def post(self, request: Request, pk: int) -> Response:
        said = shapes.DropIn(data=request.data)
        plant = _coordinated(request, pk)
        said.is_valid(raise_exception=True)
        by: Any = request.user
        order.drop_from_order(factory=plant, by=by, **said.validated_data)
        return Response({})


def _coordinated(request: Request, pk: int) -> Factory:
    by: Any = request.user
    plant: Factory = get_object_or_404(Factory.objects.coordinated_by(by), pk=pk)
    return plant


ONE = "plants/<int:pk>"
urlpatterns = [
    path("plants", PlantList.as_view(), name="plants"),
    path(ONE, PlantDetail.as_view(), name="plant"),
    path(f"{ONE}/readings", Readings.as_view(), name="plant-readings"),
    path(f"{ONE}/own-repairs", OwnRepairs.as_view(), name="plant-own-repairs"),
    path(f"{ONE}/order", Order.as_view(), name="plant-order"),
    path(f"{ONE}/order/drop", DropOrder.as_view(), name="plant-order-drop"),
    path("machines/<int:pk>", MachineDetail.as_view(), name="machine"),
    path("machines/<int:pk>/state", MachineState.as_view(), name="machine-state"),
]
