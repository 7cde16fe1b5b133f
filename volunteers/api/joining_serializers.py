"""Shapes of applications, certificates and endorsements. Phones and e-mail addresses are in none of them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from epo.api.fields import DateField, is_for_schema
from volunteers.api.serializers import PlaceOut
from volunteers.models import Application, ApplicationTrade, Certificate, Endorsement, Trade, Volunteer
from volunteers.states import Basis, Level


class ApplicationTradeOut(serializers.ModelSerializer[ApplicationTrade]):
    trade = serializers.CharField(source="trade.code")

    class Meta:
        model = ApplicationTrade
        fields = ["trade", "level"]


class ApplicationOut(serializers.ModelSerializer[Application]):
    """`known` are volunteers with the same phone, `repeats` counts other open applications with it."""

    name = serializers.CharField()
    home = PlaceOut()
    trades = ApplicationTradeOut(many=True)
    known = serializers.SerializerMethodField()
    repeats = serializers.IntegerField()

    class Meta:
        model = Application
        fields = [
            "id", "state", "version", "name", "home", "trades", "received_at", "decided_at", "reason", "volunteer",
            "known", "repeats",
        ]  # fmt: skip

    def get_known(self, one: Any) -> list[int]:
        return [volunteer.pk for volunteer in one.known]


class CertificateOut(serializers.ModelSerializer[Certificate]):
    """`has_scan`: a photo of it lies with the site, for the pages."""

    trade = serializers.CharField(source="trade.code")
    has_scan = serializers.BooleanField(source="scan")

    class Meta:
        model = Certificate
        fields = [
            "key", "volunteer", "trade", "level", "number", "issuer", "issued_on", "valid_until", "state", "reason",
            "added_at", "checked_at", "has_scan",
        ]  # fmt: skip


class AskedOut(serializers.ModelSerializer[Endorsement]):
    """Somebody asks whether one has seen them work at this level."""

    trade = serializers.CharField(source="trade.code")
    name = serializers.CharField(source="volunteer.name")

    class Meta:
        model = Endorsement
        fields = ["id", "trade", "level", "name", "asked_at"]


class OwnLevelOut(serializers.Serializer[Any]):
    """Who said no is counted like who has not answered: nobody has to justify themselves."""

    trade = serializers.CharField()
    level = serializers.IntegerField()
    basis = serializers.ChoiceField(Basis.choices)
    given = serializers.IntegerField()
    missing = serializers.IntegerField()


class EndorsementsOut(serializers.Serializer[Any]):
    own = OwnLevelOut(many=True)
    asked_of_me = AskedOut(many=True)


# What comes in


class ConfirmIn(serializers.Serializer[Any]):
    """With `volunteer`, they are known already and only what is new is added."""

    volunteer = serializers.PrimaryKeyRelatedField(queryset=Volunteer.objects.none(), required=False, allow_null=True)

    def get_fields(self) -> Any:
        fields: dict[str, Any] = super().get_fields()
        if not is_for_schema(self):
            rows = Volunteer.objects.visible_to(self.context["request"].user)
            fields["volunteer"].queryset = rows.select_related("home__state")
        return fields


class NothingIn(serializers.Serializer[Any]):
    pass


class ReasonIn(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=200)


class PaperIn(serializers.Serializer[Any]):
    trade = serializers.SlugRelatedField("code", queryset=Trade.objects.all())
    level = serializers.ChoiceField(Level.choices)
    number = serializers.CharField(max_length=60)
    issuer = serializers.CharField(max_length=120)
    issued_on = DateField()
    valid_until = DateField(required=False, allow_null=True, default=None)


class AskPeerIn(serializers.Serializer[Any]):
    """One of one's own trades, and somebody with whom one was in a battle."""

    trade = serializers.CharField(max_length=60)
    peer = serializers.PrimaryKeyRelatedField(queryset=Volunteer.objects.none())

    def get_fields(self) -> Any:
        fields: dict[str, Any] = super().get_fields()
        if not is_for_schema(self, "peers"):
            fields["peer"].queryset = self.context["peers"]
        return fields


class AnswerPeerIn(serializers.Serializer[Any]):
    answer = serializers.ChoiceField(["yes", "no"])
