"""Volunteers over the API: their calls, profiles, papers and peers, and who would like to join."""

from __future__ import annotations

from typing import Any

from tests.doors import CERTIFICATE, REASON
from tests.fire.routes.battles import of
from tests.fire.routes.declared import COORDINATORS, IN_CHARGE, SIGNED_IN, VOLUNTEERS, Said, Who, does, get
from tests.fire.routes.platform import ABSENCE, MINE_ONLY, THEIRS
from tests.fire.routes.world import Place

ASKED = Who(frozenset({"asked"}), frozenset(), frozenset())
PERSON = of("person")
KNOWN = {"level": 3, "basis": "endorsed"}
PAPER = CERTIFICATE | {"trade": "welding"}


def api(name: str, who: Who, at: Any, said: Any = None, method: str = "POST", **more: Any) -> Any:
    say = said if callable(said) else lambda _place: said or {}
    return does(f"api:{name}", {method: who}, at, said=say, **more)


def _peer(place: Place) -> Said:
    return {"trade": "welding", "peer": place.responsible.pk}


def _their_trade(place: Place) -> tuple[Any, ...]:
    return (place.person.pk, "welding")


def _certificate(place: Place) -> tuple[Any]:
    return (place.certificate.key,)


PEOPLE = (
    get("api:offers", SIGNED_IN),
    get("api:offer", ASKED, of("offer")),
    api("offer-accept", ASKED, of("offer")),
    api("offer-decline", ASKED, of("offer"), {"reason": "work", "note": "x"}),
    api("offer-arrived", MINE_ONLY, of("field_offer"), writes=False),
    api("offer-home", MINE_ONLY, of("field_offer")),
    get("api:fairness", COORDINATORS),
    get("api:my-fairness", VOLUNTEERS),
    does(
        "api:my-profile", {"GET": VOLUNTEERS, "PATCH": VOLUNTEERS},
        said=lambda p: {"home": p.home.code, "max_km": 5, "max_days": 5, "brings": "x"},
    ),
    does("api:my-standing", {"PUT": VOLUNTEERS}, said=lambda _: {"standing": "paused"}),
    does("api:my-trade", {"PUT": VOLUNTEERS, "DELETE": VOLUNTEERS}, lambda _: ("welding",), said=lambda _: {"level": 2}),
    does("api:my-absences", {"GET": VOLUNTEERS, "POST": VOLUNTEERS}, said=lambda _: ABSENCE),
    does("api:my-absence", {"DELETE": MINE_ONLY}, of("absence")),
    get("api:volunteers", COORDINATORS),
    does(
        "api:volunteer", {"GET": COORDINATORS, "PATCH": THEIRS}, of("person"),
        said=lambda p: {"home": p.home.code, "max_km": 5, "brings": "x"},
    ),
    get("api:trades", SIGNED_IN),
)  # fmt: skip
ROUTES = (
    *PEOPLE,
    api("volunteer-standing", THEIRS, PERSON, {"standing": "paused"}, "PUT"),
    does("api:volunteer-trade", {"PUT": COORDINATORS, "DELETE": THEIRS}, _their_trade, said=lambda _: KNOWN),
    does("api:volunteer-absences", {"GET": THEIRS, "POST": THEIRS}, PERSON, said=lambda _: ABSENCE),
    does("api:volunteer-absence", {"DELETE": THEIRS}, PERSON, within=of("absence")),
    get("api:applications", COORDINATORS),
    get("api:application", IN_CHARGE, of("application")),
    api("application-confirm", IN_CHARGE, of("application")),
    api("application-reject", IN_CHARGE, of("application"), REASON),
    api("application-reopen", IN_CHARGE, of("rejected")),
    get("api:certificates", COORDINATORS),
    api("certificate-confirm", IN_CHARGE, _certificate),
    api("certificate-refuse", IN_CHARGE, _certificate, REASON),
    does("api:my-certificates", {"GET": VOLUNTEERS, "POST": VOLUNTEERS}, said=lambda _: PAPER),
    does("api:volunteer-certificates", {"GET": THEIRS, "POST": THEIRS}, PERSON, said=lambda _: PAPER),
    does("api:my-endorsements", {"GET": VOLUNTEERS, "POST": VOLUNTEERS}, said=_peer),
    api("my-endorsement", MINE_ONLY, of("endorsement"), {"answer": "yes"}),
)  # fmt: skip
