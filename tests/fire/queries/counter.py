"""What the database is asked while one request is answered."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.test import Client

from tests.fire.routes.checker import address_of, undone
from tests.fire.routes.declared import Route
from tests.fire.routes.world import World

SEES_MOST = ("nation", "administrator", "responsible", "crew", "asked", "contact", "nobody", "anonymous")
ASKED = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
"""Not counted: BEGIN, SAVEPOINT and the like, which differ with the database."""
ONLY_POSTGRESQL = ("pg_stat_activity", "current_setting(")
MANY = re.compile(r"(?:%s, )+%s")
WRONG = 500
MOST_ALIKE = 2
"""The same question three times in one request is one for each row."""


@dataclass
class Asked:
    shapes: list[str] = field(default_factory=list)

    def __call__(self, execute: Callable[..., Any], sql: str, *more: Any) -> Any:
        if sql.startswith(ASKED) and not any(word in sql for word in ONLY_POSTGRESQL):
            self.shapes.append(MANY.sub("%s…", sql))
        return execute(sql, *more)

    @property
    def repeated(self) -> dict[str, int]:
        return {shape: times for shape, times in Counter(self.shapes).items() if times > MOST_ALIKE}

    @property
    def read_again(self) -> dict[str, int]:
        """Rows are written and noted in the audit one by one; what is read for it need not be."""
        return {shape: times for shape, times in self.repeated.items() if shape.startswith("SELECT")}


def who_sees_most(route: Route, method: str) -> str:
    """Nobody in particular where nobody may: what a refusal asks is counted as well."""
    return next((actor for actor in SEES_MOST if route.does[method].may(actor, "here")), "anonymous")


def ask(world: World, route: Route, method: str) -> Asked:
    """The request is made by a fresh browser, and all that it did is undone."""
    at, asked = world.here, Asked()
    said = {} if method == "GET" else dict(route.said(at))
    body = {"data": said, "content_type": "application/json"} if route.is_api and method != "GET" else {"data": said}
    address = address_of(route, at, at, {})
    with undone():
        client = Client()
        if user := world.users[who_sees_most(route, method)]:
            client.force_login(user)
        with connection.execute_wrapper(asked):
            response = getattr(client, method.lower())(address, **body)
            if response.streaming:
                b"".join(response.streaming_content)  # which closes the file
    assert response.status_code < WRONG, (route.name, response.status_code)
    return asked
