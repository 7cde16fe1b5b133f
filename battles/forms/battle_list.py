"""Filters of the list of battles. Their state stands in the address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters as filters
from django import forms
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from battles.models import Battle
from battles.states import BATTLE_OPEN, BattleKind, BattleState
from epo.core.forms import SearchInput
from epo.core.http import key_in
from epo.core.text import fold
from epo.places.models import Region

if TYPE_CHECKING:
    from django.db.models import QuerySet

OPEN, ALL = "open", "all"
STATES = [(OPEN, pgettext_lazy("battles", "open ones")), *BattleState.choices, (ALL, pgettext_lazy("battles", "all"))]
MOST_WORDS = 6


class FilterForm(forms.Form):
    """Nothing here has to be filled in, so no label says "optional"."""

    hide_optional = True


class BattleFilter(filters.FilterSet):
    """Open battles unless another state is asked for."""

    q = filters.CharFilter(method="by_words", label=_("Search"), widget=SearchInput())
    state = filters.ChoiceFilter(method="by_state", choices=STATES, label=_("State of the battle"), empty_label=None)
    kind = filters.ChoiceFilter(choices=BattleKind.choices, label=_("Kind of battle"), empty_label=_("all"))
    region = filters.ModelChoiceFilter(
        queryset=Region.objects.all(), field_name="factory__municipality__state__region", label=_("Region"),
        empty_label=_("all"),
    )  # fmt: skip

    class Meta:
        model = Battle
        form = FilterForm
        fields: list[str] = []

    def by_words(self, rows: QuerySet[Battle], _name: str, value: str) -> QuerySet[Battle]:
        """Plant and place by their folded names; the title as it is written."""
        found = Q()
        for word in fold(value).split()[:MOST_WORDS]:
            found &= Q(factory__folded__contains=word) | Q(factory__municipality__folded__contains=word)
        if number := key_in(value.strip().lstrip("#")):
            found |= Q(pk=number)
        return rows.filter(found | Q(title__icontains=value.strip()))

    def by_state(self, rows: QuerySet[Battle], _name: str, value: str) -> QuerySet[Battle]:
        if value == ALL:
            return rows
        return rows.filter(state__in=BATTLE_OPEN) if value == OPEN else rows.filter(state=value)

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Open battles by their start, the nearest first; past ones the latest first."""
        rows = super().filter_queryset(queryset)
        state = self.form.cleaned_data.get("state") or OPEN
        if state == OPEN and not self.form.cleaned_data.get("state"):
            rows = rows.filter(state__in=BATTLE_OPEN)
        is_open = state in (OPEN, *BATTLE_OPEN)
        start = F("first_day")
        return rows.order_by(start.asc(nulls_last=True) if is_open else start.desc(nulls_last=True), "-pk")
