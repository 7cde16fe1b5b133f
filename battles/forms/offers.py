from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from battles.states import DeclineReason
from epo.core.forms import DateField, OneChip

if TYPE_CHECKING:
    from battles.models import Offer


class PartForm(forms.Form):
    """Yes, but from or until a day."""

    first = DateField(label=_("I can come from"))
    last = DateField(label=_("I can stay until"))

    def __init__(self, *args: Any, offer: Offer, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.initial = {"first": offer.first_day, "last": offer.last_day}
        for field in self.fields.values():
            field.widget.attrs |= {"min": str(offer.first_day), "max": str(offer.last_day)}

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        first, last = said.get("first"), said.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day is before the first."))
        return said


class DeclineForm(forms.Form):
    reason = forms.ChoiceField(label=_("Why not?"), choices=DeclineReason.choices, widget=OneChip)
    note = forms.CharField(label=_("Anything to add (optional)"), max_length=200, required=False)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200)
