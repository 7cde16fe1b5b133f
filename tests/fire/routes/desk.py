"""The desk, requests, plants, and matching runs."""

from __future__ import annotations

from typing import Any

from factories.models import RawIntake
from tests.doors import DEMAND, NEED, REASON, day
from tests.fire.routes.battles import of
from tests.fire.routes.declared import COORDINATORS, IN_CHARGE, NATION, WITH_PLANT, At, Said, form, get, post
from tests.fire.routes.world import Place
from tests.make import make_trade

REPORT, REQUEST, RUN = of("report"), of("request"), of("run")


def triage(name: str, said: Any = None, at: At = REPORT, **more: Any) -> Any:
    say = said if callable(said) else lambda _place: {"version": 1} | (said or {})
    return post(f"battles:report-{name}", IN_CHARGE, at, said=say, **more)


def request(name: str, said: Any = None, at: At = REQUEST, **more: Any) -> Any:
    say = said if callable(said) else lambda _place: said or {}
    return post(f"battles:request-{name}", IN_CHARGE, at, said=say, **more)


def _open(place: Place) -> Said:
    return {"title": "Horno", "machine": place.machine.pk, "description": "apagado", "version": 1}


def _put(place: Place) -> Said:
    return {"factory": place.factory.pk, "machine": place.machine.pk, "version": 1}


def _describe(place: Place) -> Said:
    return {
        "title": "Horno", "condition": "stopped", "machine": place.machine.pk, "description": "apagado",
        "output_lost": "50", "stopped_since": day(-3), "version": 1,
    }  # fmt: skip


def _several(place: Place) -> Said:
    return {"chosen": f"{place.report.pk}:1", "do": "join", "request": place.request.pk}


REPORTS = (
    get("battles:today", COORDINATORS),
    post("battles:today-report", IN_CHARGE, REPORT),
    post("battles:today-battle", IN_CHARGE, of("draft")),
    post("battles:raw-handled", NATION, lambda _place: (RawIntake.objects.get().pk,)),
    post("battles:draft-take", IN_CHARGE, of("talk")),
    post("battles:draft-contact", IN_CHARGE, of("talk")),
    post("battles:draft-report", IN_CHARGE, of("talk")),
    post("battles:draft-handled", IN_CHARGE, of("talk")),
    post("battles:missed-handled", IN_CHARGE, of("missed")),
    get("battles:desk", COORDINATORS),
    post("battles:desk-bulk", COORDINATORS, said=_several, seen=["chosen", "request"], writes=False),
    get("battles:report", IN_CHARGE, REPORT),
    triage("take"),
    triage("open", _open, own=["machine"]),
    triage("join", lambda p: {"request": p.request.pk, "version": 1}, own=["request"]),
    triage("answer", {"answer": "apretar la correa", "answered_with": "mecánica"}),
    triage("aside", REASON),
    triage("reopen", at=of("answered")),
    triage("put", _put, seen=["factory"], own=["machine"]),
    triage("contact"),
    triage("variant", within=of("variant")),
)
REQUESTS = (
    get("battles:requests", COORDINATORS),
    get("battles:request", WITH_PLANT, REQUEST),
    request("take"),
    request("describe", _describe, own=["machine"]),
    request("demand-add", lambda p: DEMAND | {"trade": make_trade("boilers").pk}),
    request("demand", lambda p: DEMAND | {"trade": p.trade.pk, "do": "", "level": 4}, within=of("demand")),
    request("need-add", NEED),
    request("need", NEED | {"do": "", "reason": ""}, within=of("need")),
    request("cancel", REASON | {"version": 1}),
    request("reopen", {"version": 1}, of("partly")),
    get("battles:ranking", COORDINATORS),
    get("battles:plant", WITH_PLANT, of("factory")),
    get("battles:machine", WITH_PLANT, of("machine")),
    post(
        "battles:plant-decide", IN_CHARGE, of("factory"), said=lambda _: {"position": 1, "weight": 5, "why": "gas"}
    ),
    post("battles:plant-drop", IN_CHARGE, of("factory"), said=lambda _: {"why": "ya produce"}),
)  # fmt: skip


def run(name: str, said: Any = None, at: At = RUN, **more: Any) -> Any:
    say = said if callable(said) else lambda _place: said or {}
    return post(f"battles:run-{name}", IN_CHARGE, at, said=say, **more)


def choice(name: str, at: At = RUN, **more: Any) -> Any:
    return form(f"battles:run-{name}", IN_CHARGE, at, said=lambda p: {"volunteer": p.left.pk}, writes=False, **more)


RUNS = (
    get("battles:runs", COORDINATORS),
    get("battles:run-weights", COORDINATORS),
    post(
        "battles:run-new", COORDINATORS, said=lambda p: {"scope": f"battle-{p.draft.pk}"}, seen=["scope"], writes=False
    ),
    get("battles:run", IN_CHARGE, RUN),
    run("stop", at=of("waiting")),
    run("take", at=of("waiting"), writes=False),
    run("send", lambda p: {"battle": p.draft.pk}, own=["battle"], writes=False),
    run("take-start", within=of("undated"), writes=False),
    run("pin", lambda p: {"volunteer": p.spare.pk, "kind": "out"}, within=of("draft")),
    run("pin-start", {"day": day(13)}, within=of("undated")),
    choice("choose", within=of("draft_seat")),
    choice("swap", within=of("proposal")),
    run("drop", within=of("proposal")),
)  # fmt: skip
ROUTES = (*REPORTS, *REQUESTS, *RUNS)
