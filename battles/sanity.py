"""What must always hold of battles, offers and the days of people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Q
from django.utils.timezone import localdate, now
from django.utils.translation import gettext_lazy as _

from battles.models import Battle, BattleRequest, CrewDay, MatchingRun, Offer, RepairRequest, Seat
from battles.states import (
    BATTLE_MOVES,
    HOLDS_SEAT,
    LIVE_OFFER,
    OFFER_MOVES,
    REQUEST_MOVES,
    RUN_MOVES,
    BattleState,
    OfferState,
)
from epo.core.clock import today
from epo.upkeep.sanity import Broken, name_of, register, register_moves, rows_of
from epo.work.models import FRESH, Watch
from epo.work.outages import GRACE

ENDED = (OfferState.WITHDRAWN, OfferState.RELEASED, OfferState.LEFT)
GOING = (OfferState.ACCEPTED, OfferState.ON_SITE)
LATE = timedelta(minutes=30)


def days_are_given_once() -> Iterable[Broken]:
    twice = (
        CrewDay.objects.values("volunteer", "day").annotate(n=Count("pk")).filter(n__gt=1).order_by("volunteer", "day")
    )
    for row in twice:
        yield Broken(f"volunteers.volunteer {row['volunteer']}", f"{row['day']} is given {row['n']} times")


def days_belong_to_the_offer() -> Iterable[Broken]:
    yield from rows_of(CrewDay.objects.exclude(volunteer=F("offer__volunteer")), "is another person's than its offer")
    unanswered = CrewDay.objects.exclude(offer__state__in=[*HOLDS_SEAT, *ENDED])
    yield from rows_of(unanswered, "belongs to an offer that was never accepted")


def ended_offers_give_days_back() -> Iterable[Broken]:
    kept = CrewDay.objects.filter(
        offer__state__in=ENDED, offer__ended_at__isnull=False, day__gte=F("offer__ended_at__date")
    )
    for pk, day, ended in kept.values_list("pk", "day", "offer__ended_at"):
        if day >= localdate(ended):
            yield Broken(name_of(CrewDay, pk), f"{day} is kept by an offer that ended on {localdate(ended)}")


def a_yes_has_its_days() -> Iterable[Broken]:
    """From today on: what lies behind may have been corrected by hand."""
    given: dict[int, set[date]] = defaultdict(set)
    for offer, day in CrewDay.objects.filter(offer__state__in=GOING).values_list("offer", "day"):
        given[offer].add(day)
    for one in Offer.objects.filter(state__in=GOING).select_related("battle"):
        if one.leaves_on is None or one.back_on is None:
            yield Broken(name_of(Offer, one.pk), "is accepted for a battle without dates")
            continue
        stay = {one.leaves_on + timedelta(days=n) for n in range((one.back_on - one.leaves_on).days + 1)}
        if missing := sorted(day for day in stay - given[one.pk] if day >= today()):
            yield Broken(name_of(Offer, one.pk), f"is accepted, and {missing[0]} is not given")
        if beyond := sorted(given[one.pk] - stay):
            yield Broken(name_of(Offer, one.pk), f"has {beyond[0]}, which is not among its days")


def seats_have_one_holder() -> Iterable[Broken]:
    held = Seat.objects.annotate(n=Count("offers", filter=Q(offers__state__in=HOLDS_SEAT)))
    yield from rows_of(held.filter(n__gt=1), "has more than one holder")


def holders_have_a_seat_of_their_battle() -> Iterable[Broken]:
    holding = Offer.objects.filter(state__in=HOLDS_SEAT)
    yield from rows_of(holding.filter(seat=None), "holds no seat")
    yield from rows_of(holding.exclude(seat=None).exclude(seat__battle=F("battle")), "holds a seat of another battle")
    yield from rows_of(holding.exclude(seat=None).exclude(seat__trade=F("trade")), "holds a seat of another trade")


def one_live_offer_each() -> Iterable[Broken]:
    live = Offer.objects.filter(state__in=LIVE_OFFER).values("battle", "volunteer")
    for row in live.annotate(n=Count("pk")).filter(n__gt=1).order_by("battle", "volunteer"):
        yield Broken(f"battles.battle {row['battle']}", f"asks volunteer {row['volunteer']} {row['n']} times at once")


def split_seats_stay_in_the_battle() -> Iterable[Broken]:
    strayed = Seat.objects.exclude(split_from=None).exclude(split_from__battle=F("battle"))
    yield from rows_of(strayed, "was split from a seat of another battle")


def requests_are_in_one_battle() -> Iterable[Broken]:
    active = BattleRequest.objects.filter(is_active=True).values("request").annotate(n=Count("pk")).filter(n__gt=1)
    for row in active.order_by("request"):
        yield Broken(f"battles.repairrequest {row['request']}", f"is being worked on by {row['n']} battles")


def nobody_goes_to_a_battle_that_is_over() -> Iterable[Broken]:
    over = Q(battle__state__in=[BattleState.CLOSED, BattleState.CALLED_OFF])
    yield from rows_of(
        Offer.objects.filter(over, state__in=[OfferState.PROPOSED, OfferState.ASKED]), "asks for a battle that is over"
    )
    off = Offer.objects.filter(battle__state=BattleState.CALLED_OFF, state__in=GOING)
    yield from rows_of(off, "is accepted for a battle that was called off")


def answers_say_when_and_how() -> Iterable[Broken]:
    answered = Offer.objects.filter(state__in=[*GOING, OfferState.DONE, OfferState.DECLINED])
    yield from rows_of(
        answered.filter(Q(answered_at=None) | Q(answered_by="")), "was answered, and nobody knows when or how"
    )


def nothing_expires_early() -> Iterable[Broken]:
    """The deadline is checked when the answer arrives."""
    yield from rows_of(
        Offer.objects.filter(state=OfferState.EXPIRED, deadline__gt=now()), "expired before its deadline"
    )


def deadlines_are_minded() -> Iterable[Broken]:
    """While beat lives and no outage has just ended, nobody is waited for long after the deadline."""
    watch = Watch.objects.first()
    if watch is None or watch.seen_at < now() - 4 * FRESH:
        return
    if watch.resumed_at and now() < watch.resumed_at + GRACE + LATE:
        return
    yield from rows_of(
        Offer.objects.filter(state=OfferState.ASKED, deadline__lt=now() - LATE), "is asked long after its deadline"
    )


def register_all() -> None:
    register(2, "days_are_given_once", _("A day of a person is given once"), days_are_given_once)
    register(2, "days_belong_to_the_offer", _("Days given belong to who said yes"), days_belong_to_the_offer)
    register(2, "ended_offers_give_days_back", _("Who does not go has the days back"), ended_offers_give_days_back)
    register(2, "a_yes_has_its_days", _("A yes has all its days"), a_yes_has_its_days)
    register(3, "seats_have_one_holder", _("A seat has one holder"), seats_have_one_holder)
    register(3, "holders_have_a_seat", _("Who goes holds a seat of that battle"), holders_have_a_seat_of_their_battle)
    register(3, "one_live_offer_each", _("Nobody is asked twice at once for a battle"), one_live_offer_each)
    register(3, "split_seats_stay", _("Seats that were split stay in their battle"), split_seats_stay_in_the_battle)
    register(3, "requests_are_in_one_battle", _("A request is worked on by one battle"), requests_are_in_one_battle)
    register(
        4,
        "no_calls_to_what_is_over",
        _("Nobody is called to a battle that is over"),
        nobody_goes_to_a_battle_that_is_over,
    )
    for model, moves in _moves():
        register_moves(model, moves)
    register(7, "answers_say_when_and_how", _("Every answer says when and how it came"), answers_say_when_and_how)
    register(7, "nothing_expires_early", _("Nothing expires before its deadline"), nothing_expires_early)
    register(11, "deadlines_are_minded", _("Deadlines are minded after an outage"), deadlines_are_minded)


def _moves() -> list[tuple[Any, Any]]:
    return [(Battle, BATTLE_MOVES), (Offer, OFFER_MOVES), (RepairRequest, REQUEST_MOVES), (MatchingRun, RUN_MOVES)]
