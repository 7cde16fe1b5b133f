"""A problem of the generator as rows of the product, so that a run reads, solves and stores it like any other."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from battles.matcher import Battle, Person, Problem
    from battles.models import Offer

AT_ONCE = 2000
PAST_BATTLES = 40


def store(problem: Problem) -> None:
    """Absences are what the free spans leave out; battles already fought are seats held in battles of this year."""
    from django.db import transaction

    with transaction.atomic():
        trades = _trades(problem)
        towns = _towns()
        keys = _people(problem.people, trades, towns, problem.horizon)
        _battles(problem.battles, trades, towns)
        _fought(problem.people, keys, next(iter(trades.values())))


def commit_some(share: float, *, seed: int) -> None:
    """That share of the volunteers gave seven days of the next weeks, and as many are asked for days of their own."""
    from django.db import transaction

    from battles.models import CrewDay
    from battles.planning import date_of
    from battles.states import OfferState
    from volunteers.models import Trade, Volunteer

    chance = random.Random(seed)
    keys = list(Volunteer.objects.order_by("pk").values_list("pk", flat=True))
    chosen = chance.sample(keys, round(2 * share * len(keys)))
    trade = Trade.objects.earliest("pk")
    with transaction.atomic():
        for number in range(PAST_BATTLES):
            first = date_of(chance.randint(0, 45))
            battle = _dated(first, state="asking", title=f"Now {number}")
            given, asked = chosen[number :: 2 * PAST_BATTLES], chosen[number + PAST_BATTLES :: 2 * PAST_BATTLES]
            held = _offers(battle, given, trade, OfferState.ACCEPTED)
            _offers(battle, asked, trade, OfferState.ASKED)
            days = (first + timedelta(days=n) for n in range(-1, 6))
            CrewDay.objects.bulk_create(
                [
                    CrewDay(volunteer_id=offer.volunteer_id, offer=offer, day=day)
                    for day in list(days)
                    for offer in held
                ],
                batch_size=AT_ONCE,
            )


def _trades(problem: Problem) -> dict[str, Any]:
    from volunteers.models import Trade

    codes = {code for person in problem.people for code in person.trades}
    codes |= {line.trade for battle in problem.battles for line in battle.seats}
    rows = [Trade(code=code, name_es=code, name_en=code, isco="7200", folded=code) for code in sorted(codes)]
    return {trade.code: trade for trade in Trade.objects.bulk_create(rows)}


def _towns() -> dict[tuple[float, float], int]:
    from epo.places.models import Municipality

    return {(lat, lon): pk for pk, lat, lon in Municipality.objects.values_list("pk", "lat", "lon")}


def _people(
    people: Iterable[Person], trades: dict[str, Any], towns: dict[tuple[float, float], int], horizon: int
) -> dict[int, int]:
    """The volunteers' keys by the problem's ids."""
    from epo.contacts.models import Contact
    from volunteers.models import Absence, Qualification, Volunteer

    people = list(people)
    contacts = Contact.objects.bulk_create(
        [Contact(name=f"Person {person.id}", phone=f"+58412{person.id:07}") for person in people], batch_size=AT_ONCE
    )
    rows = Volunteer.objects.bulk_create(
        [
            Volunteer(
                contact=contact, name=contact.name, folded=contact.name.lower(), home_id=towns[person.place],
                max_km=person.max_km, max_days=person.max_days,
            )
            for person, contact in zip(people, contacts, strict=True)
        ],
        batch_size=AT_ONCE,
    )  # fmt: skip
    pairs = list(zip(people, rows, strict=True))
    Qualification.objects.bulk_create(
        [
            Qualification(volunteer=row, trade=trades[code], level=level)
            for person, row in pairs
            for code, level in person.trades.items()
        ],
        batch_size=AT_ONCE,
    )
    Absence.objects.bulk_create(
        [
            Absence(volunteer=row, first_day=first, last_day=last)
            for person, row in pairs
            for first, last in _absences(person, horizon)
        ],
        batch_size=AT_ONCE,
    )
    return {person.id: row.pk for person, row in pairs}


def _absences(person: Person, horizon: int) -> Iterator[tuple[date, date]]:
    from battles.planning import date_of

    day = 0
    for first, last in (*person.free, (horizon, horizon)):
        if first > day:
            yield date_of(day), date_of(first - 1)
        day = last + 1


def _battles(battles: Iterable[Battle], trades: dict[str, Any], towns: dict[tuple[float, float], int]) -> None:
    from battles.models import Battle as Row
    from battles.models import PlantDecision, Seat
    from battles.planning import date_of
    from epo.accounts.models import User
    from factories.models import Factory, Sector

    sector, _new = Sector.objects.get_or_create(
        code="bench", defaults={"name_es": "bench", "name_en": "bench", "weight": 5}
    )
    boss, _new = User.objects.get_or_create(username="bench", defaults={"is_superuser": True})
    seats: list[Seat] = []
    for battle in battles:
        plant = Factory.objects.create(
            name=f"Plant {battle.id}", folded=f"plant {battle.id}", sector=sector, municipality_id=towns[battle.place]
        )
        PlantDecision.objects.create(factory=plant, position=battle.id, weight=battle.weight, why="bench", by=boss)
        row = Row.objects.create(
            factory=plant, title=plant.name, days=battle.days, earliest=date_of(battle.earliest),
            latest=date_of(battle.latest), due=date_of(battle.due),
        )  # fmt: skip
        seats += [
            Seat(
                battle=row, trade=trades[line.trade], level=line.level, last_offset=battle.days - 1,
                kind="required" if line.required else "optional",
            )
            for line in battle.seats
            for _ in range(line.people)
        ]  # fmt: skip
    Seat.objects.bulk_create(seats, batch_size=AT_ONCE)


def _fought(people: Iterable[Person], keys: dict[int, int], trade: Any) -> None:
    from battles.states import OfferState
    from epo.core.clock import today

    went = [keys[person.id] for person in people for _ in range(person.fought)]
    for number in range(PAST_BATTLES):
        battle = _dated(today() - timedelta(days=20 + 7 * number), state="closed", title=f"Past {number}")
        _offers(battle, went[number::PAST_BATTLES], trade, OfferState.DONE)


def _dated(first: date, *, state: str, title: str) -> Any:
    from django.utils.timezone import now

    from battles.models import Battle
    from factories.models import Factory

    ended = now() if state == "closed" else None
    return Battle.objects.create(
        factory=Factory.objects.earliest("pk"), title=title, first_day=first, days=5, state=state, ended_at=ended
    )


def _offers(battle: Any, people: Iterable[int], trade: Any, state: str) -> list[Offer]:
    """Each with a seat of its own; those in a state that holds it hold it."""
    from django.utils.timezone import now

    from battles.models import Offer, Seat
    from battles.states import HOLDS_SEAT

    people = list(people)
    holds = state in HOLDS_SEAT
    seats = Seat.objects.bulk_create(
        [Seat(battle=battle, trade=trade, level=1, last_offset=4) for _ in people if holds], batch_size=AT_ONCE
    )
    return Offer.objects.bulk_create(
        [
            Offer(
                battle=battle, volunteer_id=person, trade=trade, level=1, last_offset=4, state=state, travels=True,
                seat=seats[number] if holds else None, asked_at=now(), deadline=now() + timedelta(days=2),
            )
            for number, person in enumerate(people)
        ],
        batch_size=AT_ONCE,
    )  # fmt: skip
