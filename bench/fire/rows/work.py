"""Every notice once, although workers die at the worst moment and the broker repeats, forgets and repeats again."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from threading import Lock, Thread
from typing import Any

from bench.fire.client import Client
from bench.fire.faults import empty_broker
from bench.fire.figures import Figure
from bench.fire.mail import Counted, Mail, MailServer
from bench.fire.messages import Messages
from bench.fire.processes import Failed, wait_until
from bench.fire.run import Fire
from bench.fire.seeds.line import PASSWORD
from bench.fire.stack import Stack

ROWS = ("R7",)
PEOPLE, BATTLES, CONTROL_BATTLES = 100, 10, 1
MAILS_PER_KILL = 125
WIPE_AT = (200, 600)
MOST_REPEATED = 0.01
PATIENCE = 600.0
UNSENT = (
    "SELECT count(*) FROM notifications_notification WHERE kind = 'offer.withdrawn' AND sent_at IS NULL"
    " AND failed_at IS NULL"
)
EVENT = re.compile(r"motivo-\d+")


def run(fire: Fire) -> Iterator[Figure]:
    if fire.is_short:
        return
    found = _trial(fire, battles=BATTLES, every=MAILS_PER_KILL, wipe_at=WIPE_AT)
    tried = (
        f"{found.wanted:,} notices of {BATTLES} events to {PEOPLE} people; {found.messages.copies:,} messages of the "
        f"broker delivered again, the broker emptied {found.wiped} times, {found.killer.kills} times the worker killed, "
        f"{found.killer.after_answer} of them after the mail server's answer and before the mark"
    )
    promised = "each seen once by each; repeats ≤ 1 %, under the same key"
    yield fire.figure("R7", tried, promised=promised, found=str(found), ok=found.is_kept)
    for without, what, must, every in (
        ("claim", "the claim of a row", "repeats > 1 %", 10_000),
        ("same-key", "the constant key (Message-ID)", "seen twice", 25),
    ):
        found = _trial(fire, battles=CONTROL_BATTLES, every=every, wipe_at=(), without=[without])
        yield fire.control("R7", what, must=must, found=str(found), ok=not found.is_once)


@dataclass
class Killer:
    """Kills the worker once for every `every` mails: at one time when the server's answer has just been heard and
    nothing noted yet, at the next in the midst of whatever it does. Counted is only what was alive and died.
    """

    stack: Stack
    every: int
    turns: int = 0
    kills: int = 0
    after_answer: int = 0
    _turn: Lock = field(default_factory=Lock)

    def look(self, count: int) -> None:
        """Called by the mail server, which says nothing more to its client before this returns."""
        with self._turn:
            if count < (self.turns + 1) * self.every:
                return
            self.turns += 1
            is_at_answer = self.turns % 2 == 1
            if is_at_answer and self._has_killed():
                self.after_answer += 1
            elif not is_at_answer:
                Thread(target=self._a_little_later, daemon=True).start()
        if is_at_answer:
            self.stack.worker.start_again()

    def _a_little_later(self) -> None:
        time.sleep(0.037)
        self._has_killed()
        self.stack.worker.start_again()

    def _has_killed(self) -> bool:
        """A worker that is just starting again was dead already."""
        try:
            self.stack.worker.kill()
        except Failed:
            return False
        self.kills += 1
        return True


@dataclass
class Found:
    wanted: int
    noted: int
    counted: Counted
    messages: Messages
    killer: Killer
    wiped: int
    missing: int
    errors: list[str]

    @property
    def is_kept(self) -> bool:
        """What did not happen to it proves nothing."""
        killer = self.killer
        was_tried = min(killer.after_answer, killer.kills - killer.after_answer, self.messages.copies, self.wiped) > 0
        return was_tried and self.is_once

    @property
    def is_once(self) -> bool:
        mails = self.counted
        once = self.wanted == self.noted == mails.seen and not (self.missing or mails.doubles or self.errors)
        return once and mails.repeats <= MOST_REPEATED * self.wanted

    def __str__(self) -> str:
        mails = self.counted
        said = (
            f"{mails.taken:,} mails taken: {mails.seen:,} seen, {self.missing} missing, {mails.doubles} seen twice, "
            f"{mails.repeats} repeats under the same key ({mails.repeats / self.wanted:.2%})"
        )
        return "; ".join([said, *self.errors])


def _trial(fire: Fire, *, battles: int, every: int, wipe_at: tuple[int, ...], without: Any = ()) -> Found:
    said = {"battles": battles, "people": PEOPLE}
    with (
        MailServer() as mail,
        fire.stack(seed="work:called", said=said, without=without, EMAIL_URL=mail.url) as stack,
        Messages(stack, twice=True) as messages,
    ):
        killer = Killer(stack, every)
        mail.after_answer = killer.look
        call_off_all(stack, stack.seeded["battles"])
        wiped = _wipe_at(stack, mail, wipe_at)
        with suppress(Failed):
            wait_until(lambda: stack.count(UNSENT) == 0, seconds=PATIENCE, every=0.5)
        mail.after_answer = None
        messages.send_all_again("deliver")
        with suppress(Failed):
            messages.wait_until_taken()
        wanted, noted = battles * PEOPLE, stack.count("SELECT count(*) FROM notifications_notification")
        told = {(one.to, event_of(one)) for one in mail.ledger}
        missing = wanted - len(told)
        return Found(wanted, noted, mail.count(event_of), messages, killer, wiped, missing, troubles(stack))


def call_off_all(stack: Stack, battles: list[int]) -> None:
    """Each battle's people are told, with a reason that names the event; the button is pressed twice."""
    client = coordinator(stack)
    for number in battles:
        answers = [client.post(f"/api/v1/battles/{number}/call-off", {"reason": f"motivo-{number}"}) for _ in "ab"]
        if answers[0].status != HTTPStatus.OK:
            raise Failed(f"a battle could not be called off: {answers[0].status} {answers[0].text[:200]}")


def coordinator(stack: Stack) -> Client:
    client: Client = stack.client()
    if not client.sign_in("rosa", PASSWORD):
        raise Failed("the coordinator could not sign in")
    return client


def event_of(mail: Mail) -> str:
    found = EVENT.search(mail.text)
    return found[0] if found else mail.subject


def troubles(stack: Stack) -> list[str]:
    """What no log may say, and the line after which it stood."""
    logs = stack.logs()
    return [
        f"the logs say {word!r} {logs.count(word)} times"
        for word in ("Traceback", "database is locked")
        if word in logs
    ]


def _wipe_at(stack: Stack, mail: MailServer, counts: tuple[int, ...]) -> int:
    wiped = 0
    for count in counts:
        wait_until(lambda count=count: len(mail.ledger) >= count, seconds=PATIENCE)
        with suppress(Failed):
            wait_until(lambda: empty_broker(stack))
            wiped += 1
    return wiped
