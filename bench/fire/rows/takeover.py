"""A worker dies with its hands full: how long until somebody else has taken up what it held."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, NamedTuple
from uuid import uuid4

from bench.fire.figures import Figure
from bench.fire.mail import MailServer
from bench.fire.processes import Failed, Program, wait_until
from bench.fire.rows.line import noise
from bench.fire.rows.work import call_off_all, coordinator, troubles
from bench.fire.run import Fire
from bench.fire.stack import Stack

ROWS = ("R8",)
HELD = 20
SLOW = 8.0
"""Seconds that the mail server thinks about a message: less than the sender's patience (10 s)."""
WITHIN = 30.0
CONTROL_WITHIN = 35.0
LEASED = {
    "notifications_notification": "sent_at IS NULL AND failed_at IS NULL",
    "factories_photo": "state = 'waiting'",
    "battles_matchingrun": "state IN ('waiting', 'running')",
}
PROMISED = f"all taken over in {WITHIN:.0f} s"


class Held(NamedTuple):
    table: str
    key: object
    claim: int


class Taken(NamedTuple):
    """`slowest` is None where some were not taken over in time."""

    held: int
    left: int
    slowest: float | None
    troubles: Sequence[str]

    @property
    def is_kept(self) -> bool:
        return self.left == 0 and self.held > 0 and not self.troubles

    def __str__(self) -> str:
        when = "" if self.slowest is None else f", the last after {self.slowest:.1f} s"
        return "; ".join([f"{self.held - self.left} of {self.held} taken over{when}", *self.troubles])


def run(fire: Fire) -> Iterator[Figure]:
    if fire.is_short:
        return
    found = _notices(fire, by_another=False)
    tried = f"a worker killed while it sends {HELD} notices over a slow line, and started again at once"
    yield fire.figure("R8", tried, promised=PROMISED, found=str(found), ok=found.is_kept and found.held >= HELD)
    found = _notices(fire, by_another=True)
    tried = f"one of two workers killed while each sends {HELD} notices over a slow line"
    yield fire.figure("R8", tried, promised=PROMISED, found=str(found), ok=found.is_kept and found.held >= HELD)
    found = _photos_and_runs(fire)
    tried = "a worker killed in the midst of photos and matching runs, and started again at once"
    yield fire.figure("R8", tried, promised=PROMISED, found=str(found), ok=found.is_kept)
    found = _notices(fire, by_another=False, seconds=CONTROL_WITHIN, without=["handing-out-again"])
    must = f"some left after {CONTROL_WITHIN:.0f} s (leases end at 15 s; the broker's own repeats come after 300 s)"
    yield fire.control("R8", "handing out again", must=must, found=str(found), ok=found.left > 0)


@contextmanager
def another_worker(stack: Stack) -> Iterator[Program]:
    argv = [*stack.worker.argv, "--hostname", "another@%h"]
    worker = Program("another worker", argv, stack.env, stack.folder / "worker-2.log")
    worker.start()
    try:
        wait_until(lambda: stack.count("SELECT count(*) FROM work_heartbeat") > 1)
        yield worker
    finally:
        worker.stop()


def _notices(fire: Fire, *, by_another: bool, seconds: float = WITHIN, without: Sequence[str] = ()) -> Taken:
    people = HELD * 2 if by_another else HELD
    how = {"seed": "work:called", "said": {"battles": 1, "people": people}, "concurrency": HELD, "without": without}
    with MailServer(slow=SLOW) as mail, fire.stack(EMAIL_URL=mail.url, **how) as stack:
        if not by_another:
            _call_off_and_wait(stack, people)
            return _kill_and_wait(stack, mail, seconds, start=True)
        with another_worker(stack):
            _call_off_and_wait(stack, people)
            return _kill_and_wait(stack, mail, seconds, start=False)


def _call_off_and_wait(stack: Stack, people: int) -> None:
    call_off_all(stack, stack.seeded["battles"])
    wait_until(lambda: len(_held(stack)) >= people, every=0.1)


def _kill_and_wait(stack: Stack, mail: MailServer | None, seconds: float, *, start: bool) -> Taken:
    """A row is taken over once somebody claims it after the kill. What the other worker finishes itself is not counted."""
    stack.worker.pause()
    held = _held(stack)
    stack.worker.kill()
    died = time.monotonic()
    if mail is not None:
        mail.slow = 0.1
    if start:
        stack.worker.start()
    left, slowest = set(held), 0.0
    with suppress(Failed):
        wait_until(lambda: not _drop_taken(stack, left), seconds=seconds, every=0.1)
        slowest = time.monotonic() - died
    own = [one for one in held if one not in left and _claim_of(stack, one) == one.claim]
    return Taken(len(held) - len(own), len(left), slowest or None, troubles(stack))


def _drop_taken(stack: Stack, left: set[Held]) -> set[Held]:
    for one in list(left):
        is_open = stack.count(f"SELECT count(*) FROM {one.table} WHERE id = %s AND {LEASED[one.table]}", one.key)  # noqa: S608
        if not is_open or _claim_of(stack, one) > one.claim:
            left.discard(one)
    return left


def _claim_of(stack: Stack, one: Held) -> int:
    return stack.count(f"SELECT claim FROM {one.table} WHERE id = %s", one.key)  # noqa: S608 -- our own words


def _held(stack: Stack) -> list[Held]:
    """Every row in somebody's hands."""
    moment = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
    return [
        Held(table, key, claim)
        for table, is_open in LEASED.items()
        for key, claim in stack.rows(
            f"SELECT id, claim FROM {table} WHERE leased_until > %s AND claim > 0 AND {is_open}",  # noqa: S608
            moment,
        )
    ]


def _photos_and_runs(fire: Fire) -> Taken:
    with fire.stack(seed="work:photos_and_runs", said={"regions": 3}, concurrency=6) as stack:
        stack.worker.pause()
        _send_photos(stack)
        _ask_for_runs(stack)
        stack.worker.go_on()
        wait_until(
            lambda: {one.table for one in _held(stack)} >= {"factories_photo", "battles_matchingrun"}, every=0.01
        )
        return _kill_and_wait(stack, None, WITHIN, start=True)


def _send_photos(stack: Stack) -> None:
    client, photo = stack.client(), noise(6_000_000)
    for _ in range(3):
        where = f"/api/v1/reports/{stack.seeded['report']}/photos/{uuid4()}"
        answer = client.ask("PUT", where, photo, Content_Type="image/jpeg")
        if answer.status != HTTPStatus.CREATED:
            raise Failed(f"a photo was refused: {answer.status} {answer.text[:200]}")


def _ask_for_runs(stack: Stack) -> None:
    client: Any = coordinator(stack)
    for region in stack.seeded["regions"]:
        answer = client.post("/api/v1/runs", {"region": region})
        if answer.status not in (HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.ACCEPTED):
            raise Failed(f"a run was refused: {answer.status} {answer.text[:200]}")
