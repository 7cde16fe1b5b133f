"""Shape of what comes in and goes out. Contact details are in none of them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from epo.api.fields import DateField
from epo.places.models import Municipality
from volunteers.forms import FARTHEST_KM, LONGEST_DAYS, MOST_PLACES
from volunteers.models import Absence, Qualification, Trade, Volunteer
from volunteers.states import Basis, Level, Standing


class PlaceOut(serializers.ModelSerializer[Municipality]):
    state = serializers.CharField(source="state.code")

    class Meta:
        model = Municipality
        fields = ["code", "name", "state", "lat", "lon"]


class TradeOut(serializers.ModelSerializer[Trade]):
    name = serializers.CharField()

    class Meta:
        model = Trade
        fields = ["code", "name", "isco"]


class QualificationOut(serializers.ModelSerializer[Qualification]):
    trade = TradeOut()

    class Meta:
        model = Qualification
        fields = ["trade", "level", "basis", "valid_until"]


class DaysAwayOut(serializers.ModelSerializer[Absence]):
    """An absence as all coordinators read it: why somebody cannot come is not theirs to know."""

    class Meta:
        model = Absence
        fields = ["id", "first_day", "last_day"]


class AbsenceOut(DaysAwayOut):
    class Meta(DaysAwayOut.Meta):
        fields = [*DaysAwayOut.Meta.fields, "note"]


class VolunteerOut(serializers.ModelSerializer[Volunteer]):
    home = PlaceOut()
    qualifications = QualificationOut(many=True)

    class Meta:
        model = Volunteer
        fields = ["id", "name", "home", "standing", "is_adviser_only", "max_km", "max_days", "qualifications"]


class VolunteerPageOut(VolunteerOut):
    absences = DaysAwayOut(many=True)

    class Meta(VolunteerOut.Meta):
        fields = [*VolunteerOut.Meta.fields, "brings", "vehicle_places", "absences"]


class OwnPageOut(VolunteerPageOut):
    """For the volunteer, and for the coordinators of their home region."""

    absences = AbsenceOut(many=True)


class ProfileIn(serializers.Serializer[Any]):
    home = serializers.SlugRelatedField("code", queryset=Municipality.objects.all(), required=False)
    max_km = serializers.IntegerField(min_value=1, max_value=FARTHEST_KM, allow_null=True, required=False)
    max_days = serializers.IntegerField(min_value=1, max_value=LONGEST_DAYS, allow_null=True, required=False)
    brings = serializers.CharField(max_length=200, allow_blank=True, required=False)
    vehicle_places = serializers.IntegerField(min_value=0, max_value=MOST_PLACES, required=False)
    is_adviser_only = serializers.BooleanField(required=False)


class LevelIn(serializers.Serializer[Any]):
    level = serializers.ChoiceField(choices=Level.choices)


class AbsenceIn(serializers.Serializer[Any]):
    first_day = DateField()
    last_day = DateField()
    note = serializers.CharField(max_length=120, allow_blank=True, default="")


class KnownTradeIn(LevelIn):
    """How a level is known, and until when that holds."""

    basis = serializers.ChoiceField(choices=Basis.choices)
    valid_until = DateField(required=False, allow_null=True)


class StandingIn(serializers.Serializer[Any]):
    standing = serializers.ChoiceField(choices=Standing.choices)
