"""The lines of a CSV or XLSX file as people have them: any usual encoding, any usual separator."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from openpyxl import load_workbook

from epo.core.sheets.cells import as_meant, from_workbook

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

MOST_BYTES = 8 * 1024 * 1024
MOST_UNPACKED = 80 * 1024 * 1024
MOST_LINES = 20_000
MOST_COLUMNS = 80
SEPARATORS = ";,\t|"
ZIP = b"PK\x03\x04"
OLD_EXCEL = b"\xd0\xcf\x11\xe0"


class Unreadable(Exception):
    """It is no list that can be read; the reason is for who sent it."""

    def __init__(self, reason: str | _StrPromise) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Line:
    """`number` is the one that editors and spreadsheets show."""

    number: int
    cells: tuple[str, ...]


def read(data: bytes) -> list[Line]:
    """Lines with something in them, the heading first."""
    if len(data) > MOST_BYTES:
        raise Unreadable(_("The file is larger than 8 MB. Send it in parts."))
    if data.startswith(OLD_EXCEL):
        raise Unreadable(_("This is the format of Excel before 2007. Save it as .xlsx or as CSV."))
    lines = []
    for number, cells in _of_workbook(data) if data.startswith(ZIP) else _of_text(_decoded(data)):
        said = [as_meant(cell).strip() for cell in cells]
        while said and not said[-1]:
            said.pop()
        if said:
            lines.append(Line(number, tuple(said)))
        if len(lines) > MOST_LINES + 1:
            raise Unreadable(_("The file has more than 20,000 lines. Send it in parts."))
    if not lines:
        raise Unreadable(_("The file is empty."))
    return lines


def _decoded(data: bytes) -> str:
    """UTF-8 with or without its mark, UTF-16 with it, else what Windows writes in western countries."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace").replace("\x00", "")
    if b"\x00" in data:
        raise Unreadable(_("This is neither CSV nor XLSX."))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace").replace("\ufffd", "?")


def _of_text(text: str) -> Iterator[tuple[int, list[str]]]:
    first, _end, rest = text.partition("\n")
    before = 0
    if first.strip().lower().startswith("sep="):
        text, before = rest, 1
        separator = first.strip()[4:] or ";"
    else:
        separator = max(SEPARATORS, key=first.count)
    try:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator[0])
        at = 0
        for cells in lines:
            number, at = at + 1 + before, lines.line_num
            yield number, cells[:MOST_COLUMNS]
    except csv.Error:
        raise Unreadable(_("This is neither CSV nor XLSX.")) from None


def _of_workbook(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """The first sheet. What it says it unpacks to is looked at before it is unpacked."""
    try:
        _refuse_bombs(data)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        rows = sheet.iter_rows(max_col=MOST_COLUMNS, max_row=MOST_LINES * 2, values_only=True)
        for number, values in enumerate(rows, start=1):
            yield number, [_as_text(value) for value in values]
    except Unreadable:
        raise
    except Exception:  # noqa: BLE001 -- whatever a broken workbook makes the library raise
        raise Unreadable(_("This workbook cannot be read. Open it and save it again as .xlsx or as CSV.")) from None


def _refuse_bombs(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
            raise Unreadable(_("The file is too large once it is unpacked."))


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == value.time().min else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return from_workbook(value) if isinstance(value, str) else str(value)
