"""Battles: planning, seats, the field, results. `own` fields must name things of the same battle or plant."""

from __future__ import annotations

from typing import Any

from tests.doors import AGREED, DATES, NEED, NO, OUTPUT, READING, REASON, SEAT, day
from tests.fire.routes.declared import (
    COORDINATORS,
    IN_CHARGE,
    SIGNED_IN,
    VOLUNTEERS,
    WITH_RESPONSIBLE,
    At,
    Said,
    Who,
    form,
    get,
    post,
)
from tests.fire.routes.world import Place

CREW = frozenset({"crew", "responsible"})
OF_THE_DRAFT = IN_CHARGE.and_here("crew")
"""The crew has said yes there already; the plant sees a battle once people are called."""
SHOWN = IN_CHARGE.and_here("crew", "responsible", "worker", "manager", "contact")
MINE = Who(CREW, frozenset(), frozenset())
CALLING = IN_CHARGE.and_here("responsible", "contact")


def of(name: str) -> At:
    return lambda place: (place.rows[name].pk,)


DRAFT, ASKING, FIELD, VISIT, CLOSED = of("draft"), of("asking"), of("field"), of("visit"), of("closed")


def _plan(place: Place) -> Said:
    return {"kind": "repair", "title": "Horno", "requests": place.request.pk, "follows": place.field.pk, **DATES}


def _details(place: Place) -> Said:
    return {
        "title": "Horno", "offer_hours": 48, "asks_per_seat": 1, "sleeping": "planta", "food": "comedor", "bring": "x",
        "safety": "y", "responsible": place.person.pk,
    }  # fmt: skip


def _departure(place: Place) -> Said:
    return {
        "place": "Terminal", "at": f"{day(19)}T06:00", "vehicle": "autobús", "places": 4, "driver": place.person.pk,
        "travellers": place.going.pk,
    }  # fmt: skip


def _seat(place: Place) -> Said:
    return SEAT | {"trade": place.trade.pk}


def _diary(place: Place) -> Said:
    machine, volunteer = place.machine.pk, place.person.pk
    return {"day": day(0), "machine": machine, "hours": "3.5", "volunteer": volunteer, "text": "se desmontó"}


def plan(name: str, said: dict[str, Any] | Any = None, at: At = DRAFT, **more: Any) -> Any:
    """A button of who plans the battle."""
    return post(f"battles:battle-{name}", IN_CHARGE, at, said=_saying(said), **more)


def note(name: str, said: dict[str, Any] | Any = None, at: At = FIELD, **more: Any) -> Any:
    """A button of who records in the plant."""
    return post(f"battles:battle-{name}", WITH_RESPONSIBLE, at, said=_saying(said), **more)


def _saying(said: Any) -> Any:
    return said if callable(said) else lambda _place: said or {}


def edit(name: str, said: Any, at: At = DRAFT, **more: Any) -> Any:
    """The same with a page of its own."""
    return form(f"battles:battle-{name}", IN_CHARGE, at, said=_saying(said), **more)


PLANNING = (
    get("battles:battles", SIGNED_IN),
    form("battles:battle-new (where)", COORDINATORS, writes=False),
    form(
        "battles:battle-new",
        IN_CHARGE,
        query=lambda p: {"factory": p.factory.pk},
        said=_plan,
        own=["requests", "follows"],
    ),
    get("battles:battle-new (after another)", IN_CHARGE, query=lambda p: {"follows": p.field.pk}),
    get("battles:battle-new (for a request)", IN_CHARGE, query=lambda p: {"request": p.request.pk}),
    get("battles:battle", OF_THE_DRAFT, DRAFT),
    get("battles:battle (under way)", SHOWN, FIELD),
    get("battles:battle (closed)", IN_CHARGE.and_here("worker", "manager", "contact"), CLOSED),
    form("battles:battle-print", SHOWN, FIELD, writes=False),
    post("battles:battle-contacts", CALLING, FIELD),
    plan("dates", DATES),
    plan("details", _details, own=["responsible"]),
    plan("ask"),
    plan("draft", REASON, ASKING),
    plan("call-off", REASON),
    plan("begin", at=of("asking"), writes=False),
    plan("request-add", lambda p: {"request": p.request.pk}, own=["request"]),
    plan("request-remove", within=of("draft_link")),
    plan("seats-fill"),
    plan("seat-add", _seat),
    edit("seat-change", _seat, within=of("undated_seat"), at=of("undated")),
    plan("seat-remove", within=of("undated_seat"), at=of("undated")),
    edit("seat-people", lambda p: {"volunteer": p.spare.pk}, within=of("undated_seat"), at=of("undated"), writes=False),
    plan("send-all", at=ASKING, writes=False),
    plan("agreement", AGREED, of("undated")),
    plan("waive", REASON, of("undated")),
    edit("departure-add", _departure, own=["travellers", "driver"]),
    edit("departure-change", _departure, within=of("departure"), own=["travellers", "driver"]),
    plan("departure-remove", within=of("departure")),
    plan("unpin", lambda p: {"volunteer": p.spare.pk}, at=of("undated")),
    plan("unpin-start", at=of("undated")),
)
WORK = (
    note("arrived-all"),
    note("home-all"),
    note("arrived", within=of("coming")),
    note("home", within=of("field_offer")),
    note("left", REASON, within=of("field_offer")),
    plan("released", REASON, within=of("going")),
    get("battles:battle-sign-offs", WITH_RESPONSIBLE, FIELD),
    post("battles:battle-sign-off", WITH_RESPONSIBLE, FIELD, within=of("worked"), said=lambda _: {"level": 3}),
    get("battles:work-photo", SHOWN, lambda p: (p.work_photo.pk, "small")),
    note("diary", _diary, own=["machine", "volunteer"]),
    note("found", lambda p: {"machine": p.machine.pk, "what": "sin correa"}, own=["machine"]),
    note("need-add", NEED, within=of("field_link")),
    note("need", {"state": "waived", "note": "se hizo otro"}, within=of("field_need")),
    edit("demand", {"people": 2, "level": 3, "days": 4}, FIELD, within=of("field_demand")),
    note("voice", {"voice": "workers", "said": "falta gas"}, VISIT),
    note("finding", lambda p: {"machine": p.machine.pk, "what": "sin gas"}, VISIT, own=["machine"]),
    plan("findings-request", lambda p: {"findings": p.finding.pk}, VISIT, own=["findings"]),
    note("outcome", {"outcome": "not_repairable", "barrier": "no_part", "note": "x"}, within=of("field_link")),
    note("output", lambda p: OUTPUT | {"line": p.line.pk}, own=["line"]),
    plan("close", {"lessons": "más electrodos", "taught": "soldadura"}, FIELD, writes=False),
    note("lessons", {"lessons": "más electrodos", "taught": "soldadura"}),
    plan("follow-up", READING, CLOSED, within=of("follow_up")),
    plan(
        "own-repair", lambda p: {"machine": p.machine.pk, "what": "molino", "on": day(0), "said_by": "mecánico"}, CLOSED,
        own=["machine"],
    ),
)  # fmt: skip
ANSWER_OR_CALL = IN_CHARGE.and_here("asked")
OFFERS = (
    form("battles:offer", ANSWER_OR_CALL, of("offer"), said=lambda _: NO),
    post("battles:offer-let-go", ANSWER_OR_CALL, of("offer"), said=lambda _: REASON, writes=False),
    get("battles:mine", SIGNED_IN),
    get("battles:month", VOLUNTEERS),
    get("battles:my-battle", MINE, FIELD),
    post("battles:i-arrived", MINE, FIELD, writes=False),
    post("battles:i-am-home", MINE, FIELD),
    get("battles:letter", MINE, FIELD),
    get("battles:fairness", COORDINATORS),
    form("battles:to-call", COORDINATORS),
)
ROUTES = (*PLANNING, *WORK, *OFFERS)
