"""The fairness ledger: how often people were asked, went, and how far, against the others of their trade.

Calls and answers count by the day of the call, journeys by the battle's first day. What somebody was asked counts
whatever the trade it was for: it is the person's evening that the telephone takes. The others are everybody of the
trade who can be sent, in the whole nation, also who was never asked.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import ceil
from statistics import median
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.utils.timezone import localdate, make_aware
from django.utils.translation import pgettext_lazy

from battles.models import CrewDay, Offer
from battles.states import HOLDS_SEAT, BattleState, OfferState
from epo.core.clock import today
from volunteers.models import Qualification, Trade, Volunteer

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from django.utils.functional import _StrPromise

YEAR = "year"
PERIODS: Mapping[str, tuple[int | None, _StrPromise]] = {
    YEAR: (365, pgettext_lazy("period", "the last year")),
    "quarter": (90, pgettext_lazy("period", "the last 90 days")),
    "all": (None, pgettext_lazy("period", "from the beginning")),
}
NEVER, FAR = "never", "far"
MOST, LEAST, WENT_MOST, MOST_KM, LAST = "asked", "least", "went", "km", "last"
ENOUGH_PEOPLE = 5
ENOUGH_CALLS = 3
MOST_COLUMNS = 7

SAID_YES = Q(state__in=[*HOLDS_SEAT, OfferState.RELEASED, OfferState.LEFT]) | Q(
    state=OfferState.WITHDRAWN, answered_at__isnull=False
)
BEGAN = Q(battle__state__in=[BattleState.UNDER_WAY, BattleState.CLOSED]) | Q(battle__started_at__isnull=False)
WENT = Q(state__in=[*HOLDS_SEAT, OfferState.LEFT]) & BEGAN


@dataclass(frozen=True, slots=True)
class Tally:
    """What one person was asked and gave. A call still open, or taken back before an answer, is only `asked`."""

    asked: int = 0
    accepted: int = 0
    declined: int = 0
    unanswered: int = 0
    went: int = 0
    km: float = 0.0
    last_asked: date | None = None


NOTHING = Tally()


@dataclass(frozen=True, slots=True)
class Spread:
    """At least half of the people lie between `low` and `high`, which are figures that people really have."""

    low: float
    median: float
    high: float


@dataclass(frozen=True, slots=True)
class Standard:
    """What is usual among the people of a trade, or among all; `calls` says how many people were asked n times.

    `top_share` is the part of all calls that the tenth most called bear; None where nobody was called.
    """

    people: int
    total: int
    asked: Spread
    went: Spread
    km: Spread
    top_share: float | None
    gini: float | None
    calls: Mapping[int, int]

    @property
    def never(self) -> int:
        return self.calls.get(0, 0)

    @property
    def is_telling(self) -> bool:
        """Among fewer people a median would tell what single others did."""
        return self.people >= ENOUGH_PEOPLE

    @property
    def fence(self) -> float:
        """Above the upper quartile by one and a half of the middle half (J. W. Tukey, "Exploratory Data Analysis", 1977)."""
        return self.asked.high + 1.5 * (self.asked.high - self.asked.low)

    def is_far_above(self, asked: int) -> bool:
        return self.is_telling and asked >= ENOUGH_CALLS and asked > self.fence


@dataclass(frozen=True, slots=True)
class Account:
    """One person's line in the ledger; `standard` is None for who has no valid trade."""

    volunteer: Volunteer
    tally: Tally
    days: int
    trade: Trade | None
    standard: Standard | None

    @property
    def is_far_above(self) -> bool:
        return self.standard is not None and self.standard.is_far_above(self.tally.asked)


def since(period: str) -> date | None:
    """The first day that counts; None from the beginning."""
    days = PERIODS[period][0]
    return None if days is None else today() - timedelta(days=days)


def tallies(first: date | None, only: Q | None = None) -> dict[int, Tally]:
    """By volunteer, in one query; who was never asked is not in it. When somebody was last asked knows no period."""
    called, fought = Q(asked_at__isnull=False), Q(battle__first_day__isnull=False)
    if first is not None:
        called = Q(asked_at__gte=make_aware(datetime.combine(first, time.min)))
        fought = Q(battle__first_day__gte=first)
    rows = Offer.objects.sent().order_by()
    if only is not None:
        rows = rows.filter(only)
    counted = rows.values_list("volunteer").annotate(
        calls=Count("pk", filter=called),
        yes=Count("pk", filter=called & SAID_YES),
        no=Count("pk", filter=called & Q(state=OfferState.DECLINED)),
        silent=Count("pk", filter=called & Q(state=OfferState.EXPIRED)),
        journeys=Count("pk", filter=fought & WENT),
        road=Sum("km", filter=fought & WENT),
        last=Max("asked_at"),
    )
    return {
        person: Tally(asked, yes, no, silent, went, 2 * (km or 0.0), localdate(last))
        for person, asked, yes, no, silent, went, km, last in counted
    }


def days_given(people: Collection[int], first: date | None) -> dict[int, int]:
    """Days until today, travel included, given to battles that began."""
    rows = CrewDay.objects.filter(volunteer__in=people, day__lte=today()).order_by()
    if first is not None:
        rows = rows.filter(day__gte=first)
    began = Q(offer__battle__state__in=[BattleState.UNDER_WAY, BattleState.CLOSED])
    rows = rows.filter(began | Q(offer__battle__started_at__isnull=False))
    return dict(rows.values_list("volunteer").annotate(Count("pk")))


def standard(of: Iterable[Tally]) -> Standard | None:
    """None where there is nobody."""
    people = list(of)
    if not people:
        return None
    asked = sorted(tally.asked for tally in people)
    return Standard(
        people=len(people),
        total=sum(asked),
        asked=_spread(asked),
        went=_spread(sorted(tally.went for tally in people)),
        km=_spread(sorted(tally.km for tally in people)),
        top_share=top_share(asked),
        gini=gini(asked),
        calls=Counter(asked),
    )


def _spread(ordered: Sequence[float]) -> Spread:
    last = len(ordered) - 1
    return Spread(ordered[last // 4], median(ordered), ordered[ceil(last * 3 / 4)])


def top_share(ordered: Sequence[int]) -> float | None:
    total = sum(ordered)
    return sum(ordered[-ceil(len(ordered) / 10) :]) / total if total else None


def gini(ordered: Sequence[int]) -> float | None:
    """0: all were asked alike; towards 1: one person bears everything.

    C. Gini, "Variabilità e mutabilità" (1912), worked out from the ordered figures.
    """
    total, people = sum(ordered), len(ordered)
    if not total:
        return None
    ranked = sum(rank * asked for rank, asked in enumerate(ordered, start=1))
    return 2 * ranked / (people * total) - (people + 1) / people


class Ledger:
    """The whole nation's: two queries, whatever the number of people."""

    def __init__(self, first: date | None) -> None:
        self.first = first
        self.tallies = tallies(first)
        known = list(_known().order_by("level", "-trade_id").values_list("volunteer", "trade"))
        self.main_trades = dict(known)
        by_trade = defaultdict(list)
        for person, trade in known:
            by_trade[trade].append(self.tally(person))
        self.standards = {trade: found for trade, them in by_trade.items() if (found := standard(them))}
        self.overall = standard(self.tally(person) for person in self.main_trades)

    def tally(self, person: int) -> Tally:
        return self.tallies.get(person, NOTHING)

    def standard_of(self, person: int, trade: int | None = None) -> Standard | None:
        """By `trade`, or by the one that they know best."""
        return self.standards.get(trade or self.main_trades.get(person, 0))

    def is_far_above(self, person: int, trade: int | None = None) -> bool:
        found = self.standard_of(person, trade)
        return found is not None and found.is_far_above(self.tally(person).asked)

    def listed(self, people: Sequence[int], order: str, who: str = "", trade: int | None = None) -> list[int]:
        """The keys that `who` leaves, in that order; equals stay as they came."""
        if who == NEVER:
            people = [person for person in people if not self.tally(person).asked]
        elif who == FAR:
            people = [person for person in people if self.is_far_above(person, trade)]
        return sorted(people, key=lambda person: ORDERS[order](self.tally(person)))

    def accounts(self, people: Sequence[Volunteer], trade: Trade | None = None) -> list[Account]:
        days = days_given([one.pk for one in people], self.first)
        trades = Trade.objects.in_bulk({self.main_trades.get(one.pk, 0) for one in people}) if trade is None else {}
        return [
            Account(
                one,
                self.tally(one.pk),
                days.get(one.pk, 0),
                trade or trades.get(self.main_trades.get(one.pk, 0)),
                self.standard_of(one.pk, trade.pk if trade else None),
            )
            for one in people
        ]


ORDERS: Mapping[str, Callable[[Tally], Any]] = {
    MOST: lambda tally: (-tally.asked, -tally.went),
    LEAST: lambda tally: (tally.asked, tally.last_asked or date.min),
    WENT_MOST: lambda tally: (-tally.went, -tally.asked),
    MOST_KM: lambda tally: (-tally.km, -tally.went),
    LAST: lambda tally: (tally.last_asked or date.min, tally.asked),
}


def _known() -> QuerySet[Qualification, Any]:
    """Valid trades of everybody who can be sent."""
    return Qualification.objects.valid_on(today()).filter(volunteer__in=Volunteer.objects.can_be_sent())


def account_of(volunteer: Volunteer, period: str = YEAR) -> Account:
    """One person's line alone, read without the rest of the nation."""
    first = since(period)
    valid = volunteer.qualifications.valid_on(today()).select_related("trade")
    best = valid.order_by("-level", "trade_id").first()
    members = list(_known().filter(trade=best.trade_id).values_list("volunteer", flat=True)) if best else []
    others = _known().filter(trade=best.trade_id).values("volunteer") if best else []
    counted = tallies(first, Q(volunteer=volunteer.pk) | Q(volunteer__in=others))
    return Account(
        volunteer,
        counted.get(volunteer.pk, NOTHING),
        days_given([volunteer.pk], first).get(volunteer.pk, 0),
        best.trade if best else None,
        standard(counted.get(person, NOTHING) for person in members),
    )


def columns(usual: Standard) -> list[tuple[int, int, int]]:
    """For a picture: from, to, people. Who was not asked stands alone, then columns of equal width.

    Who was asked beyond the fence shares the last one, so that a single person does not flatten all others.
    """
    most = max(usual.calls)
    edge = min(most, max(int(usual.fence), MOST_COLUMNS))
    width = max(1, ceil(edge / MOST_COLUMNS))
    spans = [(0, 0)] + [(low, low + width - 1) for low in range(1, edge + 1, width)]
    if most > spans[-1][1]:
        spans.append((spans[-1][1] + 1, most))
    return [(low, high, sum(n for asked, n in usual.calls.items() if low <= asked <= high)) for low, high in spans]


def in_order(keys: Sequence[int]) -> list[Volunteer]:
    found = Volunteer.objects.select_related("home__state").in_bulk(keys)
    return [found[key] for key in keys if key in found]
