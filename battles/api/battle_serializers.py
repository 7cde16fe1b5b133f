"""Shapes that go in and out of the API of battles. What they mean is judged by the rules behind the actions."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from battles.forms.battles import MOST_ASKED, MOST_HOURS, coordinators_for, crew_of
from battles.models import Agreement, Battle, BattleRequest, LineResult, Offer, RepairRequest, Seat
from battles.states import OUTCOMES, Barrier, BattleKind, SeatKind
from epo.accounts.models import User
from epo.api.fields import DateField, is_for_schema
from factories.models import Factory, Line, Machine, MachineKind
from volunteers.models import Trade, Volunteer
from volunteers.states import Level

MOST_TEXT = 8000


class SeatSerializer(serializers.ModelSerializer[Seat]):
    trade = serializers.CharField(source="trade.code")
    is_held = serializers.SerializerMethodField()

    class Meta:
        model = Seat
        fields = ["id", "trade", "level", "kind", "first_offset", "last_offset", "is_held"]

    def get_is_held(self, seat: Seat) -> bool:
        return seat.pk in self.context["held"]


class BattleRequestSerializer(serializers.ModelSerializer[BattleRequest]):
    title = serializers.CharField(source="request.title")
    state = serializers.CharField(source="request.state")
    machine = serializers.IntegerField(source="request.machine_id", allow_null=True)

    class Meta:
        model = BattleRequest
        fields = [
            "id",
            "request",
            "title",
            "state",
            "machine",
            "is_active",
            "found_on_site",
            "outcome",
            "barrier",
            "note",
        ]


class CrewSerializer(serializers.ModelSerializer[Offer]):
    name = serializers.CharField(source="volunteer.name")
    trade = serializers.CharField(source="trade.code")

    class Meta:
        model = Offer
        fields = ["id", "volunteer", "name", "trade", "level", "km", "state", "first_day", "last_day", "departure"]


class AgreementSerializer(serializers.ModelSerializer[Agreement]):
    class Meta:
        model = Agreement
        exclude = ["id", "battle", "recorded_by", "confirmed_by"]


class LineResultSerializer(serializers.ModelSerializer[LineResult]):
    product = serializers.CharField(source="line.product")
    unit = serializers.CharField(source="line.unit")

    class Meta:
        model = LineResult
        fields = ["line", "product", "unit", "before", "after", "confirmed_by", "confirmed_at"]


BRIEF = [
    "id", "kind", "title", "state", "version", "factory", "factory_name", "municipality", "first_day", "last_day", "days",
    "earliest", "latest", "due", "follows",
]  # fmt: skip


class BattleBriefSerializer(serializers.ModelSerializer[Battle]):
    factory_name = serializers.CharField(source="factory.name")
    municipality = serializers.CharField(source="factory.municipality")
    last_day = serializers.DateField(allow_null=True)

    class Meta:
        model = Battle
        fields = BRIEF


class BattleSerializer(BattleBriefSerializer):
    """For coordinators and for who is of the crew; the plant's members read the brief form."""

    requests = BattleRequestSerializer(source="battle_requests", many=True)
    seats = serializers.SerializerMethodField()
    crew = serializers.SerializerMethodField()
    results = LineResultSerializer(source="line_results", many=True)
    agreement = AgreementSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Battle
        fields = [
            *BRIEF, "coordinator", "responsible", "offer_hours", "asks_per_seat", "sleeping", "food", "bring", "safety",
            "lessons", "taught", "end_reason", "requests", "seats", "crew", "results", "agreement",
        ]  # fmt: skip

    @extend_schema_field(SeatSerializer(many=True))
    def get_seats(self, battle: Battle) -> Any:
        held = set(battle.offers.holding().values_list("seat", flat=True))
        return SeatSerializer(battle.seats.select_related("trade"), many=True, context={"held": held}).data

    @extend_schema_field(CrewSerializer(many=True))
    def get_crew(self, battle: Battle) -> Any:
        crew = list(battle.offers.holding().select_related("volunteer", "trade").order_by("pk"))
        for offer in crew:
            offer.battle = battle
        return CrewSerializer(crew, many=True).data


# What comes in


class DatesSerializer(serializers.Serializer[Any]):
    first_day = DateField(required=False, allow_null=True)
    days = serializers.IntegerField(required=False, min_value=1, max_value=60)
    earliest = DateField(required=False, allow_null=True)
    latest = DateField(required=False, allow_null=True)
    due = DateField(required=False, allow_null=True)


class PlanSerializer(DatesSerializer):
    factory = serializers.PrimaryKeyRelatedField(queryset=Factory.objects.none())
    kind = serializers.ChoiceField(BattleKind.choices, default=BattleKind.REPAIR)
    title = serializers.CharField(max_length=160)
    requests = serializers.PrimaryKeyRelatedField(queryset=RepairRequest.objects.none(), many=True, default=list)
    follows = serializers.PrimaryKeyRelatedField(queryset=Battle.objects.none(), required=False, allow_null=True)

    def get_fields(self) -> Any:
        """Only what the user coordinates can be named; the rest does not exist for them."""
        fields: dict[str, Any] = super().get_fields()
        if is_for_schema(self):
            return fields
        user = self.context["request"].user
        fields["factory"].queryset = Factory.objects.coordinated_by(user)
        fields["requests"].child_relation.queryset = RepairRequest.objects.coordinated_by(user)
        fields["follows"].queryset = Battle.objects.coordinated_by(user)
        return fields


class ChangeSerializer(DatesSerializer):
    title = serializers.CharField(required=False, max_length=160)
    offer_hours = serializers.IntegerField(required=False, min_value=1, max_value=MOST_HOURS)
    asks_per_seat = serializers.IntegerField(required=False, min_value=1, max_value=MOST_ASKED)
    sleeping = serializers.CharField(required=False, allow_blank=True, max_length=200)
    food = serializers.CharField(required=False, allow_blank=True, max_length=200)
    bring = serializers.CharField(required=False, allow_blank=True, max_length=MOST_TEXT)
    safety = serializers.CharField(required=False, allow_blank=True, max_length=MOST_TEXT)
    responsible = serializers.PrimaryKeyRelatedField(queryset=Volunteer.objects.none(), required=False, allow_null=True)
    coordinator = serializers.PrimaryKeyRelatedField(queryset=User.objects.none(), required=False, allow_null=True)

    def get_fields(self) -> Any:
        fields: dict[str, Any] = super().get_fields()
        if is_for_schema(self, "battle"):
            return fields
        fields["responsible"].queryset = crew_of(self.context["battle"])
        fields["coordinator"].queryset = coordinators_for(self.context["battle"])
        return fields


class NothingSerializer(serializers.Serializer[Any]):
    pass


class ReasonSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=200)


class SeatsSerializer(serializers.Serializer[Any]):
    trade = serializers.SlugRelatedField("code", queryset=Trade.objects.all())
    level = serializers.ChoiceField(Level.choices)
    people = serializers.IntegerField(min_value=1, max_value=20, default=1)
    kind = serializers.ChoiceField(SeatKind.choices, default=SeatKind.REQUIRED)
    first_offset = serializers.IntegerField(min_value=0, max_value=59, default=0)
    last_offset = serializers.IntegerField(min_value=0, max_value=59, required=False)


class AgreeSerializer(serializers.Serializer[Any]):
    agreed_on = DateField()
    management = serializers.CharField(max_length=120)
    council = serializers.CharField(max_length=120)
    council_on = DateField(required=False, allow_null=True)
    army = serializers.CharField(max_length=120, required=False, allow_blank=True)
    sleeping = serializers.CharField(max_length=200, required=False, allow_blank=True)
    food = serializers.CharField(max_length=200, required=False, allow_blank=True)
    materials = serializers.CharField(max_length=300, required=False, allow_blank=True)
    isolates = serializers.CharField(max_length=120, required=False, allow_blank=True)
    may_publish = serializers.BooleanField(required=False)


class _OfPlant(serializers.Serializer[Any]):
    """Serializers that name machines, lines or requests of the battle's plant."""

    def get_fields(self) -> Any:
        fields: dict[str, Any] = super().get_fields()
        if is_for_schema(self, "battle"):
            return fields
        plant = self.context["battle"].factory_id
        for name, rows in (("machine", Machine.objects), ("line", Line.objects), ("request", RepairRequest.objects)):
            if name in fields:
                fields[name].queryset = rows.filter(factory=plant)
        if "volunteer" in fields:
            fields["volunteer"].queryset = crew_of(self.context["battle"])
        return fields


class RequestSerializer(_OfPlant):
    request = serializers.PrimaryKeyRelatedField(queryset=RepairRequest.objects.none())


class DiarySerializer(_OfPlant):
    text = serializers.CharField(max_length=MOST_TEXT)
    day = DateField(required=False)
    hours = serializers.DecimalField(max_digits=6, decimal_places=1, min_value=0, required=False, allow_null=True)
    machine = serializers.PrimaryKeyRelatedField(queryset=Machine.objects.none(), required=False, allow_null=True)
    volunteer = serializers.PrimaryKeyRelatedField(queryset=Volunteer.objects.none(), required=False, allow_null=True)


class FoundSerializer(_OfPlant):
    what = serializers.CharField(max_length=160)
    machine = serializers.PrimaryKeyRelatedField(queryset=Machine.objects.none(), required=False, allow_null=True)
    name = serializers.CharField(max_length=80, required=False, allow_blank=True)
    kind = serializers.SlugRelatedField("code", queryset=MachineKind.objects.all(), required=False, allow_null=True)


class OutcomeSerializer(_OfPlant):
    request = serializers.PrimaryKeyRelatedField(queryset=RepairRequest.objects.none())
    outcome = serializers.ChoiceField([(o.value, o.label) for o in OUTCOMES], allow_blank=True)
    barrier = serializers.ChoiceField(Barrier.choices, required=False, allow_blank=True)
    note = serializers.CharField(max_length=MOST_TEXT, required=False, allow_blank=True)


class OutputSerializer(_OfPlant):
    line = serializers.PrimaryKeyRelatedField(queryset=Line.objects.none())
    before = serializers.DecimalField(max_digits=12, decimal_places=2, min_value=0, required=False, allow_null=True)
    after = serializers.DecimalField(max_digits=12, decimal_places=2, min_value=0, required=False, allow_null=True)
    is_confirmed = serializers.BooleanField(default=False)
    confirmed_by = serializers.CharField(max_length=60, required=False, allow_blank=True)


class CloseSerializer(serializers.Serializer[Any]):
    lessons = serializers.CharField(max_length=MOST_TEXT, required=False, allow_blank=True)
    taught = serializers.CharField(max_length=MOST_TEXT, required=False, allow_blank=True)


class OfferKeySerializer(serializers.Serializer[Any]):
    """Which of the crew; without it, everybody."""

    offer = serializers.PrimaryKeyRelatedField(queryset=Offer.objects.none(), required=False, allow_null=True)

    def get_fields(self) -> Any:
        fields: dict[str, Any] = super().get_fields()
        if is_for_schema(self, "battle"):
            return fields
        fields["offer"].queryset = Offer.objects.filter(battle=self.context["battle"])
        return fields
