"""The server's own process, with one thread: whoever takes its only thread keeps everybody out."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from epo.launcher import broker, commands

APPLICATION = """
import time

def application(environ, start_response):
    body = environ["wsgi.input"].read()
    if environ["PATH_INFO"] == "/slow":
        time.sleep(0.7)
    said = f"{environ['REQUEST_METHOD']} {len(body)} {environ.get('HTTP_X_FORWARDED_PROTO', '')}".encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(said)))])
    return [said]
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], tuple[str, int]]]:
    (tmp_path / "tiny.py").write_text(APPLICATION, encoding="utf-8")
    port = broker.free_port()
    argv = list(commands.web_command(sys.executable, bind=f"127.0.0.1:{port}", workers=1, threads=1))
    argv[argv.index("epo.wsgi:application")] = "tiny:application"
    root = str(Path(__file__).parents[3])
    environ = os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{root}"}
    process = subprocess.Popen(argv, env=environ, cwd=tmp_path)
    try:
        _wait_for(port)
        yield process, ("127.0.0.1", port)
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(port: int) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return


def _ask(where: tuple[str, int], method: str = "GET", path: str = "/", body: Any = None, **headers: str):
    line = http.client.HTTPConnection(*where, timeout=5)
    try:
        line.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = line.getresponse()
        return answer.status, answer.read().decode(), dict(answer.getheaders())
    finally:
        line.close()


@pytest.mark.parametrize(
    "said",
    [b"", b"GET / HT", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf of it"],
    ids=["nothing", "half of a head", "half of a body"],
)
def test_whoever_falls_silent_takes_nobodys_turn(server, said: bytes) -> None:
    _, where = server

    with socket.create_connection(where) as silent:
        silent.sendall(said)
        status, told, _ = _ask(where)

    assert (status, told.split()) == (200, ["GET", "0"])


def test_slow_body_arrives_whole(server) -> None:
    _, where = server

    with socket.create_connection(where, timeout=5) as slow:
        slow.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 100000\r\n\r\n")
        for _ in range(10):
            slow.sendall(b"x" * 10_000)
            assert _ask(where)[0] == 200
        answer = b"".join(iter(lambda: slow.recv(4096), b""))

    assert answer.endswith(b"POST 100000 ")


def test_body_in_pieces_without_a_length_arrives_whole(server) -> None:
    _, where = server

    status, told, _ = _ask(where, "POST", "/", iter([b"x" * 10, b"y" * 5]))

    assert (status, told.split()) == (200, ["POST", "15"])


def test_who_asks_whether_to_go_on_is_told(server) -> None:
    _, where = server

    with socket.create_connection(where, timeout=5) as line:
        line.sendall(
            b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n"
        )
        go_on = line.recv(4096)
        line.sendall(b"abc")
        answer = b"".join(iter(lambda: line.recv(4096), b""))

    assert go_on == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert b"POST 3" in answer


def test_head_has_the_length_and_no_body(server) -> None:
    _, where = server

    status, told, headers = _ask(where, "HEAD")

    assert (status, told, headers["Content-Length"]) == (200, "", "7")


def test_what_the_proxy_in_front_says_goes_through(server) -> None:
    _, where = server

    _, told, headers = _ask(where, X_Forwarded_Proto="https")

    assert told.split() == ["GET", "0", "https"]
    assert "Server" not in headers


def test_who_has_been_heard_is_answered_before_the_end(server) -> None:
    process, where = server

    with socket.create_connection(where, timeout=5) as line:
        line.sendall(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(0.2)
        process.send_signal(signal.SIGTERM)
        answer = line.recv(4096)

    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert process.wait(10) == 0
