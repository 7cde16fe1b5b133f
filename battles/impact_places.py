"""How near to a plant the public may come: its name where the agreement of that battle lets it, else no nearer than to
K plants that could be meant.

Of plants that are not named the state is told where K of them in the sector stand there; of the rest the region where
K of that rest stand there; of what is left then the sector where there are K; else nothing. Each step counts only whom
the step before left over, so that nobody is found by what is missing (k-anonymity, Sweeney 2002, with complementary
suppression).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from battles.models import Battle
from battles.states import BattleState
from factories.models import Factory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from django.db.models import QuerySet

    from epo.places.models import Region, State
    from factories.models import Sector

K = 3

_Key = tuple[int, ...]
_Row = tuple[int, int, int]
"""Keys of the sector, the region and the state of a plant."""


@dataclass(frozen=True, slots=True)
class Where:
    """What may be told of a plant; None is not told."""

    plant: str = ""
    sector: Sector | None = None
    region: Region | None = None
    state: State | None = None

    def __str__(self) -> str:
        nearest = self.state or self.region
        known = [str(part) for part in (self.plant or self.sector, nearest) if part]
        return ", ".join(known) or _("a plant")


@dataclass(frozen=True, slots=True)
class Telling:
    named: frozenset[int]
    """Keys of the battles whose plant may be named."""
    by_state: frozenset[_Key]
    by_region: frozenset[_Key]
    by_sector: frozenset[_Key]

    def names(self, battles: Sequence[int]) -> bool:
        """Something of several battles names its plant only where each of them may."""
        return bool(battles) and self.named.issuperset(battles)

    def where(self, plant: Factory, battles: Sequence[int]) -> Where:
        state = plant.municipality.state
        if self.names(battles):
            return Where(plant.name, plant.sector, state.region, state)
        row = (plant.sector_id, state.region_id, state.pk)
        if _in_state(row) in self.by_state:
            return Where("", plant.sector, state.region, state)
        if _in_region(row) in self.by_region:
            return Where("", plant.sector, state.region)
        return Where("", plant.sector) if _of_sector(row) in self.by_sector else Where()


def may_be_named() -> QuerySet[Battle]:
    """Battles that are over, whose agreement lets the plant be shown in public."""
    return Battle.objects.filter(state=BattleState.CLOSED, agreement__may_publish=True)


def telling() -> Telling:
    """As things stand now, in two queries."""
    battles = dict(may_be_named().values_list("pk", "factory"))
    rows = Factory.objects.values_list("pk", "sector", "municipality__state__region", "municipality__state")
    named = set(battles.values())
    left = [(sector, region, state) for pk, sector, region, state in rows.order_by() if pk not in named]
    by_state, left = _split(left, _in_state)
    by_region, left = _split(left, _in_region)
    by_sector, _rest = _split(left, _of_sector)
    return Telling(frozenset(battles), by_state, by_region, by_sector)


def _split(rows: Iterable[_Row], key: Callable[[_Row], _Key]) -> tuple[frozenset[_Key], list[_Row]]:
    """Keys that K rows or more share, and the rows that are left over."""
    rows = list(rows)
    told = frozenset(one for one, many in Counter(map(key, rows)).items() if many >= K)
    return told, [row for row in rows if key(row) not in told]


def _in_state(row: _Row) -> _Key:
    return row[0], row[2]


def _in_region(row: _Row) -> _Key:
    return row[0], row[1]


def _of_sector(row: _Row) -> _Key:
    return (row[0],)
