"""Knocks at every declared door as everybody, and tells what is not as declared."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db import connection, transaction
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from tests.fire.routes.declared import NATION, STRANGE, Route
from tests.fire.routes.world import MARK, Place, World

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
WRITES = ("INSERT", "UPDATE", "DELETE")
OF_THE_GUARD = ("work_allowance", "accounts_opensession")
"""What is counted about whoever knocks is nothing of anybody else's."""
NO_SUCH_METHOD, GONE, WRONG = 405, 404, 500
NO_WORKER_HERE = 503
DOORS = ("/entrar", "/admin/login/")
IS_FULL = os.environ.get("FIRE") == "full"
SOME = ("anonymous", "manager", "region", "administrator")
"""Who knocks at other plants when there is little time."""
SEEING_NOTHING = ("nobody", "former", "staff")


@dataclass
class Found:
    cases: int = 0
    unexpected: list[str] = field(default_factory=list)

    def add(self, case: str, expected: str, got: str) -> None:
        self.cases += 1
        if expected != got:
            self.unexpected.append(f"{case}: {got}, not {expected}")


@dataclass
class Written:
    tables: list[str] = field(default_factory=list)

    def __call__(self, execute: Callable[..., Any], sql: str, *more: Any) -> Any:
        if sql.startswith(WRITES) and not any(table in sql for table in OF_THE_GUARD):
            self.tables.append(sql.split('"')[1])
        return execute(sql, *more)


@contextmanager
def undone() -> Iterator[Written]:
    """Nothing that happens inside stays; a transaction that wants to be the outermost one may be."""
    written = Written()
    with transaction.atomic():
        connection.atomic_blocks[-1]._from_testcase = True
        with connection.execute_wrapper(written):
            yield written
        transaction.set_rollback(True)


@dataclass(frozen=True)
class Answer:
    what: str
    """in, gone (404), sign in, no such method, or a fault."""
    text: str
    written: list[str]


def address_of(route: Route, place: Place, child: Place, said: dict[str, Any]) -> str:
    """`said` are questions that replace the usual ones."""
    path = reverse(route.view_name, args=[*route.at(place), *route.within(child)])
    query = dict(route.query(place)) | said
    return f"{path}?{urlencode(query)}" if query else path


def knock(world: World, actor: str, route: Route, method: str, address: str, said: dict[str, Any]) -> Answer:
    client = world.enter(actor)
    try:
        with undone() as written:
            if route.is_api or method not in ("GET", "POST"):
                more = {} if method == "GET" else {"data": said, "content_type": "application/json"}
                response: Any = getattr(client, method.lower())(address, **more)
            elif method == "GET":
                response = client.get(address)
            else:
                response = client.post(address, said)
            body = b"".join(response.streaming_content) if response.streaming else response.content
    except Exception as error:  # noqa: BLE001 -- told to the test as what it found
        return Answer(f"{type(error).__name__}: {error}"[:150], "", written.tables)
    return Answer(_meaning(route, response), body.decode(errors="replace"), written.tables)


def _meaning(route: Route, response: HttpResponse) -> str:
    status = response.status_code
    if status in (GONE, NO_SUCH_METHOD):
        return {GONE: "gone", NO_SUCH_METHOD: "no such method"}[status]
    if status in (401, 403):
        return "sign in" if route.is_api else "forbidden"
    if status == 302 and response["Location"].startswith(DOORS):
        return "sign in"
    return "in" if status < WRONG or status == NO_WORKER_HERE else f"fault {status}"


def expected_of(route: Route, method: str, actor: str, place: str) -> str:
    if route.does[method].may(actor, place):
        return "in"
    return "sign in" if actor in STRANGE and not route.hides else "gone"


def check(world: World, route: Route) -> Found:
    """Everybody, with each method, at each place; then keys that do not belong together."""
    found = Found()
    for place in route.places:
        for method in route.does:
            for actor in world.users if IS_FULL or place == "here" else SOME:
                _check_one(world, route, method, actor, place, found)
    _check_other_methods(world, route, found)
    _check_keys(world, route, found)
    return found


def _check_one(world: World, route: Route, method: str, actor: str, place: str, found: Found) -> None:
    at = world.places[place]
    said = {} if method == "GET" else dict(route.said(at))
    answer = knock(world, actor, route, method, address_of(route, at, at, {}), said)
    case, expected = f"{route.name} {method} {actor} {place}", expected_of(route, method, actor, place)
    found.add(case, expected, answer.what)
    if expected != "in":
        found.add(f"{case} writes", "[]", str(answer.written))
    elif method != "GET" and route.writes and actor in ("administrator", "crew"):
        found.add(f"{case} writes", "True", str(bool(answer.written)))
    if place == "here":
        found.add(f"{case} shows", "[]", str(_shown(world, route, actor, answer.text)))


def _shown(world: World, route: Route, actor: str, text: str) -> list[str]:
    """Plants whose reserved words stand in an answer to somebody who may not see them."""
    if actor in NATION.here:
        return []
    hidden = ("far",) if actor == "region" else ("beside", "far")
    if actor in SEEING_NOTHING and route.places == ("here",):
        return [MARK] if MARK in text else []
    return [name for name in hidden if world.places[name].mark in text]


def _check_other_methods(world: World, route: Route, found: Found) -> None:
    address = address_of(route, world.here, world.here, {})
    is_public = any(who.may("anonymous", "here") for who in route.does.values())
    actor = "anonymous" if is_public else "administrator"
    for method in METHODS:
        if method not in route.does and not _is_declared(route, method):
            answer = knock(world, actor, route, method, address, {})
            found.add(f"{route.name} {method} {actor}", "no such method", answer.what)


def _is_declared(route: Route, method: str) -> bool:
    """Under another heading, with the same address."""
    from tests.fire.routes import ROUTES

    same = (one for one in ROUTES if one.view_name == route.view_name)
    return any(method in one.does for one in same)


def _check_keys(world: World, route: Route, found: Found) -> None:
    """One's own plant in the address, and in it or in the form something of another: nothing is done."""
    for other in ("beside", "far"):
        there = world.places[other]
        for method in route.does:
            for actor in ("region", "nation", "responsible"):
                if not route.does[method].may(actor, "here"):
                    continue
                if route.within(there):
                    said = {} if method == "GET" else dict(route.said(world.here))
                    answer = knock(world, actor, route, method, address_of(route, world.here, there, {}), said)
                    found.add(f"{route.name} {method} {actor} within {other}", "gone", answer.what)
                    found.add(f"{route.name} {method} {actor} within {other} writes", "[]", str(answer.written))
                for name in _foreign(route, method, actor, other):
                    _check_field(world, route, method, actor, there, name, found)


def _foreign(route: Route, method: str, actor: str, other: str) -> list[str]:
    """Fields that may not name things of that place."""
    if method == "GET":
        return []
    unseen = route.seen if actor == "region" and other == "far" else frozenset()
    return sorted(route.own | unseen)


def _check_field(
    world: World, route: Route, method: str, actor: str, there: Place, name: str, found: Found
) -> None:  # fmt: skip
    query, said = {}, dict(route.said(world.here))
    if name.startswith("?"):
        query = {name[1:]: route.query(there)[name[1:]]}
    else:
        said[name] = route.said(there)[name]
    answer = knock(world, actor, route, method, address_of(route, world.here, world.here, query), said)
    found.add(f"{route.name} {method} {actor} {name} of {there.name} writes", "[]", str(answer.written))
    if answer.what not in ("in", "gone"):
        found.unexpected.append(f"{route.name} {method} {actor} {name} of {there.name}: {answer.what}")


def patterns(resolver: URLResolver | None = None, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every route of the configuration as it is written there."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, route)
        else:
            yield route, entry


def route_at(world: World, route: Route) -> str:
    return str(resolve(address_of(route, world.here, world.here, {}).partition("?")[0]).route)
