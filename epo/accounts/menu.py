"""The main menu. Each app registers its entries when it starts (`apps.py`); order runs from left to right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from epo.accounts.models import User

ShownTo = Callable[["User"], bool]


@dataclass(frozen=True, slots=True)
class Entry:
    label: str | _StrPromise
    url_name: str
    order: int
    shown_to: ShownTo
    count: Callable[[User], int] | None = None


@dataclass(frozen=True, slots=True)
class Link:
    label: str | _StrPromise
    url: str
    here: bool
    count: int


_entries: list[Entry] = []


def register(*entries: Entry) -> None:
    _entries.extend(entries)


def links_for(user: User, path: str) -> list[Link]:
    """What this user sees; each question about a role is asked once."""
    answers = {ask: ask(user) for ask in {entry.shown_to for entry in _entries}}
    shown = [entry for entry in sorted(_entries, key=lambda entry: entry.order) if answers[entry.shown_to]]
    urls = [reverse(entry.url_name) for entry in shown]
    here = _here(urls, path)
    return [
        Link(entry.label, url, url == here, entry.count(user) if entry.count else 0)
        for entry, url in zip(shown, urls, strict=True)
    ]


def _here(urls: list[str], path: str) -> str | None:
    """The entry under which a page lies: the longest address with which its own begins."""
    above = [url for url in urls if path == url or (url != "/" and path.startswith(url))]
    return max(above, key=len, default=None)
