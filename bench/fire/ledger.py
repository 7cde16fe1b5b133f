"""What was sent and what was acknowledged, kept by a process that is never killed."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from uuid import UUID


def digest(text: str) -> str:
    return hashlib.sha256(text.replace("\r\n", "\n").strip().encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Compared:
    """`lost` were acknowledged and are not there; `phantom` are there and were never sent; `changed` say something
    else than was sent; `twice` are words that stand in more than one row.
    """

    sent: int
    acknowledged: int
    stored: int
    lost: int
    phantom: int
    changed: int
    twice: int

    @property
    def is_clean(self) -> bool:
        return self.acknowledged == self.sent and not (self.lost or self.phantom or self.changed or self.twice)

    def __str__(self) -> str:
        return (
            f"{self.acknowledged:,} of {self.sent:,} acknowledged, {self.stored:,} stored: {self.lost} lost, "
            f"{self.twice} twice, {self.changed} changed, {self.phantom} from nowhere"
        )


@dataclass
class Ledger:
    sent: dict[str, str] = field(default_factory=dict)
    acknowledged: set[str] = field(default_factory=set)
    _turn: Lock = field(default_factory=Lock)

    def note_sent(self, key: str, text: str) -> None:
        with self._turn:
            self.sent[key] = digest(text)

    def note_acknowledged(self, key: str) -> None:
        with self._turn:
            self.acknowledged.add(key)

    def compare(self, rows: Iterable[tuple[Any, ...]]) -> Compared:
        """`rows`: key and text, as the database has them."""
        there = {str(UUID(str(key))): digest(text) for key, text in rows}
        words = Counter(there.values())
        return Compared(
            sent=len(self.sent),
            acknowledged=len(self.acknowledged),
            stored=len(there),
            lost=len(self.acknowledged - there.keys()),
            phantom=len(there.keys() - self.sent.keys()),
            changed=sum(self.sent.get(key, found) != found for key, found in there.items()),
            twice=sum(count - 1 for count in words.values()),
        )
