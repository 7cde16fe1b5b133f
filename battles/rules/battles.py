"""Why something may not happen to a battle. Each rule reads; none writes."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from battles.models import Agreement, Battle, BattleRequest, CrewDay, Offer, RepairRequest, Seat
from battles.states import BATTLE_MOVES, BattleKind, BattleState, NeedState, OfferState, RequestState, SeatKind
from epo.core.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from factories.models import Factory
    from volunteers.models import Volunteer

MOST_VISITORS = 4
NEW_DATES = "dates"  # why an offer ended; not for people to read, its notice says it
CAN_BE_TAKEN_UP = (RequestState.OPEN, RequestState.PARTLY_REPAIRED, RequestState.NOT_REPAIRABLE)
BEFORE_IT_BEGINS = (BattleState.DRAFT, BattleState.ASKING, BattleState.READY)

ENDED = Refusal("ended", _("This battle is over: it cannot be changed any more."))
BEGUN = Refusal("begun", _("The battle is already under way."))
OTHER_PLANT = Refusal("other_plant", _("All requests of a battle belong to one plant."))
NOTHING_TO_REPAIR = Refusal("nothing_to_repair", _("Choose at least one request: a repair battle repairs something."))
TAKEN_UP = Refusal("taken_up", _("Another battle has already taken up one of these requests."))
NOT_OPEN = Refusal("request_not_open", _("One of these requests is not open any more."))
NOT_IN_BATTLE = Refusal("not_in_battle", _("This request does not belong to this battle."))
FOLLOWS_OTHER_PLANT = Refusal("follows_other_plant", _("A battle follows one at the same plant."))
NO_WINDOW = Refusal("no_window", _("Give the first day, or the earliest and the latest start."))
BAD_WINDOW = Refusal("bad_window", _("The latest start is before the earliest."))
DAYS_GIVEN = Refusal(
    "days_given",
    _(
        "People have already given days to this battle, so its dates stand. Bring it back to draft first: that releases them."
    ),
)
NO_DATES = Refusal("no_dates", _("It has no first day yet."))
NO_SEATS = Refusal("no_seats", _("It has no seats yet: work them out from the requests, or add them by hand."))
TOO_MANY_VISITORS = Refusal("too_many_visitors", _("A diagnosis visit has at most 4 seats."))
SEATS_BY_HAND = Refusal("seats_by_hand", _("The seats of a diagnosis visit are entered by hand, 1 to 4."))
NO_AGREEMENT = Refusal("no_agreement", _("The agreement is not recorded yet, nor waived."))
NO_DEMANDS = Refusal("no_demands", _("Its requests do not say yet which people they need."))
SEAT_HELD = Refusal("seat_held", _("Somebody holds this seat. Release that person first."))
SEAT_TOO_LONG = Refusal("seat_too_long", _("The seat's days lie outside those of the battle."))
NOT_READY = Refusal("not_ready", _("It is not ready: look at what is missing, or make the missing seats optional."))
NOT_DRAFT = Refusal("not_draft", _("People are already being called."))
NO_REASON = Refusal("no_reason", _("Say why, in a few words."))
NOT_OF_THE_CREW = Refusal("not_of_the_crew", _("Only people of the crew can be chosen here."))
CAR_FULL = Refusal("car_full", _("There are not enough places in this vehicle."))
AGREED_IN_FUTURE = Refusal("agreed_in_future", _("The agreement cannot be dated in the future."))
NOBODY_SIGNED = Refusal(
    "nobody_signed", _("Say who agreed: the management and the workers' council or assembly, with their posts.")
)


def why_not_change(battle: Battle) -> Refusal | None:
    return None if battle.is_open else ENDED


def why_not_before_it_begins(battle: Battle) -> Refusal | None:
    if battle.state == BattleState.UNDER_WAY:
        return BEGUN
    return why_not_change(battle)


def why_not_take_up(
    requests: Iterable[RepairRequest], *, factory: Factory, kind: str, battle: Battle | None = None
) -> Refusal | None:
    """`battle` is the one that takes them up, where it exists already."""
    requests = list(requests)
    if kind == BattleKind.REPAIR and not requests and battle is None:
        return NOTHING_TO_REPAIR
    if any(request.factory_id != factory.pk for request in requests):
        return OTHER_PLANT
    if BattleRequest.objects.filter(request__in=requests, is_active=True).exists():
        return TAKEN_UP
    if any(request.state not in CAN_BE_TAKEN_UP for request in requests):
        return NOT_OPEN
    return None


def why_not_dates(first_day: date | None, earliest: date | None, latest: date | None) -> Refusal | None:
    if (first_day is None or latest is not None) and earliest is None:
        return NO_WINDOW
    if first_day is None and latest is None:
        return NO_WINDOW
    if earliest is not None and latest is not None and latest < earliest:
        return BAD_WINDOW
    return None


def why_not_redate(battle: Battle, **dates: Any) -> Refusal | None:
    """`dates` are those that shall change, to what; without any, whether they may change at all."""
    if refusal := why_not_before_it_begins(battle):
        return refusal
    if CrewDay.objects.filter(offer__battle=battle).exists():
        return DAYS_GIVEN
    first, earliest, latest = (dates.get(name, getattr(battle, name)) for name in ("first_day", "earliest", "latest"))
    if first is None and battle.state != BattleState.DRAFT:
        return NO_DATES
    return why_not_dates(first, earliest, latest) if dates else None


def why_not_leave_out(battle: Battle, request: RepairRequest) -> Refusal | None:
    if refusal := why_not_before_it_begins(battle):
        return refusal
    active = set(battle.battle_requests.filter(is_active=True).values_list("request", flat=True))
    if request.pk not in active:
        return NOT_IN_BATTLE
    if battle.kind == BattleKind.REPAIR and battle.state != BattleState.DRAFT and active == {request.pk}:
        return NOTHING_TO_REPAIR
    return None


def why_not_fill_seats(battle: Battle) -> Refusal | None:
    if refusal := why_not_before_it_begins(battle):
        return refusal
    if battle.kind == BattleKind.DIAGNOSIS:
        return SEATS_BY_HAND
    requests = battle.battle_requests.filter(is_active=True)
    return None if requests.filter(request__demands__isnull=False).exists() else NO_DEMANDS


def why_not_seat(battle: Battle, *, first_offset: int, last_offset: int, people: int = 1) -> Refusal | None:
    if refusal := why_not_change(battle):
        return refusal
    if not 0 <= first_offset <= last_offset < battle.days:
        return SEAT_TOO_LONG
    if battle.kind == BattleKind.DIAGNOSIS and people and battle.seats.count() + people > MOST_VISITORS:
        return TOO_MANY_VISITORS
    return None


def why_not_change_seat(seat: Seat) -> Refusal | None:
    if refusal := why_not_change(seat.battle):
        return refusal
    return SEAT_HELD if seat.offers.holding().exists() else None


def why_not_agree(*, agreed_on: date, management: str, council: str, today: date) -> Refusal | None:
    if agreed_on > today:
        return AGREED_IN_FUTURE
    return None if management and council else NOBODY_SIGNED


def why_not_ask_people(battle: Battle) -> Refusal | None:
    """Why people may not be called to it, agreement and dates first."""
    if battle.state != BattleState.DRAFT:
        return why_not_before_it_begins(battle) or NOT_DRAFT
    missing = why_not_ready(battle, with_empty_seats=False)
    return missing[0] if missing else None


def why_not_draft(battle: Battle, *, reason: str) -> Refusal | None:
    if refusal := why_not_before_it_begins(battle):
        return refusal
    if battle.state == BattleState.DRAFT:
        return Refusal("is_draft", _("It is a draft already."))
    return None if reason else NO_REASON


def why_not_call_off(battle: Battle, *, reason: str) -> Refusal | None:
    if BattleState.CALLED_OFF not in BATTLE_MOVES[BattleState(battle.state)]:
        return ENDED
    return None if reason else NO_REASON


def why_not_begin(battle: Battle) -> Refusal | None:
    if refusal := why_not_before_it_begins(battle):
        return refusal
    return None if battle.state == BattleState.READY else NOT_READY


def why_not_ready(battle: Battle, *, with_empty_seats: bool = True) -> list[Refusal]:
    """All that is missing before the battle is ready, in words, the first to be done first."""
    missing = []
    if battle.first_day is None:
        missing.append(NO_DATES)
    seats = list(battle.seats.select_related("trade"))
    if not seats:
        missing.append(SEATS_BY_HAND if battle.kind == BattleKind.DIAGNOSIS else NO_SEATS)
    if battle.kind == BattleKind.DIAGNOSIS and len(seats) > MOST_VISITORS:
        missing.append(TOO_MANY_VISITORS)
    if battle.kind == BattleKind.REPAIR:
        if not battle.battle_requests.filter(is_active=True).exists():
            missing.append(NOTHING_TO_REPAIR)
        if not Agreement.objects.filter(battle=battle).exists():
            missing.append(NO_AGREEMENT)
    return missing + (_empty_lines(battle, seats) if with_empty_seats else [])


def _empty_lines(battle: Battle, seats: list[Seat]) -> list[Refusal]:
    held = set(Offer.objects.filter(battle=battle).holding().values_list("seat", flat=True))
    empty = Counter(
        (seat.trade.name, seat.level) for seat in seats if seat.kind == SeatKind.REQUIRED and seat.pk not in held
    )
    return [
        Refusal(
            "seat_empty",
            gettext("Missing: %(n)s × %(trade)s, level %(level)s") % {"n": people, "trade": trade, "level": level},
        )
        for (trade, level), people in empty.items()
    ]


def still_to_do(battle: Battle) -> list[Refusal]:
    """What does not keep the crew at home, but should be settled before it leaves."""
    todo = []
    holding = battle.offers.holding()
    if battle.responsible_id is None:
        todo.append(Refusal("no_responsible", _("Nobody is the crew's responsible yet.")))
    agreed = Agreement.objects.filter(battle=battle).first() or Agreement()
    if not (battle.sleeping or agreed.sleeping) or not (battle.food or agreed.food):
        todo.append(Refusal("no_board", _("It is not said where the crew sleeps or who feeds it.")))
    if afoot := holding.filter(state=OfferState.ACCEPTED, departure=None).count():
        todo.append(
            Refusal(
                "no_departure",
                ngettext("%(n)s person has no departure yet.", "%(n)s people have no departure yet.", afoot)
                % {"n": afoot},
            )
        )
    missing = _missing_needs(battle)
    if missing:
        todo.append(
            Refusal(
                "needs_missing",
                ngettext("%(n)s thing is still missing.", "%(n)s things are still missing.", missing) % {"n": missing},
            )
        )
    return todo


def _missing_needs(battle: Battle) -> int:
    return RepairRequest.objects.filter(
        battle_requests__battle=battle, battle_requests__is_active=True, needs__state=NeedState.MISSING
    ).count()


def why_not_travel(offers: Iterable[Offer], *, battle: Battle, places: int, driver: Volunteer | None) -> Refusal | None:
    """Travellers are of the crew, and fit into the vehicle with its driver."""
    offers = list(offers)
    if any(
        offer.battle_id != battle.pk or offer.state not in (OfferState.ACCEPTED, OfferState.ON_SITE) for offer in offers
    ):
        return NOT_OF_THE_CREW
    drives_along = driver is not None and driver.pk not in {offer.volunteer_id for offer in offers}
    return CAR_FULL if len(offers) + drives_along > places else None
