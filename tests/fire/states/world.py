"""A small country: four volunteers who are wanted by two battles of one plant at the same time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.timezone import now

from battles.actions import answers, deadlines, offers
from battles.models import Battle, BattleRequest, CrewDay, Offer
from battles.states import AnsweredBy, BattleState, RequestState, SeatKind
from epo.accounts.models import User
from epo.core.clock import today
from epo.core.errors import Refused
from epo.work import nudge
from tests import make
from volunteers.models import Trade, Volunteer

STAY = 3
FAR = {"lat": 10.5, "lon": -63.0}
NEAR = {"lat": 10.5, "lon": -66.9}


@dataclass(frozen=True, slots=True)
class World:
    boss: User
    volunteers: list[Volunteer]
    battles: list[Battle]
    trade: Trade


def make_world() -> World:
    """Both battles call people, and their days touch. One volunteer lives far away. Two were asked for the same seat, and one
    of them let the time go by.

    One said yes already, so that most runs get to see what becomes of days that are given.
    """
    plant = make.make_factory(municipality=make.make_municipality(**NEAR))
    trade = make.make_trade("welding")
    near, far = make.make_municipality(**NEAR), make.make_municipality(**FAR)
    crew = [make.make_volunteer("welding", user=None, home=home) for home in (near, near, far, near)]
    battles = [_battle(plant, trade, begins) for begins in (3, 5)]
    Battle.objects.update(state=BattleState.ASKING)
    for _ in range(2):
        make.make_report(make.make_machine(plant))
    boss = make.make_coordinator()
    first = _ask(battles[0], crew[0], SeatKind.REQUIRED, boss)
    _ask(battles[0], crew[1], SeatKind.OPTIONAL, boss)
    _let_expire(_ask(battles[1], crew[3], SeatKind.REQUIRED, boss))
    _ask(battles[1], crew[2], SeatKind.REQUIRED, boss)
    attempt(lambda: answers.accept(offer=first, by=None, how=AnsweredBy.LINK))
    return World(boss, crew, battles, trade)


def _ask(battle: Battle, volunteer: Volunteer, kind: SeatKind, boss: User) -> Offer:
    line = battle.seats.get(kind=kind).line
    return offers.ask(offer=offers.propose(battle=battle, volunteer=volunteer, line=line, by=boss), by=boss)


def _let_expire(offer: Offer) -> None:
    Offer.objects.filter(pk=offer.pk).update(deadline=now() - timedelta(minutes=1))
    deadlines.expire(offer_id=offer.pk)


def _battle(plant: Any, trade: Trade, begins: int) -> Battle:
    start = today() + timedelta(days=begins)
    battle = make.make_battle(plant, first_day=start, days=STAY, asks_per_seat=2)
    make.make_agreement(battle)
    make.make_seat(battle, trade)
    make.make_seat(battle, trade, kind=SeatKind.OPTIONAL)
    request = make.make_request(make.make_machine(plant), state=RequestState.PLANNED)
    make.make_demand(request, trade)
    make.make_battle_request(battle, request)
    return battle


def attempt(act: Callable[[], object]) -> str:
    """What came of it: "" or the code of the refusal. What follows a commit follows here as well.

    The workers are not told: what they would do is a step of its own.
    """
    before = len(connection.run_on_commit)
    refused = ""
    try:
        with transaction.atomic():
            act()
    except Refused as why:
        refused = why.refusal.code
    while len(connection.run_on_commit) > before:
        _, then, _ = connection.run_on_commit.pop(before)
        if getattr(then, "func", None) is not nudge._publish:
            then()
    return refused


def let_days_pass(days: int) -> None:
    """The days come nearer, one row after the other from the first day on, so that no day is there twice."""
    by = timedelta(days=days)
    for day in CrewDay.objects.order_by("day"):
        CrewDay.objects.filter(pk=day.pk).update(day=day.day - by)
    for battle in Battle.objects.exclude(first_day=None):
        Battle.objects.filter(pk=battle.pk).update(first_day=battle.first_day - by)
    for offer in Offer.objects.exclude(deadline=None):
        Offer.objects.filter(pk=offer.pk).update(deadline=offer.deadline - by)


def active_links() -> Any:
    return BattleRequest.objects.filter(is_active=True).select_related("battle", "request")
