"""The plant's side: its own people, its signed link, and labels."""

from __future__ import annotations

from typing import Any

from battles.plant_links import plant_token
from tests.doors import day
from tests.fire.routes.battles import CLOSED, of
from tests.fire.routes.declared import ANYONE, IN_CHARGE, SIGNED_IN, WITH_PLANT, Said, Who, form, get, post
from tests.fire.routes.world import Place

DELEGATE = Who(frozenset({"contact"}), frozenset(), frozenset())
CORRECTING = Who(frozenset({"contact", "manager"}), frozenset(), frozenset())
TELLING = IN_CHARGE.and_here("contact", "manager")
LABELLING = IN_CHARGE.and_here("contact")
SAID = {"said_by": "delegada"}


def _readings(place: Place) -> Said:
    return SAID | {"do": "day", "day": day(0), f"line-{place.line.pk}": "12.5"}


def _figures(_place: Place) -> Said:
    return SAID | {"before": "0", "after": "11"}


def _repair(place: Place) -> Said:
    return SAID | {"what": "molino", "machine": place.machine.pk, "on": day(0), "learned_from": place.closed.pk}


def _link(place: Place) -> tuple[Any, ...]:
    return (plant_token(place.plant_link),)


ROUTES = (
    get("battles:my-plants", SIGNED_IN),
    form("battles:plant-readings", TELLING, of("factory"), said=_readings),
    form("battles:plant-repair", TELLING, of("factory"), said=_repair, own=["machine", "learned_from"]),
    post("battles:machine-state", TELLING, of("machine"), said=lambda _: {"state": "badly", "was": ""}),
    post("battles:agreement-confirm", DELEGATE, of("asking"), said=lambda _: SAID),
    get("battles:agreement-print", WITH_PLANT, of("asking")),
    post("battles:output-confirm", DELEGATE, CLOSED, within=of("result"), said=lambda _: SAID),
    form("battles:output-correct", CORRECTING, CLOSED, within=of("result"), said=_figures),
    post("battles:battle-correction-take", IN_CHARGE, CLOSED, within=of("correction")),
    post(
        "battles:battle-correction-answer", IN_CHARGE, CLOSED, within=of("correction"), said=lambda _: {"answer": "x"}
    ),
    post("battles:plant-link-make", IN_CHARGE, CLOSED),
    post("battles:plant-link-revoke", IN_CHARGE, CLOSED, within=of("plant_link")),
    get("battles:plant-link", ANYONE, _link),
    post("battles:plant-link-agreement", ANYONE, _link, said=lambda _: SAID),
    get("battles:plant-link-print", ANYONE, _link),
    post("battles:plant-link-output", ANYONE, _link, within=of("result"), said=lambda _: SAID),
    form("battles:plant-link-correct", ANYONE, _link, within=of("result"), said=_figures),
    form("battles:plant-link-readings", ANYONE, _link, said=_readings),
    form("battles:plant-link-repair", ANYONE, _link, said=_repair, own=["machine", "learned_from"]),
    post("factories:label-renew", LABELLING, of("factory"), within=of("label")),
    post("factories:label-retire", LABELLING, of("factory"), within=of("label")),
)
