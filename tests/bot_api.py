"""Telegram's Bot API, as our server meets it: HTTP on a real socket, with a ledger; and its calls to our webhook."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

TOKEN, SECRET = "123456:bot-token", "webhook-secret"
PATH = "/mensajes/telegram"


@dataclass
class Bot:
    """`sent` are (chat, text) in the order in which they came; who has shut the bot out is answered with 403, as there."""

    sent: list[tuple[int, str]] = field(default_factory=list)
    shut_out_by: set[int] = field(default_factory=set)
    is_broken: bool = False
    url: str = field(default="", init=False)

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def take(self, path: str, said: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if self.is_broken:
            return 502, {"ok": False, "error_code": 502, "description": "Bad Gateway"}
        if path != f"/bot{TOKEN}/sendMessage":
            return 404, {"ok": False, "error_code": 404, "description": "Not Found"}
        if said["chat_id"] in self.shut_out_by:
            return 403, {"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked by the user"}
        self.sent.append((said["chat_id"], said["text"]))
        return 200, {"ok": True, "result": {"message_id": len(self.sent)}}


def _handler(bot: Bot) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status, answer = bot.take(self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def wrote(chat: int, text: str, *, update: int = 1, kind: str = "private") -> bytes:
    message = {"message_id": update, "date": 1763820000, "chat": {"id": chat, "type": kind}, "text": text}
    return json.dumps({"update_id": update, "message": message}).encode()


def calls(client: Client, body: bytes, *, secret: str = SECRET) -> HttpResponse:
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
    return client.post(PATH, body, content_type="application/json", headers=headers)  # type: ignore[return-value]
