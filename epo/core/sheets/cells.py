"""Text in cells: none that a spreadsheet takes for a formula, and each read back as it was meant."""

from __future__ import annotations

import re
from typing import Any

TRIGGERS = "=+-@\t\r\n＝＋－＠|%"
MARK = "'"
_FORMULA = re.compile(rf"{MARK}*(?:[ \u00a0]*[=+\-@＝＋－＠|%]|[\t\r\n])")
_NOT_STORED = re.compile("[\x00\ud800-\udfff\ufffe\uffff]")
_CONTROL = re.compile(r"[\x01-\x08\x0b-\x1f]|_(?=x[0-9A-Fa-f]{4}_)")
_WRITTEN_CONTROL = re.compile(r"_x([0-9A-Fa-f]{4})_")


def harmless(text: str) -> str:
    """A mark before what begins like a formula, also where a mark stands already: `as_meant` takes one away again."""
    return MARK + text if _FORMULA.match(text) else text


def as_meant(text: str) -> str:
    return text[1:] if text.startswith(MARK) and _FORMULA.match(text) else text


def written(value: Any) -> Any:
    """The value of a cell: whatever is neither a number nor a day is text, and harmless."""
    if value is None or isinstance(value, int | float):
        return value
    return harmless(_NOT_STORED.sub("", str(value)))


def for_workbook(text: str) -> str:
    """Control characters as workbooks spell them; a carriage return left bare would come back as a new line."""
    return _CONTROL.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def from_workbook(text: str) -> str:
    return _NOT_STORED.sub("", _WRITTEN_CONTROL.sub(lambda found: chr(int(found[1], 16)), text))
