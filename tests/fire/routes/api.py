"""The same over the API: whoever is not signed in hears 401 or 403."""

from __future__ import annotations

from typing import Any

from tests.doors import AGREED, DATES, NEED, OUTPUT, REASON, day
from tests.fire.routes.api_people import ROUTES as PEOPLE
from tests.fire.routes.battles import ASKING, CALLING, CLOSED, DRAFT, FIELD, OF_THE_DRAFT, SHOWN, VISIT, of
from tests.fire.routes.declared import (
    ANYONE,
    COORDINATORS,
    IN_CHARGE,
    SIGNED_IN,
    WITH_PLANT,
    WITH_RESPONSIBLE,
    At,
    Said,
    Who,
    does,
    get,
    nowhere,
)
from tests.fire.routes.plant import CORRECTING, DELEGATE, LABELLING, TELLING
from tests.fire.routes.world import Place

REPORT, REQUEST, RUN = of("report"), of("request"), of("run")


def api(name: str, who: Who, at: At, said: Any = None, method: str = "POST", **more: Any) -> Any:
    say = said if callable(said) else lambda _place: said or {}
    return does(f"api:{name}", {method: who}, at, said=say, **more)


def plan(name: str, said: Any = None, at: At = DRAFT, **more: Any) -> Any:
    return api(f"battle-{name}", IN_CHARGE, at, said, **more)


def note(name: str, said: Any = None, at: At = FIELD, **more: Any) -> Any:
    return api(f"battle-{name}", WITH_RESPONSIBLE, at, said, **more)


def _plan(place: Place) -> Said:
    said = {"factory": place.factory.pk, "kind": "repair", "title": "Horno", "requests": [place.request.pk]}
    return said | {"follows": place.field.pk} | DATES


LINE = {"trade": "welding", "level": 2, "people": 1, "days": 2}


def _open(place: Place) -> Said:
    return {"title": "Horno", "description": "x", "machine": place.machine.pk, "demands": [LINE], "version": 1}


def _put(place: Place) -> Said:
    return {"factory": place.factory.pk, "machine": place.machine.pk, "version": 1}


def _describe(place: Place) -> Said:
    return {"title": "Quemador", "machine": place.machine.pk, "version": 1}


def _change(place: Place) -> Said:
    return {"title": "x", "responsible": place.person.pk}


def _diary(place: Place) -> Said:
    return {"text": "x", "day": day(0), "hours": "3.5", "machine": place.machine.pk, "volunteer": place.person.pk}


def _departure(place: Place) -> Said:
    said = {"place": "Terminal", "at": f"{day(19)}T06:00:00-04:00", "vehicle": "autobús", "places": 4}
    return said | {"driver": place.person.pk, "travellers": [place.going.pk]}


def _readings(place: Place) -> Said:
    return {"said_by": "delegada", "readings": [{"line": place.line.pk, "day": day(0), "amount": "12.5"}]}


def _repair(place: Place) -> Said:
    said = {"what": "molino", "machine": place.machine.pk, "on": day(0), "learned_from": place.closed.pk}
    return said | {"said_by": "mecánico"}


def _found(place: Place) -> Said:
    return {"what": "x", "machine": place.machine.pk}


def _outcome(place: Place) -> Said:
    return {"request": place.field_request.pk, "outcome": "repaired", "barrier": "", "note": "x"}


def _actions(place: Place) -> Said:
    """Whoever is signed in may send them; each says for itself whether it was theirs."""
    said = {"id": WRITTEN_OFFLINE, "kind": "battle.diary", "about": {"battle": place.field.pk}, "version": 1}
    return {"actions": [said | {"at": f"{day(0)}T08:00:00-04:00", "said": {"text": "se desmontó"}}]}


WRITTEN_OFFLINE = "4c1bb7a0-5f6e-4b57-9d4c-0a8f3a1f2b61"
FOLLOW_UP = {"amount": "12.5", "day": day(0), "said_by": "delegada"}
SEAT_OF_THE_API = {"trade": "welding", "level": 2, "kind": "required", "first_offset": 0, "last_offset": 4}
SEATS = {"trade": "welding", "level": 2, "people": 1, "kind": "required", "first_offset": 0, "last_offset": 4}
DESK = (
    get("api:reports", SIGNED_IN),
    get("api:report-triage", IN_CHARGE, REPORT),
    api("report-open", IN_CHARGE, REPORT, _open, own=["machine"]),
    api("report-join", IN_CHARGE, REPORT, lambda p: {"request": p.request.pk, "version": 1}, own=["request"]),
    api("report-answer", IN_CHARGE, REPORT, {"answer": "x", "answered_with": "y", "version": 1}),
    api("report-reject", IN_CHARGE, REPORT, REASON | {"version": 1}),
    api("report-take", IN_CHARGE, REPORT, {"version": 1}),
    api("report-reopen", IN_CHARGE, of("answered"), {"version": 1}),
    api("report-put", IN_CHARGE, REPORT, _put, own=["machine"], seen=["factory"]),
    get("api:requests", SIGNED_IN),
    does("api:request", {"GET": WITH_PLANT, "PATCH": IN_CHARGE}, of("request"), said=_describe, own=["machine"]),
    api("request-take", IN_CHARGE, REQUEST, {"version": 1}),
    api("request-cancel", IN_CHARGE, REQUEST, REASON | {"version": 1}),
    api("request-reopen", IN_CHARGE, of("partly"), {"version": 1}),
    api("request-demands", IN_CHARGE, REQUEST, LINE),
    does(
        "api:request-demand", {"PUT": IN_CHARGE, "DELETE": IN_CHARGE}, REQUEST, within=of("demand"), said=lambda _: LINE
    ),
    api("request-needs", IN_CHARGE, REQUEST, NEED),
    does(
        "api:request-need", {"PATCH": IN_CHARGE, "DELETE": IN_CHARGE}, REQUEST, within=of("need"), said=lambda _: NEED
    ),
    api("request-need-state", IN_CHARGE, REQUEST, {"state": "got"}, within=of("need")),
)
BATTLES = (
    does(
        "api:battles", {"GET": SIGNED_IN, "POST": COORDINATORS}, said=_plan, own=["requests", "follows"],
        seen=["factory"],
    ),
    does(
        "api:battle", {"GET": OF_THE_DRAFT, "PATCH": IN_CHARGE}, DRAFT,
        said=_change, own=["responsible"],
    ),
    get("api:battle (under way)", SHOWN, FIELD),
    plan("ask"),
    plan("draft", REASON, ASKING),
    plan("call-off", REASON),
    plan("begin", at=ASKING, writes=False),
    plan("close", {"lessons": "x", "taught": "y"}, FIELD, writes=False),
    plan("requests", lambda p: {"request": p.request.pk}, own=["request"]),
    plan("seats", SEATS),
    plan("seats-fill"),
    does(
        "api:battle-pins", {"GET": IN_CHARGE, "POST": IN_CHARGE}, DRAFT,
        said=lambda p: {"volunteer": p.spare.pk, "kind": "out"},
    ),
    does("api:battle-pin", {"DELETE": IN_CHARGE}, lambda p: (p.undated.pk, p.spare.pk)),
    plan("pinned-start", {"day": day(13)}, of("undated")),
    plan("agreement", AGREED | {"may_publish": True}, of("undated")),
    plan("waive", REASON, of("undated")),
    note("arrivals", lambda p: {"offer": p.coming.pk}, own=["offer"]),
    note("home", lambda p: {"offer": p.field_offer.pk}, own=["offer"]),
    does(
        "api:battle-diary", {"GET": WITH_RESPONSIBLE, "POST": WITH_RESPONSIBLE}, FIELD, said=_diary,
        own=["machine", "volunteer"],
    ),
    note("found", _found, own=["machine"]),
    note("outcomes", _outcome, own=["request"]),
    note("output", lambda p: OUTPUT | {"line": p.line.pk, "is_confirmed": True}, own=["line"]),
)  # fmt: skip
PARTS = (
    does("api:battle-request", {"DELETE": IN_CHARGE}, DRAFT, within=of("draft_request")),
    does(
        "api:battle-seat", {"PUT": IN_CHARGE, "DELETE": IN_CHARGE}, of("undated"), within=of("undated_seat"),
        said=lambda _: SEAT_OF_THE_API,
    ),
    does(
        "api:battle-departures", {"GET": IN_CHARGE, "POST": IN_CHARGE}, DRAFT, said=_departure,
        own=["travellers", "driver"],
    ),
    get("api:battle-departures (under way)", WITH_RESPONSIBLE, FIELD),
    does(
        "api:battle-departure", {"PUT": IN_CHARGE}, DRAFT, within=of("departure"), said=_departure,
        own=["travellers", "driver"],
    ),
    does("api:battle-departure (taken away)", {"DELETE": IN_CHARGE}, DRAFT, within=of("departure")),
    plan("accept", at=ASKING, within=of("offer")),
    plan("decline", {"reason": "work", "note": "x"}, ASKING, within=of("offer")),
    note("left", REASON, within=of("field_offer")),
    plan("release", REASON, within=of("going")),
    note("sign-off", {"level": 3}, within=of("worked")),
    get("api:battle-diagnosis", WITH_RESPONSIBLE, VISIT),
    note("voices", {"voice": "workers", "said": "falta gas"}, VISIT),
    note("findings", lambda p: {"machine": p.machine.pk, "what": "sin gas"}, VISIT, own=["machine"]),
    plan("findings-requests", lambda p: {"findings": [p.finding.pk]}, VISIT, own=["findings"]),
    note("needs", lambda p: {"request": p.field_request.pk, "what": "correa"}, own=["request"]),
    note("need-state", {"state": "got"}, within=of("field_need")),
    get("api:battle-results", WITH_RESPONSIBLE, FIELD),
    does("api:battle-lessons", {"PUT": WITH_RESPONSIBLE}, FIELD, said=lambda _: {"lessons": "x", "taught": "y"}),
    plan("follow-up", FOLLOW_UP, CLOSED, within=of("follow_up")),
    plan(
        "own-repairs", lambda p: {"machine": p.machine.pk, "what": "molino", "on": day(0), "said_by": "mecánico"}, CLOSED,
        own=["machine"],
    ),
    plan("correction-take", at=CLOSED, within=of("correction")),
    plan("correction-answer", {"answer": "x"}, CLOSED, within=of("correction")),
)  # fmt: skip
PLANTS = (
    get("api:plants", SIGNED_IN),
    get("api:plant", WITH_PLANT, of("factory")),
    does("api:plant-readings", {"GET": TELLING, "POST": TELLING}, of("factory"), said=_readings, own=["readings"]),
    api("plant-own-repairs", TELLING, of("factory"), _repair, own=["machine", "learned_from"]),
    does("api:plant-order", {"PUT": IN_CHARGE}, of("factory"), said=lambda _: {"position": 1, "weight": 5, "why": "x"}),
    api("plant-order-drop", IN_CHARGE, of("factory"), {"why": "x"}),
    get("api:machine", WITH_PLANT, of("machine")),
    api("machine-state", TELLING, of("machine"), {"state": "badly"}),
    api("agreement-confirm", DELEGATE, ASKING, {"said_by": "delegada"}),
    api("output-confirm", DELEGATE, CLOSED, {"said_by": "delegada"}, within=of("result")),
    api("output-correct", CORRECTING, CLOSED, {"before": "0", "after": "11", "said_by": "x"}, within=of("result")),
)
RUNS = (
    does(
        "api:runs", {"GET": SIGNED_IN, "POST": COORDINATORS}, said=lambda p: {"battle": p.draft.pk}, seen=["battle"],
        writes=False,
    ),
    get("api:run", IN_CHARGE, RUN),
    api("run-stop", IN_CHARGE, of("waiting")),
    api("run-take", IN_CHARGE, of("waiting"), writes=False),
    api("run-send", IN_CHARGE, RUN, lambda p: {"battle": p.draft.pk}, own=["battle"], writes=False),
)  # fmt: skip
LABELS = (
    does("api:plant-labels", {"GET": WITH_PLANT, "POST": WITH_PLANT}, of("factory")),
    api("plant-label-renew", LABELLING, of("factory"), within=of("label")),
    api("plant-label-retire", LABELLING, of("factory"), within=of("label")),
)
OFFLINE = (
    get("api:fresh", ANYONE),
    get("api:road-packs", SIGNED_IN),
    api("actions", SIGNED_IN, nowhere, _actions),
    api("battle-contacts", CALLING, FIELD),
    # of the crew, and of who was of it, at least the wish is kept
    does(
        "api:battle-photo", {"PUT": WITH_RESPONSIBLE.and_here("crew", "left")}, lambda p: (p.field.pk, WRITTEN_OFFLINE)
    ),
)
ROUTES = (*DESK, *BATTLES, *PARTS, *PLANTS, *LABELS, *RUNS, *OFFLINE, *PEOPLE)
