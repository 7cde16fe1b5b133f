"""Phone numbers as people of Venezuela type them, kept in international form (E.164)."""

from __future__ import annotations

import re

import phonenumbers
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

COUNTRY = "VE"
COUNTRY_CODE = 58
# Fixed lines begin with 2, mobiles with 4; area codes come into use faster than a library's list is renewed.
AT_HOME = re.compile(r"[24]\d{9}")

NOT_A_PHONE = _("This is not a phone number. Write it with its area code, for example 0414-1234567.")
ONE_NUMBER = _("Write one number, only digits, for example 0414-1234567.")


def parse(text: str) -> str:
    """ "0414 123 45 67" → "+584141234567"; empty stays empty; else an error that says what to write."""
    text = text.strip()
    if not text:
        return ""
    if re.search(r"[^\d\s+().\-–]", text):
        raise ValidationError(ONE_NUMBER, code="phone")
    try:
        number = phonenumbers.parse(text, COUNTRY)
    except phonenumbers.NumberParseException:
        raise ValidationError(NOT_A_PHONE, code="phone") from None
    if not _exists(number):
        raise ValidationError(NOT_A_PHONE, code="phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def is_one(text: str) -> bool:
    """Whether `text` is a phone as we keep them: no name of a company, no short number of a service."""
    try:
        return bool(text) and parse(text) == text
    except ValidationError:
        return False


def _exists(number: phonenumbers.PhoneNumber) -> bool:
    if number.country_code == COUNTRY_CODE:
        return AT_HOME.fullmatch(phonenumbers.national_significant_number(number)) is not None
    return phonenumbers.is_valid_number(number)
