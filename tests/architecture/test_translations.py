from __future__ import annotations

import ast
import shutil
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.core.management import call_command

from tests.architecture.source import PACKAGES, modules

CATALOGUE = Path(settings.LOCALE_PATHS[0]) / "es" / "LC_MESSAGES" / "django.po"
ASKS_FOR_A_TEXT = {
    "_",
    "gettext",
    "gettext_lazy",
    "ngettext",
    "ngettext_lazy",
    "pgettext",
    "pgettext_lazy",
    "npgettext",
}
NOT_OURS = ["epo/locale", ".venv", "node_modules", "tests", "bench", "data", "staticfiles"]


def _keys(catalogue: polib.POFile | polib.MOFile) -> set[tuple[str | None, str, str | None]]:
    return {(entry.msgctxt, entry.msgid, entry.msgid_plural or None) for entry in catalogue if not entry.obsolete}


def test_translations_into_spanish_are_complete_and_sure() -> None:
    catalogue = polib.pofile(str(CATALOGUE))

    missing = [entry.msgid for entry in catalogue.untranslated_entries()]
    fuzzy = [entry.msgid for entry in catalogue.fuzzy_entries()]

    assert (missing, fuzzy) == ([], [])


def test_translations_are_compiled() -> None:
    catalogue = polib.pofile(str(CATALOGUE))
    compiled = polib.mofile(str(CATALOGUE.with_suffix(".mo")))

    said = {(entry.msgctxt, entry.msgid): (entry.msgstr, entry.msgstr_plural) for entry in compiled}

    assert said == {
        (entry.msgctxt, entry.msgid): (entry.msgstr, entry.msgstr_plural) for entry in catalogue.translated_entries()
    }


@pytest.mark.skipif(not shutil.which("xgettext"), reason="NO GETTEXT FOUND: stale translations are not seen")
def test_translations_know_every_text_of_the_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings) -> None:
    copy = tmp_path / "locale"
    shutil.copytree(CATALOGUE.parents[2], copy)
    settings.LOCALE_PATHS = [str(copy)]
    monkeypatch.chdir(CATALOGUE.parents[4])

    call_command("makemessages", locale=["es"], no_obsolete=True, ignore_patterns=NOT_OURS, verbosity=0)

    fresh = polib.pofile(str(copy / "es" / "LC_MESSAGES" / "django.po"))
    assert _keys(fresh) == _keys(polib.pofile(str(CATALOGUE)))


def test_no_text_is_asked_for_inside_an_f_string() -> None:
    """There the tool that collects texts for translation does not find it."""
    found = [
        f"{name}:{call.lineno}"
        for name, tree in modules(*PACKAGES)
        for text in ast.walk(tree)
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in ASKS_FOR_A_TEXT
    ]

    assert found == []
