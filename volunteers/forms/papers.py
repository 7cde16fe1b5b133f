"""Certificates, and asking peers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from epo.core.forms import DateField
from volunteers.actions.certificates import Paper
from volunteers.forms.people import TradeForm
from volunteers.models import Qualification, Volunteer

if TYPE_CHECKING:
    from collections.abc import Sequence


class CertificateForm(TradeForm):
    number = forms.CharField(label=_("Number of the certificate"), max_length=60)
    issuer = forms.CharField(
        label=_("Issued by"), max_length=120, help_text=_("School, institute or company that issued it.")
    )
    issued_on = DateField(label=_("Issued on"))
    valid_until = DateField(label=_("Valid until"), help_text=_("Empty: without end."), required=False)
    scan = forms.FileField(
        label=_("Photo of it"),
        required=False,
        help_text=_("JPEG, PNG or WebP, at most 12 MB. Only you and the coordinators of your region see it."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )

    def paper(self) -> Paper:
        names = ("trade", "level", "number", "issuer", "issued_on", "valid_until")
        return Paper(**{name: self.cleaned_data[name] for name in names})


class AskPeerForm(forms.Form):
    """Both are named by their keys; which ones may be named is decided by who asks."""

    qualification = forms.ModelChoiceField(Qualification.objects.none(), label=_("Trade"))
    peer = forms.ModelChoiceField(Volunteer.objects.none(), label=_("Who has seen you work?"))

    def __init__(self, *args: Any, volunteer: Volunteer, peers: Sequence[int], **options: Any) -> None:
        super().__init__(*args, **options)
        own = volunteer.qualifications.select_related("trade")
        self.fields["qualification"].queryset = own  # type: ignore[attr-defined]
        self.fields["peer"].queryset = Volunteer.objects.filter(pk__in=peers)  # type: ignore[attr-defined]
