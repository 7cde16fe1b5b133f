"""What goes over the broker, overheard; and each message a second time, as a broker may deliver it."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any, Self
from uuid import uuid4

import redis

from bench.fire.processes import Failed, wait_until
from bench.fire.stack import Stack

QUEUE = "celery"
LAST_ONES = 2.0


@dataclass
class Messages:
    """`with Messages(stack, twice=True) as messages: …`. `seen` are those that the product sent itself."""

    stack: Stack
    twice: bool = False
    seen: list[str] = field(default_factory=list)
    copies: int = 0
    _stopped: Event = field(default_factory=Event)
    _listens: Event = field(default_factory=Event)
    _thread: Thread | None = None
    _own: set[str] = field(default_factory=set)

    def __enter__(self) -> Self:
        self._thread = Thread(target=self._listen, name="messages", daemon=True)
        self._thread.start()
        if not self._listens.wait(10):
            raise Failed("the broker does not let anybody listen")
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        with self._broker() as client:
            client.ping()  # something to hear, so that the thread wakes up
        if self._thread is not None:
            self._thread.join()

    def of(self, task: str) -> list[str]:
        return [one for one in self.seen if json.loads(one)["headers"]["task"].endswith(task)]

    def send_all_again(self, task: str) -> int:
        """A message of `task` for each of its rows, long after it was dealt with."""
        found = {json.loads(one)["headers"]["argsrepr"]: one for one in self.of(task)}
        with self._broker() as client:
            for one in found.values():
                self._copy(client, one, expires=False)
        return len(found)

    def wait_until_taken(self) -> None:
        """Those that a killed worker had in hand stay with it for minutes, and are not waited for."""
        with self._broker() as client:
            wait_until(lambda: client.llen(QUEUE) == 0)
        time.sleep(LAST_ONES)

    def _broker(self) -> redis.Redis:
        return redis.Redis.from_url(self.stack.env["REDIS_URL"], decode_responses=True, socket_timeout=None)

    def _listen(self) -> None:
        with self._broker() as client, client.monitor() as monitor:
            self._listens.set()
            while not self._stopped.is_set():
                self._hear(client, monitor.next_command()["command"])

    def _hear(self, client: redis.Redis, command: str) -> None:
        verb, _, rest = command.partition(" ")
        queue, _, message = rest.partition(" ")
        if verb.upper() != "LPUSH" or queue != QUEUE or self._tag(message) in self._own:
            return
        self.seen.append(message)
        if self.twice:
            self._copy(client, message)

    def _tag(self, message: str) -> str:
        return str(json.loads(message)["properties"]["delivery_tag"])

    def _copy(self, client: redis.Redis, message: str, *, expires: bool = True) -> None:
        said: dict[str, Any] = json.loads(message)
        tag = said["properties"]["delivery_tag"] = str(uuid4())
        if not expires:
            said["headers"]["expires"] = None
        self._own.add(tag)
        client.lpush(QUEUE, json.dumps(said))
        self.copies += 1
