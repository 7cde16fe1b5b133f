"""The next best is asked by itself, once somebody asked has said no, kept silent or let go."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.db.models import Q

from battles import planning
from battles.actions.offers import ask, propose, tell_coordinators
from battles.models import Battle, Offer, Seat
from battles.rules import offers as rules
from battles.states import BattleState, OfferState, SeatKind
from epo.core.errors import Refused
from volunteers.models import Volunteer

if TYPE_CHECKING:
    from battles.models.battles import Line

FELL_THROUGH = (OfferState.DECLINED, OfferState.EXPIRED, OfferState.RELEASED, OfferState.LEFT)
CALLING = (BattleState.ASKING, BattleState.READY, BattleState.UNDER_WAY)
TRIES = 10


def refill_battle(*, battle_id: int) -> int:
    """Ask as many more people as there are seats that fell through; how many were asked. Safe to repeat.

    Nothing is locked while the next best are looked for; every ask reads seats and person again under the lock.
    """
    battle = (
        Battle.objects.filter(pk=battle_id, state__in=CALLING).select_related("factory__municipality__state").first()
    )
    if battle is None:
        return 0
    return sum(_refill_line(battle, line, places) for line, places in _lines_that_fell_through(battle).items())


def battles_to_refill() -> list[int]:
    """Battles with an empty seat in which an ask came to nothing; `refill_battle` looks whether more is to be done."""
    empty = Seat.objects.empty().exclude(kind=SeatKind.LEARNER).values("battle")
    fell = Offer.objects.filter(state__in=FELL_THROUGH).values("battle")
    split = Seat.objects.empty().exclude(split_from=None).values("battle")
    battles = Battle.objects.filter(state__in=CALLING, pk__in=empty)
    return list(battles.filter(Q(pk__in=fell) | Q(pk__in=split)).order_by("pk").values_list("pk", flat=True))


def _lines_that_fell_through(battle: Battle) -> dict[Line, int]:
    """How many more people may be asked, for each line in which an ask came to nothing or left a rest."""
    empty: Counter[Line] = Counter()
    rests: set[Line] = set()
    for seat in battle.seats.empty().exclude(kind=SeatKind.LEARNER):
        empty[seat.line] += 1
        if seat.split_from_id is not None:
            rests.add(seat.line)
    offers = list(battle.offers.select_related("seat"))
    rests |= {offer.line for offer in offers if offer.state in FELL_THROUGH}
    rests |= {offer.seat.line for offer in offers if offer.state == OfferState.LEFT and offer.seat is not None}
    asked = Counter(offer.line for offer in offers if offer.state == OfferState.ASKED)
    wanted = {line: places * battle.asks_per_seat - asked[line] for line, places in empty.items() if line in rests}
    return {line: places for line, places in wanted.items() if places > 0}


def _refill_line(battle: Battle, line: Line, places: int) -> int:
    """Proposals left over from the run first, then whoever is best now."""
    asked = 0
    for offer in battle.offers.filter(state=OfferState.PROPOSED).for_line(line).order_by("pk")[:TRIES]:
        if asked == places:
            return asked
        try:
            ask(offer=offer, by=None)
            asked += 1
        except Refused as refused:
            if refused.refusal == rules.TOO_LATE_TO_ASK:
                break
    for fit in planning.next_best(battle, line, most=TRIES):
        if asked == places:
            return asked
        asked += _ask_anew(battle, line, fit)
    if asked < places:
        _tell_nobody_left(battle, line)
    return asked


def _ask_anew(battle: Battle, line: Line, fit: planning.Fit) -> bool:
    volunteer = Volunteer.objects.select_related("contact").get(pk=fit.volunteer)
    cost = fit.cost
    over = [{"person": one.volunteer, "why": "needed_elsewhere", "price": one.price} for one in fit.instead_of]
    reasons = {
        "next_best": True,
        "km": round(fit.km),
        "load": cost.load if cost else 0,
        "over": cost.over if cost else 0,
        "price": round(fit.price, 1),
        "passed_over": over,
    }
    try:
        ask(offer=propose(battle=battle, volunteer=volunteer, line=line, by=None, reasons=reasons), by=None)
    except Refused:
        return False
    return True


def _tell_nobody_left(battle: Battle, line: Line) -> None:
    """Once for each state of affairs: told again only when another offer of the line has ended."""
    ended = battle.offers.for_line(line).exclude(ended_at=None, answered_at=None).count()
    name = "-".join(str(part) for part in line)
    tell_coordinators(battle, "line.nobody_left", key=f"line.nobody_left:{battle.pk}:{name}:{ended}", trade=line[0])
