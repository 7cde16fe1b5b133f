"""What was written down somewhere: marks of people are looked for however they are spelled, wrapped or encoded."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from typing import Any, Self
from urllib.parse import unquote_plus

import redis

BETWEEN_DIGITS = re.compile(r"(?<=\d)[\s\-().]+(?=\d)")
WRAPPED = re.compile(r"[A-Za-z0-9+/_-]{24,}={0,2}")


class Marks:
    """Digits are found with and without blanks, words in any case; also where addresses or messages wrap them."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.texts = [text.casefold() for text in texts]

    def in_text(self, text: str) -> set[str]:
        return {mark for form in _forms(text) for mark in self.texts if mark in form}


def _forms(text: str) -> Iterator[str]:
    for plain in (text, *_unwrapped(text)):
        lower = plain.casefold()
        yield lower
        yield BETWEEN_DIGITS.sub("", lower)
        if "%" in lower or "+" in lower:
            yield BETWEEN_DIGITS.sub("", unquote_plus(lower))


def _unwrapped(text: str) -> Iterator[str]:
    """Messages of the broker are base64 in JSON."""
    for found in WRAPPED.finditer(text):
        with suppress(binascii.Error, ValueError):
            yield base64.b64decode(found[0] + "=" * (-len(found[0]) % 4), altchars=b"-_").decode("utf-8", "replace")


def nothing_any_more(key: bytes) -> bytes:
    """A key can run out between being listed and being read."""
    return key


class Listener:
    """Everything that is said to the broker while it runs, and what it still holds at the end."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.said: list[str] = []
        self._enough, self._ready = Event(), Event()
        self._thread = Thread(target=self._listen, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._enough.set()
        redis.Redis.from_url(self.url).ping()  # the listener wakes up
        self._thread.join(10)

    def _listen(self) -> None:
        with redis.Redis.from_url(self.url).monitor() as monitor:
            self._ready.set()
            for command in monitor.listen():
                self.said.append(str(command["command"]))
                if self._enough.is_set():
                    return

    def held(self) -> list[str]:
        line: Any = redis.Redis.from_url(self.url)
        read = {
            b"string": line.get,
            b"list": lambda key: line.lrange(key, 0, -1),
            b"hash": line.hgetall,
            b"set": line.smembers,
            b"zset": lambda key: line.zrange(key, 0, -1),
        }
        return [str((key, read.get(line.type(key), nothing_any_more)(key))) for key in line.scan_iter()]


def files(folder: Path, *, without: Iterable[str]) -> Iterator[tuple[str, str]]:
    """All that lies below `folder`, but for the names said."""
    left_out = set(without)
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_file() and not left_out & {part.split(".sqlite3")[0] for part in inside.parts}:
            yield str(inside), path.read_bytes().decode("utf-8", "replace")
