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
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from django.conf import settings

from epo.notifications.events import DELIVERED, FAILED, LONGEST, RECEIVED, Event, as_sender

if TYPE_CHECKING:
    from collections.abc import Mapping

PATIENCE = 15.0
FRESH = 300.0
LONGEST_STAMP = 15
KINDS = {"sms:received": RECEIVED, "sms:delivered": DELIVERED, "sms:failed": FAILED}


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
        error.close()
        if error.code != HTTPStatus.CONFLICT:  # with it: it has this message already
            raise


def is_signed(body: bytes, headers: Mapping[str, str], _address: str) -> bool:
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


def read(body: bytes, _address: str) -> Event:
    """ValueError where it is no event."""
    said = json.loads(body)
    told = said.get("payload") if isinstance(said, dict) else None
    if not isinstance(told, dict):
        raise ValueError("no payload")  # noqa: TRY004 -- as of JSON that is none
    kind, named = KINDS.get(str(said.get("event", "")), ""), str(told.get("messageId", ""))
    if kind != RECEIVED:
        return Event(kind, named)
    # The gateway makes its id from the content: the same words at another time are another message.
    unique = hashlib.sha256(repr((named, told.get("phoneNumber"), told.get("receivedAt"))).encode()).hexdigest()
    return Event(kind, unique, _sender(told), str(told.get("message", ""))[:LONGEST].replace("\x00", ""))


def _sender(told: Mapping[str, Any]) -> str:
    return as_sender(str(told.get("phoneNumber") or told.get("sender") or ""))
