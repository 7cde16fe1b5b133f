"""The same over the API: whoever is not signed in hears 401 or 403."""

from __future__ import annotations

from typing import Any

from tests.doors import AGREED, DATES, NEED, OUTPUT, REASON, day
from tests.fire.routes.battles import ASKING, DRAFT, FIELD, OF_THE_DRAFT, SHOWN, of
from tests.fire.routes.declared import (
    COORDINATORS,
    IN_CHARGE,
    SIGNED_IN,
    VOLUNTEERS,
    WITH_PLANT,
    WITH_RESPONSIBLE,
    At,
    Said,
    Who,
    does,
    get,
)
from tests.fire.routes.platform import ABSENCE, MINE_ONLY
from tests.fire.routes.world import Place

REPORT, REQUEST, RUN = of("report"), of("request"), of("run")
ASKED = Who(frozenset({"asked"}), frozenset(), frozenset())


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


def _describe(place: Place) -> Said:
    return {"title": "Quemador", "machine": place.machine.pk, "version": 1}


def _change(place: Place) -> Said:
    return {"title": "x", "responsible": place.person.pk}


def _found(place: Place) -> Said:
    return {"what": "x", "machine": place.machine.pk}


def _outcome(place: Place) -> Said:
    return {"request": place.field_request.pk, "outcome": "repaired", "barrier": "", "note": "x"}


SEATS = {"trade": "welding", "level": 2, "people": 1, "kind": "required", "first_offset": 0, "last_offset": 4}
DESK = (
    get("api:reports", SIGNED_IN),
    get("api:report-triage", IN_CHARGE, REPORT),
    api("report-open", IN_CHARGE, REPORT, _open, own=["machine"]),
    api("report-join", IN_CHARGE, REPORT, lambda p: {"request": p.request.pk, "version": 1}, own=["request"]),
    api("report-answer", IN_CHARGE, REPORT, {"answer": "x", "answered_with": "y", "version": 1}),
    api("report-reject", IN_CHARGE, REPORT, REASON | {"version": 1}),
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
    note("diary", lambda p: {"text": "x", "day": day(0), "hours": "3.5", "machine": p.machine.pk}, own=["machine"]),
    note("found", _found, own=["machine"]),
    note("outcomes", _outcome, own=["request"]),
    note("output", lambda p: OUTPUT | {"line": p.line.pk, "is_confirmed": True}, own=["line"]),
)  # fmt: skip
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
PEOPLE = (
    get("api:offers", SIGNED_IN),
    get("api:offer", ASKED, of("offer")),
    api("offer-accept", ASKED, of("offer")),
    api("offer-decline", ASKED, of("offer"), {"reason": "work", "note": "x"}),
    get("api:fairness", COORDINATORS),
    get("api:my-fairness", VOLUNTEERS),
    does(
        "api:my-profile", {"GET": VOLUNTEERS, "PATCH": VOLUNTEERS},
        said=lambda p: {"home": p.home.code, "max_km": 5, "max_days": 5, "brings": "x"},
    ),
    does("api:my-trade", {"PUT": VOLUNTEERS, "DELETE": VOLUNTEERS}, lambda _: ("welding",), said=lambda _: {"level": 2}),
    does("api:my-absences", {"GET": VOLUNTEERS, "POST": VOLUNTEERS}, said=lambda _: ABSENCE),
    does("api:my-absence", {"DELETE": MINE_ONLY}, of("absence")),
    get("api:volunteers", COORDINATORS),
    get("api:volunteer", COORDINATORS, of("person")),
    get("api:trades", SIGNED_IN),
)  # fmt: skip
ROUTES = (*DESK, *BATTLES, *RUNS, *PEOPLE)
