"""The administration: for administrators, and for staff by Django's permissions. One declaration for all of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.fire.routes.checker import IS_FULL, Found, knock, patterns
from tests.fire.routes.declared import ADMINISTRATOR, ANYONE, STRANGE, Route, does
from tests.fire.routes.world import World

INSIDE = does("admin:index", {"GET": ADMINISTRATOR, "POST": ADMINISTRATOR})
DOOR = does("admin:login", {"GET": ANYONE, "POST": ANYONE})
OWN_PASSWORD = ("/admin/password_change/",)
"""Leads to the page where everybody changes their own."""
PARAMETER = re.compile(r"<(?:\w+:)?\w+>|\(\?P<\w+>([^)]*)\)")
SOME = ("anonymous", "manager", "region", "staff")


def addresses() -> Iterator[tuple[str, str]]:
    """Each route with an address that it answers."""
    for route, _pattern in patterns():
        if route.startswith("admin/"):
            yield route, "/" + re.sub(r"[$^\\]", "", PARAMETER.sub(_example, route))


def _example(found: re.Match[str]) -> str:
    choices = found[1] or ""
    return choices.split("|")[0] if "|" in choices else "1"


def check(world: World) -> Found:
    found = Found()
    actors = [one for one in world.users if one != "administrator"] if IS_FULL else SOME
    for route, address in addresses():
        for method in ("GET", "POST") if IS_FULL else ("POST",):
            for actor in actors:
                _check_one(world, DOOR if route == "admin/login/" else INSIDE, method, actor, address, found)
    return found


def _check_one(world: World, route: Route, method: str, actor: str, address: str, found: Found) -> None:
    answer = knock(world, actor, route, method, address, {})
    case = f"{address} {method} {actor}"
    found.add(f"{case} writes", "[]", str(answer.written))
    if address in OWN_PASSWORD and actor not in STRANGE:
        found.add(case, "in", answer.what)
    elif route is DOOR or actor in STRANGE:
        found.add(case, "sign in", answer.what)
    elif actor == "staff":
        is_kept_out = answer.what in ("forbidden", "gone", "no such method") or world.here.mark not in answer.text
        found.add(case, "True", str(is_kept_out))
    else:
        found.add(case, "gone", answer.what)
