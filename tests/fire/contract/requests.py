"""Requests to each operation of the schema: the usual one, others that the schema allows, and broken ones.

The same schema gives the same requests every time. Keys in addresses are mostly those of rows that are there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import schemathesis
import yaml
from django.urls import reverse
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from tests.fire.routes import ROUTES
from tests.fire.routes.declared import PLACES, Route
from tests.fire.routes.world import World

SCHEMA = Path(__file__).parents[3] / "docs" / "api.yaml"
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
DECLARED = ("Idempotency-Key", "Authorization")
"""Headers that are sent as they were made up; no others are read by the API."""


@dataclass(frozen=True)
class Address:
    """Where rows of the world are found with this operation, and what is usually said there."""

    route: Route
    place: str
    keys: dict[str, str]


@cache
def operations() -> dict[str, Any]:
    """By method and path, as in `POST /api/v1/battles`."""
    schema = schemathesis.openapi.from_dict(yaml.safe_load(SCHEMA.read_text("utf-8")))
    found = [result.ok() for result in schema.get_all_operations()]
    return {f"{one.method.upper()} {one.path}": one for one in found}


def addresses(world: World) -> dict[str, list[Address]]:
    """What is declared in tests/fire/routes, by operation."""
    patterns = {name: _pattern(name.partition(" ")[2]) for name in operations()}
    found: dict[str, list[Address]] = {name: [] for name in patterns}
    for route in (route for route in ROUTES if route.is_api):
        for place in route.places:
            at = world.places[place]
            path = reverse(route.view_name, args=[*route.at(at), *route.within(at)])
            for name, pattern in patterns.items():
                match = pattern.fullmatch(path)
                if match and name.split(" ")[0] in route.does:
                    keys = {key: unquote(value) for key, value in match.groupdict().items()}
                    found[name].append(Address(route, place, keys))
    return found


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path)))


def usual(name: str, known: list[Address], world: World) -> Iterator[Any]:
    """What is usually said, at each address."""
    operation = operations()[name]
    for address in known:
        said = {} if operation.method == "get" else dict(address.route.said(world.places[address.place]))
        body = {"body": said, "media_type": "application/json"} if said else {}
        yield operation.Case(path_parameters=address.keys, **body)


def made_up(name: str, known: list[Address], many: int) -> Iterator[Any]:
    """`many` requests that the schema allows, and as many that it does not; of four, three go to rows that are there."""
    for mode in MODES:
        for n, case in enumerate(_drawn(name, mode, many)):
            if known and n % len((*PLACES, "nowhere")) < len(PLACES):
                case.path_parameters = dict(known[n % len(known)].keys)
            yield case


@cache
def _drawn(name: str, mode: GenerationMode, many: int) -> tuple[Any, ...]:
    made: list[Any] = []

    @settings(
        max_examples=many, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operations()[name].as_strategy(generation_mode=mode))
    def keep(case: Any) -> None:
        made.append(case)

    with suppress(Unsatisfiable):  # where nothing is asked for, nothing wrong can be said
        keep()
    for case in made:
        case.headers = {key: value for key, value in (case.headers or {}).items() if key in DECLARED}
    return tuple(made)
