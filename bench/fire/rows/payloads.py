"""Whatever form a report comes in: it is stored, kept raw, or its sender is told what to do. Over a real line."""

from __future__ import annotations

import gzip
import json
import socket
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from bench.fire.client import Client
from bench.fire.figures import Figure
from bench.fire.payloads import JSON, Got, Play, Sent, corpus
from bench.fire.run import Fire
from bench.fire.stack import Stack

ROWS = ("R4",)
CONTROL = 120


def run(fire: Fire) -> Iterator[Figure]:
    """The short form of this is in tests/fire/test_payloads.py."""
    if fire.is_short:
        return
    with _stack(fire) as stack:
        play = _play(stack)
        wrong = list(play.released())
        found = f"{len(corpus()) - len(wrong)} understood and stored as before" + (f"; {wrong[0]}" if wrong else "")
        promised = "100 %; each is honoured ≥ 180 days after its replacement"
        yield fire.figure("R4", f"{len(corpus())} released forms", promised=promised, found=found, ok=not wrong)
        yield _mangled(fire, play)
        yield _odd_lines(fire, stack)
    with _stack(fire, without=["raw"]) as stack:
        lost = _play(stack).mangled(CONTROL, fire.seed)
    found = f"{len(lost)} of {CONTROL} lost"
    yield fire.control("R4", "keeping what cannot be read", must="some lost", found=found, ok=bool(lost))


def _stack(fire: Fire, **how: Any) -> Any:
    return fire.stack(seed="line:ground_of_the_corpus", REPORTS_PER_LABEL="1000000", **how)


def _play(stack: Stack) -> Play:
    client = stack.client()
    return Play(lambda sent: _send(client, sent), stack.rows, stack.seeded)


def _send(client: Client, sent: Sent) -> Got:
    client.cookies.clear()
    kind = sent.content_type.encode().decode("latin-1")
    answer = client.ask(sent.method, sent.path, sent.body, Content_Type=kind, Content_Length=str(len(sent.body)))
    return Got(answer.status, answer.body, answer.headers.get("Location", ""))


def _mangled(fire: Fire, play: Play) -> Figure:
    count = 1_000
    wrong = play.mangled(count, fire.seed)
    errors = sum(times for status, times in play.answers.items() if status >= HTTPStatus.INTERNAL_SERVER_ERROR)
    told = ", ".join(f"{times} × {status}" for status, times in sorted(play.answers.items()))
    found = f"{errors} × 5xx, {len(wrong)} neither stored nor explained; {told}" + (f"; {wrong[0]}" if wrong else "")
    tried = f"{count:,} mangled bodies (cut, torn, re-encoded, compressed, nested, random)"
    return fire.figure(
        "R4", tried, promised="0 × 5xx, 100 % stored with their words or explained", found=found, ok=not wrong
    )


def _odd_lines(fire: Fire, stack: Stack) -> Figure:
    """What happens below the body: pieces, wrong lengths, questions, compression. Expected status, and whether it is stored."""
    wrong = []
    cases = list(_cases(stack.seeded["label"]))
    for name, said, status, is_stored in cases:
        key = str(uuid4())
        got = _speak(stack, said.replace(b"KEY", key.encode()))
        there = key in {str(UUID(str(one))) for (one,) in stack.rows("SELECT id FROM factories_breakdownreport")}
        if got != status or there != is_stored:
            wrong.append(f"{name}: {got}, {'stored' if there else 'not stored'}")
    found = f"{len(cases) - len(wrong)} of {len(cases)} as expected" + (f"; {', '.join(wrong)}" if wrong else "")
    tried = "pieces without a length, lengths that are wrong, “may I go on”, compressed, a line that breaks off"
    return fire.figure("R4", tried, promised="whole ones stored, others explained", found=found, ok=not wrong)


def _cases(label: str) -> Iterator[tuple[str, bytes, int, bool]]:
    body = json.dumps({"label": label, "condition": "stopped", "text": "la correa"}).encode()
    head = (
        f"PUT /api/v1/reports/KEY HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: {JSON}\r\n".encode()
    )
    length = b"Content-Length: %d\r\n\r\n"
    pieces = b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n" % (len(body), body)
    yield "whole", head + length % len(body) + body, HTTPStatus.CREATED, True
    yield "in pieces", head + pieces + b"0\r\n\r\n", HTTPStatus.CREATED, True
    yield "in pieces, without an end", head + pieces, 0, False
    yield "in pieces that are none", head + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", HTTPStatus.BAD_REQUEST, False
    yield "longer than said", head + length % (len(body) - 5) + body, HTTPStatus.BAD_REQUEST, False
    yield "shorter than said", head + length % (len(body) + 5) + body, 0, False
    yield "of no length", head + b"Content-Length: many\r\n\r\n" + body, HTTPStatus.BAD_REQUEST, False
    yield "of two lengths", head + b"Content-Length: 5\r\n" + length % len(body) + body, HTTPStatus.BAD_REQUEST, False
    yield "without a length", head + b"\r\n", HTTPStatus.BAD_REQUEST, False
    asks = head + b"Expect: 100-continue\r\n" + length % len(body) + body
    yield "may I go on", asks, HTTPStatus.CREATED, True
    small = gzip.compress(body)
    yield (
        "compressed",
        head + b"Content-Encoding: gzip\r\n" + length % len(small) + small,
        HTTPStatus.BAD_REQUEST,
        False,
    )
    yield "too big", head + length % 3_000_000 + b" " * 3_000_000, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, False
    yield "head without an end", head[:-2], 0, False


def _speak(stack: Stack, said: bytes) -> int:
    """The last status that was answered; 0 if none was."""
    where = urlsplit(stack.url)
    with socket.create_connection((where.hostname or "", where.port or 80), timeout=10) as line:
        line.sendall(said)
        line.shutdown(socket.SHUT_WR)
        came = b"".join(iter(lambda: line.recv(65_536), b""))
    statuses = [int(part[:3]) for part in came.split(b"HTTP/1.1 ")[1:]]
    return next((status for status in statuses if status != HTTPStatus.CONTINUE), 0)
