"""No field more than was declared: none is taken in, none is given out.

What is given out stands in fields/shown.json (API) and fields/on_pages.json (pages and files). After a change for which
there is a reason, write it and read the difference:

    SHOWN=write .venv/bin/python -m pytest tests/fire/test_fields.py -k declared --backend=sqlite
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from rest_framework import serializers

from battles.api.serializers import ReportOut
from factories.models import BreakdownReport, MachineKind
from tests.doors import DOORS, Door
from tests.fire.fields import pages, shown
from tests.fire.fields.doors import confused, said_twice, widened
from tests.fire.queries.world import make_full_world
from tests.fire.routes import ROUTES
from tests.fire.routes.api import ROUTES as OVER_THE_API
from tests.fire.routes.checker import undone
from volunteers.actions import people as volunteers
from volunteers.api.serializers import ProfileIn
from volunteers.states import Standing

Say = Callable[[str, object], None]

pytestmark = pytest.mark.django_db
PARTS = 6
IS_FULL = os.environ.get("FIRE") == "full"
HALF, SOME = (1, 1) if IS_FULL else (2, 6)
"""In short, only each second door is sent more, and each sixth is tricked."""
READERS = ("anonymous", "nobody", "crew", "manager", "region", "administrator")
"""Who reads the pages in short."""


def _each(part: int, look: Callable[[str, Door], Any], every: int = 1) -> list[Any]:
    """What `look` finds at the doors that write, each with rows of its own."""
    found = []
    for name in [name for n, name in enumerate(DOORS) if n % PARTS == part][::every]:
        with undone():
            door = DOORS[name]()
            if door.method != "get":
                found.append(look(name, door))
    return found


@pytest.mark.parametrize("part", range(PARTS))
def test_fields_that_a_door_does_not_declare_are_passed_over(part: int, record_property: Say) -> None:
    added, found = zip(*_each(part, widened, HALF), strict=True)

    taken = [one for several in found for one in several]
    assert taken == []
    record_property("S2", f"{len(added)} doors, {sum(added):,} fields added, {len(taken)} taken")


def test_serializer_that_takes_more_is_found(monkeypatch: pytest.MonkeyPatch, record_property: Say) -> None:
    wider = ProfileIn._declared_fields | {"standing": serializers.ChoiceField(Standing.choices, required=False)}
    monkeypatch.setattr(ProfileIn, "_declared_fields", wider)
    monkeypatch.setattr(volunteers, "PROFILE", (*volunteers.PROFILE, "standing"))

    _added, found = widened("api:my-profile", DOORS["api:my-profile"]())

    assert any("volunteers.Volunteer.standing" in one for one in found)
    record_property("S2 without", f"a serializer that takes `standing`: {len(found)} changes found")


@pytest.mark.parametrize("part", range(PARTS))
def test_parameters_cannot_be_played_with(part: int, record_property: Say) -> None:
    """Said twice, in another dress, or under another method."""
    doors = _each(part, lambda name, door: [*said_twice(name, door), *confused(name, door)], SOME)

    found = [one for several in doors for one in several]
    assert found == []
    record_property("S2", f"{len(doors)} doors, fields twice, other content types, method headers: {len(found)} taken")


def test_answers_hold_what_is_declared_for_each_role(record_property: Say) -> None:
    found = shown.given(make_full_world())
    if os.environ.get("SHOWN") == "write":
        shown.declare(found)

    assert shown.compare(found, shown.declared()) == []
    assert shown.never_to_be_given(found) == []
    names = {name for groups in found.values() for several in groups.values() for name in several}
    record_property("S2", f"{len(found)} requests × 16 kinds of people, {len(names)} names of fields, 0 not declared")


def test_answer_that_gives_more_is_found(monkeypatch: pytest.MonkeyPatch, record_property: Say) -> None:
    monkeypatch.setattr(ReportOut.Meta, "fields", (*ReportOut.Meta.fields, "status_token", "answered_with"))
    routes = tuple(route for route in OVER_THE_API if route.name == "api:report-triage")

    found = shown.given(make_full_world(), routes)

    assert any("status_token" in one for one in shown.compare(found, shown.declared()))
    assert len(shown.never_to_be_given(found)) == 2
    record_property("S2 without", "a serializer that also gives `status_token` and `answered_with`: both found")


def test_pages_show_what_is_declared_for_each_role(record_property: Say) -> None:
    world, writes = make_full_world(), os.environ.get("SHOWN") == "write"
    actors = tuple(world.users) if IS_FULL or writes else READERS

    found = pages.given(world, actors)
    if writes:
        shown.declare(found, pages.DECLARED)

    assert shown.compare(found, shown.declared(pages.DECLARED, actors)) == []
    assert shown.never_to_be_given(found, pages.NEVER) == []
    names = {name for groups in found.values() for several in groups.values() for name in several}
    record_property("S2", f"{len(found)} pages × {len(actors)} kinds of people, {len(names)} texts, 0 not declared")


def test_page_that_shows_more_is_found(monkeypatch: pytest.MonkeyPatch, record_property: Say) -> None:
    texts = BreakdownReport.objects.values_list("text", flat=True)
    monkeypatch.setattr(MachineKind, "name", property(lambda kind: f"{kind.name_es} {texts.exclude(text='').first()}"))
    routes = tuple(route for route in ROUTES if route.name == "battles:plant")

    found = pages.given(make_full_world(), ("manager",), routes)

    more = shown.compare(found, {"battles:plant": shown.declared(pages.DECLARED, ("manager",))["battles:plant"]})
    assert more == ["battles:plant factories.BreakdownReport.text to manager: not declared"]
    record_property("S2 without", "the words of reports in the names of kinds of machines: found")
