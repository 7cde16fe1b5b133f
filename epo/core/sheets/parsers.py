"""What people write into cells, and what they mean by it. Each parser takes text that is not empty."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from epo.core import say
from epo.core.text import fold

if TYPE_CHECKING:
    from django.db.models import Choices

T = TypeVar("T")
Parser = Callable[[str], Any]

LANGUAGES = ("es", "en")
YES = {"1", "si", "s", "yes", "y", "x", "true", "verdadero", "v"}
NO = {"0", "no", "n", "false", "falso", "f", "-"}
EARLIEST, LATEST = 1900, 2100
CENTURY, TURN = 100, 70
EXCEL_DAY_0 = date(1899, 12, 30)
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T]\d{1,2}:\d{2}.*)?")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{2}|\d{4})(?: \d{1,2}:\d{2}.*)?")
_SERIAL = re.compile(r"[2-7]\d{4}")
_THOUSANDS = re.compile(r"[-+]?\d{1,3}([.,])\d{3}(?:\1\d{3})+|[-+]?\d{1,3}[.]\d{3}(?=,)")
_ONE_SIGN = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
_WHOLE_THOUSANDS = re.compile(r"\d{1,3}([.,])\d{3}(?:\1\d{3})*")
SHOWN = 3
HIGHEST_AMOUNT = 9_999_999_999


def text(most: int) -> Parser:
    def parse(said: str) -> str:
        said = " ".join(said.replace("\x00", "").split())
        if len(said) > most:
            raise ValidationError(_("Longer than %(most)s characters.") % {"most": most})
        return said

    return parse


def day(said: str) -> date:
    """Day first, as one writes it here; year first too; two digits of a year mean 1970 to 2069."""
    said = said.strip()
    if _SERIAL.fullmatch(said):
        return EXCEL_DAY_0 + timedelta(days=int(said))
    if found := _ISO.fullmatch(said):
        year, month, number = (int(part) for part in found.groups())
    elif found := _DAY_FIRST.fullmatch(said):
        number, month, year = (int(part) for part in found.groups())
        if year < CENTURY:
            year += 1900 if year >= TURN else 2000
    else:
        raise ValidationError(_("Not a date. Write day/month/year, for example 12/3/2026."))
    try:
        found_day = date(year, month, number)
    except ValueError:
        raise ValidationError(_("No such day. Write day/month/year, for example 12/3/2026.")) from None
    if not EARLIEST <= year <= LATEST:
        raise ValidationError(_("The year is not possible."))
    return found_day


def past_day(limit: Callable[[], date]) -> Parser:
    def parse(said: str) -> date:
        found = day(said)
        if found > limit():
            raise ValidationError(_("This day lies in the future."))
        return found

    return parse


def decimal(low: float, high: float, places: int = 2) -> Parser:
    """ "1.234,5" and "1,234.5" are the same; a single separator is taken for the decimal one."""

    def parse(said: str) -> Decimal:
        try:
            number = Decimal(_without_thousands(said.replace(" ", ""))).quantize(Decimal(1).scaleb(-places))
        except InvalidOperation:
            raise ValidationError(_("Not a number.")) from None
        if not number.is_finite() or not low <= number <= high:
            raise ValidationError(_("Must be from %(low)s to %(high)s.") % {"low": low, "high": high})
        return number

    return parse


_two_decimals = decimal(0, HIGHEST_AMOUNT)


def amount(said: str) -> Decimal:
    """As people type what a plant puts out. "1.260" is a thousand and more in Spanish, "1,260" in English; the other way
    round nobody can know what was meant.
    """
    said, thousands = said.replace(" ", ""), say.separators()[0]
    if _ONE_SIGN.fullmatch(said):
        if thousands not in said:
            raise ValidationError(_("Write the number without a sign between thousands, as 1260."))
        said = said.replace(thousands, "")
    number: Decimal = _two_decimals(said)
    return number


def _without_thousands(said: str) -> str:
    last = max(said.rfind(","), said.rfind("."))
    if "," in said and "." in said:
        other = "." if said[last] == "," else ","
        said = said.replace(other, "")
    elif _THOUSANDS.fullmatch(said):
        said = said.replace(said[last], "")
    return said.replace(",", ".")


def whole(low: int, high: int) -> Parser:
    def parse(said: str) -> int:
        said = said.replace(" ", "")
        said = said[:-2] if said.endswith((".0", ",0")) else said
        if _WHOLE_THOUSANDS.fullmatch(said):
            said = said.replace(".", "").replace(",", "")
        if not said.isascii() or not said.isdigit() or len(said) > len(str(high)) + 2:
            raise ValidationError(_("Not a whole number."))
        if not low <= int(said) <= high:
            raise ValidationError(_("Must be from %(low)s to %(high)s.") % {"low": low, "high": high})
        return int(said)

    return parse


def yes_no(said: str) -> bool:
    folded = fold(said)
    if folded not in YES | NO:
        raise ValidationError(_("Write yes or no."))
    return folded in YES


def one_of(choices: type[Choices], **also: Any) -> Parser:
    """Its value, or its name in either language; `also` are further words."""
    known: dict[str, Any] = {}
    for language in LANGUAGES:
        with override(language):
            known |= {fold(str(one.label)): one for one in choices}
    known |= {fold(str(one.value)): one for one in choices} | {fold(word): one for word, one in also.items()}

    def parse(said: str) -> Any:
        if (found := known.get(fold(said))) is None:
            names = ", ".join(str(one.label) for one in choices)
            raise ValidationError(_("“%(said)s” is not one of these: %(names)s.") % {"said": said[:40], "names": names})
        return found

    return parse


class Names(dict[str, list[T]]):
    """What can be meant by a name, by folded name."""

    def add(self, name: str, thing: T) -> None:
        if (folded := key_of(name)) and thing not in self.setdefault(folded, []):
            self[folded].append(thing)

    def like(self, said: str) -> list[str]:
        return get_close_matches(key_of(said), list(self), n=SHOWN, cutoff=0.6)


def key_of(name: str) -> str:
    return fold(re.sub(r"[-_./()*:]+", " ", name))


def known_as(
    names: Names[T], words: Mapping[str, T] | None = None, show: Callable[[T], str] = str
) -> Callable[[str], T]:
    """By one of its names; else by words that stand with one thing only."""

    def parse(said: str) -> T:
        found = names.get(key_of(said), [])
        if not found and words:
            found = _by_words(key_of(said), words)
        if len(found) == 1:
            return found[0]
        if found:
            listed = _listed(show(one) for one in found)
            raise ValidationError(_("“%(said)s” can be several: %(names)s.") % {"said": said[:40], "names": listed})
        close = _listed(show(names[name][0]) for name in names.like(said))
        if close:
            raise ValidationError(
                _("“%(said)s” is not known. Perhaps: %(names)s.") % {"said": said[:40], "names": close}
            )
        raise ValidationError(_("“%(said)s” is not known.") % {"said": said[:40]})

    return parse


def _by_words(said: str, words: Mapping[str, T]) -> list[T]:
    wanted = set(said.split())
    return [thing for known, thing in words.items() if wanted and wanted <= set(known.split())]


def _listed(names: Iterable[str]) -> str:
    listed = list(dict.fromkeys(names))
    return ", ".join(listed[:SHOWN]) + ("…" if len(listed) > SHOWN else "")
