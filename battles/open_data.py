"""Every repair of battles that are over, as data that anybody may use: without people, and without what would give a
plant away that has not agreed to be named (`impact_places`). What each field means stands in `docs/open-data.md` and
on the page.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

from battles.impact_places import telling
from battles.models import BattleRequest, Offer
from battles.states import HOLDS_SEAT, BattleState, OfferState

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from battles.impact_places import Where

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
    told = telling()
    links = BattleRequest.objects.filter(battle__state=BattleState.CLOSED).exclude(outcome="")
    links = links.select_related(
        "battle", "request__machine__kind", "request__factory__sector", "request__factory__municipality__state__region"
    )
    links = links.prefetch_related("request__report_links__report__faults").order_by("battle_id", "pk")
    crews = _crews()
    for link in links.iterator(chunk_size=AT_ONCE):
        yield _repair(link, told.where(link.request.factory, [link.battle_id]), crews)


def as_rows() -> Iterator[dict[str, str | int]]:
    return (asdict(one) for one in repairs())


def _repair(link: BattleRequest, where: Where, crews: Mapping[int, tuple[int, str]]) -> Repair:
    """Where not even the sector may be told, the kind of machine would tell it."""
    request, battle = link.request, link.battle
    people, trades = crews.get(battle.pk, (0, ""))
    reports = [tie.report for tie in request.report_links.all()]
    return Repair(
        id=f"R{link.pk}",
        battle=f"B{battle.pk}",
        month=f"{battle.ended_at:%Y-%m}" if battle.ended_at else "",
        sector=where.sector.code if where.sector else "",
        region=where.region.code if where.region else "",
        state=where.state.code if where.state else "",
        plant=where.plant,
        machine_kind=request.machine.kind.code if request.machine and where.sector else "",
        faults=" ".join(sorted({fault.code for report in reports for fault in report.faults.all()})),
        was=request.condition,
        outcome=link.outcome,
        barrier=link.barrier,
        days_in_plant=battle.days,
        people=people,
        trades=trades,
    )


def _crews() -> dict[int, tuple[int, str]]:
    """People who went, and the codes of their trades, by battle."""
    people: Counter[int] = Counter()
    trades: dict[int, set[str]] = defaultdict(set)
    went = Offer.objects.filter(battle__state=BattleState.CLOSED, state__in=[*HOLDS_SEAT, OfferState.LEFT])
    for battle, trade in went.order_by().values_list("battle", "trade__code"):
        people[battle] += 1
        trades[battle].add(trade)
    return {battle: (many, " ".join(sorted(trades[battle]))) for battle, many in people.items()}
