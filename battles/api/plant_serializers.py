"""Shapes of plants, machines and what a plant says."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from battles.api.part_serializers import LONGEST_POST, OwnRepairOut
from battles.forms.plants import TAUGHT
from battles.models import Agreement, Battle, BattleRequest, FollowUp, LineResult, PlantDecision, RepairRequest
from battles.pasted import MOST_LINES, Given
from epo.api.fields import DateField, is_for_schema
from epo.places.models import Municipality
from factories.models import BreakdownReport, Factory, Line, Machine, MachineStatus, OutputReading
from factories.states import Condition

MOST_POSITION = 2**31 - 1


class TownOut(serializers.ModelSerializer[Municipality]):
    state = serializers.CharField(source="state.code")

    class Meta:
        model = Municipality
        fields = ["code", "name", "state"]


class PlantOut(serializers.ModelSerializer[Factory]):
    sector = serializers.CharField(source="sector.code")
    municipality = TownOut()

    class Meta:
        model = Factory
        fields = ["id", "name", "sector", "municipality", "place", "running", "stopped_since", "people_depend"]


class LineOut(serializers.ModelSerializer[Line]):
    class Meta:
        model = Line
        fields = ["id", "product", "unit", "nominal", "current"]


class MachineOut(serializers.ModelSerializer[Machine]):
    """`state` and `since`: how it is now; null where nobody has said."""

    kind = serializers.CharField(source="kind.code")
    state = serializers.CharField(source="now.state", default=None, allow_null=True)
    since = serializers.DateTimeField(source="now.since", default=None, allow_null=True)

    class Meta:
        model = Machine
        fields = ["id", "name", "kind", "line", "state", "since"]


class AgreementToConfirm(serializers.ModelSerializer[Agreement]):
    class Meta:
        model = Agreement
        fields = ["battle", "agreed_on"]


class ResultToConfirm(serializers.ModelSerializer[LineResult]):
    class Meta:
        model = LineResult
        fields = ["id", "battle", "line", "before", "after"]


class ReadingAsked(serializers.ModelSerializer[FollowUp]):
    class Meta:
        model = FollowUp
        fields = ["battle", "line", "after_days", "due_on"]


class PlantPageOut(PlantOut):
    """`asked` of the plant: readings that are due; and of its delegate, what is to be confirmed."""

    lines = LineOut(many=True)
    machines = MachineOut(source="in_use", many=True)
    own_repairs = OwnRepairOut(many=True)
    agreements_to_confirm = AgreementToConfirm(many=True)
    results_to_confirm = ResultToConfirm(many=True)
    readings_asked = ReadingAsked(many=True)

    class Meta:
        model = Factory
        fields = [
            *PlantOut.Meta.fields, "lines", "machines", "own_repairs", "agreements_to_confirm", "results_to_confirm",
            "readings_asked",
        ]  # fmt: skip


class StatusOut(serializers.ModelSerializer[MachineStatus]):
    class Meta:
        model = MachineStatus
        fields = ["state", "since", "until"]


class MonthOut(serializers.Serializer[Any]):
    month = serializers.DateField()
    days = serializers.FloatField()


class CauseOut(serializers.Serializer[Any]):
    cause = serializers.CharField()
    days = serializers.FloatField()


class DowntimeOut(serializers.Serializer[Any]):
    """Days, whole and parts, of the last twelve months."""

    days = serializers.FloatField()
    months = MonthOut(many=True)
    causes = CauseOut(many=True)


class BreakdownOut(serializers.ModelSerializer[BreakdownReport]):
    """Without text, photos and who reported: fault, state and age are what a plant sees."""

    faults: Any = serializers.SlugRelatedField(slug_field="code", many=True, read_only=True)

    class Meta:
        model = BreakdownReport
        fields = ["number", "state", "condition", "faults", "received_at"]


class TriedOut(serializers.ModelSerializer[BattleRequest]):
    class Meta:
        model = BattleRequest
        fields = ["battle", "request", "outcome", "barrier"]


class WantedOut(serializers.ModelSerializer[RepairRequest]):
    class Meta:
        model = RepairRequest
        fields = ["id", "title", "state", "condition", "opened_at"]


class MachinePageOut(MachineOut):
    factory = serializers.IntegerField(source="factory_id")
    statuses = StatusOut(source="known_statuses", many=True)
    downtime = DowntimeOut()
    requests = WantedOut(source="known_requests", many=True)
    reports = BreakdownOut(source="known_reports", many=True)
    repairs = TriedOut(many=True)
    own_repairs = OwnRepairOut(many=True)

    class Meta:
        model = Machine
        fields = [
            *MachineOut.Meta.fields, "factory", "year", "is_retired", "statuses", "downtime", "requests", "reports",
            "repairs", "own_repairs",
        ]  # fmt: skip


class ReadingOut(serializers.ModelSerializer[OutputReading]):
    class Meta:
        model = OutputReading
        fields = ["line", "day", "amount", "said_by", "is_confirmed"]


class ReadingsOut(serializers.Serializer[Any]):
    readings = ReadingOut(many=True)


class DecisionOut(serializers.ModelSerializer[PlantDecision]):
    class Meta:
        model = PlantDecision
        fields = ["factory", "position", "weight", "why", "at"]


# What comes in


class SaidByIn(serializers.Serializer[Any]):
    """A post, not a name; left out, it is the delegate's."""

    said_by = serializers.CharField(max_length=LONGEST_POST, required=False)


class FiguresIn(serializers.Serializer[Any]):
    before = serializers.DecimalField(12, 2, min_value=0, required=False, allow_null=True)
    after = serializers.DecimalField(12, 2, min_value=0)
    said_by = serializers.CharField(max_length=LONGEST_POST)


class _OfPlant(serializers.Serializer[Any]):
    """Rows are named among those of the plant; others do not exist there."""

    def get_fields(self) -> Any:
        fields: dict[str, Any] = super().get_fields()
        if not is_for_schema(self, "plant"):
            self.narrow(fields, self.context["plant"])
        return fields

    def narrow(self, fields: dict[str, Any], plant: Factory) -> None:
        raise NotImplementedError


class ReadingIn(_OfPlant):
    line = serializers.PrimaryKeyRelatedField(queryset=Line.objects.none())
    day = DateField()
    amount = serializers.DecimalField(12, 2, min_value=0)

    def narrow(self, fields: dict[str, Any], plant: Factory) -> None:
        fields["line"].queryset = plant.lines.all()


class ReadingsIn(serializers.Serializer[Any]):
    """All of them or none."""

    said_by = serializers.CharField(max_length=LONGEST_POST)
    readings = serializers.ListField(child=ReadingIn(), allow_empty=False, max_length=MOST_LINES)

    def validate_readings(self, said: list[dict[str, Any]]) -> list[Given]:
        given = [Given(**one) for one in said]
        if len({(one.line.pk, one.day) for one in given}) < len(given):
            raise serializers.ValidationError(_("The same day of a line stands there twice."))
        return given


class LaterRepairIn(_OfPlant):
    what = serializers.CharField(max_length=200)
    on = DateField(required=False)
    machine = serializers.PrimaryKeyRelatedField(queryset=Machine.objects.none(), required=False, allow_null=True)
    learned_from = serializers.PrimaryKeyRelatedField(queryset=Battle.objects.none(), required=False, allow_null=True)
    said_by = serializers.CharField(max_length=LONGEST_POST)

    def narrow(self, fields: dict[str, Any], plant: Factory) -> None:
        fields["machine"].queryset = plant.machines.filter(is_retired=False)
        fields["learned_from"].queryset = Battle.objects.filter(factory=plant, state__in=TAUGHT)


class MachineStateIn(serializers.Serializer[Any]):
    """`was`: the state that the phone showed; `name`: of the machine, for who reads what could not be done."""

    state = serializers.ChoiceField(Condition.choices)
    was = serializers.ChoiceField(Condition.choices, required=False, allow_blank=True)
    name = serializers.CharField(max_length=120, required=False)


class DecideIn(serializers.Serializer[Any]):
    """A position counted from 1; the others close up."""

    position = serializers.IntegerField(min_value=1, max_value=MOST_POSITION)
    weight = serializers.IntegerField(min_value=1, max_value=10)
    why = serializers.CharField(max_length=300)


class DropIn(serializers.Serializer[Any]):
    why = serializers.CharField(max_length=300)
