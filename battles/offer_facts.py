"""What an offer may tell before it is accepted: numbers and trades, no names."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from battles.states import SeatKind

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from battles.models import Battle, Seat


def crew_in_numbers(battle: Battle) -> dict[str, Any]:
    """Seats wanted and held by trade, and in all; learners' seats do not count."""
    seats = battle.seats.exclude(kind=SeatKind.LEARNER).select_related("trade")
    return in_numbers(seats, set(battle.offers.holding().values_list("seat", flat=True)))


def in_numbers(seats: Iterable[Seat], held: Container[Any]) -> dict[str, Any]:
    """`held` are the keys of seats that somebody holds."""
    seats = list(seats)
    wanted = Counter(seat.trade.name for seat in seats)
    filled = Counter(seat.trade.name for seat in seats if seat.pk in held)
    trades = [{"trade": trade, "filled": filled[trade], "wanted": n} for trade, n in sorted(wanted.items())]
    return {"trades": trades, "filled": sum(filled.values()), "wanted": len(seats)}
