"""What a plant says: that it agrees, what its lines put out, what its own workers repaired."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from battles.models import Battle, OwnRepair
from battles.pasted import Given
from battles.states import BattleState
from epo.core.clock import today
from epo.core.forms import AmountField, DateField, OneChip
from factories.models import Machine
from factories.states import Condition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factories.models import Factory, Line

MOST_PASTED = 40_000
TAUGHT = (BattleState.UNDER_WAY, BattleState.CLOSED)


class SaidByForm(forms.Form):
    said_by = forms.CharField(label=capfirst(_("said by")), max_length=60, help_text=_("Post, not name."))


class MachineStateForm(forms.Form):
    """`was` is the state that the page showed."""

    state = forms.ChoiceField(label=_("How is it now?"), choices=Condition.choices, widget=OneChip)
    was = forms.ChoiceField(choices=Condition.choices, required=False, widget=forms.HiddenInput)


class CorrectionForm(SaidByForm):
    """The right figures before and after; they begin as those that are noted."""

    before = AmountField(label=capfirst(_("output a day before")), required=False)
    after = AmountField(label=capfirst(_("output a day after")))
    field_order = ("before", "after", "said_by")


class DayForm(SaidByForm):
    """What each line put out on one day; a line that nobody measured is left empty."""

    day = DateField(label=capfirst(_("day")))
    field_order = ("day",)

    def __init__(self, *args: Any, lines: Sequence[Line], **kwargs: Any) -> None:
        kwargs["initial"] = {"day": today()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.lines = lines
        said_by = self.fields.pop("said_by")
        for line in lines:
            self.fields[f"line-{line.pk}"] = AmountField(label=f"{line.product} ({line.unit})", required=False)
        self.fields["said_by"] = said_by

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and not self.given:
            self.add_error(None, _("Write the output of one line at least."))
        return data

    @property
    def given(self) -> list[Given]:
        said = [(line, self.cleaned_data.get(f"line-{line.pk}")) for line in self.lines]
        return [Given(line, self.cleaned_data["day"], amount) for line, amount in said if amount is not None]


class PastedForm(SaidByForm):
    table = forms.CharField(
        label=_("Table"),
        max_length=MOST_PASTED,
        widget=forms.Textarea(attrs={"rows": 8, "maxlength": None}),
        strip=False,
    )
    field_order = ("table",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["table"].widget.attrs.pop("maxlength", None)
        self.fields["table"].help_text = _(
            "One line for each day: the day, then the output, copied from the spreadsheet."
        )


class LaterRepairForm(forms.ModelForm):
    """A repair by the plant's own workers, and where they learned it."""

    class Meta:
        model = OwnRepair
        fields = ("what", "machine", "on", "learned_from", "said_by")
        field_classes = {"on": DateField}

    def __init__(self, *args: Any, factory: Factory, battle: Battle | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = {"on": today(), "learned_from": battle and battle.pk} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        machine: Any = self.fields["machine"]
        machine.queryset = Machine.objects.filter(factory=factory, is_retired=False)
        machine.help_text = _("It counts as running from now on.")
        battles: Any = self.fields["learned_from"]
        battles.queryset = Battle.objects.filter(factory=factory, state__in=TAUGHT)
        battles.empty_label = _("None: they knew it before")
        self.fields["said_by"].required = True
