"""The score of a report or a request: five named parts, worked out in the database so that lists sort by it.

A part that is not known stays None. The score is what the known parts reach of what they could reach, as a
number from 0 to 100: the unknown pulls neither up nor down, and the page names it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

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
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from epo.core.charts import Part
from factories.states import Condition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.functional import _StrPromise

    from battles.models import RepairRequest
    from factories.models import BreakdownReport

T = TypeVar("T", bound=Model)


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
EXPLANATION = _(
    "The score is what the known parts reach of what they could reach. What is unknown counts neither way."
)


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


def scored_reports(reports: QuerySet[BreakdownReport]) -> QuerySet[BreakdownReport]:
    """A machine that still runs loses nothing; else the output lost is what its line lacks of its nominal output."""
    lost = Case(When(Q(condition=Condition.RUNNING), then=Value(0.0)), default=line_lost("machine__line__"))
    return _scored(reports, lost=lost, since="received_at")


def scored_requests(requests: QuerySet[RepairRequest]) -> QuerySet[RepairRequest]:
    """What a coordinator wrote down as lost comes before what the line's figures say."""
    said = Cast(F("output_lost"), FloatField()) / 100.0
    lost = Case(When(output_lost__isnull=False, then=said), default=line_lost("machine__line__"))
    return _scored(requests, lost=lost, since="opened_at")


def _scored(rows: QuerySet[T], *, lost: Expression, since: str) -> QuerySet[T]:
    known = F("score_lost")
    rows = rows.annotate(score_lost=lost).annotate(
        score_sector=Cast(F("factory__sector__weight"), FloatField())
        * MOST["score_sector"]
        / HEAVIEST_SECTOR,
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
    """Danger and waiting are always known, so there is always something to divide by."""
    points: Any = Value(0.0)
    reachable: Any = Value(0.0)
    for kind in KINDS:
        points = points + Coalesce(F(kind.column), Value(0.0))
        reachable = reachable + Case(
            When(**{f"{kind.column}__isnull": False}, then=Value(float(kind.most))), default=Value(0.0)
        )
    return ExpressionWrapper(points * 100.0 / reachable, output_field=FloatField())


def line_lost(line: str) -> Expression:
    """What share of its nominal output the line at the path `line` does not reach; None where that is not known."""
    nominal, current = (Cast(F(f"{line}{name}"), FloatField()) for name in ("nominal", "current"))
    return Case(
        When(
            **{f"{line}nominal__gt": 0, f"{line}current__isnull": False}, then=(nominal - current) / nominal
        ),
        output_field=FloatField(),
    )


def _people(path: str) -> Expression:
    most = MOST["score_people"]
    steps = [When(**{f"{path}__gte": people}, then=Value(share * most)) for people, share in PEOPLE_STEPS]
    return Case(*steps, When(**{path: 0}, then=Value(0.0)), output_field=FloatField())


def _age(since: str) -> Expression:
    most, moment = MOST["score_age"], now()
    steps = [
        When(**{f"{since}__lte": moment - timedelta(days=days)}, then=Value(share * most))
        for days, share in AGE_STEPS
    ]
    return Case(*steps, default=Value(0.0), output_field=FloatField())
