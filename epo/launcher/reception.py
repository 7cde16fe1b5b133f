"""The web server's worker process: hears a request out before it takes anybody's time (docs/adr/0007).

gunicorn minds the processes; in each of them waitress reads requests, however slow the line, in one loop, and gives
them to a thread only when the last byte is here. A slow phone, or one that fell silent, costs a file handle and
a piece of memory (beyond that a temporary file), never a thread. Answers leave the same way.
"""

from __future__ import annotations

import logging
import os
import resource
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

import waitress
from gunicorn.workers.base import Worker
from waitress import wasyncore

MOST_CONNECTIONS = 1_000
"""Of one process. More wait until one of these ends."""
MOST_HANDLES = 4 * MOST_CONNECTIONS
BIGGEST_REQUEST = 100 * 1024**2
"""Eight photos of the largest size, of which four are taken, and the form around them: whoever sends more keeps the report."""
IN_MEMORY = 64 * 1024
SILENT_FOR = 60
LOOK_EVERY = 0.5

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Reception(Worker):
    def run(self) -> None:
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        _allow_handles()
        lines: dict[int, Any] = {}
        self._server = waitress.create_server(
            _no_body_for_head(self.wsgi),
            map=lines,
            sockets=[listener.sock for listener in self.sockets],
            threads=self.cfg.threads,
            connection_limit=MOST_CONNECTIONS,
            max_request_body_size=BIGGEST_REQUEST,
            inbuf_overflow=IN_MEMORY,
            channel_timeout=SILENT_FOR,
            cleanup_interval=10,
            asyncore_use_poll=True,
            clear_untrusted_proxy_headers=False,  # PROXIES says which of them Django believes
            log_socket_errors=False,
            server_name="localhost",
            ident="",
        )
        while self.alive and self.ppid == os.getppid():
            self.notify()
            wasyncore.loop(timeout=LOOK_EVERY, use_poll=True, map=lines, count=1)
        self._finish(lines)

    def handle_exit(self, sig: int, frame: object) -> None:
        super().handle_exit(sig, frame)
        with suppress(AttributeError, OSError):
            self._server.pull_trigger()

    def _finish(self, lines: dict[int, Any]) -> None:
        """Nobody new; who has been heard is answered."""
        for line in list(lines.values()):
            if line.accepting:
                line.del_channel()
        until = time.monotonic() + self.cfg.graceful_timeout
        while time.monotonic() < until and any(_is_being_served(line) for line in lines.values()):
            self.notify()
            wasyncore.loop(timeout=0.05, use_poll=True, map=lines, count=1)
        self._server.task_dispatcher.shutdown(timeout=1)


def _is_being_served(line: Any) -> bool:
    return bool(getattr(line, "requests", None) or getattr(line, "total_outbufs_len", 0))


def _no_body_for_head(wsgi: Wsgi) -> Wsgi:
    """Frameworks leave this to the server, and this server to the framework."""

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        body = wsgi(environ, start_response)
        if environ["REQUEST_METHOD"] != "HEAD":
            return body
        if hasattr(body, "close"):
            body.close()
        return []

    return answer


def _allow_handles() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_HANDLES if hard == resource.RLIM_INFINITY else min(MOST_HANDLES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
