"""Our bot in Telegram (https://core.telegram.org/bots/api): `sendMessage`, and updates by a webhook."""

from __future__ import annotations

import hmac
import json
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from django.conf import settings

from epo.notifications.events import LONGEST, RECEIVED, Event, Unreachable

if TYPE_CHECKING:
    from collections.abc import Mapping

PATIENCE = 15.0


def is_set_up() -> bool:
    return bool(settings.TELEGRAM_TOKEN)


def send(*, chat: str, text: str) -> None:
    """Hand a text over, or raise; Unreachable where the person has shut us out."""
    said = json.dumps({"chat_id": int(chat), "text": text}).encode()
    address = f"{settings.TELEGRAM_URL}/bot{settings.TELEGRAM_TOKEN}/sendMessage"
    asked = Request(address, said, {"Content-Type": "application/json"}, method="POST")  # noqa: S310 -- the address is a setting
    try:
        with urlopen(asked, timeout=PATIENCE):  # noqa: S310
            return
    except HTTPError as error:
        error.close()
        if error.code in (HTTPStatus.FORBIDDEN, HTTPStatus.BAD_REQUEST):  # shut out; no such chat any more
            raise Unreachable from None
        raise


def is_signed(headers: Mapping[str, str]) -> bool:
    told = headers.get("X-Telegram-Bot-Api-Secret-Token", "")
    return hmac.compare_digest(told.encode(), settings.TELEGRAM_SECRET.encode())


def read(body: bytes) -> Event:
    """ValueError where it is no update. What is not written to us by one person changes nothing."""
    said = json.loads(body)
    if not isinstance(said, dict) or not isinstance(said.get("update_id"), int):
        raise ValueError("no update")  # noqa: TRY004 -- as of JSON that is none
    told = said.get("message")
    chat = told.get("chat") if isinstance(told, dict) else None
    named, kind = f"telegram-{said['update_id']}", ""
    if not isinstance(told, dict) or not isinstance(chat, dict) or chat.get("type") != "private":
        return Event(kind, named, way="telegram")
    if not isinstance(chat.get("id"), int):
        raise ValueError("no chat")  # noqa: TRY004 -- as above
    text = str(told.get("text", ""))[:LONGEST].replace("\x00", "")
    return Event(RECEIVED, named[:64], str(chat["id"])[:20], text, way="telegram")
