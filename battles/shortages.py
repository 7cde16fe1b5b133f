"""Where people are short, by trade and by state: who lives there beside whom open requests of plants there ask for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Sum

from battles.models import Demand, RepairRequest
from battles.overview import WAITS, empty_seats
from epo.core.clock import today
from epo.places.models import State
from volunteers.models import Qualification, Trade, Volunteer
from volunteers.states import Level

if TYPE_CHECKING:
    from epo.accounts.models import User

Place = tuple[int, int]
"""The keys of a trade and of a state."""


@dataclass(frozen=True, slots=True)
class Supply:
    """A trade: people of the nation who can be sent as its workers or better, and people whom open requests ask for."""

    trade: Trade
    people: int
    wanted: int
    empty: int

    @property
    def is_short(self) -> bool:
        return self.empty > 0 or self.wanted > self.people


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


@dataclass(frozen=True, slots=True)
class Needs:
    """What was counted once; who learns a trade is not among its people."""

    trades: Mapping[int, Trade]
    states: Mapping[int, State]
    people: Counter[Place]
    wanted: Counter[Place]
    empty: Counter[Place]

    def by_trade(self) -> list[Supply]:
        """The scarcest first, of trades that somebody is asked for."""
        people, wanted, empty = (_by_trade(counted) for counted in (self.people, self.wanted, self.empty))
        rows = [Supply(self.trades[key], people[key], wanted[key], empty[key]) for key in {*wanted, *empty}]
        return sorted(rows, key=lambda row: (-row.empty, -(row.wanted / (row.people or 0.5)), row.trade.folded))

    def by_place(self, *, trade: Trade | None = None, state: State | None = None) -> list[Shortage]:
        """The shortest first. Where nobody is asked for, it is told only of the trade or state looked at."""
        keys = {*self.wanted, *self.empty} | ({*self.people} if trade or state else set())
        rows = [
            Shortage(self.trades[key[0]], self.states[key[1]], self.people[key], self.wanted[key], self.empty[key])
            for key in keys
            if (trade is None or key[0] == trade.pk) and (state is None or key[1] == state.pk)
        ]
        return sorted(rows, key=lambda row: (row.people - row.wanted, -row.empty, row.trade.folded, row.state.folded))


def needs(user: User) -> Needs:
    """In five queries."""
    return Needs(Trade.objects.in_bulk(), State.objects.in_bulk(), _people(), _wanted(user), _empty(user))


def _by_trade(counted: Counter[Place]) -> Counter[int]:
    found: Counter[int] = Counter()
    for (trade, _state), many in counted.items():
        found[trade] += many
    return found


def _people() -> Counter[Place]:
    """Of people who can be sent, as workers of the trade or better. Everybody lives in one state."""
    people = Volunteer.objects.can_be_sent().values("pk")
    able = Qualification.objects.valid_on(today()).filter(level__gte=Level.WORKER, volunteer__in=people)
    rows = able.values_list("trade", "volunteer__home__state").annotate(n=Count("volunteer", distinct=True))
    return Counter({(trade, state): many for trade, state, many in rows.order_by()})


def _wanted(user: User) -> Counter[Place]:
    """Whom requests that still wait ask for."""
    requests = RepairRequest.objects.coordinated_by(user)
    rows = Demand.objects.filter(request__in=requests, request__state__in=WAITS)
    counted = rows.values_list("trade", "request__factory__municipality__state").annotate(n=Sum("people"))
    return Counter({(trade, state): many for trade, state, many in counted.order_by()})


def _empty(user: User) -> Counter[Place]:
    return Counter(empty_seats(user).values_list("trade", "battle__factory__municipality__state"))
