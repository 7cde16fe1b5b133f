"""Every repair of battles that are over, as data that anybody may use: without people, and without what would give a
plant away that has not agreed to be named. What each field means stands in `docs/open-data.md` and on the page.

A plant that is not named is one of several: its state is told only where at least K plants of its sector stand in
that state, else its region where that has K, else neither (k-anonymity, Sweeney 2002, over place and sector).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

from django.db.models import Count

from battles.impact import may_be_named
from battles.models import BattleRequest, Offer
from battles.states import HOLDS_SEAT, BattleState, OfferState
from factories.models import Factory

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

K = 3
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Repair:
    """One machine (or plant as a whole) of one battle. Codes, months and counts; empty is unknown or not told."""

    id: str
    battle: str
    month: str
    sector: str
    region: str
    state: str
    plant: str
    machine_kind: str
    faults: str
    was: str
    outcome: str
    barrier: str
    days_in_plant: int
    people: int
    trades: str


FIELDS = tuple(field.name for field in fields(Repair))


def repairs() -> Iterator[Repair]:
    """In the order of the battles; a thousand at a time are read in as many queries as ten."""
    named = set(may_be_named().values_list("pk", flat=True))
    places = _places()
    links = BattleRequest.objects.filter(battle__state=BattleState.CLOSED).exclude(outcome="")
    links = links.select_related(
        "battle", "request__machine__kind", "request__factory__sector", "request__factory__municipality__state__region"
    )
    links = links.prefetch_related("request__report_links__report__faults").order_by("battle_id", "pk")
    crews = _crews()
    for link in links.iterator(chunk_size=AT_ONCE):
        yield _repair(link, places, crews, is_named=link.battle_id in named)


def as_rows() -> Iterator[dict[str, str | int]]:
    return (asdict(one) for one in repairs())


def _repair(link: BattleRequest, places: _Places, crews: Mapping[int, tuple[int, str]], *, is_named: bool) -> Repair:
    request, battle = link.request, link.battle
    plant = request.factory
    people, trades = crews.get(battle.pk, (0, ""))
    region, state = places.of(plant, is_named=is_named)
    reports = [tie.report for tie in request.report_links.all()]
    return Repair(
        id=f"R{link.pk}",
        battle=f"B{battle.pk}",
        month=f"{battle.ended_at:%Y-%m}" if battle.ended_at else "",
        sector=plant.sector.code,
        region=region,
        state=state,
        plant=plant.name if is_named else "",
        machine_kind=request.machine.kind.code if request.machine else "",
        faults=" ".join(sorted({fault.code for report in reports for fault in report.faults.all()})),
        was=request.condition,
        outcome=link.outcome,
        barrier=link.barrier,
        days_in_plant=battle.days,
        people=people,
        trades=trades,
    )


@dataclass(frozen=True, slots=True)
class _Places:
    in_state: Mapping[tuple[int, int], int]
    in_region: Mapping[tuple[int, int], int]

    def of(self, plant: Factory, *, is_named: bool) -> tuple[str, str]:
        """Region and state as they may be told."""
        state = plant.municipality.state
        if is_named or self.in_state[plant.sector_id, state.pk] >= K:
            return state.region.code, state.code
        return (state.region.code, "") if self.in_region[plant.sector_id, state.region_id] >= K else ("", "")


def _places() -> _Places:
    """How many plants of a sector there are in each state and region."""
    states, regions = Counter[tuple[int, int]](), Counter[tuple[int, int]]()
    rows = Factory.objects.values_list("sector", "municipality__state", "municipality__state__region")
    for sector, state, region, many in rows.annotate(many=Count("pk")).order_by():
        states[sector, state] += many
        regions[sector, region] += many
    return _Places(states, regions)


def _crews() -> dict[int, tuple[int, str]]:
    """People who went, and the codes of their trades, by battle."""
    people: Counter[int] = Counter()
    trades: dict[int, set[str]] = defaultdict(set)
    went = Offer.objects.filter(battle__state=BattleState.CLOSED, state__in=[*HOLDS_SEAT, OfferState.LEFT])
    for battle, trade in went.order_by().values_list("battle", "trade__code"):
        people[battle] += 1
        trades[battle].add(trade)
    return {battle: (many, " ".join(sorted(trades[battle]))) for battle, many in people.items()}
