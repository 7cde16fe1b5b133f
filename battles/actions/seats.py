"""Seats: worked out from the demands, changed by hand. Who holds one keeps it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.db import transaction

from battles.actions.offers import lock_battle, settle
from battles.models import Battle, Demand, Seat
from battles.rules import battles as rules
from battles.seating import Work, seats_for
from battles.states import SeatKind
from epo.audit.actions import record
from epo.core.errors import refuse_if

if TYPE_CHECKING:
    from collections.abc import Iterable

    from epo.core.types import Actor
    from volunteers.models import Trade


@transaction.atomic
def fill_seats(*, battle: Battle, by: Actor | None) -> list[Seat]:
    """Work the required seats out again from the requests as they are now."""
    battle = lock_battle(battle.pk)
    refuse_if(rules.why_not_fill_seats(battle))
    write_seats(battle=battle)
    record("battle.seats_filled", battle, by=by, seats=battle.seats.count())
    settle(battle=battle, by=by)
    return list(battle.seats.all())


@transaction.atomic
def add_seat(
    *,
    battle: Battle,
    trade: Trade,
    level: int,
    by: Actor | None,
    kind: str = SeatKind.REQUIRED,
    people: int = 1,
    first_offset: int = 0,
    last_offset: int | None = None,
) -> list[Seat]:
    battle = lock_battle(battle.pk)
    last = battle.days - 1 if last_offset is None else last_offset
    refuse_if(rules.why_not_seat(battle, first_offset=first_offset, last_offset=last, people=people))
    seats = [
        Seat.objects.create(
            battle=battle, trade=trade, level=level, kind=kind, first_offset=first_offset, last_offset=last
        )
        for _one in range(people)
    ]
    record("battle.seat_added", battle, by=by, trade=trade.code, level=level, people=people, seat_kind=str(kind))
    settle(battle=battle, by=by)
    return seats


@transaction.atomic
def change_seat(
    *,
    seat: Seat,
    level: int,
    kind: str,
    first_offset: int,
    last_offset: int,
    by: Actor | None,
    trade: Trade | None = None,
) -> Seat:
    battle = lock_battle(seat.battle_id)
    seat = Seat.objects.select_related("battle").get(pk=seat.pk)
    refuse_if(rules.why_not_change_seat(seat))
    refuse_if(rules.why_not_seat(battle, first_offset=first_offset, last_offset=last_offset, people=0))
    seat.trade, seat.level, seat.kind = trade or seat.trade, level, kind
    seat.first_offset, seat.last_offset = first_offset, last_offset
    seat.save(update_fields=["trade", "level", "kind", "first_offset", "last_offset"])
    record("battle.seat_changed", battle, by=by, seat=seat.pk, level=level, seat_kind=str(kind))
    settle(battle=battle, by=by)
    return seat


@transaction.atomic
def remove_seat(*, seat: Seat, by: Actor | None) -> None:
    """Offers that asked for this seat alone are withdrawn with thanks."""
    battle = lock_battle(seat.battle_id)
    seat = Seat.objects.select_related("battle", "trade").get(pk=seat.pk)
    refuse_if(rules.why_not_change_seat(seat))
    _forget(battle, [seat.pk])
    record("battle.seat_removed", battle, by=by, trade=seat.trade.code, level=seat.level)
    settle(battle=battle, by=by)


def write_seats(*, battle: Battle) -> None:
    """Under the battle's lock: empty required seats make way for those that the demands ask for.

    Seats that are held, or were split because somebody came for a part, stay and are counted.
    """
    wanted = Counter(seats_for(_works(battle), days=battle.days))
    required = battle.seats.filter(kind=SeatKind.REQUIRED)
    kept = set(required.held().values_list("pk", flat=True))
    kept |= set(required.filter(split_from__isnull=False).values_list("pk", flat=True))
    kept |= set(required.filter(splits__isnull=False).values_list("pk", flat=True))
    _forget(battle, required.exclude(pk__in=kept).values_list("pk", flat=True))
    whole = required.filter(pk__in=kept, split_from=None)
    wanted -= Counter(whole.values_list("trade", "level"))
    Seat.objects.bulk_create(
        Seat(battle=battle, trade_id=trade, level=level, last_offset=battle.days - 1)
        for (trade, level), people in sorted(wanted.items())
        for _one in range(people)
    )


def _works(battle: Battle) -> list[Work]:
    active = battle.battle_requests.filter(is_active=True).values("request")
    demands = Demand.objects.filter(request__in=active)
    return [Work(demand.request_id, demand.trade_id, demand.level, demand.people, demand.days) for demand in demands]


def _forget(battle: Battle, seats: Iterable[int]) -> None:
    """Offers that once held one of these seats and let it go remember their line, not the seat."""
    keys = list(seats)
    battle.offers.filter(seat__in=keys).update(seat=None)
    battle.seats.filter(pk__in=keys).delete()
