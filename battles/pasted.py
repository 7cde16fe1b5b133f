"""A table of output pasted from a spreadsheet: a day in the first column, an output in each further one.

A first line with names says which column is which line of the plant; without it they come in the order of the lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from epo.core.clock import today
from epo.core.sheets import parsers
from epo.core.text import fold

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from factories.models import Line

MOST_LINES = 400
SHOWN = 60
_ENTRY = re.compile(r"(\S+)\s+(\S+)")


class Given(NamedTuple):
    """What a line put out on a day, as somebody says."""

    line: Line
    day: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class BadLine:
    """`number` is counted from 1 in what was pasted; `text` is how the line begins."""

    number: int
    text: str
    why: str


@dataclass(slots=True)
class Pasted:
    given: list[Given] = field(default_factory=list)
    bad: list[BadLine] = field(default_factory=list)
    where: dict[tuple[int, date], int] = field(default_factory=dict)
    """The line of the text in which a day of a line of the plant was first said."""


def read_pasted(text: str, lines: Sequence[Line]) -> Pasted:
    """Every bad line is named with its reason; the good ones are read all the same, for the preview."""
    found = Pasted()
    columns = list(lines)
    rows = [(number, raw) for number, raw in enumerate(text.splitlines(), 1) if raw.strip()]
    for at, (number, raw) in enumerate(rows[:MOST_LINES]):
        cells = _cells(raw)
        try:
            if at == 0 and (named := _named(cells, lines)):
                columns = named
            else:
                _read(found, number, cells, columns)
        except ValidationError as error:
            found.bad.append(BadLine(number, raw.strip()[:SHOWN], " ".join(error.messages)))
    if len(rows) > MOST_LINES:
        why = _("No more than %(most)s lines at once: paste the rest afterwards.") % {"most": MOST_LINES}
        found.bad.append(BadLine(rows[MOST_LINES][0], rows[MOST_LINES][1].strip()[:SHOWN], why))
    return found


def _cells(raw: str) -> list[str]:
    for mark in ("\t", ";"):
        if mark in raw:
            return [cell.strip().strip('"').strip() for cell in raw.split(mark)]
    entry = _ENTRY.fullmatch(raw.strip())
    return list(entry.groups()) if entry else [raw.strip()]


def _named(cells: Sequence[str], lines: Sequence[Line]) -> list[Line]:
    """The lines of a head, in its order; empty where the first line is a day already."""
    if any(char.isdigit() for char in cells[0]):
        return []
    if len(lines) == 1 and len(cells) == len(["day", "output"]):
        return list(lines)
    return [_line(cell, lines) for cell in cells[1:] if cell]


def _line(cell: str, lines: Sequence[Line]) -> Line:
    said = fold(cell)
    found = [line for line in lines if fold(line.product) == said]
    found = found or [line for line in lines if said.startswith(fold(line.product))]
    if len(found) != 1:
        told = {"name": cell[:SHOWN], "known": ", ".join(line.product for line in lines)}
        raise ValidationError(_("No line of the plant is called “%(name)s”. There are: %(known)s.") % told)
    return found[0]


def _read(found: Pasted, number: int, cells: Sequence[str], columns: Sequence[Line]) -> None:
    day = parsers.day(cells[0])
    if day > today():
        raise ValidationError(_("The day has not come yet."))
    if any(cells[len(columns) + 1 :]):
        raise ValidationError(_("More columns than the plant has lines. Name the lines in a first row."))
    said = [(line, parsers.amount(cell)) for line, cell in zip(columns, cells[1:], strict=False) if cell]
    if not said:
        raise ValidationError(_("The output is missing. Write the day, then the output."))
    for line, amount in said:
        before = found.where.setdefault((line.pk, day), number)
        if before != number:
            raise ValidationError(_("The same day stands in line %(n)s already.") % {"n": before})
        found.given.append(Given(line, day, amount))
