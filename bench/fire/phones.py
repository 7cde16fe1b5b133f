"""python -m bench.fire.phones < JSON: many phones in a process of their own that costs next to nothing.

Reads {"host", "port", "phones", "seconds", "warm_up", "labels", "pages", "seed"}, prints {"times", "page_times", "answers",
"seconds"}. Each phone has one connection, on which it sends the next report as soon as it has the receipt of the last;
`pages` is the share of requests that ask for the report page instead.
"""

from __future__ import annotations

import json
import socket
import sys
import time
from dataclasses import dataclass, field
from random import Random
from threading import Thread
from typing import Any
from uuid import UUID

LENGTH = b"content-length:"
WORDS = ("horno", "correa", "rodamiento", "bomba", "fuga", "tablero", "quemado", "vibra", "humo", "motor", "aceite")


@dataclass
class Phone:
    said: dict[str, Any]
    number: int
    times: list[float] = field(default_factory=list)
    page_times: list[float] = field(default_factory=list)
    answers: dict[str, int] = field(default_factory=dict)
    _line: socket.socket | None = None

    def run(self, measured_from: float, until: float) -> None:
        chance = Random(f"{self.said['seed']}-{self.number}")
        while (now := time.perf_counter()) < until:
            is_page = chance.random() < self.said["pages"]
            answer = self._try(self._page(chance) if is_page else self._report(chance))
            if now >= measured_from:
                (self.page_times if is_page else self.times).append(time.perf_counter() - now)
                self.answers[answer] = self.answers.get(answer, 0) + 1

    def _try(self, asked: bytes) -> str:
        try:
            self._line = self._line or self._connect()
            return self._ask(self._line, asked)
        except (OSError, ValueError):
            if self._line is not None:
                self._line.close()
            self._line = None
            return "none"

    def _connect(self) -> socket.socket:
        """From an address of its own: what a machine gone mad may send is counted for each address."""
        there = self.said["host"], self.said["port"]
        return socket.create_connection(there, timeout=30, source_address=(f"127.0.1.{self.number + 1}", 0))

    @staticmethod
    def _ask(line: socket.socket, asked: bytes) -> str:
        line.sendall(asked)
        came = b""
        while b"\r\n\r\n" not in came:
            came += _some(line)
        head, _, body = came.partition(b"\r\n\r\n")
        at = head.lower().index(LENGTH) + len(LENGTH)
        missing = int(head[at:].split(b"\r\n", 1)[0]) - len(body)
        while missing > 0:
            missing -= len(_some(line))
        return head[9:12].decode()

    def _report(self, chance: Random) -> bytes:
        key = UUID(int=chance.getrandbits(128), version=4)
        text = " ".join(chance.choices(WORDS, k=chance.randint(90, 280)))
        said = {"label": chance.choice(self.said["labels"]), "condition": "stopped", "text": f"{key} {text}"}
        body = json.dumps(said).encode()
        head = f"PUT /api/v1/reports/{key} HTTP/1.1\r\n{self._host}Content-Type: application/json\r\n"
        return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body

    def _page(self, chance: Random) -> bytes:
        return f"GET /r/{chance.choice(self.said['labels'])} HTTP/1.1\r\n{self._host}\r\n".encode()

    @property
    def _host(self) -> str:
        return f"Host: {self.said['host']}:{self.said['port']}\r\n"


def _some(line: socket.socket) -> bytes:
    data = line.recv(65_536)
    if not data:
        raise ConnectionResetError
    return data


def main() -> None:
    said = json.load(sys.stdin)
    phones = [Phone(said, number) for number in range(said["phones"])]
    begin = time.perf_counter() + said["warm_up"]
    until = begin + said["seconds"]
    threads = [Thread(target=phone.run, args=(begin, until)) for phone in phones]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    answers: dict[str, int] = {}
    for phone in phones:
        for answer, count in phone.answers.items():
            answers[answer] = answers.get(answer, 0) + count
    told = {
        "times": [each for phone in phones for each in phone.times],
        "page_times": [each for phone in phones for each in phone.page_times],
        "answers": answers,
        "seconds": time.perf_counter() - begin,
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
