"""Forms filled in the plant, on a phone: short, with today and the likely choice filled in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from battles.forms.battles import crew_of
from battles.models import Battle, BattleRequest, Demand, DiaryEntry, Finding, Need
from battles.states import OUTCOMES, Barrier, NeedState, Voice
from epo.core.clock import today
from epo.core.forms import Chips, DateField, OneChip, RowsField
from factories.models import Machine, MachineKind
from volunteers.states import Level

MOST_TEXT = 4000


def _machines(battle: Battle) -> Any:
    return Machine.objects.filter(factory=battle.factory_id, is_retired=False)


class DiaryForm(forms.ModelForm):
    class Meta:
        model = DiaryEntry
        fields = ("day", "machine", "hours", "volunteer", "text")
        field_classes = {"day": DateField}
        widgets = {"text": forms.Textarea(attrs={"rows": 3, "maxlength": MOST_TEXT})}

    def __init__(self, *args: Any, battle: Battle, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"day": today()})
        super().__init__(*args, **kwargs)
        machine: Any = self.fields["machine"]
        machine.queryset = _machines(battle)
        volunteer: Any = self.fields["volunteer"]
        volunteer.queryset = crew_of(battle)
        self.fields["hours"].min_value = 0  # type: ignore[attr-defined]


class FoundForm(forms.Form):
    """Two fields: which machine, and what is broken. A new machine says its name and kind instead."""

    machine = forms.ModelChoiceField(
        label=capfirst(_("machine")),
        queryset=Machine.objects.none(),
        required=False,
        empty_label=capfirst(_("a new one:")),
    )
    name = forms.CharField(label=capfirst(_("name of a new machine")), max_length=80, required=False)
    kind = forms.ModelChoiceField(
        label=capfirst(_("kind of a new machine")), queryset=MachineKind.objects.all(), required=False
    )
    what = forms.CharField(label=capfirst(_("what is broken")), max_length=160)

    def __init__(self, *args: Any, battle: Battle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        machine: Any = self.fields["machine"]
        machine.queryset = _machines(battle)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("machine") and not (data.get("name") and data.get("kind")):
            self.add_error("machine", _("Choose a machine, or say the name and the kind of a new one."))
        return data


class NeedForm(forms.ModelForm):
    class Meta:
        model = Need
        fields = ("kind", "what", "measures", "quantity", "brings")


class NeedStateForm(forms.Form):
    state = forms.ChoiceField(choices=NeedState)
    note = forms.CharField(label=capfirst(_("note")), max_length=200, required=False)


class DemandForm(forms.Form):
    people = forms.IntegerField(
        label=capfirst(_("people")), min_value=0, max_value=50, help_text=_("0 takes the line away.")
    )
    level = forms.TypedChoiceField(label=capfirst(_("lowest level")), choices=Level, coerce=int)
    days = forms.IntegerField(label=capfirst(_("days")), min_value=1, max_value=60)

    def __init__(self, *args: Any, demand: Demand, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"people": demand.people, "level": demand.level, "days": demand.days})
        super().__init__(*args, **kwargs)


class OutcomeForm(forms.Form):
    outcome = forms.ChoiceField(
        label=capfirst(_("what became of it")), required=False, widget=OneChip,
        choices=[(outcome.value, outcome.label) for outcome in OUTCOMES] + [("", _("not finished"))],
    )  # fmt: skip
    barrier = forms.ChoiceField(
        label=capfirst(_("what stood in the way")), required=False, choices=[("", "—"), *Barrier.choices]
    )
    note = forms.CharField(
        label=capfirst(_("note")), required=False, max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, link: BattleRequest, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"outcome": link.outcome, "barrier": link.barrier, "note": link.note})
        super().__init__(*args, **kwargs)


class VoiceForm(forms.Form):
    voice = forms.ChoiceField(label=capfirst(pgettext_lazy("diagnosis", "voice")), choices=Voice, widget=OneChip)
    said = forms.CharField(
        label=capfirst(_("what they say")), max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": 4})
    )


class FindingForm(forms.Form):
    machine = forms.ModelChoiceField(
        label=capfirst(_("machine")), queryset=Machine.objects.none(), required=False, empty_label=capfirst(_("none"))
    )
    what = forms.CharField(label=capfirst(_("what holds production back")), max_length=300)

    def __init__(self, *args: Any, battle: Battle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        machine: Any = self.fields["machine"]
        machine.queryset = _machines(battle)


class FindingsForm(forms.Form):
    findings = RowsField(label=capfirst(_("findings")), queryset=Finding.objects.none(), widget=Chips)

    def __init__(self, *args: Any, battle: Battle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        findings: Any = self.fields["findings"]
        findings.queryset = battle.findings.filter(request=None)
