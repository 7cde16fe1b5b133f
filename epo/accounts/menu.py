"""The main menu. Each app registers its entries when it starts (`menu.py`); `order` runs left to right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from epo.accounts.roles import roles_of

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from epo.accounts.models import User


@dataclass(frozen=True, slots=True)
class Entry:
    """Shown to who has one of `roles`; to every signed-in person where there are none."""

    label: str | _StrPromise
    url_name: str
    order: int
    roles: frozenset[str] = frozenset()
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
    held = roles_of(user)
    shown = [
        entry for entry in sorted(_entries, key=lambda entry: entry.order) if not entry.roles or entry.roles & held
    ]
    urls = [reverse(entry.url_name) for entry in shown]
    here = _here(urls, path)
    return [
        Link(entry.label, url, url == here, entry.count(user) if entry.count else 0)
        for entry, url in zip(shown, urls, strict=True)
    ]


def _here(urls: list[str], path: str) -> str | None:
    """The entry under which a page lies: the longest address with which its own begins."""
    above = [url for url in urls if path == url or path.startswith(f"{url.rstrip('/')}/")]
    return max(above, key=len, default=None)
