"""Refusals: the reasons a person reads when something may not happen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Refusal:
    """`code` is stable and for machines, `message` is lazy text in the reader's language."""

    code: str
    message: str | _StrPromise

    def __str__(self) -> str:
        return str(self.message)


class Refused(Exception):
    """The user's news, not our mistake: pages show it, the API answers 409."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


class TooMany(Exception):
    """Not now: so many came within a short time. Pages and the API answer 429 and say when to come again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def refuse_if(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise Refused(refusal)
