"""How much comes through on two cores when nothing goes wrong: the whole product, its services and its phones."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from bench.fire.figures import Figure, percentile
from bench.fire.processes import Failed
from bench.fire.run import Fire
from bench.fire.stack import ROOT, Backend, Stack

ROWS = ("R15",)
PHONES = 16
SECONDS, CONTROL_SECONDS, WARM_UP = 30, 5, 3
PAGES = 0.1
GOOD = {"200", "201"}


class Promise(NamedTuple):
    a_second: float
    p95: float

    def __str__(self) -> str:
        return f"≥ {self.a_second:.0f} reports/s, p95 ≤ {self.p95 * 1000:.0f} ms, 0 errors"


PROMISED: dict[Backend, Promise] = {"postgres": Promise(80, 0.25), "sqlite": Promise(25, 1.5)}


def run(fire: Fire) -> Iterator[Figure]:
    if fire.is_short:
        return
    promise = PROMISED[fire.backend]
    with _open_house(fire) as stack:
        for pages, what in ((0.0, ""), (PAGES, f", {PAGES:.0%} of their requests are pages")):
            found = _measure(stack, fire.seed + int(bool(pages)), SECONDS, pages)
            tried = f"{PHONES} phones for {SECONDS} s{what}; {stack.journal()}"
            yield fire.figure("R15", tried, promised=str(promise), found=found.told, ok=found.keeps(promise))
    with _open_house(fire, without=["speed"]) as stack:
        found = _measure(stack, fire.seed, CONTROL_SECONDS, 0.0)
    yield fire.control("R15", "a quick disk", must="a miss", found=found.told, ok=not found.keeps(promise))


def _open_house(fire: Fire, **how: Any) -> Any:
    return fire.stack(seed="line:plants", said={"labels": 300}, REPORTS_PER_LABEL="1000000", **how)


class Found(NamedTuple):
    a_second: float
    p95: float
    longest: float
    errors: int
    page_p95: float | None

    def keeps(self, promise: Promise) -> bool:
        return self.a_second >= promise.a_second and self.p95 <= promise.p95 and self.errors == 0

    @property
    def told(self) -> str:
        pages = "" if self.page_p95 is None else f", pages p95 {self.page_p95 * 1000:.0f} ms"
        return (
            f"{self.a_second:.0f} reports/s, p95 {self.p95 * 1000:.0f} ms, longest {self.longest * 1000:.0f} ms"
            f"{pages}, {self.errors} errors"
        )


def _measure(stack: Stack, seed: int, seconds: int, pages: float) -> Found:
    where = urlsplit(stack.url)
    said = {
        "host": where.hostname,
        "port": where.port,
        "phones": PHONES,
        "seconds": seconds,
        "warm_up": WARM_UP,
        "labels": stack.seeded["labels"],
        "pages": pages,
        "seed": seed,
    }
    argv = [sys.executable, "-m", "bench.fire.phones"]
    done = subprocess.run(argv, input=json.dumps(said), cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(done.stderr[-500:])
    told = json.loads(done.stdout)
    if not told["times"]:
        raise Failed("not one report was sent")
    return Found(
        a_second=len(told["times"]) / told["seconds"],
        p95=percentile(told["times"], 0.95),
        longest=max(told["times"]),
        errors=sum(count for answer, count in told["answers"].items() if answer not in GOOD),
        page_p95=percentile(told["page_times"], 0.95) if told["page_times"] else None,
    )
