from __future__ import annotations

import django_filters
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from epo.core.forms import SearchInput
from epo.core.text import fold
from epo.places.models import Region, State
from volunteers.forms import level_choices
from volunteers.models import Qualification, Trade, Volunteer
from volunteers.states import Standing

ANY = pgettext_lazy("filter", "any")


class VolunteerFilter(django_filters.FilterSet):
    """Trade and level are asked of the same qualification: a master welder is no master electrician."""

    q = django_filters.CharFilter(method="by_name", label=_("Name"), widget=SearchInput)
    trade = django_filters.ModelChoiceFilter(
        queryset=Trade.objects.all(),
        to_field_name="code",
        method="by_trade",
        label=_("Trade"),
        empty_label=ANY,
    )
    level = django_filters.ChoiceFilter(
        choices=level_choices, method="by_trade", label=_("Lowest level"), empty_label=ANY
    )
    region = django_filters.ModelChoiceFilter(
        queryset=Region.objects.all(),
        to_field_name="code",
        field_name="home__state__region",
        label=_("Region"),
        empty_label=ANY,
    )
    state = django_filters.ModelChoiceFilter(
        queryset=State.objects.all(),
        to_field_name="code",
        field_name="home__state",
        label=_("State"),
        empty_label=ANY,
    )
    standing = django_filters.ChoiceFilter(choices=Standing.choices, label=_("Standing"), empty_label=ANY)

    class Meta:
        model = Volunteer
        fields: list[str] = []

    @property
    def is_narrowed(self) -> bool:
        """By more than the name."""
        return any(self.data.get(name) for name in self.filters if name != "q")

    def by_name(self, rows: QuerySet[Volunteer], _name: str, text: str) -> QuerySet[Volunteer]:
        for word in fold(text).split():
            rows = rows.filter(folded__contains=word)
        return rows

    def by_trade(self, rows: QuerySet[Volunteer], _name: str, _value: str) -> QuerySet[Volunteer]:
        """Called for the trade and for the level; each call asks for both."""
        wanted = Qualification.objects.filter(volunteer=OuterRef("pk"))
        if trade := self.form.cleaned_data.get("trade"):
            wanted = wanted.filter(trade=trade)
        if level := self.form.cleaned_data.get("level"):
            wanted = wanted.filter(level__gte=level)
        return rows.filter(Exists(wanted))
