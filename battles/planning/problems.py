"""Battles as the matcher sees them, and the whole problem of a run."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from battles import matcher
from battles.models import Battle, MatchingRun, MatchingSettings, Offer, Seat
from battles.planning.days import HORIZON, LONGEST, date_of, day_number
from battles.planning.people import Expiry, people_for
from battles.states import BattleState, OfferState, SeatKind
from volunteers.models import Trade

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from battles.models.battles import Line

PLANNABLE = (BattleState.DRAFT, BattleState.ASKING, BattleState.READY)


@dataclass(frozen=True, slots=True)
class Planned:
    """A problem, and what its numbers mean: `lines[battle id][line number]`, and the date of its day 0.

    The date is kept because a run may end on another day than it began.
    """

    problem: matcher.Problem
    lines: dict[int, tuple[Line, ...]]
    day_0: date

    def date_of(self, number: int) -> date:
        return self.day_0 + timedelta(days=number)


def rules_and_weights(settings: MatchingSettings) -> tuple[matcher.Rules, matcher.Weights]:
    rules = matcher.Rules(near_km=settings.near_km, rest_days=settings.rest_days, max_battles=settings.max_battles)
    weights = matcher.Weights(
        load=settings.load, over=settings.over, second=settings.second, late=settings.late,
        missing=settings.missing, spare=settings.spare, incomplete=settings.incomplete,
    )  # fmt: skip
    return rules, weights


def battles_to_plan(*, region: int | None = None, only: int | None = None) -> QuerySet[Battle]:
    """Open battles with dates or a window that begin within what the matcher can look ahead."""
    battles = Battle.objects.filter(state__in=PLANNABLE)
    if region is not None:
        battles = battles.filter(factory__municipality__state__region=region)
    if only is not None:
        battles = battles.filter(pk=only)
    return battles.select_related("factory__municipality", "factory__sector", "factory__decision").order_by("pk")


def problem_for(battles: Iterable[Battle]) -> Planned:
    """The empty seats of these battles, less the ones for which an answer is awaited, and everybody who can be sent."""
    day_0 = date_of(0)
    empty = dict(seats_to_fill(battles))
    wanted = list(empty)
    horizon = _horizon(wanted)
    rules, weights = rules_and_weights(MatchingSettings.current())
    people, expiries = people_for(horizon=horizon, rules=rules)
    trades = _trade_codes(empty.values())
    asked_for = tuple(_as_matched(battle, lines, trades) for battle, lines in empty.items())
    pins = _who_stays_out(wanted, asked_for, {person.id for person in people}, expiries)
    problem = matcher.Problem(
        horizon=horizon, rules=rules, weights=weights, people=people, battles=asked_for, pins=pins
    )
    return Planned(problem, {battle.pk: tuple(lines) for battle, lines in empty.items()}, day_0)


def seats_to_fill(battles: Iterable[Battle]) -> list[tuple[Battle, Counter[Line]]]:
    """What a run of these battles would plan: those that begin soon enough and have empty places, a line each."""
    in_reach = [battle for battle in battles if _window(battle) is not None]
    empty = _lines_to_fill([battle.pk for battle in in_reach])
    return [(battle, empty[battle.pk]) for battle in in_reach if empty[battle.pk]]


def planned_start(battle: Battle) -> date | None:
    """The first day of the battle: as decided, or as the last run that proposed people proposes, or the earliest."""
    if battle.first_day is not None:
        return battle.first_day
    window = _window(battle)
    if window is None:
        return battle.earliest
    run = MatchingRun.objects.filter(offers__battle=battle).order_by("-pk").first()
    found = [one["start"] for one in (run.result if run else {}).get("battles", ()) if one["battle"] == battle.pk]
    day = date.fromisoformat(found[0]) if found else None
    return day if day and window[0] <= day_number(day) <= window[1] else date_of(window[0])


def _window(battle: Battle) -> tuple[int, int] | None:
    """First and last day number on which the battle may begin; None while that is not known, or too near or far."""
    if battle.first_day is not None:
        first = last = day_number(battle.first_day)
    elif battle.earliest is not None and battle.latest is not None:
        first, last = max(0, day_number(battle.earliest)), day_number(battle.latest)
    else:
        return None
    return (first, last) if 0 <= first <= last and last + battle.days + 1 <= LONGEST else None


def _horizon(battles: Collection[Battle]) -> int:
    """Eight weeks, or as far as the last battle and its way home reach."""
    ends = [window[1] + battle.days + 1 for battle in battles if (window := _window(battle))]
    return min(LONGEST, max([HORIZON, *ends]))


def _lines_to_fill(battles: Collection[int]) -> dict[int, Counter[Line]]:
    """Empty places a line; learners' seats are filled by hand."""
    empty: dict[int, Counter[Line]] = defaultdict(Counter)
    for seat in Seat.objects.filter(battle__in=battles).empty().exclude(kind=SeatKind.LEARNER).order_by("pk"):
        empty[seat.battle_id][seat.line] += 1
    for offer in Offer.objects.spoken_for().filter(battle__in=battles):
        if empty[offer.battle_id][offer.line] > 0:
            empty[offer.battle_id][offer.line] -= 1
    return defaultdict(Counter, {pk: +lines for pk, lines in empty.items()})


def _trade_codes(empty: Iterable[Counter[Line]]) -> dict[int, str]:
    ids = {line[0] for lines in empty for line in lines}
    return dict(Trade.objects.filter(pk__in=ids).values_list("pk", "code"))


def _as_matched(battle: Battle, lines: Counter[Line], trades: dict[int, str]) -> matcher.Battle:
    window = _window(battle)
    if window is None:
        raise AssertionError("only battles with dates or a window are planned")
    return matcher.Battle(
        id=battle.pk,
        place=battle.factory.position,
        days=battle.days,
        earliest=window[0],
        latest=window[1],
        due=day_number(battle.due) if battle.due else window[1],
        weight=weight_of(battle),
        seats=tuple(
            matcher.SeatLine(
                trade=trades[trade], level=level, people=people, required=kind == SeatKind.REQUIRED,
                first=first, last=min(last, battle.days - 1),
            )
            for (trade, level, first, last, kind), people in lines.items()
        ),
    )  # fmt: skip


def weight_of(battle: Battle) -> int:
    """What the coordinators decided for the plant; the weight of its sector where they have not yet."""
    decision = getattr(battle.factory, "decision", None)
    return decision.weight if decision else battle.factory.sector.weight


def _who_stays_out(
    battles: Collection[Battle],
    matched: Collection[matcher.Battle],
    known: set[int],
    expiries: Collection[Expiry],
) -> tuple[matcher.Pin, ...]:
    """Who already has, or had, an offer for a battle is not proposed for it again; nor who loses the trade by then.

    A qualification that runs out keeps its holder out of the whole battle, even where another trade would do.
    """
    out: dict[int, set[int]] = defaultdict(set)
    offers = Offer.objects.filter(battle__in=[battle.pk for battle in battles])
    offers = offers.exclude(state=OfferState.DROPPED).exclude(state=OfferState.PROPOSED, run__isnull=False)
    for battle_id, person in offers.values_list("battle", "volunteer"):
        out[battle_id].add(person)
    for battle in matched:
        needed = {line.trade for line in battle.seats}
        ends = battle.latest + battle.days - 1
        out[battle.id] |= {e.person for e in expiries if e.trade in needed and day_number(e.until) < ends}
    return tuple(
        matcher.Pin(battle=battle.id, out=tuple(sorted(out[battle.id] & known))) for battle in matched if out[battle.id]
    )
