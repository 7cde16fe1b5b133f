"""What all battles achieved together, for the public: no names of people, and of a plant only where its agreement lets it.

Everything is read from the rows at the moment of asking, in as many queries for a thousand battles as for ten.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.utils.translation import ngettext

from battles import gains
from battles.models import Battle, BattleRequest, CrewDay, LineResult, OwnRepair
from battles.states import BattleKind, BattleState, RequestState
from epo.core.clock import today
from epo.places.map import Spot

if TYPE_CHECKING:
    from decimal import Decimal

    from django.db.models import QuerySet

    from battles.gains import LineGain, Total
    from factories.models import Factory


@dataclass(frozen=True, slots=True)
class Impact:
    battles: int
    visits: int
    plants: int
    repaired: int
    partly: int
    people: int
    days: int
    own_repairs: int
    learned: int
    """Own repairs that name the battle from which they were learned."""
    lines: Sequence[LineGain]
    totals: Sequence[Total]
    share: Decimal | None
    by_state: Mapping[str, int]
    """Battles whose agreement lets them be shown, by the code of the state; `hidden` are the others."""
    hidden: int
    spots: Sequence[Spot]

    @property
    def share_percent(self) -> int | None:
        return None if self.share is None else round(self.share * 100)

    @property
    def multiplier(self) -> float | None:
        """Repairs that followed without us, for each battle."""
        return self.learned / self.battles if self.battles else None


def fought() -> QuerySet[Battle]:
    """Battles that are over."""
    return Battle.objects.filter(state=BattleState.CLOSED)


def repairs() -> QuerySet[BattleRequest]:
    """What was repaired, wholly or partly, in battles that are over."""
    outcomes = (RequestState.REPAIRED, RequestState.PARTLY_REPAIRED)
    return BattleRequest.objects.filter(battle__state=BattleState.CLOSED, outcome__in=outcomes)


def days_given() -> QuerySet[CrewDay]:
    """Days that volunteers have given, travelling or working, up to today."""
    begun = (BattleState.UNDER_WAY, BattleState.CLOSED)
    return CrewDay.objects.filter(day__lte=today(), offer__battle__state__in=begun)


def impact() -> Impact:
    rows = list(fought().filter(kind=BattleKind.REPAIR).select_related("factory__municipality__state", "agreement"))
    shown = [battle for battle in rows if _is_shown(battle)]
    lines = gains.gains(LineResult.objects.all())
    outcomes = Counter(repairs().values_list("outcome", flat=True))
    given = days_given().aggregate(people=Count("volunteer", distinct=True), days=Count("pk"))
    own = OwnRepair.objects.aggregate(all=Count("pk"), learned=Count("pk", filter=Q(learned_from__isnull=False)))
    return Impact(
        battles=len(rows),
        visits=fought().filter(kind=BattleKind.DIAGNOSIS).count(),
        plants=len({battle.factory_id for battle in rows}),
        repaired=outcomes[RequestState.REPAIRED],
        partly=outcomes[RequestState.PARTLY_REPAIRED],
        people=given["people"],
        days=given["days"],
        own_repairs=own["all"],
        learned=own["learned"],
        lines=lines,
        totals=gains.totals(lines),
        share=gains.restored_share(lines),
        by_state=Counter(battle.factory.municipality.state.code for battle in shown),
        hidden=len(rows) - len(shown),
        spots=_spots(shown),
    )


def _is_shown(battle: Battle) -> bool:
    agreement = getattr(battle, "agreement", None)
    return agreement is not None and agreement.may_publish


def _spots(shown: Sequence[Battle]) -> list[Spot]:
    """A spot for each plant, at its municipality and nothing finer."""
    plants = {battle.factory_id: battle.factory for battle in shown}
    many = Counter(battle.factory_id for battle in shown)
    return [_spot(plant, many[key]) for key, plant in plants.items()]


def _spot(plant: Factory, many: int) -> Spot:
    place = plant.municipality
    told = ngettext("%(n)s battle", "%(n)s battles", many) % {"n": many}
    return Spot(place.lat, place.lon, f"{plant.name}, {place.name}", told, many)
