"""A mail server that refuses everybody and, as real ones do, repeats the address in its answer."""

from __future__ import annotations

import socketserver
from threading import Thread
from typing import Self


class _Conversation(socketserver.StreamRequestHandler):
    server: RefusingMail

    def handle(self) -> None:
        self._say("220 here")
        for line in self.rfile:
            said = line.decode("utf-8", "replace").strip()
            if said.upper().startswith("RCPT"):
                self.server.refused += 1
                self._say(f"550 5.1.1 {said[8:]} is unknown")
            elif said.upper() == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 well")

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class RefusingMail(socketserver.ThreadingTCPServer):
    daemon_threads = True
    refused = 0

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)

    def __enter__(self) -> Self:
        Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"
