"""Forms of the results: output before and after, closing, readings, repairs by the plant's own workers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from battles.models import Battle, FollowUp, OwnRepair
from epo.core.clock import today
from epo.core.forms import AmountField, DateField
from factories.models import Line, Machine

MOST_TEXT = 8000


class OutputForm(forms.Form):
    line = forms.ModelChoiceField(label=capfirst(_("line")), queryset=Line.objects.none())
    before = AmountField(label=capfirst(_("output a day before")), required=False)
    after = AmountField(label=capfirst(_("output a day after")), required=False)
    is_confirmed = forms.BooleanField(label=capfirst(_("confirmed by the plant's workers")), required=False)
    confirmed_by = forms.CharField(
        label=capfirst(_("confirmed by")), max_length=60, required=False, help_text=_("Post, not name.")
    )

    def __init__(self, *args: Any, battle: Battle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        line: Any = self.fields["line"]
        line.queryset = battle.factory.lines.all()


class AnswerForm(forms.Form):
    answer = forms.CharField(label=_("Why the figures stay as they are"), max_length=300)


class LessonsForm(forms.ModelForm):
    class Meta:
        model = Battle
        fields = ("lessons", "taught")
        widgets = {name: forms.Textarea(attrs={"rows": 4, "maxlength": MOST_TEXT}) for name in ("lessons", "taught")}

    def __init__(self, *args: Any, battle: Battle, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"lessons": battle.lessons, "taught": battle.taught})
        super().__init__(*args, **kwargs)


class ReadingForm(forms.Form):
    amount = AmountField(label=capfirst(_("output that day")))
    day = DateField(label=capfirst(_("day")))
    said_by = forms.CharField(label=capfirst(_("said by")), max_length=60, help_text=_("Post, not name."))
    is_confirmed = forms.BooleanField(label=capfirst(_("confirmed by the plant's workers")), required=False)

    def __init__(self, *args: Any, follow_up: FollowUp, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"day": today()})
        super().__init__(*args, **kwargs)
        self.fields["amount"].label = capfirst(_("output that day (%(unit)s)") % {"unit": follow_up.line.unit})


class OwnRepairForm(forms.ModelForm):
    class Meta:
        model = OwnRepair
        fields = ("machine", "what", "on", "said_by")
        field_classes = {"on": DateField}

    def __init__(self, *args: Any, battle: Battle, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"on": today()})
        super().__init__(*args, **kwargs)
        machine: Any = self.fields["machine"]
        machine.queryset = Machine.objects.filter(factory=battle.factory_id, is_retired=False)
