"""The plant of the fixed world with four of whatever a page lists: where a query is asked once for each row, it shows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.timezone import now

from battles.models import Battle
from battles.states import OfferState, RequestState
from epo.core.clock import today
from factories.states import MemberRole
from tests import make
from tests.fire.routes.world import Place, World, make_world

MORE = 3
BATTLES = {
    "draft": OfferState.ACCEPTED,
    "asking": OfferState.ASKED,
    "field": OfferState.ON_SITE,
    "visit": OfferState.ON_SITE,
    "closed": OfferState.DONE,
}
"""The battles of the plant, and what their further people are there."""
TRADES = ("boilers", "machining", "hydraulics")
"""Each of the further rows hangs on a trade of its own, so that nothing looked up once serves for all."""


def make_full_world() -> World:
    world = make_world()
    for n in range(MORE):
        _add_to_plant(world.here, n)
        _add_people(world.here, n)
        for name, state in BATTLES.items():
            _add_to_battle(world.here, world.here.rows[name], state, n)
    make.make_public_figures()
    return world


def _add_to_plant(place: Place, n: int) -> None:
    kind = make.make_machine_kind()
    machine = make.make_machine(place.factory, kind=kind)
    make.make_common_fault(kind)
    make.make_label(machine)
    make.make_line(place.factory)
    make.make_membership(place.factory, role=MemberRole.WORKER)
    for at in (machine, place.machine):
        make.make_report(at, reporter=make.make_contact(), in_hand_of=make.make_user())
    make.make_report_variant(place.report)
    make.make_photo(place.report)
    asked = make.make_request(place.machine, state=RequestState.OPEN, in_hand_of=make.make_user())
    for request in (asked, place.request):
        make.make_demand(request, make.make_trade(TRADES[n]))
        make.make_need(request)
        make.make_request_report(request, make.make_report(machine, state="joined"))
    make.make_plant_decision(make.make_factory(municipality=make.make_municipality(region=place.region)))


def _add_people(place: Place, n: int) -> None:
    for person in (place.person, place.asked, place.spare):
        make.make_qualification(person, make.make_trade(TRADES[n]))
        make.make_absence(person, today() + timedelta(120 + 10 * n))
        make.make_notification(person.contact)
    make.make_volunteer(TRADES[n], home=place.home)
    make.make_pin(place.undated, make.make_volunteer("welding"))
    make.make_matching_run(region=place.region, state="done", result={"battles": []}, finished_at=now())


def _add_to_battle(place: Place, battle: Battle, state: OfferState, n: int) -> None:
    trade = make.make_trade(TRADES[n])
    seat = make.make_seat(battle, trade)
    person = make.make_volunteer(TRADES[n], home=make.make_municipality(region=place.region))
    more: dict[str, Any] = {"ended_at": now()} if state == OfferState.DONE else {}
    make.make_offer(seat, person, state, **more)
    make.make_seat(battle, trade)
    make.make_departure(battle, driver=person)
    machine = make.make_machine(place.factory)
    request = make.make_request(machine, state=RequestState.PLANNED)
    make.make_battle_request(battle, request)
    make.make_demand(request, trade)
    make.make_need(request)
    make.make_diary_entry(battle, machine=machine)
    make.make_missed_action(battle)
    make.make_finding(battle, machine=machine)
    if state == OfferState.DONE:
        line = make.make_line(place.factory)
        make.make_line_result(battle, line)
        make.make_follow_up(battle, line, asked_at=now())
        make.make_own_repair(place.factory)
