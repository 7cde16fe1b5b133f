"""Everything that plans a battle and moves it from draft to the road, or calls it off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now

from battles.actions.offers import lock_battle, settle, withdraw_all
from battles.actions.seats import write_seats
from battles.actions.telling import tell_plant
from battles.models import Battle, BattleRequest, RepairRequest
from battles.rules import battles as rules
from battles.states import BATTLE_MOVES, REQUEST_MOVES, BattleKind, BattleState, RequestState
from epo.audit.actions import move, record
from epo.core.errors import refuse_if

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from epo.accounts.models import User
    from epo.core.types import Actor
    from factories.models import Factory
    from volunteers.models import Volunteer


class Changes(TypedDict, total=False):
    """What a coordinator may change of a battle while it is open; absent means as it was."""

    title: str
    first_day: date | None
    days: int
    earliest: date | None
    latest: date | None
    due: date | None
    offer_hours: int
    asks_per_seat: int
    sleeping: str
    food: str
    bring: str
    safety: str
    responsible: Volunteer | None
    coordinator: User | None


DATES = ("first_day", "days", "earliest", "latest")


@transaction.atomic
def plan_battle(
    *,
    factory: Factory,
    kind: str,
    title: str,
    by: Actor | None,
    requests: Iterable[RepairRequest] = (),
    first_day: date | None = None,
    days: int = 5,
    earliest: date | None = None,
    latest: date | None = None,
    due: date | None = None,
    follows: Battle | None = None,
    coordinator: User | None = None,
) -> Battle:
    """Put requests of one plant into a battle; they are planned from now on."""
    locked = _lock_requests(requests)
    refuse_if(rules.why_not_take_up(locked, factory=factory, kind=kind))
    refuse_if(rules.why_not_dates(first_day, earliest, latest))
    if follows is not None and follows.factory_id != factory.pk:
        refuse_if(rules.FOLLOWS_OTHER_PLANT)

    battle = Battle.objects.create(
        factory=factory, kind=kind, title=title, follows=follows, first_day=first_day, days=days,
        earliest=earliest, latest=latest, due=due, coordinator=coordinator or by,
    )  # fmt: skip
    record("battle.planned", battle, by=by, battle_kind=str(kind), requests=[request.pk for request in locked])
    for request in locked:
        _take_up(battle, request, by=by)
    if kind == BattleKind.REPAIR and rules.why_not_fill_seats(battle) is None:
        write_seats(battle=battle)
    return battle


@transaction.atomic
def change_battle(*, battle: Battle, by: Actor | None, **changes: Any) -> Battle:
    """Change what `Changes` names. Who was asked for other dates, and has not answered yes, is no longer asked."""
    battle = lock_battle(battle.pk)
    refuse_if(rules.why_not_change(battle))
    unknown = set(changes) - set(Changes.__annotations__)
    if unknown:
        raise ValueError(f"not to be changed here: {sorted(unknown)}")
    changed = [name for name, value in changes.items() if getattr(battle, name) != value]
    if not changed:
        return battle

    if not set(changed).isdisjoint(DATES):
        refuse_if(rules.why_not_redate(battle, **{name: changes[name] for name in DATES if name in changes}))
    was_dated, old_days = battle.first_day is not None, battle.days
    for name in changed:
        setattr(battle, name, changes[name])
    if not set(changed).isdisjoint(DATES):
        _forget_pinned_start(battle)
    battle.version += 1
    battle.save(update_fields=[*changed, "pinned_start", "version"])
    record("battle.changed", battle, by=by, fields=sorted(changed))
    if battle.days != old_days:
        _stretch_seats(battle, old_days)
    if was_dated and not {"first_day", "days"}.isdisjoint(changed):
        withdraw_all(battle=battle, by=by, reason=rules.NEW_DATES)
        settle(battle=battle, by=by)
    return battle


def _forget_pinned_start(battle: Battle) -> None:
    """A start fixed for the planning means nothing once there is a date, or another window."""
    start, earliest, latest = battle.pinned_start, battle.earliest, battle.latest
    if battle.first_day or not (start and earliest and latest and earliest <= start <= latest):
        battle.pinned_start = None


@transaction.atomic
def add_request(*, battle: Battle, request: RepairRequest, by: Actor | None) -> BattleRequest:
    battle = lock_battle(battle.pk)
    (request,) = _lock_requests([request])
    refuse_if(rules.why_not_before_it_begins(battle))
    refuse_if(rules.why_not_take_up([request], factory=battle.factory, kind=battle.kind, battle=battle))
    link = _take_up(battle, request, by=by)
    record("battle.request_added", battle, by=by, request=request.pk)
    return link


@transaction.atomic
def remove_request(*, battle: Battle, request: RepairRequest, by: Actor | None) -> None:
    battle = lock_battle(battle.pk)
    (request,) = _lock_requests([request])
    refuse_if(rules.why_not_leave_out(battle, request))
    battle.battle_requests.filter(request=request).update(is_active=False)
    move(request, RequestState.OPEN, REQUEST_MOVES, by=by, battle=battle.pk)
    record("battle.request_removed", battle, by=by, request=request.pk)


@transaction.atomic
def start_asking(*, battle: Battle, by: Actor | None) -> Battle:
    """From now on people can be called to it."""
    battle = lock_battle(battle.pk)
    refuse_if(rules.why_not_ask_people(battle))
    move(battle, BattleState.ASKING, BATTLE_MOVES, by=by)
    settle(battle=battle, by=by)
    return battle


@transaction.atomic
def back_to_draft(*, battle: Battle, reason: str, by: Actor | None) -> Battle:
    """Everyone is released, with the reason; the battle can be dated anew."""
    battle = lock_battle(battle.pk)
    refuse_if(rules.why_not_draft(battle, reason=reason))
    withdraw_all(battle=battle, by=by, reason=reason)
    move(battle, BattleState.DRAFT, BATTLE_MOVES, by=by)
    return battle


@transaction.atomic
def call_off(*, battle: Battle, reason: str, by: Actor | None) -> Battle:
    """Everyone's days from today on are free again, the requests open again, and people are told."""
    battle = lock_battle(battle.pk)
    refuse_if(rules.why_not_call_off(battle, reason=reason))
    was_draft = battle.state == BattleState.DRAFT
    withdraw_all(battle=battle, by=by, reason=reason)
    battle.ended_at, battle.end_reason = now(), reason
    move(battle, BattleState.CALLED_OFF, BATTLE_MOVES, by=by, also=("ended_at", "end_reason"))
    for request in _taken_up(battle):
        move(request, RequestState.OPEN, REQUEST_MOVES, by=by, battle=battle.pk)
    battle.battle_requests.filter(is_active=True).update(is_active=False)
    if not was_draft:
        tell_plant(battle=battle, kind="battle.called_off")
    return battle


@transaction.atomic
def begin(*, battle: Battle, by: Actor | None) -> Battle:
    """The crew leaves: from now on its requests are under repair."""
    battle = lock_battle(battle.pk)
    refuse_if(rules.why_not_begin(battle))
    battle.started_at = now()
    move(battle, BattleState.UNDER_WAY, BATTLE_MOVES, by=by, also=("started_at",))
    for request in _taken_up(battle):
        move(request, RequestState.UNDER_REPAIR, REQUEST_MOVES, by=by, battle=battle.pk)
    return battle


def _take_up(battle: Battle, request: RepairRequest, *, by: Actor | None) -> BattleRequest:
    """A request that an earlier battle left partly done, or could not repair, is opened again first."""
    if request.state != RequestState.OPEN:
        request.finished_at = None
        move(request, RequestState.OPEN, REQUEST_MOVES, by=by, also=("finished_at",), battle=battle.pk)
    move(request, RequestState.PLANNED, REQUEST_MOVES, by=by, battle=battle.pk)
    link, _made = BattleRequest.objects.update_or_create(
        battle=battle, request=request, defaults={"is_active": True, "outcome": "", "barrier": ""}
    )
    return link


def _lock_requests(requests: Iterable[RepairRequest]) -> list[RepairRequest]:
    """In the order of their keys, against deadlock."""
    keys = [request.pk for request in requests]
    return list(RepairRequest.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))


def _taken_up(battle: Battle) -> list[RepairRequest]:
    active = battle.battle_requests.filter(is_active=True).values("request")
    rows = RepairRequest.objects.select_for_update(no_key=True).filter(pk__in=active)
    return list(rows.exclude(state=RequestState.OPEN).order_by("pk"))


def _stretch_seats(battle: Battle, old_days: int) -> None:
    """Seats for the whole battle stay so; the others end with the battle at the latest."""
    last = battle.days - 1
    battle.seats.filter(first_offset__gt=last).update(first_offset=last)
    battle.seats.filter(Q(last_offset=old_days - 1) | Q(last_offset__gt=last)).update(last_offset=last)
