"""Who sees whose contact details, where, and in which state of an offer: the table, and a walk that finds nothing else."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import pytest
from django.db import transaction
from django.test import Client

from battles import crew_phones
from battles.models import Battle
from battles.states import HOLDS_SEAT, BattleState, OfferState
from battles.views import battle as battle_views
from tests.fire import people
from tests.fire.people import ADDRESS, CELLS, CREW_IS, EMAIL, EMERGENCY, NAME, PHONE, Scene
from volunteers import rules as volunteer_rules
from volunteers.views import profile

pytestmark = pytest.mark.django_db

IS_FULL = os.environ.get("FIRE") == "full"
ALL_STATES = frozenset(OfferState)
ON_THE_WAY = frozenset({OfferState.ACCEPTED, OfferState.ON_SITE})
HELD = frozenset(HOLDS_SEAT)
ONESELF = frozenset({"oneself"})
OF_THE_BATTLE = frozenset({"battle's region", "nation", "administrator"})
OF_HER_HOME = frozenset({"home region", "nation", "administrator"})
COORDINATORS = OF_THE_BATTLE | OF_HER_HOME | {"other region"}
CREW = frozenset({"crew", "responsible"})
WITH_DETAILS = frozenset({PHONE, EMAIL, ADDRESS, EMERGENCY})

CREW_LIST, PRINT, TAKEN_ALONG, HER_DETAILS = (
    "batallas/<int:pk>/contactos",
    "batallas/<int:pk>/imprimir",
    "api/v1/battles/<int:pk>/contacts",
    "voluntarios/<int:pk>/contacto",
)


@dataclass(frozen=True, slots=True)
class Line:
    """Shown at this place to these, while Vera's offer is in one of `states`."""

    whose: str
    fields: frozenset[str]
    place: str
    to: frozenset[str]
    states: frozenset[OfferState] = ALL_STATES


TABLE = (
    # Vera, who is asked: to herself, to the coordinators of her home, to those who have to call her
    Line("vera", WITH_DETAILS, "GET yo", ONESELF),
    Line("vera", WITH_DETAILS, "GET yo/contacto", ONESELF),
    Line("vera", WITH_DETAILS, "POST yo/contacto", ONESELF),
    Line("vera", frozenset({EMAIL}), "GET avisos/ajustes", ONESELF),
    Line("vera", WITH_DETAILS, f"GET {HER_DETAILS}", ONESELF),
    Line("vera", WITH_DETAILS, f"POST {HER_DETAILS}", OF_HER_HOME | ONESELF),
    Line("vera", frozenset({PHONE}), "POST por-llamar", OF_THE_BATTLE | OF_HER_HOME, frozenset({OfferState.ASKED})),
    Line("vera", frozenset({PHONE, EMERGENCY}), f"POST {CREW_LIST}", OF_THE_BATTLE, HELD),
    Line("vera", frozenset({PHONE, EMERGENCY}), f"POST {CREW_LIST}", frozenset({"responsible", "plant's contact"}), ON_THE_WAY),
    Line("vera", frozenset({PHONE, EMERGENCY}), f"POST {TAKEN_ALONG}", OF_THE_BATTLE, HELD),
    Line("vera", frozenset({PHONE, EMERGENCY}), f"POST {TAKEN_ALONG}", frozenset({"responsible", "plant's contact"}), ON_THE_WAY),
    Line("vera", frozenset({PHONE}), f"POST {PRINT}", OF_THE_BATTLE, HELD),
    Line("vera", frozenset({PHONE}), f"POST {PRINT}", frozenset({"responsible", "plant's contact"}), ON_THE_WAY),
    # the plant's contact
    Line("plant", frozenset({EMAIL}), "GET avisos/ajustes", frozenset({"plant's contact"})),
    Line("plant", frozenset({NAME, PHONE}), f"POST {CREW_LIST}", OF_THE_BATTLE | {"responsible", "plant's contact"}),
    Line("plant", frozenset({NAME, PHONE}), f"POST {PRINT}", OF_THE_BATTLE | {"responsible", "plant's contact"}),
    Line("plant", frozenset({NAME, PHONE}), f"POST {TAKEN_ALONG}", OF_THE_BATTLE | {"responsible", "plant's contact"}),
    # who reported: to coordinators in charge, never to the plant
    Line("reporter", frozenset({NAME, PHONE}), "POST mesa/<uuid:pk>/contacto", OF_THE_BATTLE),
)  # fmt: skip

TABS = ("crew", "seats", "jobs", "agreement", "result", "plan") if IS_FULL else ("crew",)
OF_PEOPLE = (
    "api/v1/battles", "api/v1/battles/<int:pk>", "api/v1/offers", "api/v1/offers/<int:pk>", "api/v1/fairness",
    "api/v1/me/volunteer", "api/v1/reports/<uuid:pk>", "api/v1/volunteers", "api/v1/volunteers/<int:pk>", "avisos",
    "avisos/ajustes", "batallas/<int:pk>", PRINT, CREW_LIST, "c/<str:token>", "convocatorias/<int:pk>", "equidad", "hoy",
    "lectura/<str:token>", "maquinas/<int:pk>", "mesa/<uuid:pk>", "mesa/<uuid:pk>/contacto", "mis-batallas",
    "mis-batallas/<int:pk>", "p/<str:token>", "plantas/<int:pk>", "por-llamar", "propuestas/<int:pk>",
    "s/<str:token>", "solicitudes/<int:pk>", "voluntarios", "voluntarios/<int:pk>", HER_DETAILS, "yo", "yo/contacto",
    "api/v1/road-packs", TAKEN_ALONG,
)  # fmt: skip
"""Where people are shown; the other addresses are walked in fewer cells."""
OF_THE_TABLE = sorted(
    {line.place.split()[1] for line in TABLE}
    | {"batallas/<int:pk>", "voluntarios", "mis-batallas/<int:pk>", "p/<str:token>"}
)
"""Enough for the short form. Each name is shown at one of them."""
END_THE_SESSION = frozenset({"salir", "entrar", "language/", "clave"})

Seen = set[tuple[str, str, str, str]]
"""Whose, which field, where, to whom."""


def walk(scene: Scene, routes: Iterable[str]) -> tuple[Seen, int]:
    """Everybody asks every address, by GET and by POST; what a POST changed is undone."""
    seen: Seen = set()
    asked = 0
    clients = dict(_clients(scene))
    for route in routes:
        address = scene.address(route)
        for who, client in clients.items():
            for place, ask in _ways(route, address, client):
                shown = scene.shown_in(_undone(ask))
                seen |= {(whose, field, place, who) for whose, field in shown}
                asked += 1
    return seen, asked


def _clients(scene: Scene) -> Iterator[tuple[str, Client]]:
    for who, user in scene.actors.items():
        client = Client(raise_request_exception=False)
        if user is not None:
            client.force_login(user)
        yield who, client


def _ways(route: str, address: str, client: Client) -> Iterator[tuple[str, Callable[[], str]]]:
    yield f"GET {route}", lambda: _text(client.get(address))
    if route == "batallas/<int:pk>":
        for tab in TABS:
            yield f"GET {route}", lambda tab=tab: _text(client.get(f"{address}?tab={tab}"))
    elif route not in END_THE_SESSION:
        yield f"POST {route}", lambda: _text(client.post(address, {"show": "1"}))


def _text(response: object) -> str:
    parts = response.streaming_content if response.streaming else [response.content]  # type: ignore[attr-defined]
    return b"".join(parts).decode("utf-8", "replace")


def _undone(ask: Callable[[], str]) -> str:
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]  # as in a TestCase, so that durable blocks may stand inside
    with block:
        try:
            return ask()
        finally:
            transaction.set_rollback(True)


def expected(scene: Scene) -> Seen:
    """What the table says for this cell; who has no seat or no battle is nobody in particular."""
    state, battle_state = OfferState(scene.offer.state), BattleState(scene.battle.state)
    absent = set() if CREW_IS[battle_state] in HELD else set(CREW)
    if battle_state == BattleState.DRAFT:
        absent |= {"plant's contact"}
    return {
        (line.whose, field, line.place, who)
        for line in TABLE
        for field in line.fields
        for who in line.to
        if state in line.states and (who not in absent or line.place == "GET avisos/ajustes")
    }


def names_shown_to(scene: Scene) -> set[str]:
    """Who reads Vera's name somewhere, but for her plan's link, which is told beside."""
    state, battle_state = OfferState(scene.offer.state), BattleState(scene.battle.state)
    told = set(COORDINATORS | ONESELF)
    if state in HELD and battle_state != BattleState.DRAFT:
        told |= {"plant's contact"}
    if state in HELD and CREW_IS[battle_state] in HELD:
        told |= CREW
    return told


def problems(scene: Scene, seen: Seen) -> list[str]:
    names = {one for one in seen if one[:2] == ("vera", NAME)}
    details = seen - names
    by_link = {one for one in names if one[2] == "GET p/<str:token>"}
    wrong = [f"shown: {one}" for one in sorted(details - expected(scene))]
    wrong += [f"not shown: {one}" for one in sorted(expected(scene) - details)]
    told = {who for *_rest, who in names - by_link}
    wrong += [f"name to {who}" for who in sorted(told ^ names_shown_to(scene))]
    if bool(by_link) != (scene.offer.state in HELD):
        wrong.append("the plan's link shows names")
    return wrong


EVERY_CELL = [(state, battle_state) for state, those in CELLS.items() for battle_state in those]
SOME_CELLS = [
    (OfferState.ASKED, BattleState.ASKING),
    (OfferState.ACCEPTED, BattleState.READY),
    (OfferState.RELEASED, BattleState.UNDER_WAY),
    (OfferState.DONE, BattleState.CLOSED),
]


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Thousands of refusals would fill the log."""
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize(("state", "battle_state"), EVERY_CELL if IS_FULL else SOME_CELLS[:3])
def test_contact_details_are_seen_in_the_declared_cells_only(
    state: OfferState, battle_state: BattleState, record_property: Callable[[str, object], None]
) -> None:
    scene = people.scene(state, battle_state)

    seen, asked = walk(scene, OF_PEOPLE)

    wrong = problems(scene, seen)
    record_property(
        "S3", f"{state} × {battle_state}: {asked} requests by {len(scene.actors)} roles, {len(wrong)} unexpected"
    )
    assert wrong == []


@pytest.mark.parametrize(("state", "battle_state"), SOME_CELLS if IS_FULL else SOME_CELLS[1:2])
def test_no_other_address_shows_contact_details(
    state: OfferState, battle_state: BattleState, record_property: Callable[[str, object], None]
) -> None:
    scene = people.scene(state, battle_state)
    others = [route for route in people.routes() if route not in (OF_PEOPLE if IS_FULL else OF_THE_TABLE)]
    if not IS_FULL:
        scene.actors = {who: scene.actors[who] for who in ("crew", "manager", "battle's region", "nobody")}

    seen, asked = walk(scene, others)

    wrong = {one for one in seen if one[:2] != ("vera", NAME)}
    told = {who for *_rest, who in seen} - names_shown_to(scene)
    record_property("S3", f"{len(others)} other addresses, {asked} requests: {len(wrong | told)} unexpected")
    assert (wrong, told) == (set(), set())


def test_without_the_state_condition_the_walk_finds_it(
    monkeypatch: pytest.MonkeyPatch, record_property: Callable[[str, object], None]
) -> None:
    def everybody(battle: Battle, _user: object) -> object:
        return battle.offers.select_related("volunteer__contact")

    monkeypatch.setattr(battle_views, "callable_crew", everybody)
    scene = people.scene(OfferState.RELEASED, BattleState.READY)

    wrong = problems(scene, walk(scene, [CREW_LIST, PRINT])[0])

    shown = [one for one in wrong if one.startswith("shown")]
    record_property("S3 without", f"the state of the offer forgotten: {len(shown)} cells too many found")
    assert shown


def test_without_the_region_condition_the_walk_finds_it(
    monkeypatch: pytest.MonkeyPatch, record_property: Callable[[str, object], None]
) -> None:
    for module in (volunteer_rules, profile.rules):
        monkeypatch.setattr(module, "may_change", lambda _volunteer, *, by: bool(by))
    monkeypatch.setattr(battle_views, "may_see_contacts", lambda _battle, _user: True)
    scene = people.scene(OfferState.ACCEPTED, BattleState.READY)

    wrong = problems(scene, walk(scene, [HER_DETAILS, CREW_LIST])[0])

    shown = [one for one in wrong if one.startswith("shown") and "other region" in one]
    record_property("S3 without", f"the region of the coordinator forgotten: {len(shown)} cells too many found")
    assert shown
    assert crew_phones.may_see_contacts is not battle_views.may_see_contacts
