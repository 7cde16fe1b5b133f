"""What the ledger of calls shows. Its state stands in the address."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import django_filters as filters
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from battles.fairness import FAR, LAST, LEAST, MOST, MOST_KM, NEVER, PERIODS, WENT_MOST, YEAR, Ledger, since
from battles.forms.battle_list import FilterForm
from epo.accounts.models import coordinated_by
from epo.core.clock import today
from epo.places.models import Region, State
from volunteers.models import Trade, Volunteer

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

    from battles.fairness import Standard
    from epo.accounts.models import User

WHO = [
    (NEVER, pgettext_lazy("ledger", "only those not asked")),
    (FAR, pgettext_lazy("ledger", "only those asked far more than the others")),
]
ORDERS = [
    (MOST, pgettext_lazy("ledger", "most calls first")),
    (LEAST, pgettext_lazy("ledger", "fewest calls first")),
    (WENT_MOST, pgettext_lazy("ledger", "most journeys first")),
    (MOST_KM, pgettext_lazy("ledger", "most km first")),
    (LAST, pgettext_lazy("ledger", "longest not asked first")),
]


def _own_regions(request: HttpRequest) -> QuerySet[Region]:
    return Region.objects.filter(coordinated_by(cast("User", request.user), "pk"))


def _own_states(request: HttpRequest) -> QuerySet[State]:
    return State.objects.filter(coordinated_by(cast("User", request.user), "region"))


class LedgerFilter(filters.FilterSet):
    """Trade and place narrow the rows; period, `who` and order say what the ledger makes of them."""

    trade = filters.ModelChoiceFilter(
        queryset=Trade.objects.all(), to_field_name="code", method="by_trade", label=_("Trade"), empty_label=_("all")
    )
    region = filters.ModelChoiceFilter(
        queryset=_own_regions, to_field_name="code", field_name="home__state__region", label=_("Region"),
        empty_label=_("all"),
    )  # fmt: skip
    state = filters.ModelChoiceFilter(
        queryset=_own_states, to_field_name="code", field_name="home__state", label=_("State"), empty_label=_("all")
    )
    period = filters.ChoiceFilter(
        method="later", choices=[(name, label) for name, (_days, label) in PERIODS.items()],
        label=pgettext_lazy("ledger", "Period"), empty_label=None,
    )  # fmt: skip
    who = filters.ChoiceFilter(
        method="later",
        choices=WHO,
        label=pgettext_lazy("ledger", "Who"),
        empty_label=pgettext_lazy("ledger", "everybody"),
    )
    order = filters.ChoiceFilter(method="later", choices=ORDERS, label=_("Order"), empty_label=None)

    class Meta:
        model = Volunteer
        form = FilterForm
        fields: list[str] = []

    def by_trade(self, rows: QuerySet[Volunteer], _name: str, trade: Trade) -> QuerySet[Volunteer]:
        return rows.filter(pk__in=trade.qualifications.valid_on(today()).values("volunteer"))

    def later(self, rows: QuerySet[Volunteer], _name: str, _value: str) -> QuerySet[Volunteer]:
        return rows

    @property
    def is_narrowed(self) -> bool:
        """By more than trade and period."""
        return any(self.data.get(name) for name in ("region", "state", "who")) or self.data.get("order", MOST) != MOST

    @property
    def by(self) -> Trade | None:
        """The trade by which everybody is compared; without one, each by the trade they know best."""
        return cast("Trade | None", self._said("trade"))

    @property
    def first(self) -> str:
        return str(self._said("period") or YEAR)

    def ledger(self) -> tuple[Ledger, list[int]]:
        """The nation's ledger, and the keys of those asked for, in their order."""
        ledger = Ledger(since(self.first))
        people = list(self.qs.order_by("folded", "pk").values_list("pk", flat=True))
        trade = self.by.pk if self.by else None
        return ledger, ledger.listed(people, str(self._said("order") or MOST), str(self._said("who") or ""), trade)

    def standard(self, ledger: Ledger) -> Standard | None:
        """What is usual in the trade asked for; among all people without one."""
        return ledger.standards.get(self.by.pk) if self.by else ledger.overall

    def _said(self, name: str) -> object:
        """What cannot be read counts as not said."""
        self.form.is_valid()
        return self.form.cleaned_data.get(name) if self.is_bound else None
