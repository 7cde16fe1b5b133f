"""A service on the internet that sends texts as Twilio does: HTTP on a real socket, with a ledger; and its calls to us."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Self
from urllib.parse import parse_qsl, urlencode

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

ACCOUNT, TOKEN, NUMBER = "AC0123", "auth-token", "+15005550006"
PATH = "/mensajes/sms"
STOPPED = 21610


@dataclass
class Twilio:
    """`sent` are the forms in the order in which they came; who wrote STOP is refused with 400 and a code, as there."""

    sent: list[dict[str, str]] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)
    stopped: set[str] = field(default_factory=set)
    url: str = field(default="", init=False)

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def take(self, said: dict[str, str], authorization: str) -> tuple[int, dict[str, object]]:
        if said["To"] in self.stopped:
            return 400, {"code": STOPPED, "message": "Attempt to send to unsubscribed recipient", "status": 400}
        self.allowed.append(authorization)
        self.sent.append(said)
        return 201, {"sid": f"SM{len(self.sent):032}", "status": "queued"}


def _handler(service: Twilio) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said = dict(
                parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode(), keep_blank_values=True)
            )
            status, answer = service.take(said, self.headers["Authorization"])
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def calls(
    client: Client, *, query: str = "", key: str = TOKEN, site: str = "https://epo.example.org", **said: str
) -> HttpResponse:
    """The webhook, as the service signs it: the public address and all fields in order."""
    signed = f"{site}{PATH}{query}" + "".join(name + said[name] for name in sorted(said))
    signature = base64.b64encode(hmac.new(key.encode(), signed.encode(), hashlib.sha1).digest()).decode()
    return client.post(  # type: ignore[return-value]
        f"{PATH}{query}",
        urlencode(said),
        content_type="application/x-www-form-urlencoded",
        headers={"X-Twilio-Signature": signature},
    )
