"""Knocks at a door with more than was asked for, and tells what came of it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.test import Client

from tests.doors import Door
from tests.fire.fields.extras import extras
from tests.fire.fields.rows import Cell, Rows, all_rows, different
from tests.fire.routes.checker import undone

MAY_BE_SAID: dict[str, set[str]] = {
    "factories:report": {"same_as"},
    "factories:report (the same)": {"name", "phone"},
    "factories:report-anywhere": {"same_as", "faults", "name", "phone"},
    "notifications:wishes": {"quiet_from", "quiet_until", "digest"},
    "api:battle-photo": {"machine", "day", "note"},
    "api:report-open (a demand)": {"title", "description", "machine", "demands", "version"},
}
"""What a door takes besides what is usually said there."""
WRONG = 500
OVERRIDES = ("HTTP_X_HTTP_METHOD_OVERRIDE", "HTTP_X_METHOD_OVERRIDE", "HTTP_X_HTTP_METHOD")
TAKES_A_FILE = {"api:battle-photo"}
"""The body is the file; its fields stand in the address."""
SEEN_BY_READING = ("accounts_user", "accounts_factor")
"""Written by signing in."""
READS_ANY_DRESS = {"api:report"}
"""A report is read by what it is, whatever the phone calls it."""
KEPT_RAW = "factories.RawIntake."
"""What cannot be read at the doors of reports is kept as it came: a row, and no other."""


@dataclass(frozen=True)
class Outcome:
    status: int
    rows: Rows

    @property
    def was_taken(self) -> bool:
        return 200 <= self.status < 300 or self.status == 302


def client_of(door: Door) -> Client:
    client = Client()
    if door.by is not None:
        client.force_login(door.by)
    return client


def send(door: Door, said: Any, *, kind: str = "", **headers: str) -> Outcome:
    """`kind` is the content type, if not the usual one of that door. All of it is undone."""
    with undone():
        client = client_of(door)
        if door.is_api or kind:
            body = said if isinstance(said, (str, bytes)) else json.dumps(said)
            answer = client.generic(door.method.upper(), door.address, body, kind or "application/json", **headers)
        else:
            answer = client.post(door.address, said, **headers)
        return Outcome(answer.status_code, all_rows())


@dataclass(frozen=True)
class Usual:
    """What comes of what is usually said: asked twice, so that what differs from time to time is known."""

    rows: Rows
    changing: frozenset[Cell]
    was_taken: bool

    def beside(self, outcome: Outcome, never: Iterable[str] = ()) -> list[str]:
        """What else, or what other, stands in the rows; `never` may not even stand where it differs each time."""
        found = {
            cell: values
            for cell, values in different(self.rows, outcome.rows).items()
            if cell not in self.changing or str(values[1]) in never
        }
        return [f"{table}.{column}: {was!r} → {now!r}"[:200] for (table, _n, column), (was, now) in found.items()]


def usual(door: Door) -> Usual:
    first, second = send(door, door.said), send(door, door.said)
    return Usual(first.rows, frozenset(different(first.rows, second.rows)), first.was_taken)


def untouched(door: Door) -> Usual:
    """Signed in, nothing said; when somebody last signed in differs each time."""
    rows = []
    for _ in range(2):
        with undone():
            client_of(door)
            rows.append(all_rows())
    return Usual(rows[0], frozenset(different(*rows)), was_taken=False)


def widened(name: str, door: Door) -> tuple[int, list[str]]:
    """How many fields were added, and what they changed."""
    declared = door.said.keys() | MAY_BE_SAID.get(name, set())
    added = {field: value for field, value in extras().items() if field not in declared}
    if not door.is_api:
        added = {field: value for field, value in added.items() if not isinstance(value, dict)}
    if name in TAKES_A_FILE:
        outcome = send(replace(door, address=f"{door.address}?{urlencode(added)}"), door.said)
    else:
        outcome = send(door, door.said | added)
    if not outcome.was_taken:
        return len(added), [f"{name} refused: {outcome.status}"]
    never = {str(added[field]) for field in ("token", "created_at") if field in added}
    return len(added), [f"{name} {one}" for one in usual(door).beside(outcome, never)]


def said_twice(name: str, door: Door) -> list[str]:
    """Each field first with a wrong value: the last one counts, or all is refused; nothing in between."""
    expected, nothing = usual(door), untouched(door)
    found = []
    for field, value in door.said.items():
        many = value if isinstance(value, list) else [value]
        if door.is_api:
            pairs = [*((field, "\N{SNOWMAN}"), *door.said.items())]
            said: Any = "{" + ", ".join(f"{json.dumps(key)}: {json.dumps(one)}" for key, one in pairs) + "}"
        else:
            said = door.said | {field: ["\N{SNOWMAN}", *many]}
        outcome = send(door, said)
        if expected.beside(outcome) and _but_raw(nothing.beside(outcome)):
            found.append(f"{name} {field} twice: {outcome.status}")
    return found


def _but_raw(found: list[str]) -> list[str]:
    return [one for one in found if not one.startswith(KEPT_RAW)]


def confused(name: str, door: Door) -> list[str]:
    """The right words in the wrong dress, and another method named in a header: never more than an empty form does."""
    nothing, empty = untouched(door), send(door, {})
    bare = Usual(empty.rows, frozenset(different(empty.rows, send(door, {}).rows)), was_taken=False)
    form, told = urlencode(door.said, doseq=True), json.dumps(door.said)
    tries = {
        "form": (form, "application/x-www-form-urlencoded"),
        "text": (told, "text/plain"),
        "no type": (told, "application/octet-stream"),
    }
    if not door.is_api:
        tries = {"JSON": (told, "application/json"), "text": (form, "text/plain"), "XML": (form, "application/xml")}
    found = []
    for dress, (body, kind) in tries.items():
        outcome = send(door, body, kind=kind)
        is_odd = name not in READS_ANY_DRESS and bare.beside(outcome) and _but_raw(nothing.beside(outcome))
        if outcome.status >= WRONG or is_odd:
            found.append(f"{name} as {dress}: {outcome.status}")
    return found + [f"{name} {one}" for one in _overridden(door)]


def _overridden(door: Door) -> list[str]:
    """A question that says in a header, or in a field, that it is something else stays a question."""
    expected, found = usual(door), []
    for method in ("DELETE", "PUT", "PATCH", "GET"):
        for header in OVERRIDES:
            outcome = send(door, door.said, **{header: method})
            found += [f"{header} {method}: {one}" for one in expected.beside(outcome)]
    asked = {name: value for name, value in door.said.items() if value is not None}
    with undone() as written:
        client = client_of(door)
        for header in OVERRIDES:
            client.get(door.address, {"_method": "POST", **asked}, **{header: "POST"})
    ours = [table for table in written.tables if table not in SEEN_BY_READING]
    return found + [f"GET wrote {table}" for table in ours]
