from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from epo.core.forms import SearchInput
from epo.core.text import fold
from epo.places.models import Region, State
from volunteers.forms import level_choices
from volunteers.models import Qualification, Trade, Volunteer
from volunteers.states import Standing


class VolunteerFilter(django_filters.FilterSet):
    """Trade and lowest level are asked of the same qualification: a master welder is no master electrician."""

    q = django_filters.CharFilter(method="by_name", label=_("Name"), widget=SearchInput)
    trade = django_filters.ModelChoiceFilter(
        queryset=Trade.objects.all(), to_field_name="code", method="by_trade", label=_("Trade")
    )
    level = django_filters.TypedChoiceFilter(
        choices=level_choices, coerce=int, method="by_trade", label=_("Lowest level")
    )
    region = django_filters.ModelChoiceFilter(
        queryset=Region.objects.all(), to_field_name="code", field_name="home__state__region", label=_("Region")
    )
    state = django_filters.ModelChoiceFilter(
        queryset=State.objects.all(), to_field_name="code", field_name="home__state", label=_("State")
    )
    standing = django_filters.ChoiceFilter(choices=Standing.choices, label=_("Standing"))

    class Meta:
        model = Volunteer
        fields: list[str] = []

    @property
    def is_narrowed(self) -> bool:
        return any(value not in (None, "") for value in self.form.cleaned_data.values()) if self.form.is_valid() else True

    def by_name(self, rows: QuerySet[Volunteer], _name: str, text: str) -> QuerySet[Volunteer]:
        for word in fold(text).split():
            rows = rows.filter(folded__contains=word)
        return rows

    def by_trade(self, rows: QuerySet[Volunteer], _name: str, _value: Any) -> QuerySet[Volunteer]:
        """Called for the trade and for the level; each call asks for both."""
        wanted = Qualification.objects.filter(volunteer=OuterRef("pk"))
        if trade := self.form.cleaned_data.get("trade"):
            wanted = wanted.filter(trade=trade)
        if level := self.form.cleaned_data.get("level"):
            wanted = wanted.filter(level__gte=level)
        return rows.filter(Exists(wanted))


