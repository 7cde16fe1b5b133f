"""Which columns a list may have, and its lines as values: everything that is wrong, with line and reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from epo.core.sheets.parsers import Parser, key_of
from epo.core.sheets.reading import Line, Unreadable

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

MOST_REPEATS = 20
SOME = 6
_NUMBERED = re.compile(r"(.+?) ?(\d{1,2})")


@dataclass(frozen=True, slots=True)
class Field:
    """A column: what it is called in Spanish and in English, and by `also`; how its cells are read.

    One that `repeats` may stand there several times: "oficio 1", "oficio 2".
    """

    name: str
    es: str
    en: str
    parse: Parser
    also: tuple[str, ...] = ()
    example: str = ""
    repeats: bool = False
    is_needed: bool = False

    @property
    def title(self) -> str:
        return self.en if get_language() == "en" else self.es


@dataclass(frozen=True, slots=True)
class Problem:
    line: int
    column: str
    reason: str | _StrPromise

    def __str__(self) -> str:
        where = _("line %(line)s") % {"line": self.line} + (f", {self.column}" if self.column else "")
        return f"{where}: {self.reason}"


@dataclass(slots=True)
class Row:
    """`said` holds what the cells mean, without the empty ones; of what repeats, `groups` by number."""

    line: int
    said: dict[str, Any] = field(default_factory=dict)
    groups: dict[int, dict[str, Any]] = field(default_factory=dict)
    is_bad: bool = False


@dataclass(slots=True)
class Read:
    """What a file says; `unused` are headings that mean nothing here."""

    rows: list[Row]
    problems: list[Problem]
    unused: list[str]

    def wrong(self, line: int, column: str, reason: str | _StrPromise) -> None:
        self.problems.append(Problem(line, column, reason))


@dataclass(slots=True)
class Change:
    """What is to become of one thing of the file: new, changed (in these fields), or as it was."""

    line: int
    what: str
    is_new: bool = False
    fields: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Summary:
    """What a file does, or did; `notes` are worth a look and stop nothing."""

    changes: list[Change]
    problems: list[Problem]
    notes: list[Problem]
    unused: list[str]

    @property
    def new(self) -> int:
        return sum(change.is_new for change in self.changes)

    @property
    def changed(self) -> int:
        return sum(bool(change.fields) and not change.is_new for change in self.changes)

    @property
    def same(self) -> int:
        return len(self.changes) - self.new - self.changed


class BadLines(Exception):
    """Nothing was written: these lines have to be put right first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = sorted(problems, key=lambda one: one.line)


Place = tuple[Field, int]


def read_rows(lines: Sequence[Line], fields: Sequence[Field]) -> Read:
    places, unused = _places(lines[0], fields)
    missing = [one.title for one in fields if one.is_needed and one not in {place[0] for place in places.values()}]
    if missing:
        raise Unreadable(_("These columns are missing in the first line: %(names)s.") % {"names": ", ".join(missing)})
    if not places:
        names = ", ".join(one.title for one in fields[:SOME])
        raise Unreadable(_("The first line names no known column. Known are: %(names)s…") % {"names": names})
    read = Read([], [], unused)
    for line in lines[1:]:
        _read_line(line, places, read)
    return read


def _places(head: Line, fields: Sequence[Field]) -> tuple[dict[int, Place], list[str]]:
    known = {key_of(title): one for one in fields for title in (one.name, one.es, one.en, *one.also)}
    places: dict[int, Place] = {}
    unused = []
    for at, title in enumerate(head.cells):
        place = _place(key_of(title), known)
        if place is None:
            unused += [title] if title else []
        elif place in places.values():
            raise Unreadable(_("The column “%(name)s” is there twice.") % {"name": title})
        else:
            places[at] = place
    return places, unused


def _place(title: str, known: dict[str, Field]) -> Place | None:
    if title in known:
        return known[title], 1
    found = _NUMBERED.fullmatch(title)
    if found is None or found[1] not in known:
        return None
    one, number = known[found[1]], int(found[2])
    return (one, number) if one.repeats and 1 <= number <= MOST_REPEATS else None


def _read_line(line: Line, places: dict[int, Place], read: Read) -> None:
    row = Row(line.number)
    for at, (one, number) in places.items():
        cell = line.cells[at] if at < len(line.cells) else ""
        if not cell:
            continue
        try:
            value = one.parse(cell)
        except ValidationError as error:
            name = f"{one.title} {number}" if number > 1 else one.title
            read.problems += [Problem(line.number, name, reason) for reason in error.messages]
            row.is_bad = True
            continue
        if one.repeats:
            row.groups.setdefault(number, {})[one.name] = value
        else:
            row.said[one.name] = value
    read.rows.append(row)


def example_rows(fields: Iterable[Field]) -> tuple[list[str], list[str]]:
    """The heading of a file to fill in, and a line as an example."""
    listed = list(fields)
    return [one.title for one in listed], [one.example for one in listed]


Tell = Callable[[int, int], None]
"""Called with how many of how many are done."""


def quietly(_done: int, _all: int) -> None:
    """Nobody waits for news."""
