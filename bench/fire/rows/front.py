"""The front line: reports come in while web servers, workers, the broker and the database are killed."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from random import Random
from typing import Any

from bench.fire.faults import Faults
from bench.fire.figures import Figure
from bench.fire.load import ACKNOWLEDGED, Load, invent, send_at_once
from bench.fire.processes import Failed, wait_until
from bench.fire.run import Fire
from bench.fire.stack import Stack

ROWS = ("R1", "R2", "R3", "R6", "R9")
LABELS = 300
PARALLEL = 5
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
    yield from _same_id(fire)
    yield from _broker_alone(fire)
    if not fire.is_short:
        yield _answered_too_soon(fire)
        yield _without_beat(fire)


def front(fire: Fire, **how: Any) -> Any:
    return fire.stack(seed="front:labels", said={"count": LABELS}, **OPEN_HOUSE, **how)


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
    again = (
        f"{load.failed:,} attempts failed and were repeated, 5 % sent again after the receipt; answers {load.answers}"
    )
    broken = load.answers.get(HTTPStatus.INTERNAL_SERVER_ERROR, 0)
    found = f"{compared.twice} twice; {broken} answers of 500 {stack.errors() or ''}".strip()
    yield fire.figure("R2", again, promised="0 twice, no 500", found=found, ok=compared.twice == broken == 0)
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
    after = f"{left} unprocessed after {waited or DRAINED_WITHIN:.0f} s"
    found = f"{after}; {photos.get('ready', 0)} photos ready, {untold} dangers untold"
    ok = waited is not None and missing <= 0 and untold == 0
    tried = (
        f"{len(load.photos.acknowledged)} photos and all dangerous reports of the front line, from the last fault on"
    )
    return fire.figure("R6", tried, promised="0 unprocessed after 60 s", found=found, ok=ok)


def _danger_untold(stack: Stack) -> int:
    """Dangerous machines without a notice."""
    machines = stack.count(
        "SELECT count(DISTINCT machine_id) FROM factories_breakdownreport WHERE condition = 'dangerous'"
    )
    return machines - stack.count("SELECT count(*) FROM notifications_notification WHERE kind = 'report.dangerous'")


def _same_id(fire: Fire) -> Iterator[Figure]:
    """Five at once under one id, the same words and other words; nothing is killed."""
    many = fire.pick(60, 500)
    with front(fire) as stack:
        yield _at_once(fire, stack, many)
        yield _other_words(fire, stack, fire.pick(60, 300))
    if fire.is_short:
        return
    with front(fire, without=["id-of-the-sender"]) as stack:
        found = _at_once(fire, stack, many)
    yield fire.control("R2", "the sender's id (a plain POST)", must="some twice", found=found.found, ok=not found.ok)
    with front(fire, without=["variants"]) as stack:
        found = _other_words(fire, stack, 60)
    yield fire.control("R3", "keeping variants", must="some not kept", found=found.found, ok=not found.ok)


def _at_once(fire: Fire, stack: Stack, many: int) -> Figure:
    chance = Random(f"{fire.seed}-at-once")
    said = [replace(invent(stack.seeded, chance), by_page=False) for _ in range(many)]
    before = stack.count("SELECT count(*) FROM factories_breakdownreport")
    answers = send_at_once(stack, [[one] * PARALLEL for one in said])
    firsts = Counter(sum(status == HTTPStatus.CREATED for status, _ in each) for each in answers)
    stored = stack.count("SELECT count(*) FROM factories_breakdownreport") - before
    bad = sum(status not in ACKNOWLEDGED for each in answers for status, _ in each)
    found = f"{stored} stored, {firsts[1]} with exactly one 201, {bad} not acknowledged"
    ok = stored == many and firsts == {1: many} and bad == 0
    tried = f"{many} ids sent {PARALLEL} times at once"
    return fire.figure("R2", tried, promised="each stored once, one 201 each", found=found, ok=ok)


def _other_words(fire: Fire, stack: Stack, many: int) -> Figure:
    """Two tabs with one draft: the first words stay, the others are kept beside them, and their sender learns nothing."""
    chance = Random(f"{fire.seed}-other-words")
    said = [replace(invent(stack.seeded, chance), by_page=False) for _ in range(many)]
    pairs = [[one, replace(one, text=f"{one.text} otra cosa")] for one in said]
    answers = send_at_once(stack, pairs)
    again = send_at_once(stack, pairs)
    ids = ", ".join(f"'{one.id if stack.backend == 'postgres' else one.id.replace('-', '')}'" for one in said)
    texts = dict(stack.rows(f"SELECT id, text FROM factories_breakdownreport WHERE id IN ({ids})"))  # noqa: S608 -- our ids
    kept = stack.count(f"SELECT count(*) FROM factories_reportvariant WHERE report_id IN ({ids})")  # noqa: S608
    both = [status for each in answers for status, _ in each]
    revealed = sum(
        b"status_url" in body for each in (*answers, *again) for status, body in each if status == HTTPStatus.ACCEPTED
    )
    overwritten = (
        many - len(texts) + sum(text not in {one.text for pair in pairs for one in pair} for text in texts.values())
    )
    found = f"{kept} of {many} kept beside the first, {overwritten} overwritten, {revealed} times something revealed"
    counts = Counter(both) == {HTTPStatus.CREATED: many, HTTPStatus.ACCEPTED: many}
    ok = kept == many and overwritten == revealed == 0 and counts
    tried = f"{many} ids with two different texts at once, then all again"
    return fire.figure("R3", tried, promised="all kept, none overwritten", found=found, ok=ok)


def _broker_alone(fire: Fire) -> Iterator[Figure]:
    """Only the broker dies: no phone may notice."""
    with front(fire) as stack:
        load, faults = Load(stack, stack.seeded, fire.seed), Faults(stack, fire.seed, only=("broker",))
        load.start(at_least=1)
        faults.start()
        wait_until(lambda: faults.problems or faults.count >= fire.pick(1, 12), seconds=300)
        faults.finish()
        load.finish()
        done = _processed(fire, stack, load)
        alarm = _alarm(stack)
    tried = (
        f"{len(load.reports.sent):,} reports while the broker is killed {faults.count} and emptied {faults.wiped} times"
    )
    ok = load.failed == 0 and done.ok and faults.count > 0
    found = f"{load.failed} failed; {done.found}"
    yield fire.figure("R9", tried, promised="0 errors, backlog done in 60 s", found=found, ok=ok)
    tried = "a photo waits for 6 minutes, nobody takes it: what the page for monitors says"
    yield fire.figure("R9", tried, promised="503, not ready", found=alarm, ok=alarm.startswith("503"))


def _alarm(stack: Stack) -> str:
    for program in (*stack.beats, stack.worker):
        program.stop()
    stack.execute(
        "UPDATE factories_photo SET state = 'waiting', leased_until = NULL, received_at = %s", _six_minutes_ago()
    )
    answer = stack.client().get("/readyz")
    return f"{answer.status}, {answer.json['waiting']}"


def _six_minutes_ago() -> str:
    return (datetime.now(UTC) - timedelta(minutes=6)).strftime("%Y-%m-%d %H:%M:%S")


def _answered_too_soon(fire: Fire) -> Figure:
    """Control: the receipt goes out before the commit."""
    with front(fire, without=["commit-before-receipt"]) as stack:
        load = Load(stack, stack.seeded, fire.seed, with_photos=False)  # there is no report yet that they belong to
        faults = Faults(stack, fire.seed, only=("web",))
        load.start(at_least=300)
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
        load.start(at_least=200)
        load.wait_for(lambda: load.acknowledged >= 200, seconds=120)  # noqa: PLR2004
        load.finish()
        stack.broker.start()
        with suppress(Failed):
            wait_until(lambda: stack.count(UNDONE) == 0, seconds=20, every=0.5)
        left = stack.count(UNDONE)
    found = f"{left} photos still wait 20 s after the broker is back"
    return fire.control("R6", "handing out again", must="some left", found=found, ok=left > 0)
