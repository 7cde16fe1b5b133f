"""Shapes of what belongs to one battle: seats, departures, the diary, a diagnosis, results and what came later."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from battles.api.battle_serializers import MOST_TEXT, LineResultSerializer
from battles.api.request_serializers import NeedIn
from battles.forms.battles import MOST_PLACES
from battles.models import (
    Battle,
    BattleRequest,
    Departure,
    DiaryEntry,
    Finding,
    FollowUp,
    LineResult,
    Offer,
    OutputCorrection,
    OwnRepair,
    RepairRequest,
    VoiceHeard,
)
from battles.states import OfferState, SeatKind, Voice
from epo.api.fields import DateField, MomentField, is_for_schema
from factories.models import Machine
from volunteers.models import Trade, Volunteer
from volunteers.states import Level

LONGEST_POST = 60


class DepartureOut(serializers.ModelSerializer[Departure]):
    travellers: Any = serializers.PrimaryKeyRelatedField(many=True, read_only=True)

    class Meta:
        model = Departure
        fields = ["id", "place", "at", "vehicle", "places", "driver", "travellers"]


class DiaryOut(serializers.ModelSerializer[DiaryEntry]):
    class Meta:
        model = DiaryEntry
        fields = ["id", "day", "text", "hours", "machine", "request", "volunteer"]


class VoiceOut(serializers.ModelSerializer[VoiceHeard]):
    class Meta:
        model = VoiceHeard
        fields = ["voice", "said", "at"]


class FindingOut(serializers.ModelSerializer[Finding]):
    class Meta:
        model = Finding
        fields = ["id", "what", "machine", "request"]


class DiagnosisOut(serializers.ModelSerializer[Battle]):
    voices = VoiceOut(many=True)
    findings = FindingOut(many=True)

    class Meta:
        model = Battle
        fields = ["id", "voices", "findings"]


class CorrectionOut(serializers.ModelSerializer[OutputCorrection]):
    class Meta:
        model = OutputCorrection
        fields = ["id", "before", "after", "said_by", "is_first_hand", "at", "is_taken", "answer", "answered_at"]


class ResultOut(LineResultSerializer):
    corrections = CorrectionOut(many=True)

    class Meta:
        model = LineResult
        fields = ["id", *LineResultSerializer.Meta.fields, "corrections"]


class FollowUpOut(serializers.ModelSerializer[FollowUp]):
    """A reading that was asked for; `amount` and `day` stand there once it came."""

    amount = serializers.DecimalField(12, 2, source="reading.amount", default=None, allow_null=True)
    day = serializers.DateField(source="reading.day", default=None, allow_null=True)

    class Meta:
        model = FollowUp
        fields = ["id", "line", "after_days", "due_on", "asked_at", "reminders", "amount", "day"]


class OwnRepairOut(serializers.ModelSerializer[OwnRepair]):
    class Meta:
        model = OwnRepair
        fields = ["id", "what", "on", "machine", "learned_from", "said_by"]


class ResultsOut(serializers.ModelSerializer[Battle]):
    output = ResultOut(source="line_results", many=True)
    follow_ups = FollowUpOut(many=True)
    own_repairs = OwnRepairOut(many=True)

    class Meta:
        model = Battle
        fields = ["id", "state", "lessons", "taught", "output", "follow_ups", "own_repairs"]


# What comes in


class OfBattleIn(serializers.Serializer[Any]):
    """Rows are named among those of the battle; others do not exist there."""

    def get_fields(self) -> Any:
        fields: dict[str, Any] = super().get_fields()
        if not is_for_schema(self, "battle"):
            self.narrow(fields, self.context["battle"])
        return fields

    def narrow(self, fields: dict[str, Any], battle: Battle) -> None:
        fields["machine"].queryset = Machine.objects.filter(factory=battle.factory_id, is_retired=False)


class SeatIn(serializers.Serializer[Any]):
    trade = serializers.SlugRelatedField("code", queryset=Trade.objects.all(), required=False)
    level = serializers.ChoiceField(Level.choices)
    kind = serializers.ChoiceField(SeatKind.choices)
    first_offset = serializers.IntegerField(min_value=0, max_value=59)
    last_offset = serializers.IntegerField(min_value=0, max_value=59)


class DepartureIn(OfBattleIn):
    """`travellers` are offers of the crew; left out in a change, those who travel stay the same."""

    place = serializers.CharField(max_length=160)
    at = MomentField()
    places = serializers.IntegerField(min_value=1, max_value=MOST_PLACES)
    vehicle = serializers.CharField(max_length=80, required=False, allow_blank=True)
    driver = serializers.PrimaryKeyRelatedField(queryset=Volunteer.objects.none(), required=False, allow_null=True)
    travellers = serializers.PrimaryKeyRelatedField(queryset=Offer.objects.none(), many=True, required=False)

    def narrow(self, fields: dict[str, Any], battle: Battle) -> None:
        going = battle.offers.filter(state__in=[OfferState.ACCEPTED, OfferState.ON_SITE])
        fields["travellers"].child_relation.queryset = going
        fields["driver"].queryset = Volunteer.objects.filter(pk__in=going.values("volunteer"))


class LeftIn(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=200)
    on = DateField(required=False)


class SignOffIn(serializers.Serializer[Any]):
    level = serializers.ChoiceField(Level.choices)


class VoiceIn(serializers.Serializer[Any]):
    voice = serializers.ChoiceField(Voice.choices)
    said = serializers.CharField(max_length=MOST_TEXT)


class FindingIn(OfBattleIn):
    what = serializers.CharField(max_length=300)
    machine = serializers.PrimaryKeyRelatedField(queryset=Machine.objects.none(), required=False, allow_null=True)


class FindingsIn(OfBattleIn):
    findings = serializers.PrimaryKeyRelatedField(queryset=Finding.objects.none(), many=True, allow_empty=False)

    def narrow(self, fields: dict[str, Any], battle: Battle) -> None:
        fields["findings"].child_relation.queryset = battle.findings.filter(request=None)


class NeedOfBattleIn(NeedIn, OfBattleIn):
    request = serializers.PrimaryKeyRelatedField(queryset=RepairRequest.objects.none())

    def narrow(self, fields: dict[str, Any], battle: Battle) -> None:
        ties = BattleRequest.objects.filter(battle=battle)
        fields["request"].queryset = RepairRequest.objects.filter(pk__in=ties.values("request"))


class FollowUpIn(serializers.Serializer[Any]):
    amount = serializers.DecimalField(12, 2, min_value=0)
    day = DateField()
    said_by = serializers.CharField(max_length=LONGEST_POST)
    is_confirmed = serializers.BooleanField(default=False)


class OwnRepairIn(OfBattleIn):
    what = serializers.CharField(max_length=200)
    on = DateField(required=False)
    machine = serializers.PrimaryKeyRelatedField(queryset=Machine.objects.none(), required=False, allow_null=True)
    said_by = serializers.CharField(max_length=LONGEST_POST, required=False, allow_blank=True)


class CorrectionAnswerIn(serializers.Serializer[Any]):
    answer = serializers.CharField(max_length=300)
