"""A problem of the matcher as rows, for tests that need one which takes a worker some seconds."""

from __future__ import annotations

from datetime import date

from battles.matcher import Person, Problem
from battles.models import Battle, PlantDecision, Seat
from battles.planning import date_of
from epo.contacts.models import Contact
from epo.places.models import Municipality
from factories.models import Factory
from tests.make import make_coordinator, make_municipality, make_sector, make_state, make_trade
from volunteers.models import Absence, Qualification, Trade, Volunteer

Place = tuple[float, float]


def make_country(problem: Problem) -> None:
    """Its people and battles, in windows; whom a run finds is what the matcher finds."""
    towns = _towns([*(person.place for person in problem.people), *(battle.place for battle in problem.battles)])
    names = {line.trade for battle in problem.battles for line in battle.seats}
    trades = {code: make_trade(code) for code in names | {code for one in problem.people for code in one.trades}}
    _people(problem, towns, trades)
    _battles(problem, towns, trades)


def _towns(places: list[Place]) -> dict[Place, Municipality]:
    state = make_state()
    return {(lat, lon): make_municipality(state, lat=lat, lon=lon) for lat, lon in dict.fromkeys(places)}


def _people(problem: Problem, towns: dict[Place, Municipality], trades: dict[str, Trade]) -> None:
    contacts = Contact.objects.bulk_create([Contact(name=f"Persona {one.id}") for one in problem.people])
    volunteers = Volunteer.objects.bulk_create(
        Volunteer(
            name=contact.name, folded=contact.name.lower(), contact=contact, home=towns[one.place],
            max_km=None if one.max_km is None else int(one.max_km), max_days=one.max_days,
        )
        for one, contact in zip(problem.people, contacts, strict=True)
    )  # fmt: skip
    pairs = list(zip(problem.people, volunteers, strict=True))
    Qualification.objects.bulk_create(
        Qualification(volunteer=volunteer, trade=trades[code], level=level)
        for one, volunteer in pairs
        for code, level in one.trades.items()
    )
    Absence.objects.bulk_create(
        Absence(volunteer=volunteer, first_day=first, last_day=last)
        for one, volunteer in pairs
        for first, last in _absences(one, problem.horizon)
    )


def _absences(person: Person, horizon: int) -> list[tuple[date, date]]:
    edges = [-1, *(day for span in person.free for day in (span[0], span[1])), horizon]
    gaps = zip(edges[::2], edges[1::2], strict=True)
    return [(date_of(before + 1), date_of(after - 1)) for before, after in gaps if after - before > 1]


def _battles(problem: Problem, towns: dict[Place, Municipality], trades: dict[str, Trade]) -> None:
    by, sector = make_coordinator(), make_sector()
    for position, one in enumerate(problem.battles, start=1):
        name = f"Planta {one.id}"
        factory = Factory.objects.create(name=name, folded=name.lower(), municipality=towns[one.place], sector=sector)
        PlantDecision.objects.create(factory=factory, position=position, why="así", by=by, weight=one.weight)
        battle = Battle.objects.create(
            factory=factory, title=name, days=one.days, earliest=date_of(one.earliest), latest=date_of(one.latest),
            due=date_of(one.due),
        )  # fmt: skip
        Seat.objects.bulk_create(
            Seat(
                battle=battle, trade=trades[line.trade], level=line.level, first_offset=line.first,
                last_offset=one.days - 1 if line.last is None else line.last,
                kind="required" if line.required else "optional",
            )
            for line in one.seats
            for _place in range(line.people)
        )  # fmt: skip
