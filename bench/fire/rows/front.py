"""The front line: reports come in while web servers, workers, the broker and the database are killed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from bench.fire.faults import Faults, empty_broker
from bench.fire.figures import Figure
from bench.fire.load import Load
from bench.fire.processes import Failed, wait_until
from bench.fire.run import Fire
from bench.fire.stack import Stack

ROWS = ("R1", "R2", "R3", "R6", "R9")
LABELS = 300
DRAINED_WITHIN = 60.0
STORED = "SELECT id, text FROM factories_breakdownreport"
UNTOLD = (
    "SELECT count(*) FROM notifications_notification"
    " WHERE sent_at IS NULL AND failed_at IS NULL AND (not_before IS NULL OR not_before < CURRENT_TIMESTAMP)"
)
UNDONE = "SELECT count(*) FROM factories_photo WHERE state = 'waiting'"
OPEN_HOUSE = {"REPORTS_PER_LABEL": "1000000"}


def run(fire: Fire) -> Iterator[Figure]:
    with front(fire) as stack:
        yield from _under_fire(fire, stack)
    yield from _answered_too_soon(fire)
    yield from _without_beat(fire)


def front(fire: Fire, **how: Any) -> Any:
    return fire.stack(seed="front:labels", said={"count": LABELS}, **how)


def _under_fire(fire: Fire, stack: Stack) -> Iterator[Figure]:
    wanted, kills = fire.pick(600, 10_000), fire.pick(20, 200)
    load, faults = Load(stack, stack.seeded, fire.seed), Faults(stack, fire.seed)
    began = time.monotonic()
    load.start(at_least=wanted)
    faults.start()
    load.wait_for(lambda: bool(faults.problems) or _enough(load, faults, wanted, kills), seconds=3000)
    faults.finish()
    load.finish()
    took = time.monotonic() - began
    compared = load.reports.compare(stack.rows(STORED))
    tried = f"{compared.sent:,} reports by 16 phones in {took:.0f} s, {faults}; {stack.journal()}"
    ok = compared.is_clean and compared.sent >= wanted and faults.count >= kills
    yield fire.figure("R1", tried, promised="0 lost", found=str(compared), ok=ok)
    again = f"{load.failed:,} attempts failed and were repeated, 5 % sent again after the receipt; answers {load.answers}"
    yield fire.figure("R2", again, promised="0 twice", found=f"{compared.twice} twice", ok=compared.twice == 0)
    yield _processed(fire, stack, load)


def _enough(load: Load, faults: Faults, wanted: int, kills: int) -> bool:
    return faults.count >= kills and load.acknowledged >= wanted


def _processed(fire: Fire, stack: Stack, load: Load) -> Figure:
    """What a stored report sets going: its photos are made safe, coordinators are told of danger."""

    def is_done() -> bool:
        return stack.count(UNDONE) == 0 and stack.count(UNTOLD) == 0

    waited = None
    with suppress(Failed):
        waited = wait_until(is_done, seconds=DRAINED_WITHIN, every=0.5)
    untold = _danger_untold(stack)
    photos = dict(stack.rows("SELECT state, count(*) FROM factories_photo GROUP BY state"))
    missing = len(load.photos.acknowledged) - photos.get("ready", 0)
    left = stack.count(UNDONE) + stack.count(UNTOLD)
    found = f"{left} unprocessed after {waited or DRAINED_WITHIN:.0f} s; {photos.get('ready', 0)} photos ready, {untold} dangers untold"
    ok = waited is not None and missing <= 0 and untold == 0
    tried = f"{len(load.photos.acknowledged)} photos and all dangerous reports of the front line, from the last fault on"
    return fire.figure("R6", tried, promised="0 unprocessed after 60 s", found=found, ok=ok)


def _danger_untold(stack: Stack) -> int:
    """Dangerous machines without a notice."""
    machines = stack.count(
        "SELECT count(DISTINCT machine_id) FROM factories_breakdownreport WHERE condition = 'dangerous'"
    )
    return machines - stack.count("SELECT count(*) FROM notifications_notification WHERE kind = 'report.dangerous'")


def _answered_too_soon(fire: Fire) -> Iterator[Figure]:
    """Control: the receipt goes out before the commit."""
    if fire.is_short:
        return
    with front(fire, without=["commit-before-receipt"]) as stack:
        load, faults = Load(stack, stack.seeded, fire.seed), Faults(stack, fire.seed, only=("web",))
        load.start(at_least=300)
        faults.start()
        load.wait_for(lambda: bool(faults.problems) or load.acknowledged >= 300, seconds=300)  # noqa: PLR2004
        faults.finish()
        load.finish()
        compared = load.reports.compare(stack.rows(STORED))
    what = "the commit before the receipt"
    yield fire.control("R1", what, must="some lost", found=str(compared), ok=compared.lost > 0)


def _without_beat(fire: Fire) -> Iterator[Figure]:
    """Control: work is announced once, at the commit, and never handed out again."""
    if fire.is_short:
        return
    with front(fire, beats=0) as stack:
        load = Load(stack, stack.seeded, fire.seed)
        stack.broker.kill()
        load.start(at_least=200)
        load.wait_for(lambda: load.acknowledged >= 200, seconds=120)  # noqa: PLR2004
        load.finish()
        stack.broker.start()
        with suppress(Failed):
            wait_until(lambda: stack.count(UNDONE) == 0, seconds=20, every=0.5)
        left = stack.count(UNDONE)
    found = f"{left} photos still wait 20 s after the broker is back"
    yield fire.control("R6", "handing out again", must="some left", found=found, ok=left > 0)
