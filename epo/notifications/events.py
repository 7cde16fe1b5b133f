"""What a gateway tells us, whichever it is."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError

from epo.contacts import phones

RECEIVED, DELIVERED, FAILED = "received", "delivered", "failed"
LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Event:
    """`id` is that of the message: ours where we sent it. A kind that we do not know changes nothing."""

    kind: str
    id: str
    sender: str = ""
    text: str = ""
    way: str = "sms"


class Unreachable(Exception):
    """This way does not lead to this person, today or tomorrow: the next one is tried."""


def as_sender(said: str) -> str:
    """As we write phones; a name or a short number as it is."""
    try:
        return phones.parse(said)
    except ValidationError:
        return said[:20]
