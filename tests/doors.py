"""Every door through which words come in: an address, what is usually sent there, and by whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db.models import Model
from django.urls import reverse
from django.utils.timezone import now

from battles.links import offer_token
from battles.models import Battle
from battles.plant_links import plant_path, plant_token
from battles.reading_links import reading_path
from battles.road_pack import owner_of
from battles.states import BattleKind, BattleState, OfferState, RequestState, RunState
from epo.accounts.models import User
from epo.core.clock import today
from factories.states import MemberRole
from tests import make
from volunteers.links import invitation_path, peer_path
from volunteers.models import Volunteer


@dataclass(frozen=True)
class Door:
    """`by` is None for doors without sign-in; `then` are pages that must still open afterwards."""

    address: str
    said: dict[str, Any]
    by: User | None = None
    method: str = "post"
    is_api: bool = False
    then: list[str] = field(default_factory=list)


LEDGER = {"trade": "welding", "region": "", "state": "", "period": "year", "who": "never", "order": "least"}
DOORS: dict[str, Callable[[], Door]] = {}
Make = Callable[[], Door]


def door(name: str) -> Callable[[Make], Make]:
    def register(build: Make) -> Make:
        DOORS[name] = build
        return build

    return register


def at(name: str, *args: Any) -> str:
    return reverse(name, args=args)


def day(n: int) -> str:
    return (today() + timedelta(days=n)).isoformat()


def desk(address: str, said: dict[str, Any], **more: Any) -> Door:
    return Door(address, said, make.make_coordinator(), **more)


def api(name: str, said: dict[str, Any], *args: Any, method: str = "post", by: User | None = None) -> Door:
    return Door(at(f"api:{name}", *args), said, by or make.make_coordinator(), method, is_api=True)


def pages_of(battle: Battle) -> list[str]:
    page = at("battles:battle", battle.pk)
    tabs = [f"{page}?tab={tab}" for tab in ("seats", "crew", "jobs", "agreement", "result", "plan")]
    return [at("battles:battles"), at("battles:today"), at("battles:runs"), at("api:battle", battle.pk), *tabs]


def draft() -> Battle:
    battle = make.make_battle(make.make_factory(contact=make.make_contact()))
    request = make.make_request(make.make_machine(battle.factory), state=RequestState.PLANNED)
    make.make_need(request)
    make.make_demand(request)
    make.make_battle_request(battle, request)
    make.make_seat(battle)
    return battle


def fought(**fields: Any) -> Battle:
    battle = make.make_battle(**{"state": BattleState.UNDER_WAY, "first_day": today()} | fields)
    request = make.make_request(make.make_machine(battle.factory), state=RequestState.UNDER_REPAIR)
    make.make_battle_request(battle, request)
    make.make_need(request)
    make.make_demand(request)
    make.make_offer(make.make_seat(battle), state=OfferState.ON_SITE)
    make.make_line(battle.factory)
    return battle


def of_battle(battle: Battle, name: str, said: dict[str, Any], *args: Any) -> Door:
    return desk(at(f"battles:battle-{name}", battle.pk, *args), said, then=pages_of(battle))


DATES = {"first_day": day(20), "days": "5", "earliest": day(10), "latest": day(30), "due": day(30)}
NEED = {"kind": "part", "what": "rodamiento", "measures": "6204", "quantity": "2", "brings": "plant"}
AGREED = {
    "agreed_on": day(0), "management": "gerente", "council": "consejo", "council_on": day(-1), "army": "vocera",
    "sleeping": "planta", "food": "comedor", "materials": "gas", "isolates": "turno", "may_publish": "on",
}  # fmt: skip
REASON = {"reason": "no hay gas"}


# Battles


@door("battles:battle-new")
def _plan() -> Door:
    request = make.make_request()
    said = {"kind": "repair", "title": "Horno", "requests": request.pk, "follows": "", **DATES}
    pages = [at("battles:battles"), at("battles:today"), at("battles:runs"), at("api:battles")]
    return desk(f"{at('battles:battle-new')}?factory={request.factory_id}", said, then=pages)


@door("battles:battle-dates")
def _dates() -> Door:
    return of_battle(draft(), "dates", DATES)


@door("battles:battle-details")
def _details() -> Door:
    battle = draft()
    offer = make.make_offer(battle.seats.get(), state=OfferState.ACCEPTED)
    said = {
        "title": "Horno", "offer_hours": 48, "asks_per_seat": 1, "sleeping": "planta", "food": "comedor", "bring": "x",
        "safety": "y", "responsible": offer.volunteer_id, "coordinator": make.make_coordinator().pk,
    }  # fmt: skip
    return of_battle(battle, "details", said)


SEAT = {"level": 2, "kind": "required", "people": 1, "first": 1, "last": 5}


@door("battles:battle-seat-add")
def _seat_add() -> Door:
    return of_battle(draft(), "seat-add", SEAT | {"trade": make.make_trade().pk})


@door("battles:battle-seat-change")
def _seat_change() -> Door:
    battle = draft()
    return of_battle(battle, "seat-change", SEAT | {"trade": make.make_trade().pk}, battle.seats.get().pk)


@door("battles:battle-seat-people")
def _seat_people() -> Door:
    battle = draft()
    volunteer = make.make_volunteer("welding")
    return of_battle(battle, "seat-people", {"volunteer": volunteer.pk}, battle.seats.get().pk)


@door("battles:battle-agreement")
def _agreement() -> Door:
    return of_battle(draft(), "agreement", AGREED)


@door("battles:battle-waive")
def _waive() -> Door:
    return of_battle(draft(), "waive", REASON)


@door("battles:battle-draft")
def _back() -> Door:
    return of_battle(make.make_battle(state=BattleState.ASKING), "draft", REASON)


@door("battles:battle-call-off")
def _call_off() -> Door:
    return of_battle(draft(), "call-off", REASON)


@door("battles:battle-request-add")
def _request_add() -> Door:
    battle = draft()
    return of_battle(battle, "request-add", {"request": make.make_request(make.make_machine(battle.factory)).pk})


def departure_of(battle: Battle) -> dict[str, Any]:
    offer = make.make_offer(battle.seats.get(), state=OfferState.ACCEPTED)
    at_six = f"{day(19)}T06:00"
    return {
        "place": "Terminal", "at": at_six, "vehicle": "autobús", "places": 4, "driver": offer.volunteer_id,
        "travellers": offer.pk,
    }  # fmt: skip


@door("battles:battle-departure-add")
def _departure_add() -> Door:
    battle = draft()
    return of_battle(battle, "departure-add", departure_of(battle))


@door("battles:battle-departure-change")
def _departure_change() -> Door:
    battle = draft()
    return of_battle(battle, "departure-change", departure_of(battle), make.make_departure(battle).pk)


# In the plant


@door("battles:battle-diary")
def _diary() -> Door:
    battle = fought()
    machine = battle.factory.machines.get()
    volunteer = battle.offers.get().volunteer_id
    said = {"day": day(0), "machine": machine.pk, "hours": "3.5", "volunteer": volunteer, "text": "se desmontó"}
    return of_battle(battle, "diary", said)


@door("battles:battle-found")
def _found() -> Door:
    said = {"machine": "", "name": "Molino", "kind": make.make_machine_kind().pk, "what": "sin correa"}
    return of_battle(fought(), "found", said)


@door("battles:battle-need-add")
def _need_add() -> Door:
    battle = fought()
    return of_battle(battle, "need-add", NEED, battle.battle_requests.get().pk)


@door("battles:battle-need")
def _need_settle() -> Door:
    battle = fought()
    need = battle.battle_requests.get().request.needs.get()
    return of_battle(battle, "need", {"state": "waived", "note": "se hizo otro"}, need.pk)


@door("battles:battle-demand")
def _demand() -> Door:
    battle = fought()
    demand = battle.battle_requests.get().request.demands.get()
    return of_battle(battle, "demand", {"people": 2, "level": 3, "days": 4}, demand.pk)


@door("battles:battle-voice")
def _voice() -> Door:
    return of_battle(fought(kind=BattleKind.DIAGNOSIS), "voice", {"voice": "workers", "said": "falta gas"})


@door("battles:battle-finding")
def _finding() -> Door:
    battle = fought(kind=BattleKind.DIAGNOSIS)
    return of_battle(battle, "finding", {"machine": battle.factory.machines.get().pk, "what": "sin gas"})


@door("battles:battle-findings-request")
def _findings() -> Door:
    battle = fought(kind=BattleKind.DIAGNOSIS)
    finding = make.make_finding(battle, machine=battle.factory.machines.get())
    return of_battle(battle, "findings-request", {"findings": finding.pk})


@door("battles:battle-outcome")
def _outcome() -> Door:
    battle = fought()
    said = {"outcome": "not_repairable", "barrier": "no_part", "note": "no hay"}
    return of_battle(battle, "outcome", said, battle.battle_requests.get().pk)


OUTPUT = {"before": "0", "after": "12.5", "is_confirmed": "on", "confirmed_by": "delegada"}


@door("battles:battle-output")
def _output() -> Door:
    battle = fought()
    return of_battle(battle, "output", OUTPUT | {"line": battle.factory.lines.get().pk})


@door("battles:battle-close")
def _close() -> Door:
    return of_battle(fought(), "close", {"lessons": "más electrodos", "taught": "soldadura"})


@door("battles:battle-lessons")
def _lessons() -> Door:
    return of_battle(fought(), "lessons", {"lessons": "más electrodos", "taught": "soldadura"})


READING = {"amount": "12.5", "day": day(0), "said_by": "delegada", "is_confirmed": "on"}


@door("battles:battle-follow-up")
def _follow_up() -> Door:
    follow_up = make.make_follow_up()
    return of_battle(follow_up.battle, "follow-up", READING, follow_up.pk)


@door("battles:reading-link")
def _reading_link() -> Door:
    follow_up = make.make_follow_up(asked_at=now())
    return Door(reading_path(follow_up), READING)


@door("battles:plant-readings")
def _plant_readings() -> Door:
    line = make.make_line(make.make_factory())
    said = {"do": "day", "day": day(0), f"line-{line.pk}": "12.5", "said_by": "coordinación"}
    page = at("battles:plant-readings", line.factory_id)
    return desk(page, said, then=[page, at("battles:plant", line.factory_id)])


@door("battles:plant-readings (a table)")
def _plant_table() -> Door:
    line = make.make_line(make.make_factory())
    said = {"do": "save", "table": f"{day(0)}\t12.5", "said_by": "coordinación"}
    return desk(at("battles:plant-readings", line.factory_id), said, then=[at("battles:plant", line.factory_id)])


LATER = {"what": "molino", "machine": "", "on": day(0), "learned_from": "", "said_by": "mecánica"}


@door("battles:plant-repair")
def _plant_repair() -> Door:
    machine = make.make_machine()
    said = LATER | {"machine": machine.pk}
    return desk(at("battles:plant-repair", machine.factory_id), said, then=[at("battles:plant", machine.factory_id)])


@door("battles:machine-state")
def _machine_state() -> Door:
    page = at("battles:machine", (machine := make.make_machine()).pk)
    return desk(at("battles:machine-state", machine.pk), {"state": "badly", "was": ""}, then=[page])


def _by_link(name: str, said: dict[str, Any], *keys: Any, battle: Battle | None = None) -> Door:
    link = make.make_plant_link(battle)
    return Door(at(f"battles:{name}", plant_token(link), *keys), said, then=[plant_path(link)])


@door("battles:plant-link-agreement")
def _link_agreement() -> Door:
    battle = make.make_battle(state="asking")
    make.make_agreement(battle)
    return _by_link("plant-link-agreement", {"said_by": "delegada"}, battle=battle)


@door("battles:plant-link-output")
def _link_output() -> Door:
    battle = fought()
    result = make.make_line_result(battle, before=1, after=2)
    return _by_link("plant-link-output", {"said_by": "delegada"}, result.pk, battle=battle)


@door("battles:plant-link-readings")
def _link_readings() -> Door:
    line = make.make_line(make.make_factory())
    said = {"do": "day", "day": day(0), f"line-{line.pk}": "12.5", "said_by": "delegada"}
    return _by_link("plant-link-readings", said, battle=make.make_battle(line.factory))


@door("battles:plant-link-repair")
def _link_repair() -> Door:
    return _by_link("plant-link-repair", LATER)


@door("battles:agreement-confirm")
def _agreement_confirm() -> Door:
    battle = make.make_battle(state="asking")
    make.make_agreement(battle)
    delegate = make.make_membership(battle.factory, role=MemberRole.DELEGATE).user
    return Door(at("battles:agreement-confirm", battle.pk), {"said_by": "delegada"}, delegate)


@door("battles:output-confirm")
def _output_confirm() -> Door:
    battle = fought()
    result = make.make_line_result(battle, before=1, after=2)
    delegate = make.make_membership(battle.factory, role=MemberRole.DELEGATE).user
    return Door(at("battles:output-confirm", battle.pk, result.pk), {"said_by": "delegada"}, delegate)


@door("battles:battle-own-repair")
def _own_repair() -> Door:
    battle = fought()
    said = {"machine": battle.factory.machines.get().pk, "what": "molino", "on": day(0), "said_by": "mecánico"}
    return of_battle(battle, "own-repair", said)


@door("battles:battle-left")
def _left() -> Door:
    battle = fought()
    return of_battle(battle, "left", REASON, battle.offers.get().pk)


@door("battles:battle-released")
def _released() -> Door:
    battle = draft()
    offer = make.make_offer(battle.seats.get(), state=OfferState.ACCEPTED)
    return of_battle(battle, "released", REASON, offer.pk)


# The desk


def of_report(name: str, said: dict[str, Any], report: Model | None = None) -> Door:
    report = report or make.make_report()
    pages = [at("battles:desk"), at("battles:today"), at("battles:report", report.pk), at("api:reports")]
    return desk(at(f"battles:report-{name}", report.pk), said, then=pages)


@door("battles:report-open")
def _open() -> Door:
    report = make.make_report()
    said = {"title": "Horno", "machine": report.machine_id, "description": "apagado", "version": 1}
    return of_report("open", said, report)


@door("battles:report-join")
def _join() -> Door:
    report = make.make_report()
    return of_report("join", {"request": make.make_request(report.machine).pk, "version": 1}, report)


@door("battles:report-answer")
def _answer() -> Door:
    return of_report("answer", {"answer": "apretar la correa", "answered_with": "mecánica", "version": 1})


@door("battles:report-aside")
def _aside() -> Door:
    return of_report("aside", REASON | {"version": 1})


@door("battles:report-take")
def _take() -> Door:
    return of_report("take", {"version": 1})


@door("battles:report-reopen")
def _report_reopen() -> Door:
    return of_report("reopen", {"version": 1}, make.make_report(state="answered"))


@door("battles:report-put")
def _put() -> Door:
    place = make.make_municipality()
    report = make.make_report(plant_name="Taller", municipality=place)
    said = {
        "factory": "", "new_factory": "Taller", "sector": make.make_sector().pk, "municipality": place.pk,
        "new_machine": "Torno", "kind": make.make_machine_kind().pk, "version": 1,
    }  # fmt: skip
    return of_report("put", said, report)


@door("battles:desk-bulk")
def _bulk() -> Door:
    report = make.make_report()
    said = {"chosen": f"{report.pk}:1", "do": "aside", "reason": "luego", "request": make.make_request().pk}
    return desk(at("battles:desk-bulk"), said, then=[at("battles:desk")])


def of_request(name: str, said: dict[str, Any], *args: Any, request: Any = None) -> Door:
    request = request or make.make_request()
    pages = [at("battles:requests"), at("battles:request", request.pk), at("battles:ranking"), at("api:requests")]
    return desk(at(f"battles:request-{name}", request.pk, *args), said, then=pages)


@door("battles:request-describe")
def _describe() -> Door:
    request = make.make_request()
    said = {
        "title": "Horno", "condition": "stopped", "machine": request.machine_id, "description": "apagado",
        "output_lost": "50", "stopped_since": day(-3), "version": 1,
    }  # fmt: skip
    return of_request("describe", said, request=request)


DEMAND = {"level": 2, "people": 1, "days": 3}


@door("battles:request-demand-add")
def _demand_add() -> Door:
    return of_request("demand-add", DEMAND | {"trade": make.make_trade().pk})


@door("battles:request-demand")
def _demand_change() -> Door:
    demand = make.make_demand()
    return of_request("demand", DEMAND | {"trade": demand.trade_id, "do": ""}, demand.pk, request=demand.request)


@door("battles:request-need-add")
def _need_of_request() -> Door:
    return of_request("need-add", NEED)


@door("battles:request-need")
def _need_change() -> Door:
    need = make.make_need()
    return of_request("need", NEED | {"do": "", "reason": ""}, need.pk, request=need.request)


@door("battles:request-need (waived)")
def _need_waived() -> Door:
    need = make.make_need()
    return of_request("need", {"do": "waived", "reason": "se hizo otro"}, need.pk, request=need.request)


@door("battles:request-cancel")
def _cancel() -> Door:
    return of_request("cancel", REASON | {"version": 1})


@door("battles:request-reopen")
def _reopen() -> Door:
    return of_request("reopen", {"version": 1}, request=make.make_request(state=RequestState.PARTLY_REPAIRED))


@door("battles:plant-decide")
def _decide() -> Door:
    plant = make.make_factory()
    said = {"position": 1, "weight": 5, "why": "gas"}
    return desk(at("battles:plant-decide", plant.pk), said, then=[at("battles:ranking"), at("battles:runs")])


@door("battles:plant-drop")
def _drop() -> Door:
    plant = make.make_plant_decision().factory
    return desk(at("battles:plant-drop", plant.pk), {"why": "ya produce"}, then=[at("battles:ranking")])


# Offers and runs


ANSWER = {"answer": "part", "first": day(20), "last": day(22), "reason": "work", "note": "turno"}
NO = {"answer": "no", "reason": "work", "note": "turno"}


@door("battles:offer-link")
def _link() -> Door:
    address = at("battles:offer-link", offer_token(make.make_offer()))
    return Door(address, ANSWER, then=[address])


@door("battles:offer")
def _offer() -> Door:
    offer = make.make_offer()
    pages = [at("battles:mine"), at("battles:month"), at("api:offers")]
    return Door(at("battles:offer", offer.pk), NO, offer.volunteer.user, then=pages)


@door("battles:offer-let-go")
def _let_go() -> Door:
    said = REASON | {"state": OfferState.ASKED.value}
    return desk(at("battles:offer-let-go", make.make_offer().pk), said, then=[at("battles:to-call")])


@door("battles:run-new")
def _run_new() -> Door:
    battle = draft()
    return desk(at("battles:run-new"), {"scope": f"battle-{battle.pk}"}, then=[at("battles:runs")])


def planned() -> tuple[Any, Battle]:
    battle = draft()
    lines = [{"line": list(battle.seats.get().line), "picks": [], "empty": None}]
    told: dict[str, Any] = {"battle": battle.pk, "start": str(battle.first_day), "lines": lines}
    run = make.make_matching_run(
        state=RunState.DONE, result={"battles": [told], "people": 0}, cost=0, bound=0, finished_at=now(),
        timings={"read": 0.1, "solve": 0.2, "write": 0.1},
    )  # fmt: skip
    return run, battle


@door("battles:run-choose")
def _choose() -> Door:
    run, battle = planned()
    address = at("battles:run-choose", run.pk, battle.seats.get().pk)
    return desk(address, {"volunteer": make.make_volunteer("welding").pk})


@door("battles:run-swap")
def _swap() -> Door:
    run, battle = planned()
    offer = make.make_offer(battle.seats.get(), state=OfferState.PROPOSED)
    return desk(at("battles:run-swap", run.pk, offer.pk), {"volunteer": make.make_volunteer("welding").pk})


@door("battles:run-send")
def _send() -> Door:
    run, battle = planned()
    return desk(at("battles:run-send", run.pk), {"battle": battle.pk})


@door("battles:run-pin")
def _run_pin() -> Door:
    run, battle = planned()
    said = {"volunteer": make.make_volunteer("welding").pk, "kind": "in"}
    return desk(at("battles:run-pin", run.pk, battle.pk), said, then=pages_of(battle))


def undated() -> tuple[Any, Battle]:
    run, battle = planned()
    battle.first_day, battle.earliest, battle.latest = None, today() + timedelta(10), today() + timedelta(30)
    battle.save()
    return run, battle


@door("battles:run-pin-start")
def _run_pin_start() -> Door:
    run, battle = undated()
    return desk(at("battles:run-pin-start", run.pk, battle.pk), {"day": day(12)}, then=pages_of(battle))


@door("battles:battle-unpin")
def _unpin() -> Door:
    pin = make.make_pin()
    return of_battle(pin.battle, "unpin", {"volunteer": pin.volunteer_id})


# Volunteers, notices, accounts


def of_volunteer(name: str, said: dict[str, Any]) -> Door:
    volunteer = make.make_volunteer("welding")
    return Door(at(f"volunteers:{name}"), said, volunteer.user, then=[at("volunteers:me"), at("battles:month")])


@door("volunteers:profile")
def _profile() -> Door:
    said = {
        "home": make.make_municipality().pk, "max_km": 500, "max_days": 8, "brings": "máquina", "vehicle_places": 4,
        "is_adviser_only": "",
    }  # fmt: skip
    return of_volunteer("profile", said)


@door("volunteers:contact")
def _contact() -> Door:
    said = {
        "phone": "0414-1234567", "email": "a@example.org", "address": "calle", "birth_year": 1985,
        "emergency_name": "Ana", "emergency_phone": "0414-1234568",
    }  # fmt: skip
    return of_volunteer("contact", said)


@door("volunteers:trades")
def _trades() -> Door:
    return of_volunteer("trades", {"trade": make.make_trade("boilers").pk, "level": 2})


@door("volunteers:absences")
def _absences() -> Door:
    return of_volunteer("absences", {"first_day": day(1), "last_day": day(5), "note": "estudio"})


@door("volunteers:standing")
def _standing() -> Door:
    return of_volunteer("standing", {"to": "paused"})


@door("volunteers:volunteer")
def _confirm() -> Door:
    page = at("volunteers:volunteer", make.make_volunteer("welding").pk)
    said = {"trade": make.make_trade().pk, "level": 3, "basis": "certified", "valid_until": day(300)}
    return desk(page, said, then=[page])


CERTIFICATE = {
    "level": 3, "number": "INCES-77", "issuer": "INCES", "issued_on": day(-100), "valid_until": day(300),
}  # fmt: skip


@door("volunteers:join")
def _join() -> Door:
    home, trade = make.make_municipality(), make.make_trade()
    said = {
        "id": str(uuid4()), "level-welding": 2, "name": "Ana", "phone": "0414-1234567", "email": "a@example.org",
        "birth_year": 1985, "consent": "on", "end": "1",
    }  # fmt: skip
    address = f"{at('volunteers:join')}?municipality={home.code}&trade={trade.code}"
    return Door(address, said, then=[at("volunteers:joined")])


@door("volunteers:join (search)")
def _join_search() -> Door:
    make.make_municipality(name="Cariaco")
    return Door(at("volunteers:join"), {"q": "cariaco", "state": "V1", "municipality": "", "trade": "x"}, method="get")


@door("volunteers:invitation")
def _invitation() -> Door:
    newcomer = make.make_volunteer("welding", user=None, contact=make.make_contact())
    said = {"username": "nueva", "password1": "palabra-larga-7", "password2": "palabra-larga-7"}
    return Door(invitation_path(newcomer), said)


@door("volunteers:application-reject")
def _reject() -> Door:
    one = make.make_application()
    page = at("volunteers:application", one.pk)
    return desk(at("volunteers:application-reject", one.pk), REASON, then=[page, at("volunteers:applications")])


@door("volunteers:application-confirm")
def _take_on() -> Door:
    one = make.make_application()
    return desk(at("volunteers:application-confirm", one.pk), {"volunteer": ""}, then=[at("volunteers:applications")])


@door("volunteers:applications")
def _applications() -> Door:
    make.make_application()
    return Door(at("volunteers:applications"), {"state": "waiting", "page": 1}, make.make_coordinator(), "get")


def peers() -> list[Volunteer]:
    """Two who served in a battle together."""
    battle = fought()
    offers = [make.make_offer(make.make_seat(battle), state=OfferState.DONE, ended_at=now()) for _ in range(2)]
    for offer in offers:
        if not offer.volunteer.qualifications.exists():
            make.make_qualification(offer.volunteer)
    return [offer.volunteer for offer in offers]


@door("volunteers:endorsements")
def _ask_peer() -> Door:
    asking, peer = peers()
    said = {"qualification": asking.qualifications.earliest("pk").pk, "peer": peer.pk}
    return Door(at("volunteers:endorsements"), said, asking.user, then=[at("volunteers:endorsements")])


@door("volunteers:endorse-link")
def _endorse() -> Door:
    asked = make.make_qualification()
    peer = make.make_volunteer("welding")
    return Door(peer_path(asked), {"level": asked.level}, peer.user, then=[at("volunteers:endorsements")])


@door("volunteers:certificates")
def _add_certificate() -> Door:
    volunteer = make.make_volunteer("welding")
    page = at("volunteers:certificates")
    said = CERTIFICATE | {"trade": make.make_trade().pk}
    return Door(page, said, volunteer.user, then=[page, at("volunteers:me")])


@door("volunteers:certificates-to-check")
def _to_check() -> Door:
    make.make_certificate()
    asked = {"tab": "expiring", "page": 1}
    return Door(at("volunteers:certificates-to-check"), asked, make.make_coordinator(), "get")


@door("volunteers:certificate-refuse")
def _refuse() -> Door:
    one = make.make_certificate()
    return desk(at("volunteers:certificate-refuse", one.key), REASON, then=[at("volunteers:certificates-to-check")])


@door("battles:battle-sign-off")
def _sign_off() -> Door:
    offer = make.make_offer(make.make_seat(fought()), state=OfferState.DONE, ended_at=now())
    page = at("battles:battle-sign-offs", offer.battle_id)
    return desk(at("battles:battle-sign-off", offer.battle_id, offer.pk), {"level": 4}, then=[page])


@door("notifications:wishes")
def _wishes() -> Door:
    said = {"email": "a@example.org", "first": "email", "second": "", "third": "", "language": "en"}
    return Door(at("notifications:wishes"), said, make.make_user())


@door("accounts:login")
def _login() -> Door:
    make.make_user("ana")
    return Door(at("accounts:login"), {"username": "ana", "password": "secret-word", "next": "/hoy"})


@door("accounts:confirm")
def _confirm() -> Door:
    return Door(at("accounts:confirm"), {"password": "secret-word", "next": "/hoy"}, make.make_user())


@door("accounts:forgotten")
def _forgotten() -> Door:
    return Door(at("accounts:forgotten"), {"name": "ana"})


@door("accounts:people")
def _accounts() -> Door:
    return Door(at("accounts:people"), {"q": "ana", "page": 1}, make.make_coordinator(), method="get")


@door("accounts:person-factor")
def _take_second_step() -> Door:
    user = make.make_factor().user
    by = make.make_user(is_staff=True, is_superuser=True)
    return Door(at("accounts:person-factor", user.pk), {"reason": "sin teléfono"}, by, then=[at("accounts:people")])


@door("accounts:password")
def _password() -> Door:
    said = {"old_password": "secret-word", "new_password1": "palabra-larga-7", "new_password2": "palabra-larga-7"}
    return Door(at("accounts:password"), said, make.make_user())


@door("set_language")
def _language() -> Door:
    return Door(at("set_language"), {"language": "en", "next": "/acerca"}, make.make_user())


# Reports, without sign-in


@door("factories:report")
def _report() -> Door:
    machine = make.make_machine()
    fault = make.make_common_fault(machine.kind)
    said = {
        "id": str(uuid4()), "condition": "stopped", "faults": fault.code, "text": "no enciende", "name": "Ana",
        "phone": "0414-1234567", "end": "1",
    }  # fmt: skip
    return Door(at("factories:report", make.make_label(machine).token), said)


@door("factories:report (the same)")
def _same() -> Door:
    label = make.make_label()
    other = make.make_report(label.machine)
    return Door(at("factories:report", label.token), {"id": str(uuid4()), "same_as": other.number, "end": "1"})


@door("factories:report-anywhere")
def _anywhere() -> Door:
    place = make.make_municipality()
    said = {
        "id": str(uuid4()), "plant_name": "Taller", "machine_name": "Torno", "kind": make.make_machine_kind().code,
        "condition": "stopped", "text": "no enciende", "end": "1",
    }  # fmt: skip
    return Door(f"{at('factories:report-anywhere')}?municipality={place.code}&plant=other", said)


@door("battles:report-again")
def _again() -> Door:
    report = make.make_report(state="answered")
    pages = [at("battles:report-status", report.status_token)]
    return Door(at("battles:report-again", report.status_token), {"text": "volvió"}, then=pages)


# Addresses with questions


def asked(name: str, said: dict[str, Any], *args: Any, by: User | None = None) -> Door:
    return Door(at(name, *args), said, by or make.make_coordinator(), "get")


@door("battles:desk")
def _ask_desk() -> Door:
    make.make_report()
    said = {"q": "horno", "kind": "", "sector": "", "danger": "on", "whose": "me", "order": "score", "status": "all"}
    return asked("battles:desk", said | {"region": "", "state": "", "page": 1})


@door("battles:requests")
def _ask_requests() -> Door:
    make.make_request()
    said = {"q": "horno", "kind": "", "sector": "", "whose": "", "order": "", "status": "", "region": "", "page": 1}
    return asked("battles:requests", said)


@door("battles:battles")
def _ask_battles() -> Door:
    draft()
    return asked("battles:battles", {"q": "horno", "state": "all", "kind": "repair", "region": "", "page": 1})


@door("battles:battle-new (asked)")
def _ask_plan() -> Door:
    return asked("battles:battle-new", {"request": make.make_request().pk, "factory": "", "follows": ""})


@door("battles:battle")
def _ask_battle() -> Door:
    return asked("battles:battle", {"tab": "seats"}, draft().pk)


@door("battles:battle-seat-people (asked)")
def _ask_people() -> Door:
    battle = draft()
    make.make_volunteer("welding")
    return asked("battles:battle-seat-people", {"q": "volun"}, battle.pk, battle.seats.get().pk)


@door("battles:run")
def _ask_run() -> Door:
    run, battle = planned()
    return asked("battles:run", {"battle": battle.pk}, run.pk)


@door("battles:run-choose (asked)")
def _ask_choose() -> Door:
    run, battle = planned()
    return asked("battles:run-choose", {"q": "ana"}, run.pk, battle.seats.get().pk)


@door("battles:fairness")
def _fairness() -> Door:
    make.make_volunteer("welding")
    return asked("battles:fairness", LEDGER | {"page": 1})


@door("battles:runs")
def _ask_runs() -> Door:
    return asked("battles:runs", {"page": 1})


@door("battles:ranking")
def _ask_ranking() -> Door:
    make.make_factory()
    return asked("battles:ranking", {"order": "lost", "page": 1})


@door("battles:to-call")
def _ask_calls() -> Door:
    make.make_offer()
    return asked("battles:to-call", {"q": "ana", "page": 1})


@door("battles:month")
def _ask_month() -> Door:
    return asked("battles:month", {"mes": "2026-11"}, by=make.make_volunteer().user)


@door("volunteers:list")
def _ask_volunteers() -> Door:
    make.make_volunteer("welding")
    return asked("volunteers:list", {"q": "a", "trade": "", "level": "", "region": "", "standing": "", "page": 1})


@door("notifications:list")
def _ask_notices() -> Door:
    return asked("notifications:list", {"page": 1})


@door("factories:report-anywhere (asked)")
def _ask_anywhere() -> Door:
    said = {"state": "", "municipality": "", "q": "planta", "factory": "", "machine": "", "plant": "", "new": ""}
    return Door(at("factories:report-anywhere"), said, None, "get")


@door("factories:photo")
def _ask_photo() -> Door:
    photo = make.make_photo(state="ready")
    return Door(at("factories:photo", photo.pk, "small"), {"t": "token"}, None, "get")


# The same over the API


@door("api:report")
def _api_report() -> Door:
    label = make.make_label()
    said = {
        "condition": "stopped", "faults": ["a"], "text": "no enciende", "label": label.token, "machine": None,
        "factory": None, "municipality": "", "plant_name": "", "machine_name": "", "kind": "", "same_as": None,
        "name": "Ana", "phone": "0414-1234567", "language": "es", "sent_at": now().isoformat(),
    }  # fmt: skip
    return Door(at("api:report", uuid4()), said, None, "put", is_api=True)


@door("api:reports")
def _api_reports() -> Door:
    return asked("api:reports", {"q": "horno", "status": "all", "order": "", "page": 1, "page_size": 10})


@door("api:requests")
def _api_requests() -> Door:
    return asked("api:requests", {"q": "horno", "status": "all", "order": "", "page": 1, "page_size": 10})


@door("api:report-open")
def _api_open() -> Door:
    report = make.make_report()
    line = {"trade": make.make_trade().code, "level": 2, "people": 1, "days": 2}
    said = {"title": "Horno", "description": "x", "machine": report.machine_id, "demands": [line], "version": 1}
    return api("report-open", said, report.pk)


@door("api:report-open (a demand)")
def _api_demand() -> Door:
    """The line itself is what goes wrong: each of its values is said in the place of the whole."""
    return api("report-open", {"trade": "welding", "level": 2, "people": 1, "days": 2}, make.make_report().pk)


@door("api:report-join")
def _api_join() -> Door:
    report = make.make_report()
    return api("report-join", {"request": make.make_request(report.machine).pk, "version": 1}, report.pk)


@door("api:report-answer")
def _api_answer() -> Door:
    return api("report-answer", {"answer": "x", "answered_with": "y", "version": 1}, make.make_report().pk)


@door("api:report-reject")
def _api_reject() -> Door:
    return api("report-reject", REASON | {"version": 1}, make.make_report().pk)


@door("api:request")
def _api_describe() -> Door:
    request = make.make_request()
    said = {
        "title": "Horno", "description": "x", "condition": "stopped", "machine": request.machine_id, "output_lost": "40.5",
        "stopped_since": day(-3), "version": 1,
    }  # fmt: skip
    return api("request", said, request.pk, method="patch")


@door("api:request-take")
def _api_take_request() -> Door:
    return api("request-take", {"version": 1}, make.make_request().pk)


@door("api:request-cancel")
def _api_cancel() -> Door:
    return api("request-cancel", REASON | {"version": 1}, make.make_request().pk)


@door("api:request-reopen")
def _api_reopen() -> Door:
    return api("request-reopen", {"version": 1}, make.make_request(state=RequestState.PARTLY_REPAIRED).pk)


def line_of_work() -> dict[str, Any]:
    return {"trade": make.make_trade().code, "level": 2, "people": 1, "days": 2}


@door("api:request-demands")
def _api_add_demand() -> Door:
    return api("request-demands", line_of_work(), make.make_request().pk)


@door("api:request-demand")
def _api_change_demand() -> Door:
    demand = make.make_demand()
    return api("request-demand", line_of_work(), demand.request_id, demand.pk, method="put")


@door("api:request-needs")
def _api_add_need() -> Door:
    return api("request-needs", NEED, make.make_request().pk)


@door("api:request-need")
def _api_change_need() -> Door:
    need = make.make_need()
    return api("request-need", NEED, need.request_id, need.pk, method="patch")


@door("api:request-need-state")
def _api_settle_need() -> Door:
    need = make.make_need()
    return api("request-need-state", {"state": "waived", "reason": "hay otro"}, need.request_id, need.pk)


@door("api:battles")
def _api_plan() -> Door:
    request = make.make_request()
    said = {
        "factory": request.factory_id,
        "kind": "repair",
        "title": "Horno",
        "requests": [request.pk],
        "follows": None,
    }
    return api("battles", said | DATES)


@door("api:battles (asked)")
def _api_battles() -> Door:
    return asked("api:battles", {"q": "horno", "state": "all", "kind": "repair", "region": "", "page": 1})


@door("api:battle")
def _api_change() -> Door:
    said = {
        "title": "x", "offer_hours": 24, "asks_per_seat": 2, "sleeping": "x", "food": "y", "bring": "z", "safety": "s",
        "responsible": None, "coordinator": None,
    }  # fmt: skip
    return api("battle", said | DATES, draft().pk, method="patch")


@door("api:battle-call-off")
def _api_call_off() -> Door:
    return api("battle-call-off", REASON, draft().pk)


@door("api:battle-draft")
def _api_draft() -> Door:
    return api("battle-draft", REASON, make.make_battle(state=BattleState.ASKING).pk)


@door("api:battle-seats")
def _api_seats() -> Door:
    said = {"trade": make.make_trade().code, "level": 2, "people": 1, "kind": "required", "first_offset": 0}
    return api("battle-seats", said | {"last_offset": 4}, draft().pk)


@door("api:battle-agreement")
def _api_agree() -> Door:
    return api("battle-agreement", AGREED | {"may_publish": True}, draft().pk)


@door("api:battle-waive")
def _api_waive() -> Door:
    return api("battle-waive", REASON, draft().pk)


@door("api:battle-requests")
def _api_add_request() -> Door:
    battle = draft()
    return api("battle-requests", {"request": make.make_request(make.make_machine(battle.factory)).pk}, battle.pk)


@door("api:battle-diary")
def _api_diary() -> Door:
    battle = fought()
    machine, volunteer = battle.factory.machines.get().pk, battle.offers.get().volunteer_id
    said = {"text": "x", "day": day(0), "hours": "3.5", "machine": machine, "volunteer": volunteer}
    return api("battle-diary", said, battle.pk)


@door("api:battle-found")
def _api_found() -> Door:
    said = {"what": "x", "machine": None, "name": "Molino", "kind": make.make_machine_kind().code}
    return api("battle-found", said, fought().pk)


@door("api:battle-outcomes")
def _api_outcome() -> Door:
    battle = fought()
    said = {"request": battle.battle_requests.get().request_id, "outcome": "repaired", "barrier": "", "note": "x"}
    return api("battle-outcomes", said, battle.pk)


@door("api:battle-output")
def _api_output() -> Door:
    battle = fought()
    said = OUTPUT | {"line": battle.factory.lines.get().pk, "is_confirmed": True}
    return api("battle-output", said, battle.pk)


@door("api:battle-close")
def _api_close() -> Door:
    return api("battle-close", {"lessons": "x", "taught": "y"}, fought().pk)


@door("api:battle-arrivals")
def _api_arrivals() -> Door:
    battle = fought()
    return api("battle-arrivals", {"offer": battle.offers.get().pk}, battle.pk)


@door("api:battle-home")
def _api_home() -> Door:
    battle = fought()
    return api("battle-home", {"offer": battle.offers.get().pk}, battle.pk)


@door("api:battle-seat")
def _api_change_seat() -> Door:
    battle = draft()
    said = {"trade": make.make_trade().code, "level": 2, "kind": "required", "first_offset": 0, "last_offset": 4}
    return api("battle-seat", said, battle.pk, battle.seats.get().pk, method="put")


def leaving(battle: Battle) -> dict[str, Any]:
    offer = make.make_offer(make.make_seat(battle), state=OfferState.ACCEPTED)
    said = {"place": "Terminal", "at": f"{day(19)}T06:00:00-04:00", "vehicle": "autobús", "places": 4}
    return said | {"driver": offer.volunteer_id, "travellers": [offer.pk]}


@door("api:battle-departures")
def _api_add_departure() -> Door:
    battle = draft()
    return api("battle-departures", leaving(battle), battle.pk)


@door("api:battle-departure")
def _api_change_departure() -> Door:
    battle = draft()
    return api("battle-departure", leaving(battle), battle.pk, make.make_departure(battle).pk, method="put")


@door("api:battle-left")
def _api_left() -> Door:
    battle = fought()
    return api("battle-left", REASON | {"on": day(0)}, battle.pk, battle.offers.get().pk)


@door("api:report-take")
def _api_take_report() -> Door:
    return api("report-take", {"version": 1}, make.make_report().pk)


@door("api:report-reopen")
def _api_reopen_report() -> Door:
    return api("report-reopen", {"version": 1}, make.make_report(state="answered").pk)


@door("api:report-put")
def _api_put() -> Door:
    report, machine = make.make_report(plant_name="Taller"), make.make_machine()
    return api("report-put", {"factory": machine.factory_id, "machine": machine.pk, "version": 1}, report.pk)


@door("api:battle-accept")
def _api_says_yes() -> Door:
    offer = make.make_offer()
    return api("battle-accept", {"first": day(20), "last": day(22)}, offer.battle_id, offer.pk)


@door("api:battle-decline")
def _api_says_no() -> Door:
    offer = make.make_offer()
    return api("battle-decline", {"reason": "work", "note": "x"}, offer.battle_id, offer.pk)


@door("api:battle-release")
def _api_release() -> Door:
    battle = draft()
    offer = make.make_offer(make.make_seat(battle), state=OfferState.ACCEPTED)
    return api("battle-release", REASON, battle.pk, offer.pk)


@door("api:battle-sign-off")
def _api_sign_off() -> Door:
    offer = make.make_offer(make.make_seat(fought()), state=OfferState.DONE, ended_at=now())
    return api("battle-sign-off", {"level": 4}, offer.battle_id, offer.pk)


@door("api:battle-voices")
def _api_voice() -> Door:
    return api("battle-voices", {"voice": "workers", "said": "falta gas"}, fought(kind=BattleKind.DIAGNOSIS).pk)


@door("api:battle-findings")
def _api_finding() -> Door:
    battle = fought(kind=BattleKind.DIAGNOSIS)
    return api("battle-findings", {"what": "sin gas", "machine": battle.factory.machines.get().pk}, battle.pk)


@door("api:battle-findings-requests")
def _api_findings() -> Door:
    battle = fought(kind=BattleKind.DIAGNOSIS)
    return api("battle-findings-requests", {"findings": [make.make_finding(battle).pk]}, battle.pk)


@door("api:battle-needs")
def _api_need_of_battle() -> Door:
    battle = fought()
    return api("battle-needs", NEED | {"request": battle.battle_requests.get().request_id}, battle.pk)


@door("api:battle-need-state")
def _api_settle_need_of_battle() -> Door:
    battle = fought()
    need = battle.battle_requests.get().request.needs.get()
    return api("battle-need-state", {"state": "waived", "reason": "hay otro"}, battle.pk, need.pk)


@door("api:battle-lessons")
def _api_lessons() -> Door:
    return api("battle-lessons", {"lessons": "x", "taught": "y"}, fought().pk, method="put")


@door("api:battle-follow-up")
def _api_follow_up() -> Door:
    follow_up = make.make_follow_up()
    return api("battle-follow-up", READING | {"is_confirmed": True}, follow_up.battle_id, follow_up.pk)


@door("api:battle-own-repairs")
def _api_own_repair() -> Door:
    battle = fought(state=BattleState.CLOSED, ended_at=now())
    said = {"what": "molino", "on": day(0), "machine": battle.factory.machines.get().pk, "said_by": "mecánico"}
    return api("battle-own-repairs", said, battle.pk)


@door("api:battle-correction-answer")
def _api_answer_correction() -> Door:
    one = make.make_output_correction()
    return api("battle-correction-answer", {"answer": "x"}, one.result.battle_id, one.pk)


def delegate_of(battle: Battle) -> User:
    return make.make_membership(battle.factory, role=MemberRole.DELEGATE).user


@door("api:plants")
def _api_plants() -> Door:
    make.make_factory()
    return asked("api:plants", {"q": "planta", "sector": "", "running": "stands", "mine": "false", "page": 1})


@door("api:plant-readings")
def _api_readings() -> Door:
    line = make.make_line(make.make_factory())
    said = {"said_by": "delegada", "readings": [{"line": line.pk, "day": day(0), "amount": "12.5"}]}
    return api("plant-readings", said, line.factory_id)


@door("api:plant-readings (asked)")
def _api_ask_readings() -> Door:
    line = make.make_output_reading().line
    said = {"line": line.pk, "day__gte": day(-9), "day__lte": day(0), "page": 1}
    return asked("api:plant-readings", said, line.factory_id)


@door("api:plant-own-repairs")
def _api_later_repair() -> Door:
    machine = make.make_machine()
    battle = make.make_battle(machine.factory, state=BattleState.CLOSED)
    said = {"what": "molino", "machine": machine.pk, "on": day(0), "learned_from": battle.pk, "said_by": "mecánico"}
    return api("plant-own-repairs", said, machine.factory_id)


@door("api:machine-state")
def _api_machine_state() -> Door:
    return api("machine-state", {"state": "badly", "was": "", "name": "Prensa"}, make.make_machine().pk)


@door("api:plant-order")
def _api_order() -> Door:
    said = {"position": 1, "weight": 5, "why": "pan para la zona"}
    return api("plant-order", said, make.make_factory().pk, method="put")


@door("api:plant-order-drop")
def _api_drop_order() -> Door:
    return api("plant-order-drop", {"why": "ya no"}, make.make_plant_decision().factory_id)


@door("api:agreement-confirm")
def _api_confirm_agreement() -> Door:
    battle = make.make_battle(state=BattleState.ASKING)
    make.make_agreement(battle)
    return api("agreement-confirm", {"said_by": "delegada"}, battle.pk, by=delegate_of(battle))


@door("api:output-confirm")
def _api_confirm_output() -> Door:
    result = make.make_line_result(make.make_battle(state=BattleState.CLOSED, ended_at=now()), before=0, after=9)
    return api("output-confirm", {"said_by": "delegada"}, result.battle_id, result.pk, by=delegate_of(result.battle))


@door("api:output-correct")
def _api_correct_output() -> Door:
    result = make.make_line_result(make.make_battle(state=BattleState.CLOSED, ended_at=now()), before=0, after=9)
    said = {"before": "0", "after": "11", "said_by": "delegada"}
    return api("output-correct", said, result.battle_id, result.pk, by=delegate_of(result.battle))


@door("api:runs")
def _api_runs() -> Door:
    battle = draft()
    return api("runs", {"region": battle.factory.municipality.state.region.code, "battle": battle.pk})


@door("api:runs (asked)")
def _api_ask_runs() -> Door:
    return asked("api:runs", {"state": "done", "page": 1})


@door("api:run-send")
def _api_send() -> Door:
    run, battle = planned()
    return api("run-send", {"battle": battle.pk}, run.pk)


@door("api:battle-pins")
def _api_pins() -> Door:
    return api("battle-pins", {"volunteer": make.make_volunteer("welding").pk, "kind": "in"}, draft().pk)


@door("api:battle-pinned-start")
def _api_pinned_start() -> Door:
    _run, battle = undated()
    return api("battle-pinned-start", {"day": day(12)}, battle.pk)


@door("api:offers")
def _api_offers() -> Door:
    return asked("api:offers", {"state": "asked", "page": 1})


@door("api:fairness")
def _api_fairness() -> Door:
    make.make_volunteer("welding")
    return asked("api:fairness", LEDGER | {"page": 1})


@door("api:offer-accept")
def _api_accept() -> Door:
    offer = make.make_offer()
    return api("offer-accept", {"first": day(20), "last": day(22)}, offer.pk, by=offer.volunteer.user)


@door("api:offer-decline")
def _api_decline() -> Door:
    offer = make.make_offer()
    return api("offer-decline", {"reason": "work", "note": "x"}, offer.pk, by=offer.volunteer.user)


@door("api:my-profile")
def _api_profile() -> Door:
    said = {
        "home": make.make_municipality().code, "max_km": 5, "max_days": 5, "brings": "x", "vehicle_places": 2,
        "is_adviser_only": False,
    }  # fmt: skip
    return api("my-profile", said, method="patch", by=make.make_volunteer().user)


@door("api:my-trade")
def _api_trade() -> Door:
    return api("my-trade", {"level": 2}, make.make_trade().code, method="put", by=make.make_volunteer().user)


@door("api:my-absences")
def _api_absences() -> Door:
    said = {"first_day": day(1), "last_day": day(3), "note": "x"}
    return api("my-absences", said, by=make.make_volunteer().user)


@door("api:my-standing")
def _api_pause() -> Door:
    return api("my-standing", {"standing": "paused"}, method="put", by=make.make_volunteer().user)


@door("api:volunteer")
def _api_profile_of() -> Door:
    said = {
        "home": make.make_municipality().code, "max_km": 5, "max_days": 5, "brings": "x", "vehicle_places": 2,
        "is_adviser_only": False,
    }  # fmt: skip
    return api("volunteer", said, make.make_volunteer().pk, method="patch")


@door("api:volunteer-standing")
def _api_pause_of() -> Door:
    return api("volunteer-standing", {"standing": "paused"}, make.make_volunteer().pk, method="put")


@door("api:volunteer-trade")
def _api_trade_of() -> Door:
    said = {"level": 3, "basis": "certified", "valid_until": day(300)}
    return api("volunteer-trade", said, make.make_volunteer().pk, make.make_trade().code, method="put")


@door("api:volunteer-absences")
def _api_absences_of() -> Door:
    said = {"first_day": day(1), "last_day": day(3), "note": "x"}
    return api("volunteer-absences", said, make.make_volunteer().pk)


@door("api:applications")
def _api_applications() -> Door:
    make.make_application()
    return asked("api:applications", {"state": "waiting", "page": 1})


@door("api:application-confirm")
def _api_confirm_application() -> Door:
    one = make.make_application()
    return api("application-confirm", {"volunteer": make.make_volunteer().pk}, one.pk)


@door("api:application-reject")
def _api_reject_application() -> Door:
    return api("application-reject", REASON, make.make_application().pk)


@door("api:certificates")
def _api_certificates() -> Door:
    make.make_certificate()
    return asked("api:certificates", {"state": "waiting", "page": 1})


@door("api:certificate-refuse")
def _api_refuse_certificate() -> Door:
    return api("certificate-refuse", REASON, make.make_certificate().key)


@door("api:my-certificates")
def _api_add_certificate() -> Door:
    said = CERTIFICATE | {"trade": make.make_trade().code}
    return api("my-certificates", said, by=make.make_volunteer().user)


@door("api:volunteer-certificates")
def _api_add_certificate_of() -> Door:
    said = CERTIFICATE | {"trade": make.make_trade().code}
    return api("volunteer-certificates", said, make.make_volunteer().pk)


@door("api:my-endorsements")
def _api_ask_peer() -> Door:
    asking, peer = peers()
    said = {"trade": asking.qualifications.earliest("pk").trade.code, "peer": peer.pk}
    return api("my-endorsements", said, by=asking.user)


@door("api:my-endorsement")
def _api_answer_peer() -> Door:
    one = make.make_endorsement()
    return api("my-endorsement", {"answer": "no"}, one.pk, by=one.peer.user)


@door("api:volunteers")
def _api_volunteers() -> Door:
    said = {"q": "a", "trade": "", "level": "", "region": "", "state": "", "standing": "", "page": 1}
    return asked("api:volunteers", said)


WRITTEN_OFFLINE = "4c1bb7a0-5f6e-4b57-9d4c-0a8f3a1f2b61"


@door("api:actions")
def _api_actions() -> Door:
    """What stands in an action is judged by itself, so each of its fields is sent wrong in test_sync."""
    offer = make.make_offer()
    said = {"id": WRITTEN_OFFLINE, "kind": "offer.accept", "about": {"offer": offer.pk}, "version": 1, "said": {}}
    body = {"owner": owner_of(offer.volunteer.user), "actions": [said | {"at": now().isoformat()}]}
    pages = [at("battles:mine"), at("battles:month"), at("api:offers"), at("api:road-packs")]
    return Door(at("api:actions"), body, offer.volunteer.user, is_api=True, then=pages)


@door("api:battle-contacts")
def _api_contacts() -> Door:
    return api("battle-contacts", {}, draft().pk)


@door("battles:missed-handled")
def _missed_handled() -> Door:
    missed = make.make_missed_action()
    return desk(at("battles:missed-handled", missed.pk), {}, then=[at("battles:today")])


@door("api:battle-photo")
def _api_work_photo() -> Door:
    """The body is the file; words stand in the address."""
    battle = fought()
    return api("battle-photo", {}, battle.pk, WRITTEN_OFFLINE, method="put")
