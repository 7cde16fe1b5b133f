"""Who is proposed, asked and no longer asked. Answers stand in `answers`, the next best in `refill`.

Locks: the battle first, then the volunteer. Whoever changes an offer or a seat holds the battle's row. Keys never
change, so a lock does not keep others from naming the row in a new one (`no_key`): a run that has just proposed
somebody would else wait for the battle of an answer that waits for that person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.timezone import now

from battles import planning
from battles.models import Battle, CrewDay, Offer
from battles.rules import offers as rules
from battles.states import BATTLE_MOVES, OFFER_MOVES, BattleState, OfferState, SeatKind
from epo.accounts.models import coordinators_of
from epo.audit.actions import move, move_all, record
from epo.core.clock import today
from epo.core.errors import Refused, refuse_if
from epo.notifications.actions import Wanted, notify_all, queue_notices
from volunteers.models import Volunteer

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from battles.models import MatchingRun
    from battles.models.battles import Line
    from epo.accounts.models import User


def lock_battle(pk: int) -> Battle:
    """The battle, as it is now, until the transaction ends."""
    rows = Battle.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("factory__municipality__state").get(pk=pk)


def lock_battles(keys: Iterable[int]) -> list[Battle]:
    """Many at once, in the order of their keys."""
    rows = Battle.objects.select_for_update(of=("self",), no_key=True)
    return list(rows.select_related("factory__municipality__state").filter(pk__in=list(keys)).order_by("pk"))


def lock_offer(offer: Offer) -> tuple[Battle, Offer]:
    """Battle locked, then volunteer locked, then the offer re-read."""
    battle = lock_battle(offer.battle_id)
    volunteer = Volunteer.objects.select_for_update(of=("self",), no_key=True)
    fresh = battle.offers.select_for_update(of=("self",), no_key=True).get(pk=offer.pk)
    fresh.battle = battle
    fresh.volunteer = volunteer.select_related("contact", "home__state").get(pk=offer.volunteer_id)
    return battle, fresh


def lock_asked(keys: Sequence[int]) -> list[Offer]:
    """Those of the offers of one volunteer that are still asked: their battles locked in order, then the volunteer."""
    lock_battles(Offer.objects.filter(pk__in=keys).values_list("battle_id", flat=True))
    _lock_volunteers(Offer.objects.filter(pk__in=keys).values("volunteer"))
    asked = Offer.objects.asked().filter(pk__in=keys).select_for_update(of=("self",), no_key=True)
    return list(asked.select_related("volunteer__contact", "battle").order_by("pk"))


@transaction.atomic
def propose(
    *, battle: Battle, volunteer: Volunteer, line: Line, by: User | None, run: MatchingRun | None = None,
    reasons: dict[str, Any] | None = None,
) -> Offer:  # fmt: skip
    """Put somebody on the list for a line; nobody is told yet. Found by hand or by a run, the same rules hold."""
    battle = lock_battle(battle.pk)
    refuse_if(rules.why_not_propose(battle, volunteer, line))
    fit = planning.fit(battle, volunteer, line)
    refuse_if(rules.NOT_ELIGIBLE[fit.why_not] if fit.why_not else None)
    try:
        with transaction.atomic():
            offer = Offer.objects.create(
                battle=battle, volunteer=volunteer, trade_id=line[0], level=line[1], first_offset=line[2],
                last_offset=line[3], seat_kind=line[4], km=fit.km, travels=fit.travels, run=run, reasons=reasons or {},
            )  # fmt: skip
    except IntegrityError:
        raise Refused(rules.ALREADY_ASKED) from None
    record("offer.proposed", offer, by=by, battle=battle.pk)
    return offer


@transaction.atomic
def drop(*, offer: Offer, by: User | None) -> Offer:
    battle, offer = lock_offer(offer)
    refuse_if(None if offer.state == OfferState.PROPOSED else rules.NOT_A_PROPOSAL)
    move(offer, OfferState.DROPPED, OFFER_MOVES, by=by, battle=battle.pk)
    return offer


@transaction.atomic
def swap(*, offer: Offer, volunteer: Volunteer, by: User | None) -> Offer:
    """Somebody else for the same line, as one step."""
    drop(offer=offer, by=by)
    return propose(battle=offer.battle, volunteer=volunteer, line=offer.line, by=by, reasons={"by_hand": True})


@transaction.atomic
def ask(*, offer: Offer, by: User | None) -> Offer:
    """Send the offer, if the seat is still free and the person still eligible; both are read again here."""
    battle, offer = lock_offer(offer)
    refuse_if(rules.why_not_ask(offer, battle))
    fit = planning.fit(battle, offer.volunteer, offer.line)
    refuse_if(rules.NOT_ELIGIBLE[fit.why_not] if fit.why_not else None)
    offer.km, offer.travels = fit.km, fit.travels
    offer.asked_at, offer.asked_by = now(), by
    offer.deadline = min(offer.asked_at + timedelta(hours=battle.offer_hours), rules.latest_answer(offer, battle))
    also = ("km", "travels", "asked_at", "asked_by", "deadline")
    move(offer, OfferState.ASKED, OFFER_MOVES, by=by, also=also, battle=battle.pk)
    tell(offer, "offer.asked")
    return offer


def ask_all(*, battle: Battle, by: User) -> tuple[list[Offer], list[tuple[Offer, Refused]]]:
    """Send every proposal of a battle, each on its own; returns those sent, and those refused with the reason.

    Proposals beyond the empty seats are no failure: they wait as the next best and are not among the refused. Nor are
    those that somebody else has sent or dropped in the same moment.
    """
    sent, refused = [], []
    proposals = battle.offers.filter(state=OfferState.PROPOSED).select_related("volunteer", "trade").order_by("pk")
    for offer in proposals:
        try:
            sent.append(ask(offer=offer, by=by))
        except Refused as why:
            if why.refusal not in (rules.ENOUGH_ASKED, rules.NO_EMPTY_SEAT, rules.NOT_A_PROPOSAL):
                refused.append((offer, why))
    return sent, refused


@transaction.atomic
def withdraw(*, offer: Offer, by: User | None, reason: str = "") -> Offer:
    """An open ask is taken back with thanks."""
    battle, offer = lock_offer(offer)
    if offer.state == OfferState.WITHDRAWN:
        return offer
    refuse_if(None if offer.state == OfferState.ASKED else rules.why_answered(offer) or rules.EXPIRED)
    end(offer, OfferState.WITHDRAWN, by=by, reason=reason)
    settle(battle=battle, by=by)
    return offer


def withdraw_all(*, battle: Battle, by: User | None, reason: str) -> None:
    """For a battle that is called off or goes back to draft. The caller holds the battle's lock."""
    ends = {
        OfferState.PROPOSED: OfferState.DROPPED,
        OfferState.ASKED: OfferState.WITHDRAWN,
        OfferState.ACCEPTED: OfferState.WITHDRAWN,
        OfferState.ON_SITE: OfferState.LEFT,
    }
    live = battle.offers.live().select_related("volunteer__contact", "battle").order_by("volunteer_id")
    _lock_volunteers(live.values("volunteer"))
    groups: dict[OfferState, list[Offer]] = {}
    for offer in live:
        groups.setdefault(ends[OfferState(offer.state)], []).append(offer)
    for to, offers in groups.items():
        end_all(offers, to, by=by, reason=reason)


def _lock_volunteers(keys: QuerySet[Any]) -> None:
    """In the order of their keys, against deadlock. Read as a list: `count` would drop the lock from the query."""
    list(Volunteer.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk").values_list("pk"))


def end(offer: Offer, to: OfferState, *, by: User | None, reason: str = "") -> None:
    end_all([offer], to, by=by, reason=reason)


def end_all(offers: Sequence[Offer], to: OfferState, *, by: User | None, reason: str = "") -> None:
    """End offers and give their days from today on back. The caller holds the locks, and settles afterwards."""
    told = [offer for offer in offers if offer.state != OfferState.PROPOSED]
    also = {"ended_at": now(), "end_reason": reason[:200]}
    move_all(offers, to, OFFER_MOVES, by=by, also=also, data=lambda offer: {"battle": offer.battle_id})
    free_days_of(*offers)
    tell_all(told, f"offer.{to}")


def free_days_of(*offers: Offer) -> None:
    """Days already given stay; those from today on are the person's own again. Only who held a seat gave any."""
    if held := [offer for offer in offers if offer.seat_id is not None]:
        CrewDay.objects.filter(offer__in=held, day__gte=today()).delete()


def settle(*, battle: Battle, by: User | None) -> None:
    """After any change of seats or holders: open asks for full lines go back with thanks; ready or not is set.

    The caller holds the battle's lock.
    """
    empty = Counter(seat.line for seat in battle.seats.empty())
    _withdraw_from_full_lines(battle, empty, by)
    is_complete = not any(count for line, count in empty.items() if line[4] == SeatKind.REQUIRED)
    has_seats = battle.seats.filter(kind=SeatKind.REQUIRED).exists()
    if battle.state == BattleState.ASKING and is_complete and has_seats:
        move(battle, BattleState.READY, BATTLE_MOVES, by=by)
        tell_coordinators(battle, "battle.ready", key=f"battle.ready:{battle.pk}:{battle.version}")
    elif battle.state == BattleState.READY and not is_complete:
        move(battle, BattleState.ASKING, BATTLE_MOVES, by=by)


def _withdraw_from_full_lines(battle: Battle, empty: Counter[Line], by: User | None) -> None:
    asked = battle.offers.asked().select_related("volunteer__contact", "battle")
    end_all([offer for offer in asked if not empty[offer.line]], OfferState.WITHDRAWN, by=by, reason="full")


def tell(offer: Offer, kind: str) -> None:
    tell_all([offer], kind)


def tell_all(offers: Iterable[Offer], kind: str) -> None:
    """One notice for each step of an offer; the key keeps a repeated step silent."""
    queue_notices(
        Wanted(
            contact=offer.volunteer.contact,
            kind=kind,
            key=key_of_notice(offer, kind),
            is_urgent=leaves_within_a_day(offer),
            ids={"offer": offer},
        )
        for offer in offers
    )


def key_of_notice(offer: Offer, kind: str) -> str:
    return f"{kind}:{offer.pk}:{offer.version}"


def leaves_within_a_day(offer: Offer) -> bool:
    leaves = offer.leaves_on
    return leaves is not None and leaves <= today() + timedelta(days=1)


def tell_coordinators(battle: Battle, kind: str, *, key: str, **ids: Any) -> None:
    """The one in charge, or everybody of the region where nobody is."""
    region = battle.factory.municipality.state.region_id
    users = [battle.coordinator] if battle.coordinator else coordinators_of(region)
    notify_all(users=users, kind=kind, key=key, battle=battle, **ids)
