"""Whoever may do more than others needs two factors: without the second, every route answers as it answers strangers.

Routes come from the URL configuration (`tests/fire/routes` declares each of them), the administration's included.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from epo.accounts import standing
from epo.accounts.models import User
from epo.work.models import Allowance
from tests import second_step
from tests.fire.routes import ROUTES, administration
from tests.fire.routes.administration import INSIDE
from tests.fire.routes.checker import Found, address_of, knock
from tests.fire.routes.declared import Route
from tests.fire.routes.world import MARK, World, make_world
from tests.make import make_factor, make_recovery_code, make_user

Say = Callable[[str, object], None]

IS_FULL = os.environ.get("FIRE") == "full"
PRIVILEGED = ("region", "nation", "administrator", "staff")
KNOWN_TO_THE_SECOND_STEP = {"accounts:code", "accounts:factor", "accounts:logout", "accounts:login"}
"""Pages that know whose password was right. They write nothing without a code."""
EVERY = 1 if IS_FULL else 3
"""In short, each actor knocks at each third route, and each route is knocked at."""


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def _with_the_password_alone(world: World, actor: str, *, is_set_up: bool) -> None:
    """`is_set_up`: they have a second step and have not done it; else they have none yet."""
    user = world.users[actor]
    assert user is not None
    if not is_set_up:
        user.factor.delete() if standing.factor_of(User.objects.get(pk=user.pk)) else None
    client = Client()
    second_step.first_step_only(client, User.objects.get(pk=user.pk))
    world.sessions[actor] = client.cookies[settings.SESSION_COOKIE_NAME].value


def _knock_at(world: World, route: Route, method: str, actor: str, found: Found) -> None:
    said = {} if method == "GET" else dict(route.said(world.here))
    address = address_of(route, world.here, world.here, {})
    stranger = knock(world, "anonymous", route, method, address, said)
    answer = knock(world, actor, route, method, address, said)
    case = f"{route.name} {method} {actor}"
    found.add(case, stranger.what, answer.what)
    found.add(f"{case} writes", str(sorted(stranger.written)), str(sorted(answer.written)))
    found.add(f"{case} shows", str(stranger.text.count(MARK)), str(answer.text.count(MARK)))


def _all_routes(world: World, actors: tuple[str, ...], every: int = EVERY) -> Found:
    found = Found()
    for n, route in enumerate(ROUTES):
        if route.view_name in KNOWN_TO_THE_SECOND_STEP:
            continue
        for k, actor in enumerate(actors):
            if (n + k) % every == 0 or every == 1:
                for method in route.does:
                    _knock_at(world, route, method, actor, found)
    return found


@pytest.mark.parametrize("is_set_up", [False, True], ids=["none set up", "set up, not done"])
def test_no_route_is_reached_with_the_password_alone(world: World, is_set_up: bool, record_property: Say) -> None:
    for actor in PRIVILEGED:
        _with_the_password_alone(world, actor, is_set_up=is_set_up)

    found = _all_routes(world, PRIVILEGED)

    assert found.unexpected == [], "\n".join(found.unexpected)
    record_property("S8", f"{len(ROUTES)} routes, {found.cases:,} cases with the password alone, 0 reached")


@pytest.mark.parametrize("actor", ["administrator", "staff"])
def test_administration_is_not_reached_with_the_password_alone(world: World, actor: str, record_property: Say) -> None:
    _with_the_password_alone(world, actor, is_set_up=True)
    addresses = [address for route, address in administration.addresses() if route != "admin/login/"]

    answers = {knock(world, actor, INSIDE, method, at, {}).what for at in addresses for method in ("GET", "POST")}

    assert answers == {"sign in"}
    record_property("S8", f"{len(addresses)} routes of the administration, 0 reached")


def test_without_the_second_step_the_routes_are_reached(
    world: World, monkeypatch: pytest.MonkeyPatch, record_property: Say
) -> None:
    _with_the_password_alone(world, "nation", is_set_up=True)
    monkeypatch.setattr(standing, "needs_second_step", lambda _user: False)

    found = _all_routes(world, ("nation",), every=5)

    assert len(found.unexpected) > 20
    record_property("S8 without", f"the second step taken out: {len(found.unexpected)} cases reached")


def test_second_step_opens_what_the_password_alone_did_not(world: World) -> None:
    answers = [
        knock(world, actor, INSIDE, "GET", reverse(name), {}).what
        for actor, name in (("nation", "battles:desk"), ("administrator", "admin:index"), ("region", "api:reports"))
    ]

    assert answers == ["in"] * 3


def _sends_at_once(user: User, code: str, count: int = 20) -> list[Any]:
    """Each browser knows the password; all send the same code at the same moment."""
    browsers = [Client() for _ in range(count)]
    for browser in browsers:
        second_step.first_step_only(browser, user)

    def send(browser: Client) -> int:
        try:
            return browser.post(reverse("accounts:code"), {"code": code}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(send, browsers))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["of the phone", "to recover"])
def test_twenty_uses_of_one_code_at_once_are_one(
    kind: str, monkeypatch: pytest.MonkeyPatch, record_property: Say
) -> None:
    monkeypatch.setattr("epo.accounts.actions.factors.seconds_until_code", lambda _user: 0)
    user = make_user("ana")
    factor = make_factor(user)
    make_recovery_code(user, "abcd-efgh-jkmn-pqrs")
    code = second_step.code_now(factor) if kind == "of the phone" else "abcd-efgh-jkmn-pqrs"

    answers = _sends_at_once(user, code)

    assert (answers.count(302), answers.count(200)) == (1, 19)
    record_property("S8", f"20 uses at once of one code {kind}: 1 success")


@pytest.mark.django_db(transaction=True)
def test_guesses_at_once_are_counted_together(record_property: Say) -> None:
    user = make_user("ana")
    make_factor(user)

    answers = _sends_at_once(user, "123456")

    assert (answers.count(200), answers.count(429)) == (5, 15)
    assert Allowance.objects.exists()
    record_property("S8", "20 guesses at once: 5 looked at")
