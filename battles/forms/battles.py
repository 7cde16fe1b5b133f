"""Forms of planning: what is battled for, when, with which seats, under which agreement, how one travels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Q
from django.forms.models import model_to_dict
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from battles.models import Agreement, Battle, Departure, Offer, RepairRequest, Seat
from battles.rules.battles import CAN_BE_TAKEN_UP, MOST_VISITORS
from battles.states import BattleKind, BattleState, OfferState, SeatKind
from epo.accounts.models import CoordinatorPost, User
from epo.core.forms import Chips, DateField, MomentField, OneChip, RowsField, bound
from factories.models import Factory
from volunteers.models import Trade, Volunteer
from volunteers.states import Level

if TYPE_CHECKING:
    from django.db.models import QuerySet

DATES = ("first_day", "days", "earliest", "latest", "due")
DETAILS = (
    "title", "coordinator", "responsible", "offer_hours", "asks_per_seat", "sleeping", "food", "bring", "safety",
)  # fmt: skip
MOST_DAYS = 60
MOST_HOURS = 30 * 24
MOST_ASKED = 10
MOST_PLACES = 200
MOST_SEATS_AT_ONCE = 20


def crew_of(battle: Battle) -> QuerySet[Volunteer]:
    holding = Offer.objects.filter(battle=battle).holding()
    return Volunteer.objects.filter(pk__in=holding.values("volunteer"))


def coordinators_for(battle: Battle) -> QuerySet[User]:
    """Who may have the battle in charge: those of its region and of the nation, and who has it now."""
    region = battle.factory.municipality.state.region_id
    posts = CoordinatorPost.objects.current().filter(Q(region=None) | Q(region=region))
    return User.objects.filter(Q(pk__in=posts.values("user")) | Q(pk=battle.coordinator_id))


def requests_to_take_up(factory: Factory) -> QuerySet[RepairRequest]:
    waiting = RepairRequest.objects.filter(factory=factory, state__in=CAN_BE_TAKEN_UP)
    return waiting.select_related("machine").order_by("-opened_at")


class WindowMixin(forms.Form):
    """A first day, or a window in which it is chosen."""

    first_day = DateField(label=capfirst(_("first day in the plant")), required=False)
    days = forms.IntegerField(label=capfirst(_("days in the plant")), min_value=1, max_value=MOST_DAYS, initial=5)
    earliest = DateField(
        label=capfirst(_("earliest start")), required=False,
        help_text=_("Instead of a first day: a window in which the matcher looks for the best one."),
    )  # fmt: skip
    latest = DateField(label=capfirst(_("latest start")), required=False)
    due = DateField(label=capfirst(_("should start by")), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        earliest, latest = data.get("earliest"), data.get("latest")
        if earliest and latest and latest < earliest:
            self.add_error("latest", _("The latest start is before the earliest."))
        if latest and not earliest:
            self.add_error("earliest", _("A window has an earliest and a latest start."))
        return data


class DatesForm(WindowMixin):
    @classmethod
    def of(cls, battle: Battle) -> DatesForm:
        return cls(initial=model_to_dict(battle, DATES))


class PlanForm(WindowMixin):
    kind = forms.ChoiceField(
        label=capfirst(_("kind of battle")), choices=BattleKind, initial=BattleKind.REPAIR, widget=OneChip
    )
    title = forms.CharField(label=capfirst(_("title")), max_length=160)
    requests = RowsField(
        label=capfirst(_("repair requests")), queryset=RepairRequest.objects.none(), required=False,
        widget=Chips,
    )  # fmt: skip
    follows = forms.ModelChoiceField(
        label=capfirst(_("follows")), queryset=Battle.objects.none(), required=False,
        help_text=_("The diagnosis visit or battle that this one continues."),
    )  # fmt: skip
    field_order = ("kind", "title", "requests", "follows", *DATES)

    def __init__(self, *args: Any, factory: Factory, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._field("requests").queryset = requests_to_take_up(factory)
        self._field("follows").queryset = factory.battles.exclude(state=BattleState.CALLED_OFF)

    def _field(self, name: str) -> Any:
        return self.fields[name]


class PlantForm(forms.Form):
    """The first step where no plant is given yet."""

    factory = forms.ModelChoiceField(label=capfirst(_("work unit")), queryset=Factory.objects.none())

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["factory"]
        field.queryset = Factory.objects.coordinated_by(user)


class DetailsForm(forms.ModelForm):
    class Meta:
        model = Battle
        fields = DETAILS
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in ("bring", "safety")}

    def __init__(self, *args: Any, battle: Battle, **kwargs: Any) -> None:
        kwargs.setdefault("initial", model_to_dict(battle, DETAILS))
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["coordinator"]
        chosen.queryset = coordinators_for(battle)
        bound(self, "offer_hours", 1, MOST_HOURS)
        bound(self, "asks_per_seat", 1, MOST_ASKED)
        leads: Any = self.fields["responsible"]
        leads.queryset = crew_of(battle)
        leads.help_text = _("One of those who accepted.")


class ReasonForm(forms.Form):
    reason = forms.CharField(label=capfirst(pgettext_lazy("call off", "reason")), max_length=200)


class SeatForm(forms.Form):
    """Days are counted as people count them, from 1; seats count from 0."""

    trade = forms.ModelChoiceField(label=capfirst(_("trade")), queryset=Trade.objects.all())
    level = forms.TypedChoiceField(label=capfirst(_("lowest level")), choices=Level, coerce=int, initial=Level.WORKER)
    kind = forms.ChoiceField(label=capfirst(_("kind of seat")), choices=SeatKind, initial=SeatKind.REQUIRED)
    people = forms.IntegerField(label=capfirst(_("people")), min_value=1, max_value=MOST_SEATS_AT_ONCE, initial=1)
    first = forms.IntegerField(label=capfirst(_("from day")), min_value=1, max_value=MOST_DAYS)
    last = forms.IntegerField(label=capfirst(_("to day")), min_value=1, max_value=MOST_DAYS)

    def __init__(self, *args: Any, battle: Battle, seat: Seat | None = None, **kwargs: Any) -> None:
        first, last = (seat.first_offset, seat.last_offset) if seat else (0, battle.days - 1)
        start: dict[str, Any] = {"first": first + 1, "last": last + 1}
        if seat is not None:
            start |= {"trade": seat.trade_id, "level": seat.level, "kind": seat.kind}
        super().__init__(*args, **({"initial": start} | kwargs))
        if seat is not None:
            del self.fields["people"]
        elif battle.kind == BattleKind.DIAGNOSIS:
            most: Any = self.fields["people"]
            most.widget.attrs["max"] = MOST_VISITORS

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("first") and data.get("last") and data["last"] < data["first"]:
            self.add_error("last", _("The last day is before the first."))
        return data

    @property
    def wanted(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        return data | {"first_offset": data.pop("first") - 1, "last_offset": data.pop("last") - 1}


AGREED = (
    "agreed_on", "management", "council", "council_on", "army", "sleeping", "food", "materials", "isolates",
    "may_publish",
)  # fmt: skip


class AgreementForm(forms.ModelForm):
    class Meta:
        model = Agreement
        fields = AGREED
        field_classes = {"agreed_on": DateField, "council_on": DateField}

    def __init__(self, *args: Any, agreement: Agreement | None = None, **kwargs: Any) -> None:
        if agreement is not None:
            kwargs.setdefault("initial", model_to_dict(agreement, AGREED))
        super().__init__(*args, **kwargs)
        for name in ("agreed_on", "management", "council"):
            self.fields[name].required = True


class DepartureForm(forms.ModelForm):
    travellers = RowsField(
        label=capfirst(_("who travels")),
        queryset=Offer.objects.none(),
        required=False,
        widget=Chips,
    )

    class Meta:
        model = Departure
        fields = ("place", "at", "vehicle", "places", "driver")
        field_classes = {"at": MomentField}

    def __init__(self, *args: Any, battle: Battle, departure: Departure | None = None, **kwargs: Any) -> None:
        if departure is not None:
            kwargs.setdefault(
                "initial", model_to_dict(departure, self.Meta.fields) | {"travellers": departure.travellers.all()}
            )
        super().__init__(*args, **kwargs)
        going = battle.offers.filter(state__in=[OfferState.ACCEPTED, OfferState.ON_SITE]).select_related("volunteer")
        travels: Any = self.fields["travellers"]
        travels.queryset = going
        travels.label_from_instance = lambda offer: offer.volunteer.name
        drives: Any = self.fields["driver"]
        drives.queryset = Volunteer.objects.filter(pk__in=going.values("volunteer"))
        bound(self, "places", 1, MOST_PLACES)
