"""Cells that are never formulas and read back as they were meant; files as people have them."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from openpyxl import Workbook, load_workbook

from epo.core.sheets import parsers
from epo.core.sheets.cells import TRIGGERS, as_meant, harmless
from epo.core.sheets.reading import Line, Unreadable, read
from epo.core.sheets.writing import CSV, XLSX, Column, write

KINDS = (CSV, XLSX)
ODD = [
    "'",
    "''=1",
    "' nada",
    "O'Higgins",
    "a;b,c\td",
    'dice "sí"',
    "dos\nlíneas",
    "_x000D_",
    "ñandú €",
    "007",
    "-",
    "#N/A",
]
TEXTS = [f"{sign}1+1" for sign in TRIGGERS] + [f"  {sign}x" for sign in "=+-@"] + ["='", "=cmd|'/C calc'!A0"] + ODD


def _file(kind: str, values: list[Any], title: str = "Texto") -> bytes:
    file = io.BytesIO()
    write(file, kind, [Column("n", lambda row: row[0]), Column(title, lambda row: row[1])], enumerate(values))
    return file.getvalue()


def _raw(kind: str, data: bytes) -> list[str]:
    """What a spreadsheet finds in the second column."""
    if kind == CSV:
        return [row[1] for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";")]
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
    return [str(row[1].value or "") for row in sheet.iter_rows()]


@pytest.mark.parametrize("kind", KINDS)
def test_no_cell_begins_like_a_formula(kind: str) -> None:
    raw = _raw(kind, _file(kind, TEXTS, title="=Texto"))

    assert [text for text in raw if text.lstrip(" ").startswith(tuple(TRIGGERS))] == []
    assert len(raw) == len(TEXTS) + 1


@pytest.mark.parametrize("kind", KINDS)
def test_cells_are_read_back_as_they_were(kind: str) -> None:
    back = read(_file(kind, TEXTS))

    assert [line.cells[1] for line in back[1:]] == [text.strip() for text in TEXTS]


@pytest.mark.parametrize("kind", KINDS)
def test_without_the_mark_formulas_are_found(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("epo.core.sheets.cells.harmless", lambda text: text)

    file = _file(kind, ["=1+1", "@x"])

    with pytest.raises(AssertionError):
        assert [text for text in _raw(kind, file) if text.startswith(tuple(TRIGGERS))] == []


def test_mark_comes_off_once() -> None:
    assert [as_meant(harmless(text)) for text in [*TEXTS, "'=1", "''=1", "'''", "'abc"]] == [
        *TEXTS, "'=1", "''=1", "'''", "'abc",
    ]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_days_numbers_and_answers_are_read_back(kind: str) -> None:
    values = [date(2026, 3, 12), datetime(2026, 3, 12, 8, 30), 7, 7.5, Decimal("-3.25"), True, None]  # noqa: DTZ001 -- of a cell

    back = [(*line.cells, "")[1] for line in read(_file(kind, values))[1:]]

    assert back[:3] == ["2026-03-12", "2026-03-12 08:30", "7"]
    assert [parsers.decimal(-9, 9)(cell) for cell in back[3:5]] == [Decimal("7.50"), Decimal("-3.25")]
    assert (parsers.yes_no(back[5]), back[6]) == (True, "")


def test_csv_carries_the_mark_by_which_spreadsheets_know_utf_8() -> None:
    assert _file(CSV, ["ñ"]).startswith(b"\xef\xbb\xbf")


def test_english_csv_has_commas_and_points() -> None:
    with translation.override("en"):
        assert _file(CSV, [1.5]).decode("utf-8-sig").splitlines() == ['"n","Texto"', "0,1.5"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_files_are_read_in_any_usual_encoding_and_separator(encoding: str, separator: str) -> None:
    lines = [["Nombre", "Teléfono"], ["Ñáñez", "0414"], ["", ""], ["José\nLuis", "x"], ["Ana", "y"]]
    text = "\r\n".join(separator.join(f'"{cell}"' for cell in line) for line in lines)

    found = read(text.encode(encoding))

    assert found == [
        Line(1, ("Nombre", "Teléfono")), Line(2, ("Ñáñez", "0414")), Line(4, ("José\nLuis", "x")), Line(6, ("Ana", "y")),
    ]  # fmt: skip


def test_first_line_may_name_the_separator() -> None:
    assert read(b"sep=,\r\na,b;c\r\n1,2\r\n") == [Line(2, ("a", "b;c")), Line(3, ("1", "2"))]


def test_cells_of_a_workbook_are_text_whatever_they_are() -> None:
    book = Workbook()
    for row in (["a", "b", "c", "d"], [], [4141234567, date(2026, 3, 12), True, 2.5], ["=1+1", None, "x", None]):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)

    found = read(file.getvalue())

    assert found[1] == Line(3, ("4141234567", "2026-03-12", "1", "2.5"))
    assert found[2].cells[2] == "x"


def _bomb() -> bytes:
    import zipfile

    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"\x00" * 90_000_000)
    return file.getvalue()


HOSTILE = {
    "empty": b"",
    "nothing but ends of lines": b"\n\n\r\n",
    "no text": b"\x00\x01\x02",
    "a broken workbook": b"PK\x03\x04 broken",
    "the old format": b"\xd0\xcf\x11\xe0" + b"\x00" * 512,
    "too large": b"a" * (8 * 1024 * 1024 + 1),
    "too many lines": b"a\n" * 20_002,
    "a field without an end": b'a\n"' + b"x" * 200_000,
    "what swells": _bomb(),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_with_a_reason(name: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(HOSTILE[name])

    assert str(refused.value.reason) != ""


@pytest.mark.parametrize(
    "said", ["12/3/2026", "12-03-26", "2026-03-12", "12.3.2026", "12 3 2026", "2026/3/12", "2026-03-12 00:00", "46093"]
)
def test_days_are_read_as_people_write_them(said: str) -> None:
    assert parsers.day(said) == date(2026, 3, 12)


@pytest.mark.parametrize("said", ["31/2/2026", "2026-13-01", "ayer", "12/3", "3/25/2026", "0/0/0", "12/3/20266"])
def test_what_is_no_day_is_refused(said: str) -> None:
    with pytest.raises(ValidationError):
        parsers.day(said)


@pytest.mark.parametrize(
    ("said", "meant"),
    [("1.234,5", "1234.5"), ("1,234.5", "1234.5"), ("12,5", "12.5"), ("12.5", "12.5"), ("-3,25", "-3.25"),
     ("1.234.567", "1234567"), ("1 234,5", "1234.5"), ("0", "0")],
)  # fmt: skip
def test_numbers_are_read_with_either_sign(said: str, meant: str) -> None:
    assert parsers.decimal(-(10**9), 10**9)(said) == Decimal(meant)


@pytest.mark.parametrize(
    ("language", "said", "meant"),
    [("es", "1.260", "1260"), ("es", "1.260,5", "1260.5"), ("es", "1 260", "1260"), ("es", "1.260.000", "1260000"),
     ("es", "12,5", "12.5"), ("es", "12.5", "12.5"), ("es", "0,250", "0.25"), ("es", "1260,333333", "1260.33"),
     ("en", "1,260", "1260"), ("en", "1,260.5", "1260.5"), ("es", "1,260", None), ("en", "1.260", None),
     ("es", "-3", None), ("es", "mucho", None), ("es", "1.2.3", None), ("es", "99999999999", None)],
)  # fmt: skip
def test_amounts_are_read_as_the_language_writes_them(language: str, said: str, meant: str | None) -> None:
    with translation.override(language):
        if meant is None:
            with pytest.raises(ValidationError):
                parsers.amount(said)
        else:
            assert str(parsers.amount(said)) == str(Decimal(meant).quantize(Decimal("0.01")))


@pytest.mark.parametrize("said", ["", "abc", "NaN", "inf", "1e400", "9" * 30, "²"])
def test_what_is_no_number_is_refused(said: str) -> None:
    with pytest.raises(ValidationError):
        parsers.decimal(0, 100)(said)
    with pytest.raises(ValidationError):
        parsers.whole(0, 100)(said)
