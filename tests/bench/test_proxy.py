from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from threading import Thread

import pytest

from bench.fire.proxy import Line, Proxy


@pytest.fixture
def echo() -> Iterator[tuple[str, int]]:
    """Answers each connection with what it said, once it has said it all."""
    listener = socket.create_server(("127.0.0.1", 0))
    Thread(target=_serve, args=(listener,), daemon=True).start()
    yield listener.getsockname()
    listener.close()


def _serve(listener: socket.socket) -> None:
    while True:
        try:
            line, _ = listener.accept()
        except OSError:
            return
        Thread(target=_answer, args=(line,), daemon=True).start()


def _answer(line: socket.socket) -> None:
    said = b""
    with line:
        try:
            while data := line.recv(4096):
                said += data
            line.sendall(said)
        except OSError:
            return


def _say(address: tuple[str, int], said: bytes, *, timeout: float = 10) -> tuple[bytes, float]:
    began = time.monotonic()
    with socket.create_connection(address, timeout=timeout) as line:
        line.sendall(said)
        line.shutdown(socket.SHUT_WR)
        answer = b""
        while data := line.recv(4096):
            answer += data
    return answer, time.monotonic() - began


def test_plain_line_passes_all_bytes_both_ways(echo) -> None:
    said = bytes(range(256)) * 2_000

    with Proxy(echo) as proxy:
        answer, _ = _say(proxy.address, said)

    assert answer == said
    assert proxy.seen == {"opened": 1}


def test_latency_counts_for_each_way(echo) -> None:
    with Proxy(echo, Line(latency=0.2)) as proxy:
        answer, took = _say(proxy.address, b"hello")

    assert answer == b"hello"
    assert 0.4 <= took < 2


def test_narrow_line_takes_its_time_up(echo) -> None:
    with Proxy(echo, Line(up=20_000)) as proxy:
        answer, took = _say(proxy.address, b"x" * 10_000)

    assert len(answer) == 10_000
    assert 0.5 <= took < 3


def test_narrow_line_takes_its_time_down(echo) -> None:
    with Proxy(echo, Line(down=20_000)) as proxy:
        answer, took = _say(proxy.address, b"x" * 10_000)

    assert len(answer) == 10_000
    assert 0.5 <= took < 3


def test_line_is_reset_after_so_many_bytes(echo) -> None:
    with Proxy(echo, Line(cut_after=5_000)) as proxy, pytest.raises(OSError):  # noqa: PT011 -- whichever call notices it
        _say(proxy.address, b"x" * 100_000)

    assert proxy.seen == {"opened": 1, "cut": 1}


def test_answer_is_swallowed(echo) -> None:
    with Proxy(echo, Line(swallow=1.0)) as proxy, pytest.raises(OSError):  # noqa: PT011 -- whichever call notices it
        _say(proxy.address, b"hello")

    assert proxy.seen == {"opened": 1, "swallowed": 1}


def test_silent_line_never_answers(echo) -> None:
    with Proxy(echo, Line(silent=True)) as proxy, socket.create_connection(proxy.address, timeout=0.5) as line:
        line.sendall(b"hello")
        with pytest.raises(TimeoutError):
            line.recv(1)

    assert proxy.seen == {"opened": 1, "silent": 1}


def test_same_seed_cuts_the_same_connections(echo) -> None:
    def cuts() -> list[bool]:
        found = []
        with Proxy(echo, Line(cut_in=0.5, cut_within=10), seed=7) as proxy:
            for _ in range(12):
                before = proxy.seen["cut"]
                with suppress(OSError):
                    _say(proxy.address, b"x" * 100)
                found.append(proxy.seen["cut"] > before)
        return found

    assert cuts() == cuts()
    assert set(cuts()) == {True, False}
