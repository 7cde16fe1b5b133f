"""A gateway on the internet that speaks as Twilio does (https://www.twilio.com/docs/messaging/api/message-resource).

`POST {SMS_GATEWAY_URL}` with a form, under the account's id and word. It calls our webhook with a form as well, signed
by HMAC-SHA1 over the public address and the sorted fields (https://www.twilio.com/docs/usage/security).
It knows no id of ours: a worker that is killed between sending and noting it sends the text once more.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit
from urllib.request import Request, urlopen

from django.conf import settings

from epo.notifications.events import DELIVERED, FAILED, LONGEST, RECEIVED, Event, Unreachable, as_sender

if TYPE_CHECKING:
    from collections.abc import Mapping

PATIENCE = 15.0
STATES = {"delivered": DELIVERED, "undelivered": FAILED, "failed": FAILED}
FOR_GOOD = (21211, 21408, 21610, 21612, 21614)
"""No such number, no leave for that country, the person wrote STOP, no way to it, no mobile telephone."""


def send(*, to: str, text: str, message_id: str) -> None:
    """The id comes back with what becomes of the text."""
    called = f"{settings.SITE_URL}/mensajes/sms?{urlencode({'id': message_id})}"
    said = urlencode({"To": to, "From": settings.SMS_NUMBER, "Body": text, "StatusCallback": called})
    name = f"{settings.SMS_GATEWAY_USER}:{settings.SMS_GATEWAY_PASSWORD}".encode()
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Authorization": f"Basic {base64.b64encode(name).decode()}",
    }
    asked = Request(settings.SMS_GATEWAY_URL, said.encode(), headers, method="POST")  # noqa: S310 -- the address is a setting
    try:
        with urlopen(asked, timeout=PATIENCE):  # noqa: S310
            return
    except HTTPError as error:
        with error:
            why = _why(error.read())
        if error.code == HTTPStatus.BAD_REQUEST and why in FOR_GOOD:
            raise Unreachable from None
        raise


def _why(answer: bytes) -> int:
    try:
        said = json.loads(answer)
    except ValueError:
        return 0
    return int(said.get("code") or 0) if isinstance(said, dict) else 0


def is_signed(body: bytes, headers: Mapping[str, str], address: str) -> bool:
    said = sorted(_fields(body))
    signed = address + "".join(name + value for name, value in said)
    ours = hmac.new(settings.SMS_GATEWAY_SIGNING_KEY.encode(), signed.encode(), hashlib.sha1).digest()
    return hmac.compare_digest(base64.b64encode(ours), headers.get("X-Twilio-Signature", "").encode())


def read(body: bytes, address: str) -> Event:
    """ValueError where it is no event."""
    said = dict(_fields(body))
    if "MessageStatus" in said:
        ours = parse_qs(urlsplit(address).query).get("id", [""])
        return Event(STATES.get(said["MessageStatus"], ""), ours[0])
    if not said.get("MessageSid"):
        raise ValueError("no message")
    text = said.get("Body", "")[:LONGEST].replace("\x00", "")
    return Event(RECEIVED, said["MessageSid"][:64], as_sender(said.get("From", "")), text)


def _fields(body: bytes) -> list[tuple[str, str]]:
    return parse_qsl(body.decode(errors="replace"), keep_blank_values=True)
