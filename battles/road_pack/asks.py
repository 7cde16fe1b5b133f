"""Calls that wait for an answer: what their page shows before one says yes. Numbers and trades, no names."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from battles.models import BattleRequest, Offer, Seat
from battles.offer_facts import in_numbers
from battles.reasons import why_you
from battles.road_pack.saying import conditions, labelled, moment, offer_facts
from battles.states import OfferState, SeatKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from battles.models import Battle
    from epo.accounts.models import User


def asks_of(user: User) -> list[dict[str, Any]]:
    rows = Offer.objects.made_to(user).filter(state__in=[OfferState.ASKED, OfferState.EXPIRED])
    rows = rows.select_related("battle__factory__municipality__state", "battle__agreement", "trade")
    offers = [offer for offer in rows.order_by("deadline", "pk") if offer.battle.takes_answers]
    battles = {offer.battle_id for offer in offers}
    seats, held, jobs = _seats(battles), _held(battles), _jobs(battles)
    return [
        {
            "offer": _offer(offer),
            "battle": _battle(offer.battle),
            "jobs": jobs[offer.battle_id],
            "crew": in_numbers(seats[offer.battle_id], held),
        }
        for offer in offers
    ]


def _offer(offer: Offer) -> dict[str, Any]:
    kind = labelled(offer, "seat_kind")
    return offer_facts(offer) | {
        "kind": kind["seat_kind"], "kind_label": kind["seat_kind_label"], "km": offer.km,
        "deadline": moment(offer.deadline), "why": why_you(offer),
    }  # fmt: skip


def _battle(battle: Battle) -> dict[str, Any]:
    return {
        "id": battle.pk, "plant": battle.factory.name, "municipality": str(battle.factory.municipality), "place": "",
        "has_responsible": battle.responsible_id is not None,
    } | conditions(battle)  # fmt: skip


def _seats(battles: Iterable[int]) -> dict[int, list[Seat]]:
    seats: dict[int, list[Seat]] = defaultdict(list)
    for seat in Seat.objects.filter(battle__in=battles).exclude(kind=SeatKind.LEARNER).select_related("trade"):
        seats[seat.battle_id].append(seat)
    return seats


def _held(battles: Iterable[int]) -> set[int | None]:
    return set(Offer.objects.holding().filter(battle__in=battles).values_list("seat", flat=True))


def _jobs(battles: Iterable[int]) -> dict[int, list[str]]:
    jobs: dict[int, list[str]] = defaultdict(list)
    for link in BattleRequest.objects.filter(battle__in=battles, is_active=True).select_related("request"):
        jobs[link.battle_id].append(link.request.title)
    return jobs
