"""Phones on the front line: each sends its reports one by one, and again and again until one is acknowledged."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from random import Random
from threading import Event, Thread
from urllib.parse import urlencode
from uuid import UUID

from bench.fire.client import BAD, Answer, Client
from bench.fire.ledger import Ledger
from bench.fire.pictures import picture
from bench.fire.processes import Failed, wait_until
from bench.fire.stack import Stack

WORDS = (
    "horno",
    "correa",
    "rodamiento",
    "bomba",
    "fuga",
    "válvula",
    "tablero",
    "quemado",
    "no arranca",
    "vibra",
    "humo",
)
CONDITIONS = ("stopped", "badly", "dangerous")
ACKNOWLEDGED = frozenset({HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.FOUND})
REFUSED = frozenset(
    {HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY}
)
"""No phone deserves these; sending again would not help."""
PATIENCE = 180.0
BY_PAGE, WITH_PHOTO, TWICE = 0.3, 0.1, 0.05


@dataclass(frozen=True, slots=True)
class Said:
    """A report of 0.6 to 2 KB; its first word is found in no other."""

    id: str
    label: str
    condition: str
    text: str
    by_page: bool
    photo: str | None

    def send(self, client: Client) -> Answer:
        if not self.by_page:
            said = {"label": self.label, "condition": self.condition, "text": self.text}
            return client.put(f"/api/v1/reports/{self.id}", said)
        body = urlencode({"id": self.id, "condition": self.condition, "text": self.text, "end": "1"}).encode()
        return client.ask("POST", f"/r/{self.label}", body, Content_Type="application/x-www-form-urlencoded")

    def send_photo(self, client: Client) -> Answer:
        body = picture(self.id)
        return client.ask("PUT", f"/api/v1/reports/{self.id}/photos/{self.photo}", body, Content_Type="image/jpeg")


def invent(labels: Sequence[str], chance: Random) -> Said:
    key = _uuid(chance)
    length = chance.randint(600, 2000)
    text = f"{key} "
    while len(text) < length:
        text += f"{chance.choice(WORDS)} "
    photo = _uuid(chance) if chance.random() < WITH_PHOTO else None
    condition = chance.choices(CONDITIONS, (5, 4, 1))[0]
    return Said(key, chance.choice(labels), condition, text.strip(), chance.random() < BY_PAGE, photo)


def _uuid(chance: Random) -> str:
    return str(UUID(int=chance.getrandbits(128), version=4))


@dataclass
class Load:
    """`failed` counts attempts without an acknowledgement; `gave_up` what was never acknowledged."""

    stack: Stack
    labels: Sequence[str]
    seed: int
    phones: int = 16
    with_photos: bool = True
    through: tuple[str, int] | None = None
    """A bad line, on which every second phone is."""
    reports: Ledger = field(default_factory=Ledger)
    photos: Ledger = field(default_factory=Ledger)
    failed: int = 0
    gave_up: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    answers: dict[int, int] = field(default_factory=dict)
    _enough: Event = field(default_factory=Event)
    _threads: list[Thread] = field(default_factory=list)

    def start(self) -> None:
        """Each phone goes on until `finish`."""
        self._threads = [Thread(target=self._phone, args=(n,), daemon=True) for n in range(self.phones)]
        for thread in self._threads:
            thread.start()

    def wait_for(self, enough: Callable[[], bool], *, seconds: float) -> None:
        wait_until(lambda: self.refused or enough(), seconds=seconds)
        if self.refused:
            raise Failed(f"an honest report was refused: {self.refused[0]}")

    def finish(self) -> None:
        self._enough.set()
        for thread in self._threads:
            thread.join()

    @property
    def acknowledged(self) -> int:
        return len(self.reports.acknowledged)

    def _phone(self, number: int) -> None:
        chance = Random(f"{self.seed}-{number}")
        client = self.stack.client(timeout=20, through=self.through if number % 2 else None)
        while not self._enough.is_set():
            said = invent(self.labels, chance)
            self.reports.note_sent(said.id, said.text)
            if self._until_acknowledged(said, client, chance):
                self.reports.note_acknowledged(said.id)
            if self.with_photos and said.photo and said.id in self.reports.acknowledged:
                self._send_photo(said, said.photo, client, chance)
            if chance.random() < TWICE:
                self._once(lambda said=said: said.send(client))

    def _send_photo(self, said: Said, photo: str, client: Client, chance: Random) -> None:
        self.photos.note_sent(photo, photo)
        if self._again_and_again(lambda: said.send_photo(client), chance):
            self.photos.note_acknowledged(photo)

    def _until_acknowledged(self, said: Said, client: Client, chance: Random) -> bool:
        if self._again_and_again(lambda: said.send(client), chance):
            return True
        self.gave_up.append(said.id)
        return False

    def _again_and_again(self, send: Callable[[], Answer], chance: Random) -> bool:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if self._once(send):
                return True
            self.failed += 1
            time.sleep(chance.uniform(0.05, 0.4))
        return False

    def _once(self, send: Callable[[], Answer]) -> bool:
        try:
            answer = send()
        except BAD:
            self.answers[0] = self.answers.get(0, 0) + 1
            return False
        self.answers[answer.status] = self.answers.get(answer.status, 0) + 1
        if answer.status in REFUSED:
            self.refused.append(answer.text[:300])
        return answer.status in ACKNOWLEDGED


def send_at_once(stack: Stack, groups: Sequence[Sequence[Said]]) -> list[list[Answer]]:
    """Each group at the same moment, by a phone each."""
    size = max(len(group) for group in groups)
    clients = [stack.client(timeout=30) for _ in range(size)]

    def send(client: Client, said: Said) -> Answer:
        return said.send(client)

    with ThreadPoolExecutor(size) as phones:
        return [list(phones.map(send, clients, group)) for group in groups]
