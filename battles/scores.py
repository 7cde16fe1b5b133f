"""The score of a report or a request: five named parts, worked out in the database so that lists sort by it.

A part that is not known stays None, and the page says so. In the sum it counts half of the most that it can give:
counted as nothing, a report of a plant that nobody has entered yet would wait at the end of the queue; left out of
the sum, one known part would decide alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import (
    Case,
    Expression,
    ExpressionWrapper,
    F,
    FloatField,
    Model,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from epo.core.charts import Part
from factories.states import Condition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.functional import _StrPromise

    from battles.models import RepairRequest
    from factories.models import BreakdownReport


@dataclass(frozen=True, slots=True)
class Kind:
    """One part of the score: how it is called, the annotation that holds it, the most that it can give."""

    name: str | _StrPromise
    column: str
    most: int


KINDS: Sequence[Kind] = (
    Kind(pgettext_lazy("score", "sector"), "score_sector", 25),
    Kind(pgettext_lazy("score", "output lost"), "score_output", 30),
    Kind(pgettext_lazy("score", "people who depend on it"), "score_people", 20),
    Kind(pgettext_lazy("score", "danger"), "score_danger", 15),
    Kind(pgettext_lazy("score", "waiting"), "score_age", 10),
)
MOST = {kind.column: kind.most for kind in KINDS}

# At least so many people, or days of waiting, give this share of the part.
PEOPLE_STEPS = ((100_000, 1.0), (10_000, 0.8), (1_000, 0.6), (100, 0.4), (1, 0.2))
AGE_STEPS = ((30, 1.0), (14, 0.8), (7, 0.6), (3, 0.4), (1, 0.2))
HEAVIEST_SECTOR = 10
UNKNOWN_COUNTS = 0.5


@dataclass(frozen=True, slots=True)
class Score:
    total: float
    parts: list[Part]

    @property
    def unknown(self) -> list[str]:
        return [part.name for part in self.parts if part.points is None]


def score_of(row: Model) -> Score:
    """Of a row that came through `scored_reports` or `scored_requests`."""
    columns: Any = row
    parts = [Part(str(kind.name), getattr(columns, kind.column), kind.most) for kind in KINDS]
    return Score(columns.score, parts)


def scored_reports(reports: QuerySet[BreakdownReport]) -> QuerySet[Any]:
    """A machine that still runs loses nothing; else the output lost is what its line lacks of its nominal output."""
    lost = Case(When(Q(condition=Condition.RUNNING), then=Value(0.0)), default=line_lost("machine__line__"))
    return _scored(reports, lost=lost, since="received_at")


def scored_requests(requests: QuerySet[RepairRequest]) -> QuerySet[Any]:
    """What a coordinator wrote down as lost comes before what the line's figures say."""
    said = Cast(F("output_lost"), FloatField()) / 100.0
    lost = Case(When(output_lost__isnull=False, then=said), default=line_lost("machine__line__"))
    return _scored(requests, lost=lost, since="opened_at")


def _scored(rows: QuerySet[Any], *, lost: Expression, since: str) -> QuerySet[Any]:
    known = F("score_lost")
    rows = rows.annotate(score_lost=lost).annotate(
        score_sector=Cast(F("factory__sector__weight"), FloatField()) * MOST["score_sector"] / HEAVIEST_SECTOR,
        score_output=Case(
            When(score_lost__lte=0, then=Value(0.0)),
            When(score_lost__gte=1, then=Value(float(MOST["score_output"]))),
            When(score_lost__isnull=False, then=known * MOST["score_output"]),
            output_field=FloatField(),
        ),
        score_people=_people("factory__people_depend"),
        score_danger=Case(
            When(Q(condition=Condition.DANGEROUS), then=Value(float(MOST["score_danger"]))),
            default=Value(0.0),
            output_field=FloatField(),
        ),
        score_age=_age(since),
    )
    return rows.annotate(score=_total())


def _total() -> Expression:
    """The parts add up to 100; one that is not known counts half of the most that it can give."""
    total: Any = Value(0.0)
    for kind in KINDS:
        total = total + Coalesce(F(kind.column), Value(kind.most * UNKNOWN_COUNTS))
    return ExpressionWrapper(total, output_field=FloatField())


def line_lost(line: str) -> Expression:
    """What share of its nominal output the line at the path `line` does not reach; None where that is not known."""
    nominal, current = (Cast(F(f"{line}{name}"), FloatField()) for name in ("nominal", "current"))
    return Case(
        When(**{f"{line}nominal__gt": 0, f"{line}current__isnull": False}, then=(nominal - current) / nominal),
        output_field=FloatField(),
    )


def _people(path: str) -> Expression:
    most = MOST["score_people"]
    steps = [When(**{f"{path}__gte": people}, then=Value(share * most)) for people, share in PEOPLE_STEPS]
    return Case(*steps, When(**{path: 0}, then=Value(0.0)), output_field=FloatField())


def _age(since: str) -> Expression:
    most, moment = MOST["score_age"], now()
    steps = [
        When(**{f"{since}__lte": moment - timedelta(days=days)}, then=Value(share * most)) for days, share in AGE_STEPS
    ]
    return Case(*steps, default=Value(0.0), output_field=FloatField())
