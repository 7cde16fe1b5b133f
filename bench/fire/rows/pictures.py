"""Hostile pictures through the real doors and the real worker: what they cost, and what comes out."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
from PIL import Image

from bench.fire import hostile
from bench.fire.client import Answer, Client
from bench.fire.figures import Figure
from bench.fire.processes import Failed, wait_until
from bench.fire.run import Fire
from bench.fire.stack import Stack

ROWS = ("S10",)
MEMORY, SECONDS = 200, 2.0
DONE_WITHIN, LARGEST = 60.0, 12 * 1024 * 1024
KINDS = ("image/jpeg", "image/svg+xml", "text/html", "application/x-php", "", "nonsense")
NAMES = (
    "x" * 10_000 + ".jpg",
    "../../../../evil.php",
    "..\\..\\evil.exe",
    "/etc/passwd",
    "a\r\nX-Evil: 1.jpg",
    "%2e%2e%2fevil",
)
OURS = re.compile(r"[0-9a-f-]{36}\.jpg")
PROMISED = "≤ 200 MiB and ≤ 2 s each, 0 crashes, 0 metadata, no file as sent is left"
LINK_OF = "SELECT r.status_token FROM factories_breakdownreport r JOIN factories_photo p ON p.report_id = r.id WHERE p.id = %s"
WAITING = "SELECT count(*) FROM factories_photo WHERE state = 'waiting'"


def run(fire: Fire) -> Iterator[Figure]:
    if fire.is_short:
        return
    with _stack(fire) as stack:
        tried = Trial(stack)
        for name, make in hostile.PICTURES.items():
            tried.send(name, make())
        yield _cost(fire, tried)
        yield _served(fire, tried)
        yield _names(fire, tried)
        yield _parts(fire, stack)
        yield _at_once(fire, tried)
    yield from _controls(fire)


def _stack(fire: Fire, **how: Any) -> Any:
    return fire.stack(seed="abuse:labels", said={"count": 1}, concurrency=1, REPORTS_PER_LABEL="100000", **how)


@dataclass
class Cost:
    name: str
    state: str
    problem: str
    seconds: float
    worker: float
    web: float


@dataclass
class Trial:
    """One picture after the other, so that each shows what it costs. Memory in MiB beyond what was in use before it."""

    stack: Stack
    costs: list[Cost] = field(default_factory=list)
    photos: dict[str, str] = field(default_factory=dict)
    deaths: int = 0

    def __post_init__(self) -> None:
        self.client: Client = self.stack.client(timeout=120)
        self.report = ""
        self.status_url = ""
        self._warm_up()

    def _warm_up(self) -> None:
        """Libraries are loaded and pools filled by an ordinary photo of the largest size."""
        for _ in range(2):
            self._put(hostile.saved(Image.new("RGB", (hostile.MOST_SIDE - 1, hostile.MOST_SIDE)), quality=50))
            self._until_done()

    def new_report(self) -> None:
        self.report = str(uuid4())
        said = {"condition": "stopped", "text": "no enciende", "label": self.stack.seeded[0]}
        self.status_url = self.client.put(f"/api/v1/reports/{self.report}", said).json["status_url"]

    def _put(self, data: bytes, kind: str = "image/jpeg") -> str:
        self.new_report()
        photo = str(uuid4())
        answer = self.client.ask(
            "PUT",
            f"/api/v1/reports/{self.report}/photos/{photo}",
            data,
            Content_Type=kind,
            Content_Length=str(len(data)),
        )
        if answer.status not in (201, 400):
            raise Failed(f"a photo was answered {answer.status}")
        return photo

    def _until_done(self) -> None:
        with suppress(Failed):
            wait_until(lambda: self.stack.count(WAITING) == 0, seconds=DONE_WITHIN)

    def send(self, name: str, data: bytes) -> Cost:
        children, web = self.stack.worker.children(), self.stack.web.children()
        before = {each.pid: _resident(each) for each in children + web}
        spent = sum(_processor(each) for each in children)
        for each in children + web:
            _forget_peak(each)
        photo = self._put(data, KINDS[len(self.costs) % len(KINDS)])
        self.photos[name] = photo
        self._until_done()
        alive = [each for each in children if each.is_running()]
        self.deaths += len(children) - len(alive)
        found = self.stack.rows("SELECT state, problem FROM factories_photo WHERE id = %s", self._key(photo))
        state, problem = found[0] if found else ("not taken", "")
        cost = Cost(
            name,
            state,
            problem,
            sum(_processor(each) for each in alive) - spent,
            _extra(alive, before),
            _extra(web, before),
        )
        self.costs.append(cost)
        return cost

    def _key(self, photo: str) -> str:
        return photo.replace("-", "") if self.stack.backend == "sqlite" else photo

    def fetch(self, photo: str, size: str) -> Answer:
        token = self.stack.rows(LINK_OF, self._key(photo))[0][0]
        return self.client.get(f"/fotos/{photo}/{size}?t={token}")


def _status_of(process: psutil.Process, name: str) -> float:
    """MiB."""
    with suppress(OSError):
        for line in Path(f"/proc/{process.pid}/status").read_text("ascii").splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) / 1024
    return 0.0


def _resident(process: psutil.Process) -> float:
    return _status_of(process, "VmRSS")


def _forget_peak(process: psutil.Process) -> None:
    with suppress(OSError):
        Path(f"/proc/{process.pid}/clear_refs").write_text("5", "ascii")


def _processor(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)


def _extra(processes: list[psutil.Process], before: dict[int, float]) -> float:
    return max((_status_of(each, "VmHWM") - before[each.pid] for each in processes), default=0.0)


def _worst(costs: list[Cost], of: Callable[[Cost], float]) -> Cost:
    return max(costs, key=of)


def _cost(fire: Fire, tried: Trial) -> Figure:
    costs = tried.costs
    slowest = _worst(costs, lambda cost: cost.seconds)
    largest, at_the_door = _worst(costs, lambda cost: cost.worker), _worst(costs, lambda cost: cost.web)
    undone = [cost.name for cost in costs if cost.state == "waiting"]
    found = (
        f"worker at most {largest.worker:.0f} MiB ({largest.name}), web {at_the_door.web:.0f} MiB ({at_the_door.name}),"
        f" {slowest.seconds:.1f} s ({slowest.name}), {tried.deaths} crashes, undone: {', '.join(undone) or 'none'}"
    )
    ok = largest.worker <= MEMORY and at_the_door.web <= MEMORY and slowest.seconds <= SECONDS and not tried.deaths
    tried_out = (
        f"{len(costs)} hostile pictures, one by one: bombs, polyglots, SVG, profiles, frames, scans, cut off, empty"
    )
    return fire.figure("S10", tried_out, promised=PROMISED, found=found, ok=ok and not undone)


def _served(fire: Fire, tried: Trial) -> Figure:
    wrong = []
    ready = {cost.name for cost in tried.costs if cost.state == "ready"}
    for name, photo in tried.photos.items():
        for size in ("image", "small"):
            answer = tried.fetch(photo, size) if name in ready else None
            if answer is not None and (problem := _what_is_wrong(answer)):
                wrong.append(f"{name}: {problem}")
            elif answer is None and tried.client.get(f"/fotos/{photo}/{size}").status != 404:  # noqa: PLR2004
                wrong.append(f"{name}: served although refused")
    left = _left(tried.stack)
    refused = len(tried.costs) - len(ready)
    found = (
        f"{len(ready)} made safe, {refused} refused, {len(wrong)} wrong {wrong[:3] or ''}, left: {left or 'nothing'}"
    )
    tried_out = "what is served of them, byte by byte; the files on the disk"
    promised = "re-encoded JPEG with its type and nosniff alone; 0 metadata; nothing else on the disk"
    return fire.figure("S10", tried_out, promised=promised, found=found, ok=not wrong and not left and bool(ready))


def _what_is_wrong(answer: Answer) -> str:
    if (answer.status, answer.headers["Content-Type"], answer.headers["X-Content-Type-Options"]) != (
        200,
        "image/jpeg",
        "nosniff",
    ):
        return f"{answer.status} {answer.headers['Content-Type']}"
    if hostile.SECRET in answer.body or b"<script" in answer.body or b"<?php" in answer.body or b"evil" in answer.body:
        return "the secret is in it"
    with Image.open(BytesIO(answer.body)) as picture:
        more = set(picture.info) - {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}
        if picture.format != "JPEG" or more or dict(picture.getexif()) or max(picture.size) > 1600:  # noqa: PLR2004
            return f"{picture.format} {picture.size} {more}"
    return "" if answer.body.rstrip(b"\0").endswith(b"\xff\xd9") else "something follows the picture"


def _left(stack: Stack) -> list[str]:
    files = [path for path in (stack.folder / "photos").rglob("*") if path.is_file()]
    return [path.name[:40] for path in files if "original" in path.parts or not OURS.fullmatch(path.name)][:3]


def _form(fields: dict[str, str], files: list[tuple[str, bytes]]) -> tuple[bytes, str]:
    """By hand: a library would refuse such names."""
    line = "limit" + uuid4().hex
    parts = [
        f'--{line}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode() for k, v in fields.items()
    ]
    for name, data in files:
        head = f'--{line}\r\nContent-Disposition: form-data; name="photos"; filename="{name}"\r\nContent-Type: text/html\r\n\r\n'
        parts.append(head.encode() + data + b"\r\n")
    return b"".join(parts) + f"--{line}--\r\n".encode(), f"multipart/form-data; boundary={line}"


def _post(stack: Stack, files: list[tuple[str, bytes]]) -> Answer:
    said = {"id": str(uuid4()), "condition": "stopped", "text": "no enciende", "name": "", "phone": "", "end": "1"}
    body, kind = _form(said, files)
    return stack.client(timeout=60).ask("POST", f"/r/{stack.seeded[0]}", body, Content_Type=kind)


def _names(fire: Fire, tried: Trial) -> Figure:
    stack = tried.stack
    before = stack.count("SELECT count(*) FROM factories_photo WHERE state = 'ready'")
    answers = [_post(stack, [(name, hostile.jpeg())]).status for name in NAMES]
    wait_until(lambda: stack.count(WAITING) == 0)
    ready = stack.count("SELECT count(*) FROM factories_photo WHERE state = 'ready'") - before
    evil = [path.name for path in stack.folder.rglob("*evil*")]
    left = _left(stack)
    found = f"answers {sorted(set(answers))}, {ready} made safe, left: {left + evil or 'nothing'}"
    return fire.figure(
        "S10",
        "names of 10,000 characters, names that climb out of the folder, through the page's form",
        promised="no 5xx, no file by such a name",
        found=found,
        ok=not left and not evil and max(answers) < 500 and ready > 0,  # noqa: PLR2004
    )


def _parts(fire: Fire, stack: Stack) -> Figure:
    began = time.monotonic()
    many = _post(stack, [(f"{n}.jpg", b"x") for n in range(500)])
    empty = _post(stack, [("a.jpg", b"")])
    twelve = _post(stack, [(f"{n}.jpg", hostile.jpeg()) for n in range(8)])
    wait_until(lambda: stack.count(WAITING) == 0)
    kept = stack.count(
        "SELECT max(n) FROM (SELECT count(*) AS n FROM factories_photo WHERE state = 'ready' GROUP BY report_id) each_one"
    )
    found = f"{many.status}, {empty.status}, {twelve.status} with {kept} photos kept, {time.monotonic() - began:.1f} s"
    ok = (many.status, empty.status, twelve.status, kept) == (413, 302, 302, 4)
    promised = "413; without it; the first four"
    return fire.figure("S10", "a form of 500 files, an empty one, eight photos", promised=promised, found=found, ok=ok)


def _at_once(fire: Fire, tried: Trial) -> Figure:
    """Sixteen photos of the largest size that is taken, half of them through the form."""
    stack, data = tried.stack, hostile.jpeg() + bytes(LARGEST - 200_000)
    web = stack.web.children()
    before = {each.pid: _resident(each) for each in web}
    for each in web:
        _forget_peak(each)

    def send(n: int) -> int:
        if n % 2:
            return _post(stack, [(f"{n}.jpg", data)]).status
        report, client = uuid4(), stack.client(timeout=120)
        client.put(f"/api/v1/reports/{report}", {"condition": "stopped", "text": f"no {n}", "label": stack.seeded[0]})
        return client.ask("PUT", f"/api/v1/reports/{report}/photos/{uuid4()}", data, Content_Type="image/jpeg").status

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(send, range(16)))
    extra = _extra(web, before)
    found = f"{extra:.0f} MiB in a web process, answers {sorted(set(answers))}"
    tried_out = "sixteen photos of 12 MB at once, by the page and by the API"
    ok = extra <= MEMORY and set(answers) <= {201, 302}
    return fire.figure("S10", tried_out, promised="≤ 200 MiB", found=found, ok=ok)


def _controls(fire: Fire) -> Iterator[Figure]:
    with _stack(fire, without=["most-pixels"]) as stack:
        tried = Trial(stack)
        cost = tried.send("bomb", hostile.full_bomb())
    found = f"{cost.worker:.0f} MiB, {cost.seconds:.1f} s, {tried.deaths} crashes"
    is_found = cost.worker > MEMORY or cost.seconds > SECONDS or tried.deaths > 0
    yield fire.control("S10", "the limit of pixels", must="more than 200 MiB or 2 s", found=found, ok=is_found)
    with _stack(fire, without=["pixels-alone"]) as stack:
        tried = Trial(stack)
        tried.send("camera", hostile.jpeg())
        problem = _what_is_wrong(tried.fetch(tried.photos["camera"], "image"))
    found = problem or "nothing wrong"
    yield fire.control("S10", "writing anew as pixels alone", must="metadata served", found=found, ok=bool(problem))
