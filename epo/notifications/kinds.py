"""What can be told. Each app registers its kinds in `notices.py`, imported by its `AppConfig.ready`.

    register("offer.asked", offer_asked, offer=lambda: Offer.objects.select_related("battle__factory"))

    def offer_asked(offer: Offer) -> Message: ...

The function is called in the reader's language. Ids named in `register` arrive as rows (read in one query for
a whole page of notices), the others as they were queued.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet

    from epo.notifications.models import Notification


@dataclass(frozen=True, slots=True)
class Message:
    """`url` is a path of this site, or empty. `short` is the text of a text message, at most 160 signs of GSM-7."""

    subject: str
    body: str = ""
    url: str = ""
    short: str = ""


Render = Callable[..., "Message | None"]
Rows = Callable[[], "QuerySet[Any]"]


@dataclass(frozen=True, slots=True)
class Kind:
    render: Render
    rows: dict[str, Rows]
    can_wait: bool = False


KINDS: dict[str, Kind] = {}


def register(kind: str, render: Render, *, can_wait: bool = False, **rows: Rows) -> None:
    """`can_wait`: nothing is lost if it is read tomorrow."""
    KINDS[kind] = Kind(render, rows, can_wait)


def messages_for(notes: Iterable[Notification]) -> dict[int, Message | None]:
    """The message of each notice by its key, in the active language; None where nothing is left to tell."""
    notes = list(notes)
    found = _rows_of(notes)
    return {note.pk: _render(note, found) for note in notes}


def message_for(note: Notification) -> Message | None:
    return messages_for([note])[note.pk]


Found = dict[tuple[str, str], dict[str, "Model"]]


def _rows_of(notes: list[Notification]) -> Found:
    wanted: dict[tuple[str, str], set[str]] = defaultdict(set)
    for note in notes:
        kind = KINDS.get(note.kind)
        for name in kind.rows if kind else ():
            if name in note.context:
                wanted[note.kind, name].add(note.context[name])
    return {
        (kind, name): {str(row.pk): row for row in KINDS[kind].rows[name]().filter(pk__in=keys)}
        for (kind, name), keys in wanted.items()
    }


def _render(note: Notification, found: Found) -> Message | None:
    kind = KINDS.get(note.kind)
    if kind is None:
        return None
    facts = dict(note.context)
    for name in kind.rows:
        if name in facts:
            facts[name] = found[note.kind, name].get(str(facts[name]))
            if facts[name] is None:
                return None
    return kind.render(**facts)
