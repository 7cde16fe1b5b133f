"""Where personal data turns up: marked people go through everything that the product does, and everything that it wrote
down is searched for them. And how soon a phone is gone once somebody is released.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from bench.fire import traces
from bench.fire.client import Client
from bench.fire.figures import Figure
from bench.fire.marked import PASSWORD, REPORTER, Walk
from bench.fire.processes import Failed, wait_until
from bench.fire.refusal import RefusingMail
from bench.fire.run import Fire
from bench.fire.stack import Stack, wait_for_database

ROWS = ("S3", "S4")
VOLUNTEERS = 8
GONE_WITHIN = 1.0
SILENT_LOG = ("-c", "log_min_error_statement=panic", "-c", "log_error_verbosity=terse")
"""As docker-compose.yml starts PostgreSQL."""
ALLOWED = frozenset(
    {
        "contacts_contact.name", "contacts_contact.phone", "contacts_contact.email", "contacts_contact.address",
        "contacts_contact.emergency_name", "contacts_contact.emergency_phone", "volunteers_volunteer.name",
        "volunteers_volunteer.folded", "factories_breakdownreport.text", "factories_breakdownreport.folded",
        "factories_reportvariant.body",
    }
)  # fmt: skip
"""Contact details; names of volunteers, by which they are found; and what people themselves wrote into a report."""
UNREAD = "factories_rawintake.body"
UNPREPARED = "SELECT count(*) FROM factories_photo WHERE state = 'waiting'"


def run(fire: Fire) -> Iterator[Figure]:
    if fire.is_short:
        return
    with fire.stack(seed="canaries:people", said={"count": VOLUNTEERS}) as stack:
        yield _released(fire, stack)
    seen = Seen(fire)
    yield fire.figure("S4", seen.tried, promised="0 outside the tables of people", found=str(seen), ok=not seen.found)
    yield seen.erased
    for what, without in (
        ("discreet logs", "discreet-logs"),
        ("ids instead of contents in notices and tasks", "ids-only"),
    ):
        seen = Seen(fire, without=[without])
        yield fire.control("S4", what, must="some found", found=str(seen), ok=bool(seen.found))
    if fire.backend == "postgres":
        seen = Seen(fire, log_options=())
        yield fire.control(
            "S4", "a server that logs no statements", must="some found", found=str(seen), ok=bool(seen.found)
        )


# Gone after release


def _released(fire: Fire, stack: Stack) -> Figure:
    """The responsible asks for the phones again and again while a coordinator releases one after the other."""
    coordinator, responsible = stack.client(), stack.client()
    if not (coordinator.sign_in("rosa", PASSWORD) and responsible.sign_in("responsable", PASSWORD)):
        raise Failed("could not sign in")
    times, shown, after = [], 0, 0
    for offer in stack.seeded["offers"]:
        stack.client().ask("POST", offer["link"], b"answer=yes", Content_Type="application/x-www-form-urlencoded")
        shown += _phones_hold(stack, responsible, offer["phone"])
        coordinator.send_form(
            f"/convocatorias/{offer['pk']}/soltar", {"reason": "x"}, page=f"/convocatorias/{offer['pk']}"
        )
        began = time.monotonic()
        with suppress(Failed):
            wait_until(lambda offer=offer: not _phones_hold(stack, responsible, offer["phone"]), seconds=GONE_WITHIN)
        times.append(time.monotonic() - began)
        after += _phones_hold(stack, responsible, offer["phone"])
    found = f"{shown} of {len(times)} shown after the yes, {after} after the release; gone at the latest after {max(times):.2f} s"
    tried = f"{len(times)} volunteers say yes by their links and are released, the crew's responsible asks for phones"
    ok = shown == len(times) and after == 0 and max(times) <= GONE_WITHIN
    return fire.figure("S3", tried, promised="phones after the yes, gone ≤ 1 s after release", found=found, ok=ok)


def _phones_hold(stack: Stack, client: Client, phone: str) -> bool:
    battle = stack.seeded["battle"]
    answer = client.send_form(f"/batallas/{battle}/contactos", {}, page=f"/batallas/{battle}")
    if answer.status != HTTPStatus.OK:
        raise Failed(f"the responsible is refused: {answer.status}")
    return bool(traces.Marks([phone]).in_text(answer.text))


# Everything that the product does


class Seen:
    """One pass over everything with marked people, and where their marks were found."""

    def __init__(
        self, fire: Fire, *, without: list[str] | None = None, log_options: tuple[str, ...] = SILENT_LOG
    ) -> None:
        self.walk = Walk()
        self.found: dict[str, int] = {}
        with RefusingMail() as mail:
            how: dict[str, Any] = {"seed": "canaries:people", "said": {"count": VOLUNTEERS}, "start": False}
            with fire.stack(**how, without=without or [], EMAIL_URL=mail.url) as stack:
                self._start(stack, log_options)
                with traces.Listener(stack.env["REDIS_URL"]) as broker:
                    self.walk.everything(stack)
                    wait_until(lambda: mail.refused > 0, seconds=30)
                    wait_until(lambda: stack.count(UNPREPARED) == 0, seconds=60)
                    self.mails = mail.refused
                    self._search(stack, broker)
                self.erased = self._handle_unread(fire, stack)

    def __str__(self) -> str:
        where = ", ".join(f"{place} ({count})" for place, count in sorted(self.found.items()))
        return f"found in {where}" if where else "0 found"

    def _start(self, stack: Stack, log_options: tuple[str, ...]) -> None:
        temporary = stack.folder / "tmp"
        temporary.mkdir()
        stack.env["TMPDIR"] = str(temporary)
        if stack.database is not None:
            stack.database.stop()
            stack.database.argv = [*stack.database.argv, *log_options]
            heard = {key: value for key, value in stack.database.options.items() if key not in {"stdout", "stderr"}}
            stack.database.options = heard
            stack.database.start()
            wait_for_database(stack)
        stack.start()

    # Where it is searched

    def _marks(self, stack: Stack) -> list[str]:
        return [*stack.seeded["marks"], *REPORTER]

    def _search(self, stack: Stack, broker: traces.Listener) -> None:
        known = traces.Marks(self._marks(stack))
        places = [*traces.files(stack.folder, without={"epo", "postgres", "mail"})]
        places += [("the broker", "\n".join([*broker.said, *broker.held()]))]
        self.found = {place: len(marks) for place, text in places if (marks := known.in_text(text))}
        in_tables = stack.seed("canaries:search", marks=self._marks(stack))
        self.found |= {place: count for place, count in in_tables.items() if place not in ALLOWED | {UNREAD}}
        must = {"contacts_contact.phone", "factories_breakdownreport.text", UNREAD}
        if not must <= set(in_tables) or not self.walk.errors:
            raise Failed(f"the marks never arrived: {sorted(in_tables)}, {self.walk.errors} errors")
        size = sum(len(text) for place, text in places) // 1024
        self.tried = (
            f"{self.walk.requests} requests, {self.walk.errors} forced errors, {self.mails} refused mails; searched "
            f"{len(places)} files and talks with the broker ({size} KiB), every column of every table, sessions"
        )

    def _handle_unread(self, fire: Fire, stack: Stack) -> Figure:
        """What could not be read holds what people sent, until somebody has dealt with it."""
        rosa = stack.client()
        rosa.sign_in("rosa", PASSWORD)
        keys = [key for (key,) in stack.rows("SELECT id FROM factories_rawintake")]
        for key in keys:
            rosa.send_form(f"/hoy/ilegibles/{key}", {}, page="/hoy")
        left = stack.seed("canaries:search", marks=self._marks(stack)).get(UNREAD, 0)
        found = f"{left} of {len(keys)} still hold what was sent"
        return fire.figure(
            "S4", "unreadable messages that were dealt with", promised="erased", found=found, ok=bool(keys) and not left
        )
