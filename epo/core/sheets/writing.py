"""A list as CSV or XLSX, written to a temporary file before the first byte is sent.

A slow phone that fetches a list would else keep the database's reading place open for minutes; on SQLite nobody could
write meanwhile.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any

from django.http import FileResponse
from django.utils.timezone import is_aware, localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from epo.core.clock import today
from epo.core.sheets.cells import for_workbook, written

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.utils.functional import _StrPromise

CSV, XLSX = "csv", "xlsx"
TYPES = {CSV: "text/csv; charset=utf-8", XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
AT_ONCE = 1000
IN_MEMORY = 1024 * 1024
WIDEST, NARROWEST = 50, 10
BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Column:
    """`of` takes a row and gives text, a number, a day, a moment, yes or no, or None."""

    title: str | _StrPromise
    of: Callable[[Any], Any]


def in_portions(rows: QuerySet[Any], size: int = AT_ONCE) -> Iterator[Any]:
    """All rows in their order, read a thousand at a time; between two portions the database is free for others."""
    keys = list(rows.values_list("pk", flat=True))
    for begin in range(0, len(keys), size):
        portion = keys[begin : begin + size]
        found = {row.pk: row for row in rows.order_by().filter(pk__in=portion)}
        yield from (found[key] for key in portion if key in found)


def download(name: str, kind: str, columns: Sequence[Column], rows: Iterable[Any]) -> Any:
    """A response; `name` is what the file is called, before the day and its ending."""
    file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 -- the response closes it
    write(file, kind, columns, rows)
    file.seek(0)
    response = FileResponse(
        file, as_attachment=True, filename=f"{name}-{today().isoformat()}.{kind}", content_type=TYPES[kind]
    )
    response["Cache-Control"] = "private, no-store"
    return response


def write(file: IO[bytes], kind: str, columns: Sequence[Column], rows: Iterable[Any]) -> None:
    head = [str(column.title) for column in columns]
    body = ([column.of(row) for column in columns] for row in rows)
    (_write_xlsx if kind == XLSX else _write_csv)(file, head, body)


def _write_csv(file: IO[bytes], head: list[str], body: Iterable[list[Any]]) -> None:
    """With the mark by which spreadsheets know UTF-8, and the separators that they expect in the reader's language."""
    separator, point = (",", ".") if get_language() == "en" else (";", ",")
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    text.write(BOM)
    lines = csv.writer(text, delimiter=separator, quoting=csv.QUOTE_NONNUMERIC)
    lines.writerow([written(title) for title in head])
    lines.writerows([_in_csv(value, point) for value in values] for values in body)
    text.detach()


def _in_csv(value: Any, point: str) -> Any:
    value = _plain(value)
    return str(value).replace(".", point) if point != "." and isinstance(value, float) else written(value)


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return _local(value).isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def _local(moment: datetime) -> datetime:
    return (localtime(moment) if is_aware(moment) else moment).replace(tzinfo=None, microsecond=0)


def _write_xlsx(file: IO[bytes], head: list[str], body: Iterable[list[Any]]) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("List"))
    sheet.freeze_panes = "A2"
    for at, title in enumerate(head):
        letter = _letter(at)
        sheet.column_dimensions[letter].width = min(max(len(title) + 4, NARROWEST), WIDEST)
    sheet.append([_cell(sheet, title, is_head=True) for title in head])
    for values in body:
        sheet.append([_cell(sheet, value) for value in values])
    book.save(file)


def _letter(at: int) -> str:
    return (chr(64 + at // 26) if at >= 26 else "") + chr(65 + at % 26)  # noqa: PLR2004 -- letters of the alphabet


def _cell(sheet: Any, value: Any, *, is_head: bool = False) -> Any:
    """Text is said to be text: no cell of ours is ever a formula."""
    if isinstance(value, datetime):
        return _local(value)
    if isinstance(value, date | Decimal) and not isinstance(value, bool):
        return value
    value = written(_plain(value))
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, for_workbook(value)[:LONGEST])
    cell.data_type = "s"
    if is_head:
        cell.font = Font(bold=True)
    return cell


LONGEST = 32_000
"""Characters that a cell of a workbook holds, less some for what is spelled longer."""
