"""Filters of the desk's lists. Their state stands in the address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from battles.models import RepairRequest
from battles.rules.requests import UNFINISHED
from battles.states import RequestState
from epo.core.forms import SearchInput
from epo.core.http import key_in
from epo.core.text import fold
from epo.places.models import Region, State
from factories.models import BreakdownReport, MachineKind, Sector
from factories.states import Condition, ReportState

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_WORDS = 6
ALL = ("all", pgettext_lazy("status", "all"))
IN_HAND = [
    ("me", pgettext_lazy("in the hands of", "mine")),
    ("nobody", pgettext_lazy("in the hands of", "nobody's")),
]
ORDERS = [("score", _("highest score first")), ("oldest", _("oldest first")), ("newest", _("newest first"))]


def matches_words(text: str, columns: Sequence[str]) -> Q:
    """Each word stands in one of these columns of folded text."""
    found = Q()
    for word in fold(text).split()[:MOST_WORDS]:
        in_one = Q()
        for column in columns:
            in_one |= Q(**{f"{column}__contains": word})
        found &= in_one
    return found


class PlacedFilter(filters.FilterSet):
    """What both lists share: place, sector, kind of machine, danger, words, whose it is, order."""

    q = filters.CharFilter(method="by_words", label=_("Search"), widget=SearchInput({"placeholder": _("Search")}))
    kind = filters.ModelChoiceFilter(
        queryset=MachineKind.objects.all(), method="by_kind", label=_("Kind of machine"), empty_label=_("all")
    )
    sector = filters.ModelChoiceFilter(
        queryset=Sector.objects.all(), field_name="factory__sector", label=_("Sector"), empty_label=_("all")
    )
    danger = filters.BooleanFilter(method="by_danger", label=_("Dangerous only"), widget=forms.CheckboxInput())
    whose = filters.ChoiceFilter(method="by_hand", choices=IN_HAND, label=_("In the hands of"), empty_label=_("all"))
    order = filters.ChoiceFilter(method="by_order", choices=ORDERS, label=_("Order"), empty_label=None)

    words: Sequence[str] = ()
    since = ""

    def by_words(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        number = value.strip().upper().removeprefix("R-")
        if "number" in self.words and key_in(number):
            return rows.filter(number=key_in(number))
        return rows.filter(matches_words(value, [word for word in self.words if word != "number"]))

    def by_kind(self, rows: QuerySet[Any], _name: str, value: MachineKind) -> QuerySet[Any]:
        return rows.filter(machine__kind=value)

    def by_danger(self, rows: QuerySet[Any], _name: str, value: Any) -> QuerySet[Any]:
        return rows.filter(condition=Condition.DANGEROUS) if value else rows

    def by_hand(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return rows.filter(in_hand_of=self.request.user if value == "me" else None)

    def by_order(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return rows.order_by(*self.orders()[value])

    def orders(self) -> dict[str, tuple[str, ...]]:
        return {
            "score": ("-score", self.since, "pk"),
            "oldest": (self.since, "pk"),
            "newest": (f"-{self.since}", "pk"),
        }

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        rows = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("order") else rows.order_by(*self.orders()["score"])

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the words and the order holds rows back."""
        chosen = self.form.cleaned_data if self.form.is_valid() else {}
        return any(value for name, value in chosen.items() if name not in ("q", "order"))


class ReportFilter(PlacedFilter):
    status = filters.ChoiceFilter(
        method="by_status", choices=[*ReportState.choices, ALL],
        label=_("State of the report"), empty_label=None,
    )  # fmt: skip
    region = filters.ModelChoiceFilter(
        queryset=Region.objects.all(), method="by_region", label=_("Region"), empty_label=_("all")
    )
    state = filters.ModelChoiceFilter(
        queryset=State.objects.all(), method="by_state", label=_("State"), empty_label=_("all")
    )

    words = ("number", "folded", "machine__folded", "factory__folded", "kind__folded", "municipality__folded")
    since = "received_at"

    class Meta:
        model = BreakdownReport
        fields: list[str] = []

    def by_region(self, rows: QuerySet[Any], _name: str, value: Region) -> QuerySet[Any]:
        placed = Q(factory__municipality__state__region=value)
        return rows.filter(placed | Q(factory=None, municipality__state__region=value))

    def by_state(self, rows: QuerySet[Any], _name: str, value: State) -> QuerySet[Any]:
        return rows.filter(Q(factory__municipality__state=value) | Q(factory=None, municipality__state=value))

    def by_kind(self, rows: QuerySet[Any], _name: str, value: MachineKind) -> QuerySet[Any]:
        return rows.filter(kind=value)

    def by_status(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return rows if value == "all" else rows.filter(state=value)

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The queue is what is new, unless another state is asked for."""
        rows = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("status") else rows.filter(state=ReportState.NEW)


class RequestFilter(PlacedFilter):
    status = filters.ChoiceFilter(
        method="by_status", choices=[("unfinished", _("not finished")), *RequestState.choices, ALL],
        label=_("State of the request"), empty_label=None,
    )  # fmt: skip
    region = filters.ModelChoiceFilter(
        queryset=Region.objects.all(), field_name="factory__municipality__state__region",
        label=_("Region"), empty_label=_("all"),
    )  # fmt: skip
    state = filters.ModelChoiceFilter(
        queryset=State.objects.all(), field_name="factory__municipality__state",
        label=_("State"), empty_label=_("all"),
    )  # fmt: skip

    words = ("machine__folded", "factory__folded", "machine__kind__folded", "factory__municipality__folded")
    since = "opened_at"

    class Meta:
        model = RepairRequest
        fields: list[str] = []

    def by_status(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        if value == "all":
            return rows
        return rows.filter(state__in=UNFINISHED) if value == "unfinished" else rows.filter(state=value)

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        rows = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("status") else rows.filter(state__in=UNFINISHED)
