"""How forms are drawn: one field template for all, chips for choices, dates that phones understand."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting


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
