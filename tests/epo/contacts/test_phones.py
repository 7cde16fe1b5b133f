from __future__ import annotations

import pytest
from django import forms
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from epo.contacts import phones
from epo.contacts.forms import ContactForm, PhoneField
from epo.core.clock import today


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0414-123.45.67", "+584141234567"),
        ("414 1234567", "+584141234567"),
        ("+58 (414) 123-4567", "+584141234567"),
        ("0058 414 1234567", "+584141234567"),
        ("584141234567", "+584141234567"),
        ("0212 1234567", "+582121234567"),
        ("0422-1234567", "+584221234567"),
        ("+1 202 555 0123", "+12025550123"),
        ("  ", ""),
    ],
)
def test_phone_is_kept_in_international_form(typed, kept):
    assert phones.parse(typed) == kept


@pytest.mark.parametrize("typed", ["12", "0414-123456", "0414-12345678", "0514-1234567", "+58 12", "++", "0" * 300])
def test_phone_that_is_none_is_told_how_to_write_one(typed):
    with pytest.raises(ValidationError) as wrong:
        phones.parse(typed)

    assert wrong.value.message == phones.NOT_A_PHONE


@pytest.mark.parametrize("typed", ["llámame", "0414-1234567 / 0424-1112233", "0212-1234567 ext 3"])
def test_phone_with_letters_or_a_second_number_is_told_to_write_one(typed):
    with pytest.raises(ValidationError) as wrong:
        phones.parse(typed)

    assert wrong.value.message == phones.ONE_NUMBER


@given(st.text(max_size=40))
def test_phone_from_any_text_is_a_number_or_an_error(typed):
    try:
        kept = phones.parse(typed)
    except ValidationError:
        return

    assert kept == "" or (kept.startswith("+") and kept[1:].isdigit() and len(kept) <= 16)


def test_phone_field_shows_it_as_people_write_it():
    class Form(forms.Form):
        phone = PhoneField()

    assert 'value="0414-1234567"' in str(Form(initial={"phone": "+584141234567"}))
    assert 'value="12"' in str(Form({"phone": "12"}))


def test_contact_form_keeps_a_sensible_year_of_birth():
    sensible, newborn = ContactForm({"birth_year": "1980"}), ContactForm({"birth_year": str(today().year)})

    assert (sensible.is_valid(), newborn.is_valid()) == (True, False)
    assert sensible.cleaned_data["birth_year"] == 1980
