"""Battles as the matcher sees them, and the whole problem of a run."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from battles import matcher
from battles.models import Battle, MatchingRun, MatchingSettings, Offer, Pin, Seat
from battles.planning.days import HORIZON, LONGEST, date_of, day_number, less
from battles.planning.keeping import keeps_for
from battles.planning.people import people_for
from battles.planning.pins import LeftOut, pins_for, why_not_at_all
from battles.states import BattleState, OfferState, SeatKind
from epo.core.memory import no_garbage_collection
from volunteers.models import Trade

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from battles.models.battles import Line

PLANNABLE = (BattleState.DRAFT, BattleState.ASKING, BattleState.READY)


@dataclass(frozen=True, slots=True)
class Planned:
    """A problem, and what its numbers mean: `lines[battle id][line number]`, and the date of its day 0.

    The date is kept because a run may end on another day than it began. `left_out` are pins that cannot be kept.
    """

    problem: matcher.Problem
    lines: dict[int, tuple[Line, ...]]
    day_0: date
    left_out: tuple[LeftOut, ...] = ()

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
    """The empty seats of these battles, less the ones for which an answer is awaited, and everybody who could be of use."""
    with no_garbage_collection():
        return _problem_for(list(battles))


def _problem_for(battles: list[Battle]) -> Planned:
    day_0 = date_of(0)
    empty = dict(seats_to_fill(battles))
    wanted = list(empty)
    horizon = _horizon(wanted)
    settings = MatchingSettings.current()
    rules, weights = rules_and_weights(settings)
    pinned = Pin.objects.filter(battle__in=[battle.pk for battle in wanted]).wanted().values("volunteer")
    people, expiries = people_for(horizon=horizon, rules=rules, asked=_lowest(empty.values()), besides=pinned)
    people = _less_proposed_elsewhere(people, {battle.pk for battle in battles}, rules.rest_days)
    trades = _trade_codes(empty.values())
    asked_for = tuple(_as_matched(battle, lines, trades) for battle, lines in empty.items())
    starts = {battle.pk: number for battle in wanted if (number := _fixed_start(battle)) is not None}
    pins, left_out = pins_for(asked_for, starts, people, expiries, rules, horizon)
    lines = {battle.pk: tuple(counted) for battle, counted in empty.items()}
    keep = keeps_for(lines, {person.id for person in people}, pins, cost=settings.change)
    problem = matcher.Problem(
        horizon=horizon, rules=rules, weights=weights, people=people, battles=asked_for, pins=pins, keep=keep
    )
    return Planned(problem, lines, day_0, left_out)


def seats_to_fill(battles: Iterable[Battle]) -> list[tuple[Battle, Counter[Line]]]:
    """What a run of these battles would plan: those that begin soon enough and have empty places, a line each."""
    in_reach = [battle for battle in battles if _window(battle) is not None]
    empty = lines_to_fill([battle.pk for battle in in_reach])
    return [(battle, empty[battle.pk]) for battle in in_reach if empty[battle.pk]]


def planned_start(battle: Battle) -> date | None:
    """The first day of the battle: as decided, or fixed for the planning, or as the last run that proposed people
    proposes, or the earliest."""
    if battle.first_day is not None:
        return battle.first_day
    window = _window(battle)
    if window is None:
        return battle.earliest
    fixed = _fixed_start(battle)
    if fixed is not None and window[0] <= fixed <= window[1]:
        return battle.pinned_start
    run = MatchingRun.objects.filter(offers__battle=battle).order_by("-pk").first()
    day = _starts_told([run.pk]).get((run.pk, battle.pk)) if run else None
    return day if day and window[0] <= day_number(day) <= window[1] else date_of(window[0])


def places_to_fill(battle: Battle) -> int:
    """How many people a run could propose for it; 0 also while it cannot be planned at all."""
    return sum(lines.total() for _battle, lines in seats_to_fill([battle]))


def why_not_into(battle: Battle, volunteer: int) -> str | None:
    """Why this person cannot be in the battle, whichever place and start; None if they can. Other battles' proposals aside."""
    rules, _weights = rules_and_weights(MatchingSettings.current())
    ((_same, lines),) = seats_to_fill([battle])
    people, expiries = people_for(horizon=LONGEST, rules=rules, only=[volunteer], apart_from=battle.pk)
    asked_for = _as_matched(battle, lines, _trade_codes([lines]))
    ends = asked_for.latest + asked_for.days - 1
    if any(e.trade in {line.trade for line in asked_for.seats} and day_number(e.until) < ends for e in expiries):
        return "no_trade"
    fixed = _fixed_start(battle)
    start = fixed if fixed is not None and asked_for.earliest <= fixed <= asked_for.latest else None
    question = matcher.Problem(horizon=LONGEST, rules=rules)
    return why_not_at_all(question, next(iter(people), None), asked_for, start)


def _fixed_start(battle: Battle) -> int | None:
    """The day that a coordinator fixed, while the battle has no date."""
    return None if battle.first_day or battle.pinned_start is None else day_number(battle.pinned_start)


def _less_proposed_elsewhere(
    people: tuple[matcher.Person, ...], scope: Collection[int], rest: int
) -> tuple[matcher.Person, ...]:
    """A run of a narrower scope takes nobody away from what other runs proposed for battles outside it."""
    taken = proposed_elsewhere(scope, rest)
    return tuple(
        replace(person, free=less(person.free, taken[person.id])) if person.id in taken else person for person in people
    )


def proposed_elsewhere(scope: Collection[int], rest: int) -> dict[int, list[matcher.Span]]:
    """Days of unsent proposals for battles outside the scope, travel and rest included."""
    offers = Offer.objects.filter(state=OfferState.PROPOSED, run__isnull=False, battle__state__in=PLANNABLE)
    offers = offers.exclude(battle__in=scope).select_related("battle")
    told = _starts_told({offer.run_id for offer in offers if offer.run_id and offer.battle.first_day is None})
    taken: dict[int, list[matcher.Span]] = defaultdict(list)
    for offer in offers:
        start = offer.battle.first_day or offer.battle.pinned_start or told.get((offer.run_id, offer.battle_id))
        if start is not None:
            around = rest + offer.travels
            first, last = day_number(start) + offer.first_offset, day_number(start) + offer.last_offset
            taken[offer.volunteer_id].append((first - around, last + around))
    return taken


def _starts_told(runs: Collection[int]) -> dict[tuple[int | None, int], date]:
    """(run, battle) → the start that the run proposed."""
    documents = MatchingRun.objects.filter(pk__in=runs).values_list("pk", "result")
    return {
        (pk, one["battle"]): date.fromisoformat(one["start"])
        for pk, document in documents
        for one in document.get("battles", ())
    }


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


def lines_to_fill(battles: Collection[int]) -> dict[int, Counter[Line]]:
    """Empty places a line; learners' seats are filled by hand."""
    empty: dict[int, Counter[Line]] = defaultdict(Counter)
    seats = Seat.objects.filter(battle__in=battles).empty().exclude(kind=SeatKind.LEARNER).order_by("pk")
    of_seat = ("battle", "trade", "level", "first_offset", "last_offset", "kind")
    for battle, *line in seats.values_list(*of_seat):
        empty[battle][tuple(line)] += 1
    of_offer = ("battle", "trade", "level", "first_offset", "last_offset", "seat_kind")
    for battle, *line in Offer.objects.spoken_for().filter(battle__in=battles).values_list(*of_offer):
        if empty[battle][tuple(line)] > 0:
            empty[battle][tuple(line)] -= 1
    return defaultdict(Counter, {pk: +lines for pk, lines in empty.items()})


def _lowest(empty: Iterable[Counter[Line]]) -> dict[int, int]:
    """The lowest level that any line asks for, by trade."""
    lowest: dict[int, int] = {}
    for trade, level, *_days in (line for lines in empty for line in lines):
        lowest[trade] = min(level, lowest.get(trade, level))
    return lowest


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
