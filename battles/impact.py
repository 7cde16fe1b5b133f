"""What all battles achieved together, for the public: no names of people, and of a plant only where its agreement lets it.

`impact` reads all of it from the rows, in as many queries for a thousand battles as for ten. A worker keeps what it
found as a document (`written`, `read`), so that no visitor waits for it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q

from battles import gains
from battles.models import Battle, BattleRequest, CrewDay, LineResult, OwnRepair
from battles.states import BattleKind, BattleState, RequestState
from epo.core.clock import today

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from battles.gains import Total
    from epo.places.models import Municipality
    from factories.models import Factory


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality, nothing finer; the names of its plants that agreed to be named, and their battles together."""

    lat: float
    lon: float
    name: str
    plants: Sequence[str]
    battles: int


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
    totals: Sequence[Total]
    share: Decimal | None
    by_state: Mapping[str, int]
    """Battles whose agreement lets them be shown, by the code of the state; `hidden` are the others."""
    hidden: int
    places: Sequence[Place]

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
        totals=gains.totals(lines),
        share=gains.restored_share(lines),
        by_state=dict(Counter(battle.factory.municipality.state.code for battle in shown)),
        hidden=len(rows) - len(shown),
        places=_places(shown),
    )


def _is_shown(battle: Battle) -> bool:
    agreement = getattr(battle, "agreement", None)
    return agreement is not None and agreement.may_publish


def _places(shown: Sequence[Battle]) -> list[Place]:
    """By municipality: plants of one place would fall on one another."""
    of_place: dict[Municipality, list[Factory]] = defaultdict(list)
    for battle in shown:
        of_place[battle.factory.municipality].append(battle.factory)
    rows = [
        Place(at.lat, at.lon, at.name, sorted(plant.name for plant in set(plants)), len(plants))
        for at, plants in of_place.items()
    ]
    return sorted(rows, key=lambda place: (place.name, place.lat))


def written(found: Impact) -> dict[str, Any]:
    """As a document of JSON; amounts are text, so that none of them is rounded."""
    return {name: _plain(value) for name, value in asdict(found).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value


def read(document: Mapping[str, Any]) -> Impact:
    """What `written` wrote down."""
    totals = [
        gains.Total(**row | {"gain": Decimal(row["gain"]), "share": _decimal(row["share"])})
        for row in document["totals"]
    ]
    places = [Place(**row) for row in document["places"]]
    return Impact(**dict(document) | {"totals": totals, "places": places, "share": _decimal(document["share"])})


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
