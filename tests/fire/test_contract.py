"""The schema of the API is true: whatever is sent, as whomever, the answer is one that it declares, and never a fault.

The requests are made up from docs/api.yaml (schemathesis), the same ones every time.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.fire.contract.judge import judged
from tests.fire.contract.requests import addresses, made_up, operations, usual
from tests.fire.routes.world import World, make_world

Say = Callable[[str, object], None]

pytestmark = pytest.mark.django_db
IS_FULL = os.environ.get("FIRE") == "full"
ROLES = ("anonymous", "crew", "asked", "contact", "region", "nation", "administrator")
"""Nobody known, a volunteer, one with an offer, a plant's delegate, a region's coordinator, the nation's, an administrator."""
MANY = 17 if IS_FULL else 2
"""Of each kind and operation; at full size all of them as each role, which makes 200 requests to each operation."""
PARTS = 8
NAMES = sorted(operations())
REFUSED = 400
SHUT = {
    "POST /api/v1/battles/{id}/begin": "seats are empty",
    "POST /api/v1/battles/{id}/close": "one is still on the way",
    "POST /api/v1/runs": "a run is under way",
}
"""Where the usual request is refused, as things stand in the world of the trials."""


@pytest.fixture
def world(settings: Any) -> World:
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"DEFAULT_THROTTLE_CLASSES": []}
    return make_world()


@dataclass
class Tried:
    statuses: Counter[int] = field(default_factory=Counter)
    let_in: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    def send(self, world: World, name: str, actors: tuple[str, ...], case: Any) -> None:
        for actor in actors:
            status, found = judged(world, actor, case)
            self.statuses[status] += 1
            self.wrong += [f"{name} as {actor} ({case.body}): {one}" for one in found]
            if status < REFUSED:
                self.let_in.add(name)


def _tried(world: World, names: list[str], many: int = MANY) -> Tried:
    """The usual request as each role; those that were made up as two of them in turn, or as each at full size."""
    tried, known = Tried(), addresses(world)
    for name in names:
        for case in usual(name, known[name], world):
            tried.send(world, name, ROLES, case)
        for n, case in enumerate(made_up(name, known[name], many)):
            tried.send(world, name, ROLES if IS_FULL else (ROLES[n % 5], ROLES[5 + n % 2]), case)
    return tried


@pytest.mark.parametrize("part", range(PARTS))
def test_answers_are_those_that_the_schema_declares(world: World, part: int, record_property: Say) -> None:
    names = NAMES[part::PARTS]

    tried = _tried(world, names)

    assert tried.wrong == [], "\n".join(tried.wrong)
    assert set(names) - tried.let_in == set(names) & SHUT.keys(), (
        "nobody was let in there: the trial knocks at closed doors"
    )
    told = ", ".join(f"{status}: {count:,}" for status, count in sorted(tried.statuses.items()))
    count = f"{len(names)} operations, {tried.statuses.total():,} requests as {len(ROLES)} roles"
    record_property("S14", f"{count} ({told}), 0 answers that are not declared")


def _raise(*_said: Any, **_more: Any) -> None:
    raise ZeroDivisionError


TAKEN_OUT: dict[str, tuple[str, Any, str]] = {
    "an operation that raises": ("battles.actions.demands.add_need", _raise, "POST /api/v1/requests/{id}/needs"),
    "an answer without a field": (
        "battles.api.plant_serializers.PlantOut.Meta.fields", ["id", "name"], "GET /api/v1/plants",
    ),
    "a field of another type": (
        "volunteers.api.serializers.VolunteerOut.to_representation", lambda _shape, row: {"id": str(row.pk)},
        "GET /api/v1/volunteers",
    ),
    "errors of another kind": ("epo.api.errors.KIND", "application/json", "GET /api/v1/machines/{id}"),
}  # fmt: skip


@pytest.mark.parametrize("what", TAKEN_OUT)
def test_answer_that_breaks_the_contract_is_found(
    world: World, monkeypatch: pytest.MonkeyPatch, record_property: Say, what: str
) -> None:
    target, instead, name = TAKEN_OUT[what]
    monkeypatch.setattr(target, instead)

    tried = _tried(world, [name], many=1)

    assert tried.wrong != []
    record_property("S14 without", f"{what}: found in {len(tried.wrong)} of {tried.statuses.total()} answers")
