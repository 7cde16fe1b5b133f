"""What each route of the API gives to whom: the names of all that stands in its answers."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from django.test import Client

from tests.fire.routes.api import ROUTES as OVER_THE_API
from tests.fire.routes.checker import address_of, undone
from tests.fire.routes.declared import Route
from tests.fire.routes.world import World

DECLARED = Path(__file__).parent / "shown.json"
"""Route and method → those who read it (joined by commas) → the names that they are given."""
NEVER = re.compile(
    r"phone|email|e_mail|address|emergency|birth|reporter|contact|token|hash|password|secret|session|body|claim|lease"
    r"|tries|last_error|decline_note|answered_with|client_id"
)
"""Words in names that no answer may hold, whatever is declared."""
ON_REQUEST = ("POST api:battle-contacts",)
"""Contact details are what these are for; who reads whose is held in tests/battles/test_road_pack.py."""
WRITERS = ("region", "responsible", "asked")
"""Whose writes are looked at: one of the office, one of the field, one who answers for themselves."""
SUCCESS = range(200, 300)
Given = dict[str, dict[str, list[str]]]


def names_in(answer: Any, before: str = "") -> Iterator[str]:
    """`battles[].lines[].people[].name`: each way to a value."""
    if isinstance(answer, dict):
        for name, value in answer.items():
            path = f"{before}.{name}" if before else str(name)
            yield path
            yield from names_in(value, path)
    elif isinstance(answer, list):
        for value in answer:
            yield from names_in(value, f"{before}[]")


def given(world: World, routes: tuple[Route, ...] = OVER_THE_API) -> Given:
    """As `DECLARED` has it; who is not let in is left out."""
    found: Given = {}
    clients = {actor: Client() for actor in world.users}
    for actor, user in world.users.items():
        if user is not None:
            clients[actor].force_login(user)
    for route in routes:
        for method in route.does:
            by_names: dict[tuple[str, ...], list[str]] = {}
            for actor in world.users if method == "GET" else WRITERS:
                names = _names(world, route, method, actor, clients[actor])
                if names is not None:
                    by_names.setdefault(names, []).append(actor)
            found[f"{method} {route.name}"] = {", ".join(who): list(names) for names, who in by_names.items()}
    return found


def _names(world: World, route: Route, method: str, actor: str, client: Client) -> tuple[str, ...] | None:
    at = world.here
    if not route.does[method].may(actor, "here"):
        return None
    said = {} if method == "GET" else {"data": dict(route.said(at)), "content_type": "application/json"}
    with undone():
        answer = getattr(client, method.lower())(address_of(route, at, at, {}), **said)
    if answer.status_code not in SUCCESS:
        return None
    return tuple(sorted(set(names_in(answer.json())))) if answer.content else ()


def compare(found: Given, declared: Given) -> list[str]:
    """Names that somebody is given without a declaration, and declarations that nobody is given."""
    return sorted(_compare(_flat(found), _flat(declared)))


def _flat(given_to: Given) -> set[tuple[str, str, str]]:
    return {
        (route, actor, name)
        for route, groups in given_to.items()
        for actors, names in groups.items()
        for actor in filter(None, actors.split(", "))
        for name in names
    }


def _compare(found: set[Any], declared: set[Any]) -> Iterator[str]:
    for kind, rows in (("not declared", found - declared), ("declared, not given", declared - found)):
        by_name: dict[tuple[str, str], list[str]] = {}
        for route, actor, name in rows:
            by_name.setdefault((route, name), []).append(actor)
        for (route, name), actors in by_name.items():
            yield f"{route} {name} to {', '.join(sorted(actors))}: {kind}"


def never_to_be_given(found: Given, never: re.Pattern[str] = NEVER) -> list[str]:
    flat = (one for one in _flat(found) if one[0] not in ON_REQUEST)
    return sorted({f"{route} {name}" for route, _actor, name in flat if never.search(name)})


def declared(file: Path = DECLARED, actors: Collection[str] | None = None) -> Given:
    """What `actors` are given, or all."""
    everybody: Given = json.loads(file.read_text())
    if actors is None:
        return everybody
    return {
        route: {", ".join(set(who.split(", ")) & set(actors)): names for who, names in groups.items()}
        for route, groups in everybody.items()
    }


def declare(found: Given, file: Path = DECLARED) -> None:
    file.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
