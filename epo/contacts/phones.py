"""Phone numbers as they are typed, in the one form in which they are stored."""

from __future__ import annotations

import phonenumbers
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

COUNTRY = "VE"
NOT_A_PHONE = _("This is not a phone number. Write it like 0414-1234567, or leave it empty.")


def parse(text: str) -> str:
    """ "0414 123 45 67" → "+584141234567"; empty stays empty; ValidationError for what is no number."""
    if not text.strip():
        return ""
    try:
        number = phonenumbers.parse(text, COUNTRY)
    except phonenumbers.NumberParseException:
        raise ValidationError(NOT_A_PHONE, code="phone") from None
    if not phonenumbers.is_valid_number(number):
        raise ValidationError(NOT_A_PHONE, code="phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
