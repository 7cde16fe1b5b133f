"""Whatever is said at a door, in whatever field: never a fault of ours, and never a row that breaks a page later."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from tests.doors import DOORS, Door

TEXT = ["a\x00b", "²", *("ñ" * length for length in (90, 130, 250, 450))]
NUMBERS = ["a\x00b", "²", "-1", "99999", "9" * 25, "NaN", "1e400", "0.00001"]
DAYS = ["a\x00b", "²", "0001-01-01", "9999-12-31"]
MOMENTS = [*DAYS, "0001-01-01T00:00", "9999-12-31T23:59", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00"]
HUGE = "@huge@"
VALUES = [None, [], {}, -1, 10**30, "\ud800", HUGE]
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
NUMBER = re.compile(r"-?[\d.]+")
WRONG = 500


def _words(usual: Any) -> list[Any]:
    """What can go wrong in the place of such a value."""
    for kind, words in ((MOMENT, MOMENTS), (DAY, DAYS), (NUMBER, NUMBERS)):
        if kind.match(str(usual)):
            return words
    return TEXT


@contextmanager
def _undone() -> Iterator[None]:
    """Nothing that happens inside stays; a transaction that wants to be the outermost one may be."""
    with transaction.atomic():
        connection.atomic_blocks[-1]._from_testcase = True
        yield
        transaction.set_rollback(True)


def _send(client: Client, door: Door, said: dict[str, Any]) -> int:
    if door.method == "get":
        return client.get(door.address, said).status_code
    if not door.is_api:
        return client.post(door.address, said).status_code
    # Python reads 1e400 as infinite, and so may a phone send it.
    body = json.dumps(said).replace(f'"{HUGE}"', "1e400")
    return client.generic(door.method.upper(), door.address, body, "application/json").status_code


def _was_taken(door: Door, status: int) -> bool:
    return 200 <= status < 300 if door.is_api else status == 302


def _faults(client: Client, door: Door, name: str, value: Any) -> list[str]:
    """What went wrong with this value in this field, or (but for mere words) on the pages that show it if it was taken."""
    faults = []
    try:
        with _undone():
            status = _send(client, door, door.said | {name: value})
            pages = door.then if value not in TEXT and _was_taken(door, status) else []
            found = {door.address: status} | {page: client.get(page).status_code for page in pages}
            faults = [f"{page} {code}" for page, code in found.items() if code >= WRONG]
    except Exception as error:  # noqa: BLE001 -- told to the test, with where it came from
        faults = [f"{type(error).__name__}: {error}"[:160]]
    return [f"{name}={str(value)[:30]!r}: {fault}" for fault in faults]


@pytest.mark.django_db
@pytest.mark.parametrize("name", DOORS)
def test_bad_input_is_answered_and_breaks_nothing(client: Client, name: str) -> None:
    door = DOORS[name]()
    if door.by is not None:
        client.force_login(door.by)
    more = VALUES if door.is_api else []

    faults = [
        fault
        for field, usual in door.said.items()
        for value in [usual, *_words(usual), *more]
        for fault in _faults(client, door, field, value)
    ]

    assert faults == []


@pytest.mark.django_db
@pytest.mark.parametrize("name", DOORS)
def test_door_opens_for_what_is_usually_said(client: Client, name: str) -> None:
    """Else the test above would knock at closed doors."""
    door = DOORS[name]()
    if door.by is not None:
        client.force_login(door.by)

    with _undone():
        status = _send(client, door, door.said)

    assert _was_taken(door, status) or (door.method == "get" and status in (200, 404)), status


@pytest.mark.django_db
@pytest.mark.parametrize("body", [b"", b"null", b"[]", b'"x"', b"7", b"\xff", b"{", b'{"a":' * 5_000])
def test_body_that_is_no_object_is_answered(client: Client, body: bytes) -> None:
    answers = {}
    for name, build in DOORS.items():
        door = build()
        if door.is_api:
            if door.by is not None:
                client.force_login(door.by)
            answer = client.generic(door.method.upper(), door.address, body, "application/json")
            answers[name] = answer.status_code

    assert {name: status for name, status in answers.items() if status >= WRONG} == {}


@pytest.mark.parametrize(
    "address", ["/batallas/{}", "/api/v1/battles/{}/results", "/api/v1/battles/{}/output/1/correct"]
)
@pytest.mark.parametrize("number", ["9" * 16, "9" * 19, "9" * 40])
def test_number_that_no_row_can_have_leads_nowhere(admin_client, address, number):
    answers = [getattr(admin_client, method)(address.format(number)).status_code for method in ("get", "post")]

    assert set(answers) == {404}
