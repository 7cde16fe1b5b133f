"""The state of things for coordinators of a region or of the nation: what is late, where seats and people are short,
what stands still, and how long things take. Read at the moment of asking, in a fixed number of queries.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django.utils.timezone import localdate, now

from battles import fairness
from battles.models import Battle, FollowUp, Offer, Seat
from battles.scores import line_lost
from battles.states import BATTLE_OPEN, OfferState, RequestState, SeatKind
from epo.audit.models import AuditEvent
from epo.core.clock import today
from factories.models import BreakdownReport, Factory, Line, MachineStatus, Sector
from factories.states import Condition, ReportState
from volunteers.models import Volunteer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.models import QuerySet

    from epo.accounts.models import User

WEEKS_AHEAD, WEEKS_BACK = 8, 12
WEEK = timedelta(days=7)
LATE_AFTER = timedelta(hours=48)
DOWN = (Condition.STOPPED, Condition.DANGEROUS)
WAITS = (RequestState.OPEN, RequestState.PLANNED, RequestState.UNDER_REPAIR)


@dataclass(frozen=True, slots=True)
class Late:
    """How many there are of each thing that somebody waits for too long."""

    reports: int
    unasked: int
    """Required seats, empty, of battles that begin within a week."""
    readings: int
    unanswered: int
    """Asks without an answer; `overdue` of them past their deadline."""
    overdue: int


def late(user: User) -> Late:
    mine = Battle.objects.coordinated_by(user).values("pk")
    soon = empty_seats(user).filter(battle__first_day__lte=today() + WEEK)
    asked = Offer.objects.filter(state=OfferState.ASKED, battle__in=mine)
    counted = asked.aggregate(all=Count("pk"), overdue=Count("pk", filter=Q(deadline__lt=now())))
    reports = BreakdownReport.objects.coordinated_by(user).filter(state=ReportState.NEW)
    return Late(
        reports=reports.filter(received_at__lt=now() - LATE_AFTER).count(),
        unasked=soon.count(),
        readings=FollowUp.objects.filter(battle__in=mine, reading=None, due_on__lt=today()).count(),
        unanswered=counted["all"],
        overdue=counted["overdue"],
    )


def empty_seats(user: User) -> QuerySet[Seat]:
    """Required seats that nobody holds, of battles to come."""
    mine = Battle.objects.coordinated_by(user).filter(state__in=BATTLE_OPEN).values("pk")
    return Seat.objects.empty().filter(battle__in=mine, kind=SeatKind.REQUIRED, battle__first_day__gte=today())


def empty_by_week(user: User) -> list[tuple[date, int]]:
    """Mondays, and how many required seats of battles that begin in that week nobody holds."""
    monday = monday_of(today())
    days = empty_seats(user).values_list("battle__first_day", flat=True)
    count = Counter(monday_of(day) for day in days if day is not None)
    return [(monday + n * WEEK, count[monday + n * WEEK]) for n in range(WEEKS_AHEAD)]


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True, slots=True)
class Standstill:
    """What stands still in a sector. `lost` is a day's output by unit, of the lines where it is known."""

    sector: Sector
    machines: int
    lost: Mapping[str, Decimal]
    share: float | None
    """The mean part (0 to 1) of its nominal output that a line of the sector does not reach."""


def standstill(user: User) -> list[Standstill]:
    plants = Factory.objects.coordinated_by(user).values("pk")
    of_mine = MachineStatus.objects.filter(machine__factory__in=plants, machine__is_retired=False)
    down = of_mine.filter(until=None, state__in=DOWN)
    machines = dict(down.values_list("machine__factory__sector").annotate(n=Count("pk")).order_by())
    lost: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    shares: dict[int, list[float]] = defaultdict(list)
    rows = Line.objects.filter(factory__in=plants).annotate(share=line_lost(""))
    known: Any = rows.exclude(share=None).values_list("factory__sector", "unit", "nominal", "current", "share")
    for sector, unit, nominal, current, share in known:
        lost[sector][unit] += max(nominal - current, Decimal())
        shares[sector].append(max(share, 0.0))
    return [
        Standstill(
            sector=sector,
            machines=machines.get(sector.pk, 0),
            lost={unit: amount for unit, amount in sorted(lost[sector.pk].items()) if amount},
            share=sum(shares[sector.pk]) / len(shares[sector.pk]) if shares[sector.pk] else None,
        )
        for sector in Sector.objects.all()
        if sector.pk in machines or sector.pk in lost
    ]


@dataclass(frozen=True, slots=True)
class Week:
    """Reports that came in a week: hours until somebody dealt with them, days until the machine ran (medians)."""

    monday: date
    reports: int
    dealt_with: int
    hours_to_triage: float | None
    repaired: int
    days_to_repair: float | None


def times(user: User) -> list[Week]:
    since = now() - WEEKS_BACK * WEEK
    rows = BreakdownReport.objects.coordinated_by(user).filter(received_at__gte=since, same_as=None)
    came = {
        str(key): (received, closed) for key, received, closed in rows.values_list("pk", "received_at", "closed_at")
    }
    first_dealt = _first_moves(since)
    of_week: dict[date, list[str]] = defaultdict(list)
    for key, (received, _closed) in came.items():
        of_week[monday_of(localdate(received))].append(key)
    first = monday_of(localdate(since))
    return [_week(first + n * WEEK, of_week, came, first_dealt) for n in range(WEEKS_BACK + 1)]


def _first_moves(since: datetime) -> dict[str, datetime]:
    """When each report was dealt with for the first time."""
    kinds = [f"breakdownreport.{state}" for state in ReportState if state != ReportState.NEW]
    about = BreakdownReport._meta.label_lower
    moves = AuditEvent.objects.filter(about_type=about, kind__in=kinds, at__gte=since).order_by("-at")
    return dict(moves.values_list("about_id", "at"))


def _week(
    monday: date,
    of_week: Mapping[date, Sequence[str]],
    came: Mapping[str, tuple[datetime, datetime | None]],
    dealt: Mapping[str, datetime],
) -> Week:
    keys = of_week.get(monday, ())
    hours = [(dealt[key] - came[key][0]) / timedelta(hours=1) for key in keys if key in dealt]
    days = [(closed - received) / timedelta(days=1) for received, closed in map(came.__getitem__, keys) if closed]
    return Week(
        monday, len(keys), len(hours), median(hours) if hours else None, len(days), median(days) if days else None
    )


def calls() -> fairness.Standard | None:
    """How evenly people were called in the last year, over the whole nation."""
    counted = fairness.tallies(fairness.since(fairness.YEAR))
    people = Volunteer.objects.can_be_sent().values_list("pk", flat=True)
    return fairness.standard(counted.get(pk, fairness.NOTHING) for pk in people)
