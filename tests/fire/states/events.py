"""Everything that may be asked of a request, a battle or an offer: the name of the action, and in brackets in which way.

The test compares these names with the actions that there are, so that a new one cannot be forgotten here.
"""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from importlib import import_module
from typing import Any

from django.utils.timezone import now

from battles import actions
from battles.actions import (
    agreements,
    answers,
    battles,
    deadlines,
    demands,
    departures,
    diagnosis,
    field,
    offers,
    pins,
    plant_links,
    refill,
    requests,
    results,
    seats,
    sending,
    signoff,
)
from battles.states import AnsweredBy, BattleKind, DeclineReason, NeedState, RequestState, SeatKind, Voice
from epo.core.clock import today
from tests import make
from tests.fire.states.scenes import Scene, let_the_time_run_out

Act = Callable[[Scene], object]
WORTH: Mapping[str, dict[str, str]] = {
    "": {},
    RequestState.REPAIRED: {},
    RequestState.PARTLY_REPAIRED: {"barrier": "no_part"},
    RequestState.NOT_REPAIRABLE: {"barrier": "too_worn"},
}


def _soon(days: int) -> dict[str, Any]:
    return {"first_day": today() + timedelta(days=days), "days": 3}


def _expire(at: Scene) -> object:
    let_the_time_run_out(at.offer)
    return deadlines.expire(offer_id=at.offer.pk)


def _accept_in_part(at: Scene) -> object:
    first = at.battle.first_day
    return answers.accept(offer=at.offer, by=None, how=AnsweredBy.LINK, first=first, last=first)


def _withdraw_clashing(at: Scene) -> object:
    """Its volunteer says yes to another battle on the same days."""
    other = make.make_battle(at.plant, state="asking", first_day=at.battle.first_day)
    held = make.make_offer(make.make_seat(other), at.offer.volunteer, "accepted")  # type: ignore[arg-type]
    return answers.withdraw_clashing(offer_id=held.pk)


def _swap(at: Scene) -> object:
    return offers.swap(offer=at.offer, volunteer=at.free, by=at.boss)


def _fill_required(at: Scene) -> object:
    offer = make.make_offer(at.required, at.free)
    return answers.accept(offer=offer, by=None, how=AnsweredBy.LINK)


def _lose_required(at: Scene) -> object:
    holder = at.required.offers.exclude(seat=None).first() or at.offer
    return answers.release(offer=holder, by=at.boss, reason="no puede")


def _revoke_link(at: Scene) -> object:
    return plant_links.revoke_plant_link(link=make.make_plant_link(at.battle), by=at.boss)


def _make_requests(at: Scene) -> object:
    return diagnosis.make_requests(battle=at.battle, findings=[make.make_finding(at.battle)], by=at.boss)


def _machine_found(at: Scene) -> object:
    machine = make.make_machine(at.plant)
    return field.note_machine_found(battle=at.battle, what="no enciende", machine=machine, by=at.boss)


def _machine_of_the_request(at: Scene) -> object:
    said: dict[str, Any] = {"what": "no enciende", "machine": at.request.machine}
    return field.note_machine_found(battle=at.battle, by=at.boss, **said)


def _close_with(outcome: str) -> Act:
    def close(at: Scene) -> object:
        if outcome:
            results.record_outcome(link=at.link, outcome=outcome, by=at.boss, **WORTH[outcome])
        return results.close_battle(battle=at.battle, by=at.boss)

    return close


OF_OFFER: Mapping[str, Act] = {
    "ask": lambda at: offers.ask(offer=at.offer, by=at.boss),
    "drop": lambda at: offers.drop(offer=at.offer, by=at.boss),
    "take_off": lambda at: pins.take_off(offer=at.offer, by=at.boss),
    "swap": _swap,
    "accept": lambda at: answers.accept(offer=at.offer, by=None, how=AnsweredBy.LINK),
    "accept (in part)": _accept_in_part,
    "accept (somebody else's)": lambda at: answers.accept(offer=at.offer, by=at.boss, how=AnsweredBy.PAGE),
    "decline": lambda at: answers.decline(offer=at.offer, by=None, how=AnsweredBy.LINK, reason=DeclineReason.WORK),
    "expire": _expire,
    "expire (too early)": lambda at: deadlines.expire(offer_id=at.offer.pk),
    "withdraw": lambda at: offers.withdraw(offer=at.offer, by=at.boss),
    "withdraw_clashing": _withdraw_clashing,
    "release": lambda at: answers.release(offer=at.offer, by=at.boss, reason="no puede"),
    "arrive": lambda at: field.arrive(offer=at.offer, by=at.boss),
    "leave": lambda at: answers.leave(offer=at.offer, by=at.boss, reason="enferma"),
    "go_home": lambda at: field.go_home(offer=at.offer, by=at.boss),
    "sign_off": lambda at: signoff.sign_off(offer=at.offer, level=3, by=at.boss),
    "send_plan": lambda at: answers.send_plan(offer=at.offer),
    "remove_seat": lambda at: seats.remove_seat(seat=at.optional, by=at.boss),
    "back_to_draft": lambda at: battles.back_to_draft(battle=at.battle, reason="lluvia", by=at.boss),
    "call_off": lambda at: battles.call_off(battle=at.battle, reason="lluvia", by=at.boss),
    "close_battle": lambda at: results.close_battle(battle=at.battle, by=at.boss),
    "change_battle (other days)": lambda at: battles.change_battle(battle=at.battle, by=at.boss, **_soon(20)),
}
OF_BATTLE: Mapping[str, Act] = {
    "start_asking": lambda at: battles.start_asking(battle=at.battle, by=at.boss),
    "back_to_draft": lambda at: battles.back_to_draft(battle=at.battle, reason="lluvia", by=at.boss),
    "call_off": lambda at: battles.call_off(battle=at.battle, reason="lluvia", by=at.boss),
    "call_off (no reason)": lambda at: battles.call_off(battle=at.battle, reason="", by=at.boss),
    "begin": lambda at: battles.begin(battle=at.battle, by=at.boss),
    "close_battle": lambda at: results.close_battle(battle=at.battle, by=at.boss),
    "write_lessons": lambda at: results.write_lessons(battle=at.battle, lessons="x", taught="y", by=at.boss),
    "change_battle (title)": lambda at: battles.change_battle(battle=at.battle, by=at.boss, title="otra"),
    "change_battle (other days)": lambda at: battles.change_battle(battle=at.battle, by=at.boss, **_soon(20)),
    "add_request": lambda at: battles.add_request(
        battle=at.battle, request=make.make_request(make.make_machine(at.plant)), by=at.boss
    ),
    "remove_request": lambda at: battles.remove_request(battle=at.battle, request=at.request, by=at.boss),
    "record_agreement": lambda at: agreements.record_agreement(
        battle=at.battle, agreed_on=today(), management="Ana", council="Luis", by=at.boss
    ),
    "waive_agreement": lambda at: agreements.waive_agreement(battle=at.battle, reason="urge", by=at.boss),
    "confirm_agreement": lambda at: agreements.confirm_agreement(battle=at.battle, said_by="Ana", by=at.boss),
    "make_plant_link": lambda at: plant_links.make_plant_link(battle=at.battle, by=at.boss),
    "revoke_plant_link": _revoke_link,
    "add_departure": lambda at: departures.add_departure(
        battle=at.battle, place="Terminal", at=now() + timedelta(days=1), places=4, by=at.boss
    ),
    "hear_voice": lambda at: diagnosis.hear_voice(battle=at.battle, voice=Voice.WORKERS, said="falta gas", by=at.boss),
    "add_finding": lambda at: diagnosis.add_finding(battle=at.battle, what="horno apagado", by=at.boss),
    "make_requests": _make_requests,
    "arrive_all": lambda at: field.arrive_all(battle=at.battle, by=at.boss),
    "go_home_all": lambda at: field.go_home_all(battle=at.battle, by=at.boss),
    "note_machine_found": _machine_found,
    "write_diary": lambda at: field.write_diary(battle=at.battle, text="se desmontó", by=at.boss),
    "record_output": lambda at: results.record_output(
        battle=at.battle, line=make.make_line(at.plant), before=Decimal(1), by=at.boss
    ),
    "propose": lambda at: offers.propose(battle=at.battle, volunteer=at.free, line=at.required.line, by=at.boss),
    "ask_all": lambda at: offers.ask_all(battle=at.battle, by=at.boss),
    "send_proposals": lambda at: sending.send_proposals(battle=at.battle, by=at.boss),
    "refill_battle": lambda at: refill.refill_battle(battle_id=at.battle.pk),
    "pin_in": lambda at: pins.pin_in(battle=at.battle, volunteer=at.free, by=at.boss),
    "pin_out": lambda at: pins.pin_out(battle=at.battle, volunteer=at.free, by=at.boss),
    "unpin": lambda at: pins.unpin(battle=at.battle, volunteer=at.free, by=at.boss),
    "pin_start": lambda at: pins.pin_start(battle=at.battle, day=today() + timedelta(days=9), by=at.boss),
    "unpin_start": lambda at: pins.unpin_start(battle=at.battle, by=at.boss),
    "fill_seats": lambda at: seats.fill_seats(battle=at.battle, by=at.boss),
    "add_seat (required)": lambda at: seats.add_seat(battle=at.battle, trade=at.required.trade, level=2, by=at.boss),
    "change_seat (required becomes optional)": lambda at: seats.change_seat(
        seat=at.required, level=2, kind=SeatKind.OPTIONAL, first_offset=0, last_offset=2, by=at.boss
    ),
    "remove_seat (required)": lambda at: seats.remove_seat(seat=at.required, by=at.boss),
    "accept (the last required seat)": _fill_required,
    "release (who holds the required seat)": _lose_required,
}
OF_REQUEST: Mapping[str, Act] = {
    "join_reports": lambda at: requests.join_reports(
        reports=[make.make_report(at.request.machine)], request=at.request, by=at.boss
    ),
    "describe_request": lambda at: requests.describe_request(request=at.request, title="otro", by=at.boss),
    "cancel_request": lambda at: requests.cancel_request(request=at.request, reason="ya no", by=at.boss),
    "reopen_request": lambda at: requests.reopen_request(request=at.request, by=at.boss),
    "take_request": lambda at: requests.take_request(request=at.request, by=at.boss),
    "add_demand": lambda at: demands.add_demand(
        request=at.request, trade=at.required.trade, level=1, people=1, days=1, by=at.boss
    ),
    "change_demand": lambda at: demands.change_demand(
        demand=at.request.demands.get(), trade=at.required.trade, level=1, people=2, days=1, by=at.boss
    ),
    "remove_demand": lambda at: demands.remove_demand(demand=at.request.demands.get(), by=at.boss),
    "add_need": lambda at: demands.add_need(request=at.request, what="correa", by=at.boss),
    "change_need": lambda at: demands.change_need(need=at.request.needs.get(), by=at.boss, what="polea"),
    "settle_need": lambda at: demands.settle_need(need=at.request.needs.get(), to=NeedState.GOT, by=at.boss),
    "remove_need": lambda at: demands.remove_need(need=at.request.needs.get(), by=at.boss),
    "plan_battle": lambda at: battles.plan_battle(
        factory=at.plant, kind=BattleKind.REPAIR, title="otra", requests=[at.request], by=at.boss, **_soon(30)
    ),
    "add_request": lambda at: battles.add_request(battle=at.other, request=at.request, by=at.boss),
    "remove_request": lambda at: battles.remove_request(battle=at.battle, request=at.request, by=at.boss),
    "note_machine_found": _machine_of_the_request,
    "begin": lambda at: battles.begin(battle=at.battle, by=at.boss),
    "call_off": lambda at: battles.call_off(battle=at.battle, reason="lluvia", by=at.boss),
    "record_outcome": lambda at: results.record_outcome(link=at.link, outcome=RequestState.REPAIRED, by=at.boss),
    **{f"close_battle ({outcome or 'no outcome'})": _close_with(outcome) for outcome in WORTH},
}
PARTS_OF_OTHERS = frozenset(
    {
        "end", "settle", "withdraw_all", "write_seats", "write_output",  # under the locks of an action
        "lock_offer", "leaves_within_a_day", "tell", "tell_crew", "tell_plant", "tell_coordinators",
        "tell_of_departure", "keep_missed", "key_of_notice",  # which read, or write a notice
        "add_work_photo",  # which moves nothing
    }
)  # fmt: skip
ASKED_OF = frozenset(
    {"offer", "offer_id", "battle", "battle_id", "request", "requests", "link", "seat", "need", "demand"}
)


def actions_there_are() -> Iterator[str]:
    """The public functions of battles.actions that name a request, a battle, an offer, or a part of one."""
    for module in pkgutil.iter_modules(actions.__path__):
        found = import_module(f"{actions.__name__}.{module.name}")
        for name, act in inspect.getmembers(found, inspect.isfunction):
            is_own = act.__module__ == found.__name__ and not name.startswith("_")
            if is_own and ASKED_OF & set(inspect.signature(act).parameters) and name not in PARTS_OF_OTHERS:
                yield name
