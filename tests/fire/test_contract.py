"""The schema of the API is true: whatever is sent, as whomever, the answer is one that it declares, and never a fault.

The requests are made up from docs/api.yaml (schemathesis), the same ones every time.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from tests.fire.contract.judge import judged
from tests.fire.contract.requests import addresses, cases, operations
from tests.fire.routes.world import World, make_world

Say = Callable[[str, object], None]

pytestmark = pytest.mark.django_db
IS_FULL = os.environ.get("FIRE") == "full"
ROLES = ("anonymous", "crew", "contact", "region", "nation", "administrator")
"""Nobody known, a volunteer, a plant's delegate, a region's coordinator, the nation's, an administrator."""
MANY = 17 if IS_FULL else 2
"""Of each kind and operation; at full size all of them as each role, which makes 200 requests to each operation."""
PARTS = 8
NAMES = sorted(operations())


@pytest.fixture
def world(settings: Any) -> World:
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"DEFAULT_THROTTLE_CLASSES": []}
    return make_world()


def _tried(world: World, names: list[str]) -> tuple[Counter[int], list[str]]:
    """How often which status came, and what was wrong."""
    statuses: Counter[int] = Counter()
    wrong = []
    known = addresses(world)
    for name in names:
        for n, case in enumerate(cases(name, known[name], world, MANY)):
            for actor in ROLES if IS_FULL else _some(n):
                status, found = judged(world, actor, case)
                statuses[status] += 1
                wrong += [f"{name} as {actor} ({case.body}): {one}" for one in found]
    return statuses, wrong


def _some(n: int) -> tuple[str, ...]:
    """In short, each request as two of the six, in turn, one of whom may do nearly everything."""
    return ROLES[n % 4], ROLES[4 + n % 2]


@pytest.mark.parametrize("part", range(PARTS))
def test_answers_are_those_that_the_schema_declares(world: World, part: int, record_property: Say) -> None:
    names = NAMES[part::PARTS]

    statuses, wrong = _tried(world, names)

    assert wrong == [], "\n".join(wrong)
    told = ", ".join(f"{status}: {count:,}" for status, count in sorted(statuses.items()))
    record_property(
        "S14", f"{len(names)} operations, {statuses.total():,} requests as {len(ROLES)} roles ({told}), 0 wrong"
    )
