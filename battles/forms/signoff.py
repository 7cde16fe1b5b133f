from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from epo.core.forms import OneChip
from volunteers.forms import level_choices


class SignOffForm(forms.Form):
    level = forms.TypedChoiceField(
        label=_("They worked at this level"), choices=level_choices, coerce=int, widget=OneChip
    )
