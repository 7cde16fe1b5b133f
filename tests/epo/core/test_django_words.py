"""Django's own sentences are said in our words, and none of them has gone stale."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import django
import polib
import pytest
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import get_default_password_validators
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext

from epo.core.django_words import COUNTED, SENTENCES, TOO_SHORT

if TYPE_CHECKING:
    from collections.abc import Iterator

DJANGO = Path(django.__file__).parent
OURS = Path(settings.LOCALE_PATHS[0]) / "es" / "LC_MESSAGES" / "django.po"
FORMAL = ("introduzca", "asegúrese", "escoja", "ingrese", "su contraseña", "requerido", "por favor")

NUMBERS = {"limit_value": 2, "show_value": 2, "max": 2, "length": 2, "min_length": 2}


@pytest.fixture(autouse=True)
def spanish() -> Iterator[None]:
    with translation.override("es"):
        yield


def _django_entries() -> dict[str, polib.POEntry]:
    files = [DJANGO / part / "locale" / "es" / "LC_MESSAGES" / "django.po" for part in ("conf", "contrib/auth")]
    return {entry.msgid: entry for file in files for entry in polib.pofile(str(file))}


def _filled(words: str) -> str:
    return re.sub(r"%(\(\w+\))?[ds]", "2", words)


def test_every_sentence_is_one_that_django_still_says() -> None:
    theirs = _django_entries()
    with translation.override("en"):
        counted = [str(each % NUMBERS) for each in COUNTED] + [str(TOO_SHORT % 2)]
    filled = [_filled(entry.msgid_plural) for entry in theirs.values() if entry.msgid_plural]

    assert [sentence for sentence in SENTENCES if sentence not in theirs] == []
    assert [each for each in counted if each not in filled] == []


@pytest.mark.parametrize("sentence", SENTENCES)
def test_sentence_is_said_in_our_words(sentence: str) -> None:
    ours = {entry.msgid: entry.msgstr for entry in polib.pofile(str(OURS)) if not entry.msgctxt}

    assert gettext(sentence) == ours[sentence]


def test_no_sentence_of_ours_is_formal() -> None:
    said = [gettext(sentence) for sentence in SENTENCES]
    said += [str(each % NUMBERS) for each in COUNTED] + [str(TOO_SHORT % 2)]

    assert [each for each in said if any(word in each.lower() for word in FORMAL)] == []


def test_form_says_what_is_wrong_as_one_says_it() -> None:
    class Few(forms.Form):
        name = forms.CharField()
        code = forms.CharField(max_length=2)
        number = forms.IntegerField()
        choice = forms.ChoiceField(choices=[("a", "a")])

    form = Few({"code": "abc", "number": "x", "choice": "z"})

    assert {name: list(errors) for name, errors in form.errors.items()} == {
        "name": ["Falta este dato."],
        "code": ["Es demasiado largo: caben 2 letras y hay 3."],
        "number": ["Escribe un número entero."],
        "choice": ["Elige una opción de la lista; «z» no está en ella."],
    }


def test_password_rules_are_said_as_one_says_them() -> None:
    said = [str(each.get_help_text()) for each in get_default_password_validators()]
    with pytest.raises(ValidationError) as short:
        get_default_password_validators()[1].validate("abc")

    assert said == [
        "Que no se parezca a tu nombre ni a otros datos tuyos.",
        "Que tenga por lo menos 8 letras o números.",
        "Que no sea de las que usa mucha gente.",
        "Que no tenga solo números.",
    ]
    assert short.value.messages == ["La contraseña es demasiado corta: por lo menos 8 letras o números."]


def test_nothing_chosen_yet_is_said_the_same_everywhere() -> None:
    class Choice(forms.Form):
        kind = forms.ChoiceField(choices=[("", "---------"), ("gas", "gas")])

    assert '<option value="" selected>Elige</option>' in str(Choice()["kind"])
