from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from epo.contacts import phones
from epo.core.clock import today
from epo.core.forms import PhoneInput
from epo.core.say import phone as as_written

if TYPE_CHECKING:
    from epo.contacts.models import Contact

OLDEST = 100
YOUNGEST = 14


class PhoneField(forms.CharField):
    """Takes a number as people type it and gives it in international form."""

    widget = PhoneInput

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": 40} | options)

    def prepare_value(self, value: Any) -> Any:
        return as_written(value) if isinstance(value, str) and value.startswith("+") else value

    def clean(self, value: Any) -> str:
        return phones.parse(super().clean(value))


class BirthYearField(forms.IntegerField):
    """The bounds move with the calendar, so they are worked out when a year is checked."""

    def validate(self, value: int | None) -> None:
        super().validate(value)
        if value is not None:
            year = today().year
            MinValueValidator(year - OLDEST)(value)
            MaxValueValidator(year - YOUNGEST)(value)


class ContactForm(forms.Form):
    """How to reach a person. Writes nothing itself; see `epo.contacts.actions.update_contact`."""

    phone = PhoneField(label=_("Phone"), required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    address = forms.CharField(label=_("Address"), required=False, max_length=300)
    birth_year = BirthYearField(label=_("Year of birth"), required=False)
    emergency_name = forms.CharField(label=_("Emergency contact"), required=False, max_length=120)
    emergency_phone = PhoneField(label=_("Emergency phone"), required=False)

    @classmethod
    def initial_of(cls, contact: Contact) -> dict[str, Any]:
        return {name: getattr(contact, name) for name in cls.base_fields}
