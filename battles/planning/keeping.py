"""A new plan changes what is already proposed only where that gains more than a change costs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from battles import matcher
from battles.models import Offer
from battles.states import OfferState

if TYPE_CHECKING:
    from battles.models.battles import Line


def keeps_for(
    lines: Mapping[int, Sequence[Line]], people: Collection[int], pins: Collection[matcher.Pin], *, cost: float
) -> tuple[matcher.Keep, ...]:
    """One for each proposal of an earlier run that the new one could repeat.

    Who was put there by hand, was asked or has accepted is not in question: a run plans around them.
    """
    if not cost:
        return ()
    out = {(pin.battle, person) for pin in pins for person in pin.out}
    proposed = Offer.objects.filter(battle__in=lines, state=OfferState.PROPOSED, run__isnull=False).order_by("pk")
    of_offer = ("battle", "volunteer", "trade", "level", "first_offset", "last_offset", "seat_kind")
    return tuple(
        matcher.Keep(battle=battle, line=lines[battle].index(tuple(line)), person=person, cost=cost)
        for battle, person, *line in proposed.values_list(*of_offer)
        if tuple(line) in lines[battle] and person in people and (battle, person) not in out
    )
