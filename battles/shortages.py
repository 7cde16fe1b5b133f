"""Where people are short: by trade and state, who lives there beside whom open requests of that state ask for."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Sum

from battles.overview import able, empty_seats, wanted_people
from epo.places.models import State
from volunteers.models import Trade

if TYPE_CHECKING:
    from epo.accounts.models import User


@dataclass(frozen=True, slots=True)
class Shortage:
    """People of the state who can be sent as workers of the trade or better, and what plants of that state ask for."""

    trade: Trade
    state: State
    people: int
    wanted: int
    empty: int

    @property
    def missing(self) -> int:
        return max(self.wanted - self.people, 0)


def shortages(user: User, *, trade: Trade | None = None, state: State | None = None) -> list[Shortage]:
    """The shortest first, in five queries. Where nobody is asked for, it is told only of the trade or state looked at."""
    lives, wanted, empty = _people(), _wanted(user), _empty(user)
    trades, states = Trade.objects.in_bulk(), State.objects.in_bulk()
    keys = {*wanted, *empty} | ({*lives} if trade or state else set())
    rows = [
        Shortage(trades[key[0]], states[key[1]], lives.get(key, 0), wanted.get(key, 0), empty[key])
        for key in keys
        if (trade is None or key[0] == trade.pk) and (state is None or key[1] == state.pk)
    ]
    return sorted(rows, key=_shortest_first)


def _shortest_first(row: Shortage) -> tuple[int, int, str, str]:
    return row.people - row.wanted, -row.empty, row.trade.folded, row.state.folded


def _people() -> dict[tuple[int, int], int]:
    rows = able().values_list("trade", "volunteer__home__state").annotate(n=Count("volunteer", distinct=True))
    return {(trade, state): many for trade, state, many in rows.order_by()}


def _wanted(user: User) -> dict[tuple[int, int], int]:
    rows = wanted_people(user).values_list("trade", "request__factory__municipality__state")
    return {(trade, state): many for trade, state, many in rows.annotate(n=Sum("people")).order_by()}


def _empty(user: User) -> Counter[tuple[int, int]]:
    return Counter(empty_seats(user).values_list("trade", "battle__factory__municipality__state"))
