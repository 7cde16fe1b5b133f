"""A mail server with a ledger of its own, as the provider keeps one: what it has taken, whatever the sender noted."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from threading import Event, Thread
from typing import Self

from bench.fire.processes import Failed

AFTER_BODY = b"\r\n.\r\n"


@dataclass(frozen=True, slots=True)
class Mail:
    to: str
    key: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Counted:
    """`seen` are what a mail program shows: one for each key that a recipient got. `repeats` came under a key again."""

    taken: int
    seen: int
    repeats: int
    doubles: int


@dataclass
class MailServer:
    """`with MailServer() as mail: … mail.url`. A message counts once its body has arrived, heard or not.

    `slow`: seconds between the body and the answer. `is_shut`: every message is put off. `after_answer` is called with
    the count so far once the sender has heard that a message was taken, and before it hears anything else.
    """

    slow: float = 0.0
    is_shut: bool = False
    after_answer: Callable[[int], None] | None = None
    ledger: list[Mail] = field(default_factory=list)
    put_off: int = 0
    _port: int = 0
    _stopped: asyncio.Event | None = None
    _loop: asyncio.AbstractEventLoop | None = None
    _is_open: Event = field(default_factory=Event)
    _thread: Thread | None = None
    _callers: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(4))

    def __enter__(self) -> Self:
        self._thread = Thread(target=lambda: asyncio.run(self._serve()), name="mail", daemon=True)
        self._thread.start()
        if not self._is_open.wait(10):
            raise Failed("the mail server did not start")
        return self

    def __exit__(self, *_: object) -> None:
        if self._loop is not None and self._stopped is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._stopped.set)
            self._thread.join()
        self._callers.shutdown()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self._port}"

    def count(self, effect_of: Callable[[Mail], str]) -> Counted:
        """`effect_of` names what a mail tells, in words of the harness, whatever its key."""
        mails = list(self.ledger)
        keys: dict[tuple[str, str], set[str]] = defaultdict(set)
        for mail in mails:
            keys[mail.to, effect_of(mail)].add(mail.key)
        seen = len({(mail.to, mail.key) for mail in mails})
        repeats = sum(count - 1 for count in Counter((mail.to, mail.key) for mail in mails).values())
        return Counted(len(mails), seen, repeats, sum(len(each) - 1 for each in keys.values()))

    async def _serve(self) -> None:
        self._loop, self._stopped = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self._port = server.sockets[0].getsockname()[1]
        self._is_open.set()
        await self._stopped.wait()
        server.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, EOFError):
            await self._session(reader, writer)
        writer.transport.abort()

    async def _session(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def say(line: str) -> None:
            writer.write(f"{line}\r\n".encode())
            await writer.drain()

        to, has_taken = "", False
        await say("220 here")
        while line := (await reader.readline()).decode().strip():
            verb = line[:4].upper()
            if verb == "RCPT":
                to = line.partition("<")[2].partition(">")[0]
            if verb == "DATA":
                await say("354 go on")
                body = await reader.readuntil(AFTER_BODY)
                has_taken = self._take(to, body)
                await asyncio.sleep(self.slow)
                await say("250 taken" if has_taken else "451 later")
            elif verb == "QUIT":
                if has_taken:
                    await self._pause_for_the_caller()
                await say("221 bye")
                return
            else:
                await say("250 fine")

    def _take(self, to: str, body: bytes) -> bool:
        if self.is_shut:
            self.put_off += 1
            return False
        said = message_from_bytes(body, policy=policy.default)
        part = said.get_body(("plain",))
        text = part.get_content() if part is not None else ""
        self.ledger.append(Mail(to, str(said["Message-ID"]), str(said["Subject"]), text))
        return True

    async def _pause_for_the_caller(self) -> None:
        if self.after_answer is not None:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._callers, self.after_answer, len(self.ledger))
