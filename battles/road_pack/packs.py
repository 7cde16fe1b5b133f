"""Battles that somebody said yes to: the plan, the crew, what is repaired, the diary. One pack each."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from battles.crew_phones import calling
from battles.models import Battle, BattleRequest, Departure, DiaryEntry, Offer
from battles.road_pack.machines import machines_of
from battles.road_pack.saying import amount, conditions, day, labelled, moment, offer_facts
from battles.rules.field import recordable_by, why_not_arrive, why_not_home
from battles.states import BATTLE_OPEN, OfferState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from epo.accounts.models import User

MOST_ENTRIES = 30


def packs_of(user: User) -> list[dict[str, Any]]:
    """Until the battle is over or the seat given back."""
    offers = list(_held_by(user))
    battles = [offer.battle_id for offer in offers]
    rows = Battle.objects.filter(pk__in=battles)
    recorded = set(rows.filter(recordable_by(user)).values_list("pk", flat=True))
    called = set(rows.filter(calling(user)).values_list("pk", flat=True))
    crew, departures, diary, links = _crew(battles), _departures(battles), _diary(battles), _links(battles)
    machines = machines_of([offer.battle for offer in offers], links, whole=recorded)
    return [
        {
            "battle": _battle(offer.battle),
            "offer": _offer(offer),
            "may_record": offer.battle_id in recorded,
            "may_call": offer.battle_id in called,
            "departures": [_departure(one) for one in departures[offer.battle_id]],
            "agreement": _agreement(offer.battle),
            "crew": [_member(one, offer) for one in crew[offer.battle_id]],
            "jobs": [_job(link) for link in links[offer.battle_id]],
            "machines": machines[offer.battle_id],
            "diary": [_entry(one) for one in diary[offer.battle_id][:MOST_ENTRIES]],
        }
        for offer in offers
    ]


def _held_by(user: User) -> Iterable[Offer]:
    offers = Offer.objects.made_to(user).filter(
        state__in=[OfferState.ACCEPTED, OfferState.ON_SITE], battle__state__in=BATTLE_OPEN
    )
    return offers.select_related(
        "battle__factory__municipality__state", "battle__responsible", "battle__coordinator", "battle__agreement",
        "trade", "departure",
    ).order_by("battle__first_day", "pk")  # fmt: skip


def _battle(battle: Battle) -> dict[str, Any]:
    plant = battle.factory
    lat, lon = plant.position
    return labelled(battle, "state", "kind") | conditions(battle) | {
        "id": battle.pk, "version": battle.version, "title": battle.title, "plant": plant.name,
        "municipality": str(plant.municipality), "place": plant.place, "lat": lat, "lon": lon,
        "first_day": day(battle.first_day), "last_day": day(battle.last_day),
        "coordinator": str(battle.coordinator or ""), "responsible": str(battle.responsible or ""),
    }  # fmt: skip


def _offer(offer: Offer) -> dict[str, Any]:
    departure = offer.departure
    return offer_facts(offer) | {
        "departure": departure
        and {
            "id": departure.pk, "place": departure.place, "at": moment(departure.at), "vehicle": departure.vehicle,
        },
        "may_arrive": why_not_arrive(offer) is None,
        "may_go_home": why_not_home(offer) is None,
    }  # fmt: skip


def _departure(departure: Departure) -> dict[str, Any]:
    return {
        "id": departure.pk, "place": departure.place, "at": moment(departure.at), "vehicle": departure.vehicle,
        "places": departure.places, "driver": str(departure.driver or ""),
    }  # fmt: skip


def _agreement(battle: Battle) -> dict[str, Any] | None:
    """What the plant gives; who agreed on it stands on its page."""
    agreement = getattr(battle, "agreement", None)
    if agreement is None or agreement.agreed_on is None:
        return None
    given = {name: getattr(agreement, name) for name in ("sleeping", "food", "materials", "isolates")}
    return {"agreed_on": day(agreement.agreed_on)} | given


def _member(member: Offer, own: Offer) -> dict[str, Any]:
    member.battle = own.battle
    return labelled(member, "state") | {
        "offer": member.pk, "version": member.version, "volunteer": member.volunteer_id, "name": member.volunteer.name,
        "trade": str(member.trade), "level": member.level, "home": str(member.volunteer.home),
        "departure": member.departure.place if member.departure else "",
        "first_day": day(member.first_day), "last_day": day(member.last_day), "is_me": member.pk == own.pk,
        "is_responsible": member.volunteer_id == own.battle.responsible_id,
    }  # fmt: skip


def _job(link: BattleRequest) -> dict[str, Any]:
    request = link.request
    return labelled(link, "outcome", "barrier") | labelled(request, "condition", "state") | {
        "request": request.pk, "version": request.version, "title": request.title, "description": request.description,
        "is_active": link.is_active, "found_on_site": link.found_on_site, "machine": request.machine_id,
        "note": link.note,
        "demands": [
            {"trade": str(one.trade), "level": one.level, "people": one.people, "days": one.days}
            for one in request.demands.all()
        ],
        "needs": [
            labelled(need, "kind", "brings", "state")
            | {name: getattr(need, name) for name in ("id", "what", "measures", "quantity", "note")}
            for need in request.needs.all()
        ],
    }  # fmt: skip


def _entry(entry: DiaryEntry) -> dict[str, Any]:
    return {
        "id": entry.pk, "day": day(entry.day), "text": entry.text, "hours": amount(entry.hours),
        "machine": str(entry.machine or ""), "name": str(entry.volunteer or ""),
    }  # fmt: skip


def _crew(battles: Iterable[int]) -> dict[int, list[Offer]]:
    rows = Offer.objects.holding().filter(battle__in=battles)
    rows = rows.select_related("volunteer__home__state", "trade", "departure")
    return _by_battle(rows.order_by("trade__folded", "volunteer__folded", "pk"))


def _departures(battles: Iterable[int]) -> dict[int, list[Departure]]:
    return _by_battle(Departure.objects.filter(battle__in=battles).select_related("driver").order_by("at", "pk"))


def _diary(battles: Iterable[int]) -> dict[int, list[DiaryEntry]]:
    rows = DiaryEntry.objects.filter(battle__in=battles).select_related("machine", "volunteer")
    return _by_battle(rows.order_by("-day", "-pk"))


def _links(battles: Iterable[int]) -> dict[int, list[BattleRequest]]:
    rows = BattleRequest.objects.filter(battle__in=battles).select_related("request__machine__kind")
    rows = rows.prefetch_related("request__demands__trade", "request__needs")
    return _by_battle(rows.order_by("-is_active", "pk"))


def _by_battle(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.battle_id].append(row)
    return found
