"""Forms of the desk. They check shape; the rules say what may be done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from battles.actions.reports import NewFactory, NewMachine
from battles.models import Demand, Need, PlantDecision, RepairRequest
from epo.accounts.models import coordinated_by
from epo.core.forms import DateField, OneChip, bound
from epo.places.models import Municipality
from factories.models import BreakdownReport, Factory, Machine, MachineKind, Sector

if TYPE_CHECKING:
    from collections.abc import Iterable

    from epo.accounts.models import User

LONGEST_REASON = 500
WHOLE = 100
MOST_PEOPLE = 50
MOST_DAYS = 90


class Versioned(forms.Form):
    """Carries the version of the row that the coordinator saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ReasonForm(Versioned):
    reason = forms.CharField(
        label=_("Why"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


class SetAsideForm(ReasonForm):
    reason = forms.CharField(
        label=_("Why not now"), max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The person who reported reads this."),
    )  # fmt: skip


class AnswerForm(Versioned):
    answer = forms.CharField(
        label=_("How it was solved"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The person who reported reads this."),
    )  # fmt: skip
    answered_with = forms.CharField(
        label=_("With whose help"), max_length=120, required=False,
        help_text=_("Stays with the coordinators."),
    )  # fmt: skip


class RequestChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: RepairRequest) -> str:
        return f"{obj.factory.name} · {obj.title}"


def joinable_requests(user: User, *, of: BreakdownReport | None = None) -> Any:
    """Unfinished requests that `user` coordinates; those of the report's plant where it is known."""
    rows = RepairRequest.objects.coordinated_by(user).unfinished().select_related("factory")
    if of is not None and of.factory_id is not None:
        rows = rows.filter(factory=of.factory_id)
    return rows.order_by("factory__folded", "title")


def list_in(field: Any, rows: Iterable[Any]) -> None:
    """Offers rows that have been read already, so that they are not read again."""
    first = [("", field.empty_label)] if field.empty_label is not None else []
    field.widget.choices = [*first, *((row.pk, field.label_from_instance(row)) for row in rows)]


class JoinForm(Versioned):
    request = RequestChoice(queryset=RepairRequest.objects.none(), label=_("Request"), empty_label=_("choose…"))

    def __init__(self, *args: Any, requests: Any, listed: Iterable[RepairRequest] | None = None, **kwargs: Any) -> None:
        """`listed`: the same requests, where they have been read already."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["request"]
        field.queryset = requests
        if listed is not None:
            list_in(field, listed)


class OpenForm(Versioned):
    """All of it has been filled in from the report; sending it as it is opens the request."""

    title = forms.CharField(label=_("What is to be repaired"), max_length=160, required=False)
    machine = forms.ModelChoiceField(
        queryset=Machine.objects.none(), label=_("Machine"), required=False, empty_label=_("not in the list")
    )
    description = forms.CharField(label=_("What is known"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, report: BreakdownReport, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "version": report.version,
            "title": report.what,
            "machine": report.machine_id,
            "description": report.text,
        }
        super().__init__(*args, **kwargs)
        machines = Machine.objects.filter(factory=report.factory_id) if report.factory_id else Machine.objects.none()
        self.fields["machine"].queryset = machines  # type: ignore[attr-defined]


class PlantForm(Versioned):
    """An existing plant, or the name and branch of a new one; the same for the machine."""

    hide_optional = True

    factory = forms.ModelChoiceField(
        queryset=Factory.objects.none(), label=_("Plant"), required=False, empty_label=_("a new plant…")
    )
    new_factory = forms.CharField(label=_("Name of the new plant"), max_length=120, required=False)
    sector = forms.ModelChoiceField(queryset=Sector.objects.all(), label=_("Sector"), required=False)
    municipality = forms.ModelChoiceField(
        queryset=Municipality.objects.select_related("state"), label=_("Municipality"), required=False
    )
    machine = forms.ModelChoiceField(
        queryset=Machine.objects.none(), label=_("Machine"), required=False, empty_label=_("not known yet")
    )
    new_machine = forms.CharField(
        label=_("Name of a new machine"), max_length=80, required=False,
        help_text=_("As it is called in the plant."),
    )  # fmt: skip
    kind = forms.ModelChoiceField(queryset=MachineKind.objects.all(), label=_("Kind of machine"), required=False)

    def __init__(self, *args: Any, report: BreakdownReport, user: User, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "version": report.version,
            "factory": report.factory_id,
            "new_factory": "" if report.factory_id else report.plant_name,
            "municipality": report.municipality_id,
            "machine": report.machine_id,
            "new_machine": "" if report.machine_id else report.machine_name,
            "kind": report.kind_id,
        }
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["factory"].queryset = plants_for(report, user)
        fields["municipality"].queryset = municipalities_for(report, user)
        if report.factory_id:
            fields["machine"].queryset = Machine.objects.filter(factory=report.factory_id)
        else:
            del fields["machine"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not data.get("factory"):
            for name in ("new_factory", "sector", "municipality"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, ValidationError(_("Needed for a new plant."), code="required"))
        if data.get("new_machine") and not data.get("machine") and not data.get("kind"):
            self.add_error("kind", ValidationError(_("Needed for a new machine."), code="required"))
        return data

    def chosen_factory(self) -> Factory | NewFactory:
        data = self.cleaned_data
        return data["factory"] or NewFactory(data["new_factory"], data["municipality"], data["sector"])

    def chosen_machine(self) -> Machine | NewMachine | None:
        """A machine of the plant that was known before goes with that plant only."""
        data = self.cleaned_data
        machine: Machine | None = data.get("machine")
        if machine is not None and machine.factory_id == getattr(data["factory"], "pk", None):
            return machine
        return NewMachine(data["new_machine"], data["kind"]) if data["new_machine"] else None


def plants_for(report: BreakdownReport, user: User) -> Any:
    """Plants that `user` coordinates, in the state where the report comes from if that is known."""
    plants = Factory.objects.coordinated_by(user)
    place = report.municipality or (report.factory.municipality if report.factory else None)
    return plants.filter(municipality__state=place.state_id) if place else plants


def municipalities_for(report: BreakdownReport, user: User) -> Any:
    """Those of the report's state, or of the regions that `user` coordinates."""
    rows = Municipality.objects.select_related("state").order_by("state__folded", "folded")
    place = report.municipality or (report.factory.municipality if report.factory else None)
    if place is not None:
        return rows.filter(state=place.state_id)
    return rows.filter(coordinated_by(user, "state__region"))


class DescribeForm(forms.ModelForm):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = RepairRequest
        fields = ("title", "condition", "machine", "description", "output_lost", "stopped_since")
        field_classes = {"stopped_since": DateField}
        widgets = {
            "condition": OneChip,
            "description": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["machine"].queryset = Machine.objects.filter(factory=self.instance.factory_id)  # type: ignore[attr-defined]
        self.fields["output_lost"].validators.append(share_of_a_line)

    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    def _post_clean(self) -> None:
        """The row is written by the action, from the row as it is then; this form only reads values."""


def share_of_a_line(value: Any) -> None:
    if not 0 <= value <= WHOLE:
        raise ValidationError(_("A share goes from 0 to 100 %."), code="share")


class DemandForm(forms.ModelForm):
    class Meta:
        model = Demand
        fields = ("trade", "level", "people", "days")
        widgets = {name: forms.NumberInput(attrs={"inputmode": "numeric"}) for name in ("people", "days")}

    def __init__(self, *args: Any, trades: Iterable[tuple[Any, str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bound(self, "people", 1, MOST_PEOPLE)
        bound(self, "days", 1, MOST_DAYS)
        if trades is not None:
            self.fields["trade"].choices = [("", _("choose…")), *trades]  # type: ignore[attr-defined]

    def _post_clean(self) -> None:
        """As above: the action writes."""


class NeedForm(forms.ModelForm):
    class Meta:
        model = Need
        fields = ("what", "kind", "measures", "quantity", "brings")

    def _post_clean(self) -> None:
        """As above: the action writes."""


class DecideForm(forms.ModelForm):
    class Meta:
        model = PlantDecision
        fields = ("position", "weight", "why")
        widgets = {
            "position": forms.NumberInput(attrs={"min": 1, "inputmode": "numeric"}),
            "weight": forms.NumberInput(attrs={"min": 1, "max": 10, "inputmode": "numeric"}),
        }

    def _post_clean(self) -> None:
        """As above: the action writes."""
