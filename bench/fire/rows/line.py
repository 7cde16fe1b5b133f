"""Slow phones, and phones that fell silent, beside everybody else."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from io import BytesIO
from threading import Event, Thread
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from PIL import Image

from bench.fire.client import BAD, Answer, Client
from bench.fire.figures import Figure, percentile
from bench.fire.proxy import Line, Proxy
from bench.fire.run import Fire
from bench.fire.stack import Stack

ROWS = ("R14",)
NARROW = 2_500.0
"""Bytes a second: 20 kbit/s."""
P95, LONGEST = 0.25, 0.5
OTHERS, PAUSE = 4, 0.1
UPLOAD_TAKES, SHORT_UPLOAD_TAKES = 20, 6
FEWEST = 100
"""Requests of others, without which nothing is known of how they fared."""
PATIENCE = 240.0
PATIENT_FOR = 5.0
"""Seconds after which somebody on a good line gives up."""
STORED = frozenset({HTTPStatus.CREATED, HTTPStatus.FOUND})
SYNC = ("--worker-class", "sync", "--workers", "4", "--threads", "1")
THREADS = ("--worker-class", "gthread")


def run(fire: Fire) -> Iterator[Figure]:
    if fire.is_short:
        return
    for uploads, silent in ((12, 0), (40, 24)):
        seen = _trial(fire, uploads=uploads, silent=silent, seconds=UPLOAD_TAKES)
        yield fire.figure(
            "R14",
            f"{uploads} uploads at 20 kbit/s and {silent} half-open connections beside {OTHERS} phones on good lines",
            promised=f"others: p95 ≤ 250 ms, longest ≤ 500 ms over ≥ {FEWEST} requests; every upload arrives",
            found=str(seen),
            ok=seen.is_good and len(seen.times) >= FEWEST and seen.arrived == uploads,
        )
    for what, args, uploads, silent in (
        ("threads to spare (4 processes without)", SYNC, 12, 0),
        ("reading before a thread is taken (threads that read)", THREADS, 40, 24),
    ):
        seen = _trial(fire, uploads=uploads, silent=silent, seconds=SHORT_UPLOAD_TAKES, instead=args)
        yield fire.control("R14", what, must="others stall", found=str(seen), ok=not seen.is_good)


@dataclass
class Seen:
    """What the others felt while the uploads went on, and how many of these arrived."""

    times: list[float] = field(default_factory=list)
    errors: int = 0
    arrived: int = 0

    @property
    def is_good(self) -> bool:
        return bool(self.times) and not self.errors and max(self.times) <= LONGEST and self.p95 <= P95

    @property
    def p95(self) -> float:
        return percentile(self.times, 0.95)

    def __str__(self) -> str:
        if not self.times:
            return f"no answers at all, {self.errors} failures"
        return (
            f"{len(self.times)} requests of others: p95 {self.p95 * 1000:.0f} ms, longest {max(self.times) * 1000:.0f} ms, "
            f"{self.errors} failed; {self.arrived} uploads arrived"
        )


def _trial(fire: Fire, *, uploads: int, silent: int, seconds: int, instead: Sequence[str] = ()) -> Seen:
    seen = Seen()
    said = {"labels": 20, "reports": uploads}
    with fire.stack(seed="line:plants", said=said, start=False, REPORTS_PER_LABEL="1000000") as stack:
        if instead:
            stack.web.argv = _instead(stack.web.argv, instead)
        stack.start()
        for _ in range(8):  # both processes have answered before anything is measured
            _ask_something(stack, stack.client(), 0)
        with Proxy(stack.where, Line(up=NARROW)) as proxy:
            is_over, slow = Event(), _start_uploads(stack, proxy, seen, uploads, int(NARROW * seconds))
            held = [_half_open(stack.where, n) for n in range(silent)]
            time.sleep(1)
            others = [Thread(target=_other, args=(stack, n, is_over, seen), daemon=True) for n in range(OTHERS)]
            for thread in others:
                thread.start()
            _wait_for_one(slow, seconds)
            is_over.set()
            for thread in (*others, *slow):
                thread.join(1 if instead else PATIENCE)
            for line in held:
                line.close()
    return seen


def _instead(argv: Sequence[str], other: Sequence[str]) -> list[str]:
    """The same server with other processes: a later option wins."""
    return [*argv, *other]


def _start_uploads(stack: Stack, proxy: Proxy, seen: Seen, count: int, size: int) -> list[Thread]:
    threads = []
    for number, report in enumerate(stack.seeded["reports"][:count]):
        client = stack.client(through=proxy.address, timeout=PATIENCE)
        label = stack.seeded["labels"][number % 20] if number % 2 else ""
        threads.append(Thread(target=_upload, args=(client, seen, report, label, size), daemon=True))
        threads[-1].start()
    return threads


def _upload(client: Client, seen: Seen, report: str, label: str, size: int) -> None:
    """A photo by the API, or a form with one."""
    try:
        answer = _send_form(client, label, size) if label else _send_photo(client, report, size)
    except BAD:
        return
    seen.arrived += answer.status in STORED


def _send_photo(client: Client, report: str, size: int) -> Answer:
    return client.ask("PUT", f"/api/v1/reports/{report}/photos/{uuid4()}", noise(size), Content_Type="image/jpeg")


def _send_form(client: Client, label: str, size: int) -> Answer:
    fields = {"id": str(uuid4()), "condition": "stopped", "text": "con foto, por una línea lenta"}
    body, content_type = multipart(fields, noise(size), then={"end": "1"})
    return client.ask("POST", f"/r/{label}", body, Content_Type=content_type)


def multipart(fields: dict[str, str], photo: bytes, *, then: dict[str, str]) -> tuple[bytes, str]:
    """In the order of the page: its fields, a photo, the mark of its end."""
    edge = uuid4().hex
    head = f'--{edge}\r\nContent-Disposition: form-data; name="photos"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    body = [*_parts(edge, fields), head.encode(), photo, b"\r\n", *_parts(edge, then), f"--{edge}--\r\n".encode()]
    return b"".join(body), f"multipart/form-data; boundary={edge}"


def _parts(edge: str, fields: dict[str, str]) -> list[bytes]:
    return [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]


def noise(size: int) -> bytes:
    """A photo of about `size` bytes."""
    side = max(8, int((size / 1.27) ** 0.5))
    out = BytesIO()
    Image.frombytes("RGB", (side, side), os.urandom(side * side * 3)).save(out, "JPEG", quality=95)
    return out.getvalue()


def _half_open(where: tuple[str, int], number: int) -> socket.socket:
    """Says nothing, half of a head, or half of a body; and then nothing more."""
    line = socket.create_connection(where, timeout=PATIENCE)
    head = b"PUT /api/v1/reports/%s HTTP/1.1\r\nHost: %s:%d\r\n" % (str(uuid4()).encode(), where[0].encode(), where[1])
    said = (b"", head, head + b'Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"condition"')[number % 3]
    line.sendall(said)
    return line


def _other(stack: Stack, number: int, is_over: Event, seen: Seen) -> None:
    client = stack.client(timeout=PATIENT_FOR)
    turn = number
    while not is_over.wait(PAUSE):
        began = time.perf_counter()
        try:
            answer = _ask_something(stack, client, turn)
        except BAD:
            seen.errors += 1
            continue
        finally:
            turn += 1
        seen.times.append(time.perf_counter() - began)
        seen.errors += answer.status >= HTTPStatus.BAD_REQUEST


def _ask_something(stack: Stack, client: Client, turn: int) -> Answer:
    label = stack.seeded["labels"][turn % 20]
    said: dict[str, Any] = {"condition": "stopped", "text": f"la correa se rompió otra vez {uuid4()}"}
    if turn % 3 == 0:
        return client.get(f"/r/{label}")
    if turn % 3 == 1:
        return client.put(f"/api/v1/reports/{uuid4()}", said | {"label": label})
    body = urlencode({"id": str(uuid4()), **said, "end": "1"}).encode()
    return client.ask("POST", f"/r/{label}", body, Content_Type="application/x-www-form-urlencoded")


def _wait_for_one(slow: list[Thread], seconds: float) -> None:
    """Until the first upload has ended, or should have."""
    until = time.monotonic() + seconds + 2
    while time.monotonic() < until and all(thread.is_alive() for thread in slow):
        time.sleep(0.1)
