"""The audit trail of a row, in words: one way to read it, for every page.

Each app registers the words for its kinds of events, and what else is told of them (`details`), when it starts.
What has no words is too small to tell and is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from epo.audit.models import AuditEvent

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import Model
    from django.utils.functional import _StrPromise

    from epo.core.types import Actor

SHOWN = 60
PLAIN = ("reason", "what", "title")
"""Words that stand in an event as somebody wrote them."""

Words = Mapping[str, tuple[str, "str | _StrPromise"]]
"""By kind of event: how it looks on the timeline (good, wait, bad, info or nothing), and what happened."""
Details = Callable[[list[AuditEvent]], Mapping[int, str]]

_words: dict[str, tuple[str, str | _StrPromise]] = {}
_details: list[Details] = []


@dataclass(frozen=True, slots=True)
class Step:
    """A line of `components/timeline.html`."""

    when: datetime
    who: Actor | None
    what: str | _StrPromise
    kind: str
    text: str = ""


def register(words: Words, details: Details | None = None) -> None:
    _words.update(words)
    if details is not None and details not in _details:
        _details.append(details)


def has_words_for(kind: str) -> bool:
    return kind in _words


def trail_of(*rows: Model) -> list[Step]:
    """What happened to these rows, the newest first."""
    about = Q(pk__in=[])
    for row in rows:
        about |= Q(about_type=row._meta.label_lower, about_id=str(row.pk))
    told = AuditEvent.objects.filter(about, kind__in=list(_words)).select_related("by")
    return steps(list(told[:SHOWN]))


def steps(events: Iterable[AuditEvent]) -> list[Step]:
    events = list(events)
    texts: dict[int, str] = {}
    for details in _details:
        texts |= details(events)
    return [_step(event, texts.get(event.pk)) for event in events]


def _step(event: AuditEvent, text: str | None) -> Step:
    kind, what = _words[event.kind]
    if text is None:
        text = next((str(event.data[name]) for name in PLAIN if event.data.get(name)), "")
    return Step(event.at, event.by, what, kind, text)
