"""How long a machine stood: by month, and by what was wrong with it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.utils.timezone import localdate, make_aware, now
from django.utils.translation import gettext as _

from factories.states import Condition

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from factories.models import BreakdownReport, MachineStatus

DOWN = (Condition.STOPPED, Condition.DANGEROUS)
YEAR = timedelta(days=365)
TOLD_BEFORE = timedelta(days=2)
"""A report may come before somebody notes that the machine stands."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Downtime:
    """Days, whole and parts, of the last twelve months; `causes` the longest first."""

    days: float
    months: Sequence[tuple[date, float]]
    causes: Sequence[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Span:
    since: datetime
    until: datetime
    cause: str

    @property
    def days(self) -> float:
        return (self.until - self.since) / DAY


def downtime(statuses: Iterable[MachineStatus], reports: Sequence[BreakdownReport]) -> Downtime:
    """`reports` with their faults: what they say is wrong is why the machine stood while they came."""
    spans = list(_spans(statuses, reports))
    months: defaultdict[date, float] = defaultdict(float)
    causes: defaultdict[str, float] = defaultdict(float)
    for span in spans:
        causes[span.cause] += span.days
        for month, days in _by_month(span):
            months[month] += days
    return Downtime(
        sum(span.days for span in spans),
        sorted(months.items(), reverse=True),
        sorted(causes.items(), key=lambda one: -one[1]),
    )


def _spans(statuses: Iterable[MachineStatus], reports: Sequence[BreakdownReport]) -> Iterator[Span]:
    at = now()
    for status in statuses:
        since, until = max(status.since, at - YEAR), min(status.until or at, at)
        if status.state in DOWN and since < until:
            yield Span(since, until, _cause(status.since, until, reports))


def _cause(since: datetime, until: datetime, reports: Sequence[BreakdownReport]) -> str:
    named = (
        fault.name
        for report in sorted(reports, key=lambda report: report.received_at)
        if since - TOLD_BEFORE <= report.received_at <= until
        for fault in report.faults.all()
    )
    return next(named, _("not known"))


def _by_month(span: Span) -> Iterator[tuple[date, float]]:
    since = span.since
    while since < span.until:
        month = localdate(since).replace(day=1)
        following = (month + timedelta(days=32)).replace(day=1)
        left = make_aware(datetime.combine(following, time()))
        until = min(span.until, left)
        yield month, (until - since) / DAY
        since = until
