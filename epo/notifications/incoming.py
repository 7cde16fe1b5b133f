"""What people send us. Who answers registers once, when the apps start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from epo.contacts.models import Contact


@dataclass(frozen=True, slots=True)
class Said:
    """`contact` is who it is, where only one has this phone; `contacts` are all who have it."""

    way: str
    sender: str
    contact: Contact | None
    contacts: tuple[Contact, ...]
    text: str
    at: datetime


Answerer = Callable[[Said], str]
_answerers: list[Answerer] = []


def set_answerer(answerer: Answerer) -> None:
    _answerers[:] = [answerer]


def answer_to(said: Said) -> str:
    return _answerers[0](said) if _answerers else ""
