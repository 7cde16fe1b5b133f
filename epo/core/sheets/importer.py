"""One way to take in a file, for the administration and the command line alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from epo.core.sheets.layout import Field, Read, Summary, Tell, example_rows, quietly, read_rows
from epo.core.sheets.reading import Line, read

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Importer:
    """`plan` says what a file would do and writes nothing; `write` is the action, which raises BadLines.

    `name` is that of the file to fill in.
    """

    name: str
    title: str | _StrPromise
    key: str | _StrPromise
    fields: Callable[[], list[Field]]
    plan: Callable[[Read], Summary]
    write: Callable[..., Summary]

    def look(self, lines: Sequence[Line]) -> Summary:
        return self.plan(read_rows(lines, self.fields()))

    def take(self, lines: Sequence[Line], *, by: Any, tell: Tell = quietly) -> Summary:
        return self.write(read=read_rows(lines, self.fields()), by=by, tell=tell)

    def take_file(self, data: bytes, *, by: Any, tell: Tell = quietly) -> Summary:
        return self.take(read(data), by=by, tell=tell)

    def example(self) -> tuple[list[str], list[str]]:
        return example_rows(self.fields())
