"""The telephone that sends and receives text messages for us: SMS Gateway for Android, or what speaks its protocol.

Its API takes `POST {SMS_GATEWAY_URL}` with a message of our own id, and calls our webhook with `sms:received`,
`sms:delivered` and `sms:failed`, signed by HMAC-SHA256 over the body and the time (https://docs.sms-gate.app).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from django.conf import settings
from django.core.exceptions import ValidationError

from epo.contacts import phones

if TYPE_CHECKING:
    from collections.abc import Mapping

PATIENCE = 15.0
FRESH = 300.0
LONGEST = 2_000
LONGEST_STAMP = 15
RECEIVED, DELIVERED, FAILED = "sms:received", "sms:delivered", "sms:failed"


@dataclass(frozen=True, slots=True)
class Event:
    """`id` is that of the message: ours where we sent it."""

    kind: str
    id: str
    sender: str
    text: str


def is_set_up() -> bool:
    return bool(settings.SMS_GATEWAY_URL)


def send(*, to: str, text: str, message_id: str) -> None:
    """Hand a text over, or raise. Sent again with the same id, the gateway knows it already."""
    said = {
        "id": message_id,
        "textMessage": {"text": text},
        "phoneNumbers": [to],
        "withDeliveryReport": True,
    }
    name = f"{settings.SMS_GATEWAY_USER}:{settings.SMS_GATEWAY_PASSWORD}".encode()
    headers = {"Content-Type": "application/json", "Authorization": f"Basic {base64.b64encode(name).decode()}"}
    asked = Request(settings.SMS_GATEWAY_URL, json.dumps(said).encode(), headers, method="POST")  # noqa: S310 -- the address is a setting
    try:
        with urlopen(asked, timeout=PATIENCE):  # noqa: S310
            return
    except HTTPError as error:
        if error.code != HTTPStatus.CONFLICT:  # with it: it has this message already
            raise


def is_signed(body: bytes, headers: Mapping[str, str]) -> bool:
    """By the gateway, within five minutes."""
    stamp, signature = headers.get("X-Timestamp", ""), headers.get("X-Signature", "")
    if (
        not (stamp.isascii() and stamp.isdigit() and len(stamp) < LONGEST_STAMP)
        or abs(time.time() - int(stamp)) > FRESH
    ):
        return False
    key = settings.SMS_GATEWAY_SIGNING_KEY.encode()
    ours = hmac.new(key, body + stamp.encode(), hashlib.sha256).hexdigest()
    return hmac.compare_digest(ours.encode(), signature.lower().encode())


def read(body: bytes) -> Event:
    """ValueError where it is no event."""
    said = json.loads(body)
    told = said.get("payload") if isinstance(said, dict) else None
    if not isinstance(told, dict):
        raise ValueError("no payload")  # noqa: TRY004 -- as of JSON that is none
    kind, named = str(said.get("event", "")), str(told.get("messageId", ""))
    if kind != RECEIVED:
        return Event(kind, named, "", "")
    # The gateway makes its id from the content: the same words at another time are another message.
    unique = hashlib.sha256(repr((named, told.get("phoneNumber"), told.get("receivedAt"))).encode()).hexdigest()
    return Event(kind, unique, _sender(told), str(told.get("message", ""))[:LONGEST].replace("\x00", ""))


def _sender(told: Mapping[str, Any]) -> str:
    """As we write phones; a name or a short number as it is."""
    said = str(told.get("phoneNumber") or told.get("sender") or "")
    try:
        return phones.parse(said)
    except ValidationError:
        return said[:20]
