"""A bad line between a phone and the server: slow, narrow, cut, or silent. It runs in a thread of its own.

with Proxy(("127.0.0.1", 8000), Line(latency=0.3, up=2_500)) as proxy:
    client = stack.client(through=proxy.address)
    proxy.line = Line(cut_after=1_000)      # for connections from now on
"""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from threading import Event, Thread
from typing import Any, Self

CHUNK = 4096
TURNS = 10
STEP = 0.05
"""Seconds worth of bytes that a narrow line passes on at once."""


@dataclass(frozen=True, slots=True)
class Line:
    """`up` (from the phone) and `down` are bytes a second. `latency` is each way, in seconds.

    `cut_after` so many bytes from the phone the connection is reset; `cut_in` of all connections are, somewhere in their
    first `cut_within` bytes; of `swallow` of all answers nothing arrives, and the connection is reset: the phone cannot
    know whether it was heard. A `silent` line takes everything, passes nothing on and never answers.
    """

    latency: float = 0.0
    up: float | None = None
    down: float | None = None
    cut_after: int | None = None
    cut_in: float = 0.0
    cut_within: int = 2_000
    swallow: float = 0.0
    silent: bool = False


class Cut(Exception):
    pass


@dataclass
class Proxy:
    """`seen` counts connections and what was done to them: opened, cut, swallowed, silent."""

    target: tuple[str, int]
    line: Line = field(default_factory=Line)
    seed: int = 0
    seen: Counter[str] = field(default_factory=Counter)
    address: tuple[str, int] = field(default=("127.0.0.1", 0), init=False)

    def __post_init__(self) -> None:
        self._chance = Random(self.seed)
        self._ready = Event()
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._run, daemon=True)
        self._open: set[asyncio.Task[None]] = set()

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()

    def drop(self) -> None:
        """Connections that are open are reset, so that the line of now is the line of all."""
        asyncio.run_coroutine_threadsafe(self._reset_all(), self._loop).result()

    async def _reset_all(self) -> None:
        tasks = list(self._open)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        self._end = asyncio.Event()
        listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        listener.setsockopt(
            socket.SOL_SOCKET, socket.SO_RCVBUF, 8192
        )  # else this machine takes what the line would not
        server = await asyncio.start_server(self._accept, sock=listener, limit=CHUNK)
        self.address = listener.getsockname()[:2]
        self._ready.set()
        await self._end.wait()
        server.close()
        for _turn in range(TURNS):  # whoever was let in by now gets as far as being reset
            await asyncio.sleep(0)
        await self._reset_all()

    async def _accept(self, phone: asyncio.StreamReader, to_phone: asyncio.StreamWriter) -> None:
        self.seen["opened"] += 1
        task = asyncio.current_task()
        if task is not None:
            self._open.add(task)
            task.add_done_callback(self._open.discard)
        try:
            if self.line.silent:
                await self._take_and_say_nothing(phone)
            else:
                await self._pass_on(phone, to_phone)
        except (Cut, OSError):
            _reset(to_phone)
        except asyncio.CancelledError:
            to_phone.transport.abort()  # all is over
        finally:
            to_phone.close()

    async def _take_and_say_nothing(self, phone: asyncio.StreamReader) -> None:
        self.seen["silent"] += 1
        while await phone.read(CHUNK):
            pass

    async def _pass_on(self, phone: asyncio.StreamReader, to_phone: asyncio.StreamWriter) -> None:
        line = self.line
        server, to_server = await asyncio.open_connection(*self.target)
        up = self._pump(phone, to_server, line.up, line.latency, self._scissors(line))
        down = self._pump(server, to_phone, line.down, line.latency, self._swallower(line))
        both = [asyncio.ensure_future(up), asyncio.ensure_future(down)]
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_EXCEPTION)
            for one in both:
                if one.done() and (error := one.exception()):
                    raise error
        finally:
            for one in both:
                one.cancel()
            to_server.close()  # before the next wait, which may be the last
            await asyncio.gather(*both, return_exceptions=True)

    def _scissors(self, line: Line) -> Callable[[int], None]:
        """Asked with the bytes so far; raises Cut."""
        at = line.cut_after
        if self._chance.random() < line.cut_in:
            at = self._chance.randint(0, line.cut_within)

        def look(so_far: int) -> None:
            if at is not None and so_far >= at:
                self.seen["cut"] += 1
                raise Cut

        return look

    def _swallower(self, line: Line) -> Callable[[int], None]:
        is_swallowed = self._chance.random() < line.swallow

        def look(_so_far: int) -> None:
            if is_swallowed:
                self.seen["swallowed"] += 1
                raise Cut

        return look

    @staticmethod
    async def _pump(
        source: asyncio.StreamReader,
        target: asyncio.StreamWriter,
        rate: float | None,
        latency: float,
        look: Callable[[int], None],
    ) -> None:
        """Bytes on their way stand in a queue, each with the moment at which it may arrive."""
        clock = asyncio.get_running_loop().time
        on_the_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(maxsize=64)

        async def deliver() -> None:
            so_far = 0
            while True:
                due, data = await on_the_way.get()
                await asyncio.sleep(max(0.0, due - clock()))
                if not data:
                    with suppress(OSError):
                        target.write_eof()
                    return
                so_far += len(data)
                look(so_far)
                target.write(data)
                await target.drain()

        async def take() -> None:
            size = CHUNK if rate is None else max(1, min(CHUNK, int(rate * STEP)))
            while True:
                data = await source.read(size)
                if data and rate is not None:
                    await asyncio.sleep(len(data) / rate)
                await on_the_way.put((clock() + latency, data))
                if not data:
                    return

        await _together(take(), deliver())


async def _together(*doings: Any) -> None:
    tasks = [asyncio.ensure_future(doing) for doing in doings]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()


def _reset(writer: asyncio.StreamWriter) -> None:
    """As a line that breaks: RST, and what was on the way is gone."""
    with suppress(OSError, AttributeError):
        own = writer.get_extra_info("socket")
        own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    writer.transport.abort()
