"""Pins of coordinators → pins of the matcher. One that cannot be kept is left out of the problem, and told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from battles import matcher
from battles.models import Offer, Pin
from battles.planning.days import day_number
from battles.states import OfferState, PinKind

if TYPE_CHECKING:
    from battles.planning.people import Expiry

NOT_SENDABLE = "not_sendable"
NO_TRADE = "no_trade"
NO_PLACE = "no_place"
START_PASSED = "start_passed"
MOST_TELLING = ("no_battles_left", "too_far", "too_long", "not_free", "level_too_low", NO_TRADE)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A pin that a run could not heed; without a person it is the start.

    `why` is a code of `matcher.why_not`, or one of this module.
    """

    battle: int
    person: int | None
    why: str


def pins_in_force(battles: Collection[int]) -> list[Pin]:
    """Those on which a run still has a say: who was asked, or is on the list by hand, is settled."""
    pins = list(Pin.objects.filter(battle__in=battles).select_related("volunteer", "by"))
    over = settled([pin.battle_id for pin in pins]) if pins else set()
    return [pin for pin in pins if (pin.battle_id, pin.volunteer_id) not in over]


def settled(battles: Collection[int]) -> set[tuple[int, int]]:
    """(battle, volunteer) of everybody who has, or had, an offer that is no mere proposal of a run."""
    offers = Offer.objects.filter(battle__in=battles).exclude(state=OfferState.DROPPED)
    offers = offers.exclude(state=OfferState.PROPOSED, run__isnull=False)
    return set(offers.values_list("battle", "volunteer"))


def pins_for(
    battles: Sequence[matcher.Battle],
    starts: Mapping[int, int],
    people: Collection[matcher.Person],
    expiries: Collection[Expiry],
    rules: matcher.Rules,
    horizon: int,
) -> tuple[tuple[matcher.Pin, ...], tuple[LeftOut, ...]]:
    """Besides what coordinators fixed: who had an offer is not proposed again, nor who loses the trade by then.

    A qualification that runs out keeps its holder out of the whole battle, even where another trade would do.
    """
    keys = [battle.id for battle in battles]
    over, wanted, out = settled(keys), defaultdict(list), _who_loses_a_trade(battles, expiries)
    for battle, person, kind in (
        Pin.objects.filter(battle__in=keys).order_by("at", "pk").values_list("battle", "volunteer", "kind")
    ):
        if kind == PinKind.IN and (battle, person) not in over:
            wanted[battle].append(person)
        elif kind == PinKind.OUT:
            out[battle].add(person)
    for battle, person in over:
        out[battle].add(person)
    pinned = {person for people in wanted.values() for person in people}
    known = {person.id for person in people}
    may_go = {person.id: person for person in people if person.id in pinned} if pinned else {}
    question = matcher.Problem(horizon=horizon, rules=rules)

    pins, left_out = [], []
    for one in battles:
        start = starts.get(one.id)
        if start is not None and not one.earliest <= start <= one.latest:
            left_out.append(LeftOut(one.id, None, START_PASSED))
            start = None
        into, missed = _into(question, one, start, wanted[one.id], may_go, out[one.id])
        left_out += missed
        kept_out = tuple(sorted(out[one.id] & known))
        if into or kept_out or start is not None:
            pins.append(matcher.Pin(battle=one.id, into=into, out=kept_out, start=start))
    return tuple(pins), tuple(left_out)


def _who_loses_a_trade(battles: Iterable[matcher.Battle], expiries: Iterable[Expiry]) -> dict[int, set[int]]:
    by_trade: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for one in expiries:
        by_trade[one.trade].append((day_number(one.until), one.person))
    out: dict[int, set[int]] = defaultdict(set)
    for battle in battles:
        ends = battle.latest + battle.days - 1
        for trade in {line.trade for line in battle.seats}:
            out[battle.id] |= {person for until, person in by_trade.get(trade, ()) if until < ends}
    return out


def _into(
    question: matcher.Problem,
    battle: matcher.Battle,
    start: int | None,
    wanted: Iterable[int],
    may_go: Mapping[int, matcher.Person],
    out: Collection[int],
) -> tuple[tuple[int, ...], list[LeftOut]]:
    into: list[int] = []
    left_out = []
    places = sum(line.people for line in battle.seats)
    for person in wanted:
        if person in out:
            why: str | None = NO_TRADE
        else:
            why = why_not_at_all(question, may_go.get(person), battle, start)
        if why is None and len(into) == places:
            why = NO_PLACE
        if why is None:
            into.append(person)
        else:
            left_out.append(LeftOut(battle.id, person, why))
    return tuple(into), left_out


def why_not_at_all(
    question: matcher.Problem, person: matcher.Person | None, battle: matcher.Battle, start: int | None
) -> str | None:
    """Why there is no line and no start of the battle for this person; None if there is one."""
    if person is None:
        return NOT_SENDABLE
    starts = range(battle.earliest, battle.latest + 1) if start is None else (start,)
    found = set()
    for line in battle.seats:
        for day in starts:
            why = matcher.why_not(question, person, battle, line, day)
            if why is None:
                return None
            found.add(why)
    return next((code for code in MOST_TELLING if code in found), NO_TRADE)
