"""Lists with many of a thing in a row (trades of a person, lines of a plant), under the headings that imports know."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from epo.core.sheets.writing import Column

if TYPE_CHECKING:
    from epo.core.sheets.layout import Field

Of = Callable[[Any], Any]


def columns(fields: Iterable[Field], values: dict[str, Of]) -> list[Column]:
    """In the order of the fields; those without a value are left out."""
    return [Column(one.title, values[one.name]) for one in fields if one.name in values]


def repeated(
    fields: Iterable[Field], values: dict[str, Of], each: Callable[[Any], Sequence[Any]], times: int
) -> list[Column]:
    """ "Oficio", "Nivel", "Oficio 2", "Nivel 2"… of the things that `each` gives."""
    listed = [one for one in fields if one.repeats and one.name in values]
    return [
        Column(one.title if number == 1 else f"{one.title} {number}", _nth(each, number - 1, values[one.name]))
        for number in range(1, times + 1)
        for one in listed
    ]


def _nth(each: Callable[[Any], Sequence[Any]], at: int, of: Of) -> Of:
    def value(row: Any) -> Any:
        things = each(row)
        return of(things[at]) if at < len(things) else None

    return value
