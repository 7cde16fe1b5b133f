from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from epo.core.forms import OneChip

if TYPE_CHECKING:
    from epo.contacts.models import Contact


class WishesForm(forms.Form):
    email = forms.EmailField(label=_("E-mail"), required=False)
    by_email = forms.BooleanField(label=_("Send me notices by e-mail"), required=False)
    by_sms = forms.BooleanField(label=_("Send me a text message where I have no e-mail"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, widget=OneChip)

    @staticmethod
    def initial_of(contact: Contact | None) -> dict[str, Any]:
        preference = getattr(contact, "preference", None)
        return {
            "email": contact.email if contact else "",
            "by_email": preference.by_email if preference else True,
            "by_sms": preference.by_sms if preference else True,
            "language": preference.language if preference else settings.LANGUAGE_CODE,
        }
