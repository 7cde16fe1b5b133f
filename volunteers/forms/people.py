"""What is said of a person: home, distance, trades, absences."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from epo.core.forms import DateField, OneChip
from epo.places.models import Municipality
from volunteers.actions import PROFILE
from volunteers.models import Trade, Volunteer
from volunteers.states import Basis, Level

FARTHEST_KM = 3000
LONGEST_DAYS = 90
MOST_PLACES = 60


class PlaceField(forms.ModelChoiceField):
    """A municipality, grouped by state so that a phone's own list is short to read."""

    def __init__(self, **options: Any) -> None:
        rows = Municipality.objects.select_related("state").order_by("state__folded", "folded")
        super().__init__(rows, **options)

    def label_from_instance(self, obj: Municipality) -> str:
        return f"{obj.state.name} · {obj.name}"


class ProfileForm(forms.Form):
    home = PlaceField(label=_("Home municipality"))
    max_km = forms.IntegerField(
        label=_("Greatest distance (km by road)"),
        help_text=_("Empty: any distance in the country."),
        required=False,
        validators=[MinValueValidator(1), MaxValueValidator(FARTHEST_KM)],
    )
    max_days = forms.IntegerField(
        label=_("Most days away, travel included"),
        help_text=_("Empty: as long as it takes."),
        required=False,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_DAYS)],
    )
    brings = forms.CharField(label=_("Tools you can bring"), required=False, max_length=200)
    vehicle_places = forms.IntegerField(
        label=_("Places in your vehicle"),
        help_text=_("0: no vehicle."),
        required=False,
        validators=[MinValueValidator(0), MaxValueValidator(MOST_PLACES)],
    )
    is_adviser_only = forms.BooleanField(label=_("I advise from home and do not travel"), required=False)

    @classmethod
    def initial_of(cls, volunteer: Volunteer) -> dict[str, Any]:
        return {name: getattr(volunteer, name) for name in PROFILE}

    def clean_vehicle_places(self) -> int:
        return self.cleaned_data["vehicle_places"] or 0


def level_choices() -> list[tuple[int, str]]:
    return [(level.value, f"{level.value} · {level.label}") for level in Level]


class TradeForm(forms.Form):
    trade = forms.ModelChoiceField(Trade.objects.all(), label=_("Trade"))
    level = forms.TypedChoiceField(label=_("Level"), choices=level_choices, coerce=int, widget=OneChip)


class ConfirmForm(TradeForm):
    basis = forms.ChoiceField(
        label=_("How it is known"),
        choices=[(b.value, b.label) for b in Basis],
        initial=Basis.ENDORSED,
        widget=OneChip,
    )
    valid_until = DateField(label=_("Valid until"), help_text=_("Empty: without end."), required=False)


class AbsenceForm(forms.Form):
    first_day = DateField(label=_("First day"))
    last_day = DateField(label=_("Last day"))
    note = forms.CharField(label=pgettext_lazy("of an absence", "Note"), required=False, max_length=120)
