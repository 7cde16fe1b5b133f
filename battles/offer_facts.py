"""What an offer may tell before it is accepted: numbers and trades, no names."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from battles.states import SeatKind

if TYPE_CHECKING:
    from battles.models import Battle


def crew_in_numbers(battle: Battle) -> dict[str, Any]:
    """Seats wanted and held by trade, and in all; learners' seats do not count."""
    seats = list(battle.seats.exclude(kind=SeatKind.LEARNER).select_related("trade"))
    held = set(battle.offers.holding().values_list("seat", flat=True))
    wanted = Counter(seat.trade.name for seat in seats)
    filled = Counter(seat.trade.name for seat in seats if seat.pk in held)
    trades = [{"trade": trade, "filled": filled[trade], "wanted": n} for trade, n in sorted(wanted.items())]
    return {"trades": trades, "filled": sum(filled.values()), "wanted": len(seats)}
