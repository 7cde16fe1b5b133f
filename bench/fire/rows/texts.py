"""Reports by text message: the gateway tells each one to five times, in any order, and others pretend to be it."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from random import Random
from threading import local
from typing import Any

from bench.fire.client import Client
from bench.fire.figures import Figure
from bench.fire.processes import Failed, wait_until
from bench.fire.run import Fire
from bench.fire.stack import Stack
from tests.gateways import KEY, Gateway, came

ROWS = ("R13",)
PATH = "/mensajes/sms"
PHONES, MOST_TIMES = 8, 5
TALKS, FORGED = 200, 300
TALK = ("AVERIA {number}", "1", "{words}", "nada", "NO")
"""A number on a label, how the machine is, what is wrong, nothing else, no name: a whole conversation."""
PATIENCE = 240.0
LABELS = 40
STORED = "SELECT text FROM factories_breakdownreport"
RECEIVED = "SELECT count(*) FROM notifications_received"
PROMISED = "0 lost, 0 duplicate; bad signatures 100 % refused"
OPEN_HOUSE = {"REPORTS_PER_LABEL": "1000000", "SMS_A_DAY": "1000000"}


@dataclass(frozen=True)
class Told:
    """One webhook of the gateway, as often as it is sent."""

    body: bytes

    def headers(self, key: str = KEY, late: int = 0) -> dict[str, str]:
        stamp = str(int(time.time()) - late)
        signature = hmac.new(key.encode(), self.body + stamp.encode(), hashlib.sha256).hexdigest()
        return {"X_Timestamp": stamp, "X_Signature": signature, "Content_Type": "application/json"}


@dataclass
class Found:
    talks: int
    messages: int = 0
    sent: int = 0
    unheard: int = 0
    lost: int = 0
    doubles: int = 0
    phantoms: int = 0
    kept_twice: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    logs: list[str] = field(default_factory=list)

    @property
    def is_once(self) -> bool:
        wrong = self.lost + self.doubles + self.phantoms + self.kept_twice + self.unheard
        return not wrong and set(self.answers) == {"taken"} and not self.logs

    def __str__(self) -> str:
        said = (
            f"{self.talks - self.lost:,} of {self.talks:,} reports stored, {self.lost} lost, {self.doubles} duplicates, "
            f"{self.phantoms} that nobody sent; {self.kept_twice} messages kept twice, {self.unheard} without an answer"
        )
        refused = sum(count for what, count in self.answers.items() if what != "taken")
        return "; ".join([said, *([f"{refused} webhooks not taken"] if refused else []), *self.logs])


def run(fire: Fire) -> Iterator[Figure]:
    if fire.is_short:
        return  # `make test` repeats and forges messages anyway (tests/epo/notifications/test_messages.py)
    with Gateway() as gateway, texting(fire, gateway) as stack:
        found = _tell(fire, stack, gateway, TALKS)
        tried = f"{found.messages:,} messages of {found.talks} phones, each 1–{MOST_TIMES} times, {found.sent:,} in all, shuffled"
        yield fire.figure("R13", tried, promised=PROMISED, found=str(found), ok=found.is_once)
        forged, stored = _forge(stack, fire.seed, FORGED)
        yield fire.figure(
            "R13",
            f"{forged.total()} webhooks with bad signatures, in {len(FORGERIES)} ways",
            promised=PROMISED,
            found=f"{forged[HTTPStatus.FORBIDDEN]} of {forged.total()} refused, {stored} stored",
            ok=forged.keys() == {HTTPStatus.FORBIDDEN} and stored == 0,
        )
    yield from _controls(fire)


def _controls(fire: Fire) -> Iterator[Figure]:
    with Gateway() as gateway, texting(fire, gateway, without=["text-signature"]) as stack:
        _forged, stored = _forge(stack, fire.seed, 30)
    yield fire.control("R13", "the signature", must="forged ones let in", found=f"{stored} stored", ok=stored > 0)
    with Gateway() as gateway, texting(fire, gateway, without=["text-once"]) as stack:
        found = _tell(fire, stack, gateway, 12)
    yield fire.control("R13", "the id of a message", must="≥ 1 wrong", found=str(found), ok=not found.is_once)


def texting(fire: Fire, gateway: Gateway, **how: Any) -> Any:
    """A stack whose text messages go over `gateway`."""
    env = {"SMS_GATEWAY_URL": gateway.url, "SMS_GATEWAY_USER": "epo", "SMS_GATEWAY_PASSWORD": "word"}
    env |= {"SMS_GATEWAY_SIGNING_KEY": KEY, **OPEN_HOUSE}
    return fire.stack(seed="texts:labels", said={"count": LABELS}, **env, **how)


def _tell(fire: Fire, stack: Stack, gateway: Gateway, talks: int) -> Found:
    """Each phone writes on once it was answered; what was told before is told again among it."""
    chance, found = Random(f"{fire.seed}-texts"), Found(talks)
    words = [f"suena {chance.getrandbits(48):012x}" for _ in range(talks)]
    numbers = [chance.choice(stack.seeded) for _ in range(talks)]
    before: list[Told] = []
    for turn, form in enumerate(TALK):
        texts = [form.format(number=number, words=said) for number, said in zip(numbers, words, strict=True)]
        told = [Told(_came(phone, turn, text)) for phone, text in enumerate(texts)]
        copies = [one for one in told for _ in range(chance.randint(1, MOST_TIMES))]
        copies += chance.sample(before, min(len(before), len(told) // 2))
        chance.shuffle(copies)
        found.answers += Counter(_what(status) for status in _send(stack, [(one, one.headers()) for one in copies]))
        found.sent, found.messages, before = found.sent + len(copies), found.messages + len(told), before + told
        with suppress(Failed):
            wait_until(lambda turn=turn: _answered(gateway, talks) > turn, seconds=PATIENCE, every=0.3)
    return _counted(stack, gateway, found, words)


def _phone(number: int) -> str:
    return f"+58414{1_000_000 + number}"


def _came(phone: int, turn: int, text: str) -> bytes:
    at = f"2026-11-22T10:{turn:02d}:00.000-04:00"
    return came(_phone(phone), text, message_id=hashlib.sha256(text.encode()).hexdigest()[:8], at=at)


def _answered(gateway: Gateway, talks: int) -> int:
    """How many answers has whoever has the fewest."""
    counts = Counter(to for _id, to, _text in list(gateway.sent))
    return min(counts[_phone(number)] for number in range(talks))


def _what(status: int) -> str:
    return "taken" if status == HTTPStatus.NO_CONTENT else str(status)


def _send(stack: Stack, all_of_it: Sequence[tuple[Told, dict[str, str]]]) -> list[int]:
    lines = local()

    def send(one: tuple[Told, dict[str, str]]) -> int:
        client: Client = getattr(lines, "client", None) or stack.client(timeout=60)
        lines.client = client
        return int(client.ask("POST", PATH, one[0].body, **one[1]).status)

    with ThreadPoolExecutor(PHONES) as phones:
        return list(phones.map(send, all_of_it))


def _counted(stack: Stack, gateway: Gateway, found: Found, words: Sequence[str]) -> Found:
    stored = Counter(str(text) for (text,) in stack.rows(STORED))
    found.lost = sum(not stored[one] for one in words)
    found.doubles = sum(max(0, stored[one] - 1) for one in words)
    found.phantoms = sum(count for text, count in stored.items() if text not in set(words))
    found.kept_twice = stack.count(RECEIVED) - found.messages
    found.unheard = max(0, found.messages - len({known for known, _to, _text in gateway.sent}))
    logs = stack.logs()
    found.logs = [f"the logs say {word!r}" for word in ("Traceback", "database is locked") if word in logs]
    return found


FORGERIES = ("other key", "no key", "too old", "from tomorrow", "other words", "no signature")


def _forge(stack: Stack, seed: int, many: int) -> tuple[Counter[int], int]:
    """What was answered, and how much of it is stored."""
    chance, before = Random(f"{seed}-forged"), stack.count(RECEIVED)
    forged = [_forged(FORGERIES[n % len(FORGERIES)], n, chance.choice(stack.seeded)) for n in range(many)]
    chance.shuffle(forged)
    answers = Counter(_send(stack, forged))
    return answers, stack.count(RECEIVED) - before


def _forged(how: str, number: int, label: int) -> tuple[Told, dict[str, str]]:
    told = Told(_came(500_000 + number, 0, f"AVERIA {label} 3 explota {number}"))
    if how in ("too old", "from tomorrow"):
        return told, told.headers(late=3_600 if how == "too old" else -86_400)
    if how == "other words":
        return Told(told.body.replace(b"explota", b"expIota")), told.headers()
    if how == "no signature":
        return told, {"Content_Type": "application/json"}
    return told, told.headers(key="" if how == "no key" else "another key")
