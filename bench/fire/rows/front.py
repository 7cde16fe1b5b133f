"""The front line: reports come in while web servers, workers, the broker and the database are killed."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

from bench.fire.faults import Faults
from bench.fire.figures import Figure
from bench.fire.load import Load
from bench.fire.processes import Failed, wait_until
from bench.fire.proxy import Line, Proxy
from bench.fire.run import Fire
from bench.fire.stack import Stack

ROWS = ("R1", "R2", "R6", "R9")
LABELS = 300
DRAINED_WITHIN = 60.0
WAITED = 360
STORED = "SELECT id, text FROM factories_breakdownreport"
UNTOLD = "SELECT count(*) FROM notifications_notification WHERE sent_at IS NULL"
UNDONE = "SELECT count(*) FROM factories_photo WHERE state = 'waiting'"
BAD_LINE = Line(latency=0.02, cut_in=0.2, swallow=0.2)
"""Of every second phone: a fifth of its connections break in their first words, of a fifth no answer arrives."""
OPEN_HOUSE = {"REPORTS_PER_LABEL": "1000000"}


def run(fire: Fire) -> Iterator[Figure]:
    with front(fire) as stack:
        yield from _under_fire(fire, stack)
    yield from _broker_alone(fire)
    if not fire.is_short:
        yield _answered_too_soon(fire)
        yield _without_beat(fire)


def front(fire: Fire, **how: Any) -> Any:
    return fire.stack(seed="front:labels", said={"count": LABELS}, **OPEN_HOUSE, **how)


def _under_fire(fire: Fire, stack: Stack) -> Iterator[Figure]:
    wanted, kills = fire.pick(600, 10_000), fire.pick(20, 200)
    least = fire.pick(1, 10)
    began = time.monotonic()
    with Proxy(stack.where, BAD_LINE, fire.seed) as proxy:
        load, faults = Load(stack, stack.seeded, fire.seed, through=proxy.address), Faults(stack, fire.seed)

        def is_enough() -> bool:
            return faults.count >= kills and faults.rarest() >= least and load.acknowledged >= wanted

        load.start()
        faults.start()
        load.wait_for(lambda: bool(faults.problems) or is_enough(), seconds=3000)
        faults.finish()
        load.finish()
    took = time.monotonic() - began
    compared = load.reports.compare(stack.rows(STORED))
    cut, swallowed = proxy.seen["cut"], proxy.seen["swallowed"]
    line = f"half of them on a bad line: cut {cut} times, {swallowed} answers swallowed"
    tried = f"{compared.sent:,} reports by 16 phones in {took:.0f} s, {faults}; {line}; {stack.journal()}"
    ok = compared.is_clean and compared.sent >= wanted and is_enough() and min(cut, swallowed) >= least
    yield fire.figure("R1", tried, promised="0 lost", found=str(compared), ok=ok)
    again = (
        f"{load.failed:,} attempts failed and were repeated, 5 % sent again after the receipt; answers {load.answers}"
    )
    broken = load.answers.get(HTTPStatus.INTERNAL_SERVER_ERROR, 0)
    found = f"{compared.twice} twice; {broken} answers of 500 {stack.errors() or ''}".strip()
    yield fire.figure("R2", again, promised="0 twice, no 500", found=found, ok=compared.twice == broken == 0)
    yield _processed(fire, stack, load)


def _processed(fire: Fire, stack: Stack, load: Load) -> Figure:
    """What a stored report sets going: its photos are made safe, coordinators are told of danger."""

    def is_done() -> bool:
        return stack.count(UNDONE) == 0 and stack.count(UNTOLD) == 0

    waited = None
    with suppress(Failed):
        waited = wait_until(is_done, seconds=DRAINED_WITHIN, every=0.5)
    left = stack.count(UNDONE) + stack.count(UNTOLD)
    ready = {str(UUID(str(key))) for (key,) in stack.rows("SELECT id FROM factories_photo WHERE state = 'ready'")}
    missing, untold, dangers = load.photos.acknowledged - ready, *_danger(stack)
    after = f"{left} unprocessed after {waited or DRAINED_WITHIN:.0f} s"
    found = f"{after}; {len(missing)} acknowledged photos not ready, {untold} dangers untold"
    ok = waited is not None and not missing and untold == 0 and min(dangers, len(load.photos.acknowledged)) > 0
    tried = f"{len(load.photos.acknowledged)} photos and {dangers} dangerous machines, from the last fault on"
    return fire.figure("R6", tried, promised="0 unprocessed after 60 s", found=found, ok=ok)


def _danger(stack: Stack) -> tuple[int, int]:
    """Dangerous machines of which no notice was sent, and all of them."""
    reports = stack.rows("SELECT id, machine_id FROM factories_breakdownreport WHERE condition = 'dangerous'")
    machine_of = {str(UUID(str(key))): machine for key, machine in reports}
    notices = stack.rows(
        "SELECT context FROM notifications_notification WHERE kind = 'report.dangerous' AND sent_at IS NOT NULL"
    )
    told = {machine_of[json.loads(said)["about"] if isinstance(said, str) else said["about"]] for (said,) in notices}
    machines = set(machine_of.values())
    return len(machines - told), len(machines)


def _broker_alone(fire: Fire) -> Iterator[Figure]:
    """Only the broker dies: no phone may notice."""
    with front(fire) as stack:
        load, faults = Load(stack, stack.seeded, fire.seed), Faults(stack, fire.seed, only=("broker",))
        load.start()
        faults.start()
        wait_until(lambda: faults.problems or faults.rarest() >= fire.pick(1, 6), seconds=300)
        faults.finish()
        load.finish()
        done = _processed(fire, stack, load)
        alarm, is_told = _alarm(stack)
    tried = (
        f"{len(load.reports.sent):,} reports while the broker is killed {faults.count} and emptied {faults.wiped} times"
    )
    ok = load.failed == 0 and done.ok and faults.rarest() > 0
    found = f"{load.failed} failed; {done.found}"
    yield fire.figure("R9", tried, promised="0 errors, backlog done in 60 s", found=found, ok=ok)
    tried = "a photo waits for 6 minutes, nobody takes it: what the page for monitors says"
    yield fire.figure("R9", tried, promised="503, not ready: photos wait", found=alarm, ok=is_told)


def _alarm(stack: Stack) -> tuple[str, bool]:
    """What the page for monitors says, and whether it names the photos that wait."""
    for program in (*stack.beats, stack.worker):
        program.stop()
    stack.execute(
        "UPDATE factories_photo SET state = 'waiting', leased_until = NULL, received_at = %s", _six_minutes_ago()
    )
    answer = stack.client().get("/readyz")
    waiting = answer.json["waiting"]
    is_told = (
        answer.status == HTTPStatus.SERVICE_UNAVAILABLE and not waiting["ok"] and waiting["kinds"]["photo"] > WAITED
    )
    return f"{answer.status}, {waiting}", is_told


def _six_minutes_ago() -> str:
    return (datetime.now(UTC) - timedelta(seconds=WAITED)).strftime("%Y-%m-%d %H:%M:%S")


def _answered_too_soon(fire: Fire) -> Figure:
    """Control: the receipt goes out before the commit."""
    with front(fire, without=["commit-before-receipt"]) as stack:
        load = Load(stack, stack.seeded, fire.seed, with_photos=False)  # there is no report yet that they belong to
        faults = Faults(stack, fire.seed, only=("web",))
        load.start()
        faults.start()
        load.wait_for(lambda: bool(faults.problems) or load.acknowledged >= 300, seconds=300)  # noqa: PLR2004
        faults.finish()
        load.finish()
        compared = load.reports.compare(stack.rows(STORED))
    what = "the commit before the receipt"
    return fire.control("R1", what, must="some lost", found=str(compared), ok=compared.lost > 0)


def _without_beat(fire: Fire) -> Figure:
    """Control: work is announced once, at the commit, and never handed out again."""
    with front(fire, beats=0) as stack:
        load = Load(stack, stack.seeded, fire.seed)
        stack.broker.kill()
        load.start()
        load.wait_for(lambda: load.acknowledged >= 200, seconds=120)  # noqa: PLR2004
        load.finish()
        stack.broker.start()
        with suppress(Failed):
            wait_until(lambda: stack.count(UNDONE) == 0, seconds=20, every=0.5)
        left = stack.count(UNDONE)
    found = f"{left} photos still wait 20 s after the broker is back"
    return fire.control("R6", "handing out again", must="some left", found=found, ok=left > 0)
