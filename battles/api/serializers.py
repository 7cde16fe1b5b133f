"""What goes out, and the shape of what comes in, for reports at the desk and repair requests."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from battles.models import Demand, Need, RepairRequest
from battles.scores import KINDS, score_of
from epo.api.fields import is_for_schema
from factories.models import BreakdownReport, Factory, Machine
from volunteers.models import Trade
from volunteers.states import Level

LONGEST_REASON = 500
LONGEST_ANSWER = 2_000


class NamedSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()


class Scored(serializers.ModelSerializer[Any]):
    """Adds the score with each of its parts; what is not known is null."""

    score = serializers.SerializerMethodField()
    factory = NamedSerializer()
    machine = NamedSerializer(allow_null=True)
    in_hand_of = serializers.CharField(source="in_hand_of.username", default=None, allow_null=True)

    def get_score(self, row: Any) -> dict[str, Any]:
        score = score_of(row)
        names = [kind.column.removeprefix("score_") for kind in KINDS]
        parts = {
            name: {"points": part.points, "most": part.most} for name, part in zip(names, score.parts, strict=True)
        }
        return {"total": round(score.total, 1), "parts": parts}


class ReportOut(Scored):
    faults: Any = serializers.SlugRelatedField(slug_field="code", many=True, read_only=True)
    request = serializers.SerializerMethodField()

    class Meta:
        model = BreakdownReport
        fields = (
            "id", "number", "state", "version", "condition", "text", "faults", "factory", "plant_name",
            "machine", "machine_name", "received_at", "again_at", "closed_at", "same_as", "reason", "in_hand_of",
            "request", "score",
        )  # fmt: skip

    def get_request(self, row: BreakdownReport) -> int | None:
        link = getattr(row, "request_link", None)
        return link.request_id if link else None


class DemandOut(serializers.ModelSerializer[Demand]):
    trade = serializers.CharField(source="trade.code")

    class Meta:
        model = Demand
        fields = ("id", "trade", "level", "people", "days")


class NeedOut(serializers.ModelSerializer[Need]):
    class Meta:
        model = Need
        fields = ("id", "kind", "what", "measures", "quantity", "brings", "state")


class RequestOut(Scored):
    demands = DemandOut(many=True)
    needs = NeedOut(many=True)

    class Meta:
        model = RepairRequest
        fields = (
            "id", "title", "state", "version", "condition", "output_lost", "stopped_since", "factory", "machine",
            "opened_at", "finished_at", "in_hand_of", "demands", "needs", "score",
        )  # fmt: skip


class VersionedIn(serializers.Serializer[Any]):
    version = serializers.IntegerField(required=False, min_value=1)


class RejectIn(VersionedIn):
    reason = serializers.CharField(max_length=LONGEST_REASON)


class AnswerIn(VersionedIn):
    answer = serializers.CharField(max_length=LONGEST_ANSWER)
    answered_with = serializers.CharField(max_length=120, required=False, allow_blank=True)


class JoinIn(VersionedIn):
    request = serializers.IntegerField(min_value=1)


class PutIn(VersionedIn):
    """The plant that the report belongs to, and the machine there, where it is known."""

    factory = serializers.IntegerField(min_value=1)
    machine = serializers.IntegerField(min_value=1, required=False, allow_null=True)


class DemandIn(serializers.Serializer[Any]):
    trade = serializers.SlugRelatedField(slug_field="code", queryset=Trade.objects.all())
    level = serializers.ChoiceField(choices=Level.choices)
    people = serializers.IntegerField(min_value=1, max_value=50)
    days = serializers.IntegerField(min_value=1, max_value=90)


class OpenIn(VersionedIn):
    """All of it may be left out: it then comes from the report and the kind of its machine."""

    title = serializers.CharField(max_length=160, required=False)
    description = serializers.CharField(max_length=5_000, required=False, allow_blank=True)
    machine = serializers.PrimaryKeyRelatedField(queryset=Machine.objects.none(), required=False)
    demands = DemandIn(many=True, required=False)

    def get_fields(self) -> Any:
        """Machines of plants that the user coordinates; others do not exist for them."""
        fields: dict[str, Any] = super().get_fields()
        if is_for_schema(self):
            return fields
        plants = Factory.objects.coordinated_by(self.context["request"].user)
        fields["machine"].queryset = Machine.objects.filter(factory__in=plants)
        return fields
