"""The telephone that sends text messages for us, as our server meets it: HTTP on a real socket, with a ledger."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

KEY = "signing-key"
RECEIVED_AT = "2026-11-22T10:00:00.000-04:00"


@dataclass
class Gateway:
    """`sent` are (id, to, text) in the order in which they came; an id that it knows is refused with 409, as there."""

    sent: list[tuple[str, str, str]] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)
    is_broken: bool = False
    url: str = field(default="", init=False)

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/message"
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def take(self, said: dict[str, Any], authorization: str) -> int:
        if self.is_broken:
            return 503
        if said["id"] in [known for known, _to, _text in self.sent]:
            return 409
        self.allowed.append(authorization)
        self.sent.append((said["id"], said["phoneNumbers"][0], said["textMessage"]["text"]))
        return 202

    def texts_to(self, phone: str) -> list[str]:
        return [text for _id, to, text in self.sent if to == phone]


def _handler(gateway: Gateway) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(gateway.take(said, self.headers["Authorization"]))
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def event(kind: str, **payload: str) -> bytes:
    return json.dumps({"deviceId": "d", "event": kind, "id": "w", "payload": payload, "webhookId": "h"}).encode()


def came(phone: str, text: str, *, message_id: str = "m1", at: str = RECEIVED_AT) -> bytes:
    return event("sms:received", messageId=message_id, message=text, phoneNumber=phone, receivedAt=at)


def calls(
    client: Client, body: bytes, *, key: str = KEY, stamp: int | None = None, path: str = "/mensajes/sms"
) -> HttpResponse:
    """The webhook, as the gateway signs it."""
    said = str(int(time.time()) if stamp is None else stamp)
    signature = hmac.new(key.encode(), body + said.encode(), hashlib.sha256).hexdigest()
    headers = {"X-Timestamp": said, "X-Signature": signature}
    return client.post(path, body, content_type="application/json", headers=headers)  # type: ignore[return-value]
