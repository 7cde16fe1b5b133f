from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from epo.core.sheets.writing import CSV, XLSX


class ContactsExportForm(forms.Form):
    reason = forms.CharField(
        label=_("What for"),
        help_text=_("It is kept with your name, the filters and the number of people."),
        min_length=8,
        max_length=200,
    )
    kind = forms.ChoiceField(label=_("Format"), choices=[(XLSX, "Excel (.xlsx)"), (CSV, "CSV")])
