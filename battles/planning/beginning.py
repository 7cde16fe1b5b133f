"""What a new run begins with: the plan and the prices of the newest finished one of the same scope, by today's days."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from battles.matcher import BattlePlan, Prices
from battles.models import MatchingRun
from battles.planning.prices import prices_of
from battles.states import RunState

if TYPE_CHECKING:
    from battles.models.battles import Line
    from battles.planning.problems import Planned

log = logging.getLogger(__name__)

Crew = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Beginning:
    plans: tuple[BattlePlan, ...] = ()
    prices: Prices | None = None


def beginning_for(run: MatchingRun, planned: Planned) -> Beginning:
    """It only makes the search quicker: what does not fit any more, or cannot be understood, is left out."""
    if run.only_id is not None:
        return Beginning()
    older = MatchingRun.objects.filter(region=run.region_id, only=None, state=RunState.DONE, pk__lt=run.pk)
    kept = older.order_by("-pk").values_list("result", "prices").first()
    if kept is None:
        return Beginning()
    result, prices = kept
    people = [person.id for person in planned.problem.people]
    return Beginning(tuple(_plans(result, planned)), prices_of(prices, people) if prices else None)


def _plans(result: Any, planned: Planned) -> Iterator[BattlePlan]:
    told = result.get("battles") if isinstance(result, dict) else None
    for one in told if isinstance(told, list) else ():
        try:
            lines = planned.lines.get(one["battle"])
            if lines is not None:
                start = (date.fromisoformat(one["start"]) - planned.day_0).days
                yield BattlePlan(one["battle"], start, _crews(one["lines"], lines))
        except (KeyError, TypeError, ValueError, AttributeError, IndexError):
            log.warning("the plan kept with the newest run cannot be read for one battle")


def _crews(told: Sequence[Any], lines: Sequence[Line]) -> tuple[Crew, ...]:
    """By line: the same as then, else one of the same trade and level that is not spoken for."""
    then = [(tuple(one["line"]), tuple(int(pick["person"]) for pick in one["picks"])) for one in told]
    same = dict(then)
    others = [(line, crew) for line, crew in then if line not in lines]
    crews = []
    for line in lines:
        like = next((one for one in others if one[0][:2] == line[:2]), None) if line not in same else None
        if like is not None:
            others.remove(like)
        crews.append(same.get(line, like[1] if like else ()))
    return tuple(crews)
