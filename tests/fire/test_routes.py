"""Every route, everybody, one's own and others': who may not see, gets 404, and changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from battles.links import offer_token, plan_path
from battles.reading_links import reading_path
from tests.fire.routes import GROUPS, ROUTES, administration
from tests.fire.routes.checker import check, patterns, route_at
from tests.fire.routes.declared import ACTORS
from tests.fire.routes.world import World, make_world
from volunteers.models import Volunteer

Say = Callable[[str, object], None]


pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def test_each_route_is_declared_once(world: World, record_property: Say) -> None:
    configured = {route for route, _pattern in patterns() if not route.startswith("admin/")}
    declared = {route_at(world, route) for route in ROUTES}

    assert configured ^ declared == set()
    record_property("S1", f"{len(configured)} routes besides the administration, all declared")


@pytest.mark.parametrize("group", GROUPS)
def test_everybody_finds_what_is_declared(world: World, group: str, record_property: Say) -> None:
    found = [check(world, route) for route in GROUPS[group]]

    unexpected = [each for one in found for each in one.unexpected]
    cases = sum(one.cases for one in found)
    assert unexpected == [], "\n".join(unexpected)
    said = f"{len(GROUPS[group])} routes × {len(ACTORS)} kinds of people, {cases:,} cases, {len(unexpected)} unexpected"
    record_property("S1", said)


def test_administration_is_not_there_for_others(world: World, record_property: Say) -> None:
    found = administration.check(world)

    assert found.unexpected == [], "\n".join(found.unexpected)
    routes = len(list(administration.addresses()))
    record_property("S1", f"{routes} routes of the administration, {found.cases:,} cases, 0 unexpected")


def _all(rows: Any, *_who: object) -> Any:
    return rows.all()


def _let_pass(*_said: object) -> None:
    return None


TAKEN_OUT: dict[str, tuple[str, object, str]] = {
    "visible_to of plants": ("factories.models.plants.FactoryQuerySet.visible_to", _all, "battles:plant"),
    "coordinated_by of battles": ("battles.models.battles.BattleQuerySet.coordinated_by", _all, "battles:battle-dates"),
    "made_to of offers": ("battles.models.crew.OfferQuerySet.made_to", _all, "api:offer"),
    "the guard of coordinators": ("epo.accounts.http.is_coordinator", lambda _user: True, "battles:runs"),
    "signing in": ("epo.accounts.middleware.SignInMiddleware.process_view", _let_pass, "battles:battles"),
    "the crew of the battle in a form": (
        "battles.forms.battles.crew_of", lambda _battle: Volunteer.objects.all(), "battles:battle-details",
    ),
}  # fmt: skip


@pytest.mark.parametrize("protection", TAKEN_OUT)
def test_protection_taken_out_is_found(
    world: World, protection: str, monkeypatch: pytest.MonkeyPatch, record_property: Say
) -> None:
    target, instead, name = TAKEN_OUT[protection]
    route = next(route for route in ROUTES if route.name == name)
    monkeypatch.setattr(target, instead)

    found = check(world, route)

    assert found.unexpected != []
    record_property("S1 without", f"{protection} taken out: {len(found.unexpected)} found at {route.name}")


def test_route_that_nobody_declared_is_found(world: World, record_property: Say) -> None:
    declared = {route_at(world, route) for route in ROUTES[1:]}

    missing = {route for route, _pattern in patterns() if not route.startswith("admin/")} - declared

    assert missing == {"healthz"}
    record_property("S1 without", f"one declaration taken out: {missing} found")


@pytest.mark.parametrize("place", ["here", "far"])
def test_signature_of_another_link_opens_nothing(world: World, client: Client, place: str) -> None:
    """Tokens are signed for one purpose each; one that was altered, or is used elsewhere, leads nowhere."""
    at = world.places[place]
    tokens = [offer_token(at.offer), plan_path(at.accepted).split("/")[-1], reading_path(at.follow_up).split("/")[-1]]
    names = ["battles:offer-link", "battles:plan-link", "battles:reading-link"]
    others = [(name, token) for n, name in enumerate(names) for m, token in enumerate(tokens) if n != m]
    altered = [
        (name, token[:-2] + ("aa" if token[-2:] != "aa" else "bb")) for name, token in zip(names, tokens, strict=True)
    ]

    answers = {client.get(reverse(name, args=[token])).status_code for name, token in others + altered}

    assert answers <= {404, 410}
