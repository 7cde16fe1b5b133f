"""How often the database is asked: per page, per route of the API, per write, and as lists grow.

The counts stand in queries/baseline.json. After a change for which there is a reason:

    COUNT=write .venv/bin/python -m pytest tests/fire/test_queries.py -k written --backend=sqlite
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test import Client

from tests.fire.queries.counter import Asked, ask
from tests.fire.queries.lists import LIMITS, LISTS, grow
from tests.fire.queries.routes import counted
from tests.fire.queries.world import make_full_world
from tests.make import make_contact, make_coordinator

Say = Callable[[str, object], None]

BASELINE = Path(__file__).parent / "queries" / "baseline.json"
SIZES = (10, 1_000) if os.environ.get("FIRE") == "full" else (10, 30)
pytestmark = pytest.mark.django_db


def _answers(names: tuple[str, ...] = ()) -> dict[str, Asked]:
    """What each counted request asks; `names` if not all are wanted."""
    world = make_full_world()
    return {name: ask(world, route, method) for name, route, method in counted() if not names or name in names}


def _repeated(answers: dict[str, Asked]) -> dict[str, int]:
    """How often the same words are asked for a page, or read for a write, where that is more than twice."""
    found = {
        name: (asked.repeated if name.startswith("GET") else asked.read_again).values()
        for name, asked in answers.items()
    }
    return {name: max(times) for name, times in found.items() if times}


def _more(found: dict[str, int], known: dict[str, int]) -> dict[str, tuple[int | None, int]]:
    return {name: (known.get(name), count) for name, count in found.items() if count > known.get(name, -1)}


def test_requests_ask_as_often_as_is_written_down(record_property: Say) -> None:
    answers = _answers()

    found = {"queries": {name: len(asked.shapes) for name, asked in answers.items()}, "again": _repeated(answers)}
    if os.environ.get("COUNT") == "write":
        BASELINE.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n")
    known = json.loads(BASELINE.read_text())
    more = {what: _more(found[what], known[what]) for what in found}
    assert more == {"queries": {}, "again": {}}, "asked more often than before, or not yet counted"
    assert found == known, "asked less often than before: write it down with COUNT=write"
    pages = [name for name in found["again"] if name.startswith("GET")]
    said = f"{len(answers)} requests, 0 with more queries than written down; {len(pages)} pages ask something thrice"
    record_property("S16", said)


@pytest.mark.parametrize("taken_out", ["prefetch_related", "select_related"])
def test_without_joined_rows_the_repeated_questions_are_found(
    monkeypatch: pytest.MonkeyPatch, record_property: Say, taken_out: str
) -> None:
    monkeypatch.setattr(QuerySet, taken_out, lambda rows, *_names: rows)

    found = _repeated(_answers(("GET api:requests", "GET battles:desk", "GET battles:battle (tab jobs)")))

    assert found != {}
    record_property("S16 without", f"{taken_out} taken out: found on {len(found)} of 3 pages")


def _counts(client: Client, path: str) -> int:
    """The first time fills caches that are kept for all."""
    assert client.get(path).status_code == 200, path
    asked = Asked()
    with connection.execute_wrapper(asked):
        client.get(path)
    return len(asked.shapes)


def _grown(client: Client) -> dict[str, list[int]]:
    boss = make_coordinator()
    contact = make_contact(user=boss)
    client.force_login(boss)
    found: dict[str, list[int]] = {path: [] for path in LIMITS}
    there = 0
    for size in SIZES:
        grow(contact, size - there)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as the server does by itself, but never sees inside a test's transaction
        there = size
        for path in LIMITS:
            found[path].append(_counts(client, path))
    return found


def test_lists_ask_the_same_however_long_they_are(client: Client, record_property: Say) -> None:
    found = _grown(client)

    assert {path: counts for path, counts in found.items() if len(set(counts)) > 1} == {}
    assert {path: counts for path, counts in found.items() if max(counts) > LIMITS[path]} == {}
    most = max(max(found[path]) for path in LISTS)
    record_property(
        "S16", f"{len(LISTS)} lists, the same at {SIZES[0]:,} and {SIZES[1]:,} rows, {most} queries at most"
    )


def test_lists_without_prefetching_are_found_to_grow(
    client: Client, monkeypatch: pytest.MonkeyPatch, record_property: Say
) -> None:
    monkeypatch.setattr("tests.fire.test_queries.SIZES", (3, 6))
    monkeypatch.setattr(QuerySet, "prefetch_related", lambda rows, *_names: rows)

    found = [path for path, counts in _grown(client).items() if len(set(counts)) > 1]

    assert "/api/v1/requests" in found
    record_property("S16 without", f"prefetch_related taken out: {len(found)} lists found to grow")
