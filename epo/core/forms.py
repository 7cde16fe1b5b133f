"""How forms are drawn: one field template for all, chips for choices, dates that phones understand."""

from __future__ import annotations

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy as _

from epo.core import say
from epo.core.clock import FIRST_DAY, LAST_DAY
from epo.core.sheets import parsers

CUT_OFF = _("Not everything arrived. What you wrote is still here: send it again.")


class Renderer(TemplatesSetting):
    """`{{ form }}` and `{{ form.field.as_field_group }}` use the components; see docs/look.md."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class DateField(forms.DateField):
    widget = DateInput
    default_validators = [MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)]


class MomentField(forms.DateTimeField):
    widget = MomentInput

    def clean(self, value: Any) -> datetime | None:
        moment: datetime | None = super().clean(value)
        if moment is not None and not FIRST_DAY <= moment.date() <= LAST_DAY:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return moment


class AmountField(forms.Field):
    """What a plant puts out, as people type it."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "maxlength": 20})

    def to_python(self, value: Any) -> Decimal | None:
        return None if value in self.empty_values else parsers.amount(str(value))

    def prepare_value(self, value: Any) -> Any:
        """Without a sign between thousands: another language would take it for that of decimals."""
        return f"{value:f}".replace(".", say.separators()[1]) if isinstance(value, Decimal) else value


class RowsField(forms.ModelMultipleChoiceField):
    def clean(self, value: Any) -> Any:
        """A number that no key can be names no row; SQLite would rather fail."""
        try:
            return super().clean(value)
        except OverflowError:
            raise ValidationError(self.error_messages["invalid_pk_value"], "invalid_pk_value", {"pk": "…"}) from None


def bound(form: forms.BaseForm, name: str, least: int, most: int) -> None:
    """Bounds for a number whose field is made from the model."""
    field = form.fields[name]
    field.validators += [MinValueValidator(least), MaxValueValidator(most)]
    field.widget.attrs |= {"min": least, "max": most}


class PhoneInput(forms.TextInput):
    input_type = "tel"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "tel", "inputmode": "tel"} | (attrs or {}))


class SearchInput(forms.TextInput):
    input_type = "search"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off", "data-search": True} | (attrs or {}))


class Chips(forms.CheckboxSelectMultiple):
    """Several of some: faults, filters."""

    template_name = "components/widgets/chips.html"


class OneChip(forms.RadioSelect):
    """One of a few: running, running badly, stopped, dangerous."""

    template_name = "components/widgets/chips.html"


class SentForm(forms.Form):
    """The id is made when the form is drawn, so that sending it again stores nothing twice.

    `end` comes last in the form: where it is missing, the line broke and the rest is missing as well.
    """

    id = forms.UUIDField(widget=forms.HiddenInput(attrs={"data-keep": ""}))
    end = forms.CharField(widget=forms.HiddenInput, initial="1", required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("id", uuid.uuid4())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("end"):
            self.add_error(None, CUT_OFF)
        return cleaned
