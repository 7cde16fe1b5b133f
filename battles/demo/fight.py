"""Puts one battle into the tables: seats from the demands, agreement, crew with their days, departures."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from battles.demo.plants import hour
from battles.models import (
    Agreement,
    Battle,
    BattleRequest,
    CrewDay,
    Demand,
    Departure,
    Offer,
    RepairRequest,
    Seat,
    UsualDemand,
)
from battles.seating import Work, seats_for
from battles.states import AnsweredBy, DayKind, OfferState
from epo.audit.models import AuditEvent

if TYPE_CHECKING:
    from random import Random

    from django.db.models import Model

    from battles.demo.people import Person
    from battles.demo.roster import Roster, Trip
    from epo.accounts.models import User
    from factories.models import Factory
    from volunteers.models import Trade

VAN, BUS = 8, 32
"""Places, with the driver's."""


@dataclass(slots=True)
class Ledger:
    """What is written at the end, all at once, and what every battle needs to know."""

    rng: Random
    today: date
    roster: Roster
    national: User
    coordinators: dict[int, User]
    usual: dict[int, list[UsualDemand]]
    trades: dict[str, Trade]
    crew_days: list[CrewDay] = field(default_factory=list)
    events: list[tuple[AuditEvent, datetime]] = field(default_factory=list)

    def coordinator_of(self, factory: Factory) -> User:
        return self.coordinators[factory.municipality.state.region_id]

    def moved(self, row: Model, at: datetime, *, was: str, now: str, by: User | None) -> None:
        self.told(row, f"{row._meta.model_name}.{now}", at, by=by, was=was)

    def told(self, row: Model, kind: str, at: datetime, *, by: User | None, **data: str) -> None:
        event = AuditEvent(kind=kind, about_type=row._meta.label_lower, about_id=str(row.pk), by=by, data=data)
        self.events.append((event, at))

    def write(self) -> None:
        """Crew days, and events in the order of their hours."""
        CrewDay.objects.bulk_create(self.crew_days, batch_size=1000)
        self.events.sort(key=lambda pair: pair[1])
        events = AuditEvent.objects.bulk_create([event for event, _at in self.events], batch_size=1000)
        for event, (_same, at) in zip(events, self.events, strict=True):
            event.at = at
        AuditEvent.objects.bulk_update(events, ["at"], batch_size=200)


def first_day_of(battle: Battle) -> date:
    """The earliest, where the date is still open."""
    day = battle.first_day or battle.earliest
    if day is None:
        raise ValueError("every battle of the demonstration has its date or its window")
    return day


def in_charge_of(battle: Battle) -> User:
    if battle.coordinator is None:
        raise ValueError("every battle of the demonstration has its coordinator")
    return battle.coordinator


@dataclass(slots=True)
class Member:
    person: Person
    trip: Trip
    offer: Offer


def demand_for(ledger: Ledger, request: RepairRequest) -> list[Demand]:
    """The usual demands of the machine's kind, as a request gets them when it is opened."""
    usual = ledger.usual.get(request.machine.kind_id, []) if request.machine else []
    return [
        Demand(request=request, trade_id=one.trade_id, level=one.level, people=one.people, days=one.days)
        for one in usual
    ]


def seat_rows(battle: Battle, demands: Iterable[Demand]) -> list[Seat]:
    works = [Work(one.request_id, one.trade_id, one.level, one.people, one.days) for one in demands]
    return [
        Seat(battle=battle, trade_id=trade, level=level, last_offset=battle.days - 1)
        for (trade, level), people in sorted(seats_for(works, days=battle.days).items())
        for _one in range(people)
    ]


def take_up(
    battle: Battle, requests: Iterable[RepairRequest], *, is_active: bool, found: frozenset[int] = frozenset()
) -> list[BattleRequest]:
    links = [
        BattleRequest(battle=battle, request=one, is_active=is_active, found_on_site=one.pk in found)
        for one in requests
    ]
    return BattleRequest.objects.bulk_create(links)


def agree(battle: Battle, *, days_before: int, by: User, may_publish: bool = True) -> Agreement:
    on = first_day_of(battle) - timedelta(days=days_before)
    return Agreement.objects.create(
        battle=battle,
        agreed_on=on,
        management="Gerencia de planta",
        council="Consejo Productivo de Trabajadoras y Trabajadores",
        council_on=on - timedelta(days=2),
        army="Coordinación de la región",
        sleeping=battle.sleeping,
        food=battle.food,
        materials="Electrodos, oxígeno y lo que haya en el almacén",
        isolates="Jefatura de mantenimiento, con candado y etiqueta",
        may_publish=may_publish,
        recorded_at=hour(on, 16),
        recorded_by=by,
    )


def crew(
    ledger: Ledger,
    battle: Battle,
    seats: list[Seat],
    *,
    near: tuple[str, ...] = (),
    prefer: tuple[Person, ...] = (),
    skip: Collection[int] = (),
) -> list[Member]:
    """A person for every seat, not stored yet; nobody of `skip`."""
    members: list[Member] = []
    skip = set(skip)
    for seat in sorted(seats, key=lambda one: -one.level):
        person, trip = _preferred(ledger, battle, seat, prefer, skip) or ledger.roster.find(
            battle.factory, seat.trade_id, seat.level, *_days(battle, seat), skip=skip, near=near
        )
        skip.add(person.volunteer.pk)
        ledger.roster.give(person, trip)
        members.append(Member(person, trip, _offer(battle, seat, person, trip)))
    return members


def _preferred(
    ledger: Ledger, battle: Battle, seat: Seat, prefer: tuple[Person, ...], skip: set[int]
) -> tuple[Person, Trip] | None:
    for person in prefer:
        fits = any(q.trade_id == seat.trade_id and q.level >= seat.level for q in person.qualifications)
        if fits and person.volunteer.pk not in skip:
            return person, ledger.roster.trip(person, battle.factory, *_days(battle, seat))
    return None


def _days(battle: Battle, seat: Seat) -> tuple[date, date]:
    first = first_day_of(battle)
    return first + timedelta(seat.first_offset), first + timedelta(seat.last_offset)


def _offer(battle: Battle, seat: Seat, person: Person, trip: Trip) -> Offer:
    return Offer(
        battle=battle,
        volunteer=person.volunteer,
        trade_id=seat.trade_id,
        level=seat.level,
        first_offset=seat.first_offset,
        last_offset=seat.last_offset,
        seat_kind=seat.kind,
        seat=seat,
        km=round(trip.km, 1),
        travels=trip.travels,
        reasons={"km": round(trip.km), "load": 0, "over": _over(person, seat)},
    )


def _over(person: Person, seat: Seat) -> int:
    level = next(q.level for q in person.qualifications if q.trade_id == seat.trade_id)
    return level - seat.level


def ask(offer: Offer, *, at: datetime, by: User) -> None:
    offer.created_at = at - timedelta(hours=3)
    offer.asked_at, offer.asked_by = at, by
    offer.deadline = at + timedelta(hours=offer.battle.offer_hours)
    offer.state, offer.version = OfferState.ASKED, 2
    offer.seat = None


def accept(ledger: Ledger, offer: Offer, seat: Seat, *, at: datetime) -> None:
    offer.seat, offer.state, offer.version = seat, OfferState.ACCEPTED, 3
    offer.answered_at = at
    offer.answered_by = ledger.rng.choices([AnsweredBy.LINK, AnsweredBy.PHONE, AnsweredBy.PAGE], [6, 3, 1])[0]


def store(ledger: Ledger, members: list[Member]) -> None:
    """Offers, the days that were given with them, and how each came to its state."""
    Offer.objects.bulk_create(member.offer for member in members)
    for member in members:
        if member.offer.seat is not None:
            ledger.crew_days.extend(_days_of(member))
        for was, now, at in _way_of(member.offer):
            by = member.offer.asked_by if now == OfferState.ASKED else None
            ledger.moved(member.offer, at, was=was, now=now, by=by)


def _way_of(offer: Offer) -> Iterator[tuple[str, str, datetime]]:
    """The moves that led to its state, with their hours."""
    was: str = OfferState.PROPOSED
    hours = (
        (OfferState.ASKED, offer.asked_at),
        (OfferState.ACCEPTED, offer.answered_at if offer.seat else None),
        (OfferState.ON_SITE, offer.arrived_at),
        (OfferState.DONE, offer.home_at),
        (offer.state, offer.ended_at if offer.seat is None else None),
    )
    for now, at in hours:
        if at is not None:
            yield was, str(now), at
            was = str(now)


def _days_of(member: Member) -> Iterator[CrewDay]:
    trip = member.trip
    for day in trip.days:
        kind = DayKind.WORK if trip.first <= day <= trip.last else DayKind.TRAVEL
        yield CrewDay(volunteer=member.person.volunteer, day=day, offer=member.offer, kind=kind)


def depart(battle: Battle, members: list[Member]) -> None:
    """Those of one region leave together, the neighbours of the plant on the morning itself."""
    groups: dict[tuple[int, bool], list[Member]] = {}
    for member in members:
        region = member.person.volunteer.home.state.region_id
        groups.setdefault((region, member.trip.travels), []).append(member)
    for _key, group in sorted(groups.items()):
        home = group[0].person.volunteer.home
        departure = Departure.objects.create(
            battle=battle,
            place=f"Plaza Bolívar de {home.seat}",
            at=hour(group[0].trip.days[0], 5, 30),
            vehicle="Camioneta" if len(group) < VAN else "Autobús",
            places=VAN if len(group) < VAN else BUS,
        )
        for member in group:
            member.offer.departure = departure
