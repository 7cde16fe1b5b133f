"""Which plant next: the figures on which coordinators decide the order, worked out in the database.

Outputs of different products cannot be added, so plants are compared by the share of nominal output that their
lines do not reach; the amounts themselves stand beside it, line by line.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import (
    Avg,
    Case,
    Exists,
    F,
    FloatField,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from battles.models import Agreement, Battle, Demand, Need, RepairRequest
from battles.scores import line_lost, scored_requests
from battles.states import BATTLE_OPEN, NeedState
from epo.core.clock import today
from epo.core.counting import how_many
from factories.models import Factory, Line
from factories.states import Running

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from django.utils.functional import _StrPromise

ORDERS: Mapping[str, tuple[_StrPromise, tuple[Any, ...]]] = {
    "decided": (
        _("as decided"),
        (F("decision__position").asc(nulls_last=True), F("score").desc(nulls_last=True)),
    ),
    "score": (_("score"), (F("score").desc(nulls_last=True),)),
    "recovered": (_("output recovered per person-day"), (F("recovered").desc(nulls_last=True),)),
    "lost": (_("output lost"), (F("lost").desc(nulls_last=True),)),
    "stopped": (_("days stopped"), (F("stopped_since").asc(nulls_last=True),)),
    "people": (_("people who depend on it"), (F("people_depend").desc(nulls_last=True),)),
    "work": (_("least work"), (F("person_days").asc(nulls_last=True),)),
    "missing": (_("least missing"), (F("missing").asc(),)),
}


def ranked(plants: QuerySet[Factory]) -> QuerySet[Factory]:
    """Plants in which something waits: an unfinished request, a standstill, or a decided place."""
    waiting = RepairRequest.objects.unfinished().filter(factory=OuterRef("pk"))
    return figures(plants).filter(
        Exists(waiting) | Q(running__in=[Running.STANDS, Running.PARTLY]) | Q(decision__isnull=False)
    )


def figures(plants: QuerySet[Factory]) -> QuerySet[Factory]:
    unfinished = RepairRequest.objects.unfinished()
    lost = Line.objects.filter(factory=OuterRef("pk")).order_by().values("factory").annotate(n=Avg(line_lost("")))
    work = (
        Demand.objects.filter(request__in=unfinished, request__factory=OuterRef("pk"))
        .order_by()
        .values("request__factory")
        .annotate(n=Sum(F("people") * F("days"), output_field=IntegerField()))
    )
    needs = Need.objects.filter(request__in=unfinished, request__factory=OuterRef("pk"))
    newest = Battle.objects.filter(factory=OuterRef("pk")).filter(state__in=BATTLE_OPEN).order_by("-pk")
    best = scored_requests(unfinished.filter(factory=OuterRef("pk"))).order_by("-score")
    rows = plants.annotate(
        lost=Subquery(lost.values("n"), output_field=FloatField()),
        person_days=Subquery(work.values("n")),
        missing=how_many(needs.filter(state=NeedState.MISSING)),
        newest_battle=Subquery(newest.values("pk")[:1]),
        score=Subquery(best.values("score")[:1]),
    )
    rows = rows.annotate(
        recovered=Case(
            When(person_days__gt=0, then=F("lost") * Value(100.0) / Cast(F("person_days"), FloatField())),
            output_field=FloatField(),
        ),
        agreed_on=Subquery(Agreement.objects.filter(battle=OuterRef("newest_battle")).values("agreed_on")),
        waived=Subquery(Agreement.objects.filter(battle=OuterRef("newest_battle")).values("waived_reason")),
    )
    return rows.select_related("sector", "municipality__state", "decision__by").prefetch_related("lines")


@dataclass(frozen=True, slots=True)
class Loss:
    """What a line does not put out a day; per person-day of the work that waits, where that is known."""

    product: str
    unit: str
    amount: Decimal
    per_person_day: Decimal | None


def losses(plant: Factory) -> list[Loss]:
    """Of a plant that came through `figures`; lines of which output or nominal output is not known are left out."""
    work: int | None = getattr(plant, "person_days", None)
    return [
        Loss(line.product, line.unit, gap, gap / work if work else None)
        for line in plant.lines.all()
        if line.nominal is not None and line.current is not None and (gap := line.nominal - line.current) > 0
    ]


def days_stopped(plant: Factory, *, on: date | None = None) -> int | None:
    return None if plant.stopped_since is None else ((on or today()) - plant.stopped_since).days
