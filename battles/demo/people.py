"""The 2,270 volunteers: where they live, how old they are, what they can do and when they cannot come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from typing import TYPE_CHECKING

from battles.demo import weights
from battles.demo.logins import LOGINS
from battles.demo.names import chance, full_name, mail_name, mobile
from epo.contacts.models import Contact
from epo.core.text import fold
from epo.places.models import Municipality
from epo.places.reference import people_by_municipality
from volunteers.models import Absence, Qualification, Trade, Volunteer
from volunteers.reference import popularity
from volunteers.states import Basis, Gender, Level, Standing

if TYPE_CHECKING:
    from random import Random

PEOPLE, WOMEN, OVER_60, YOUNG = 2270, 473, 168, 639
FOUNDED = date(2016, 2, 1)
VOLUNTARIA = next(login for login in LOGINS if login.username == "voluntaria")
CUMANA = "1914"
MIDDLE_AGE = range(34, 46)


@dataclass(slots=True)
class Person:
    """One volunteer on the way into the tables."""

    volunteer: Volunteer
    contact: Contact
    age: int
    qualifications: list[Qualification]
    absences: list[Absence]


def create(rng: Random, today: date) -> list[Person]:
    """Everyone, stored."""
    people = list(_invent(rng, today))
    _make_voluntaria(people)
    Contact.objects.bulk_create([person.contact for person in people], batch_size=1000)
    Volunteer.objects.bulk_create([person.volunteer for person in people], batch_size=1000)
    Qualification.objects.bulk_create(chain.from_iterable(p.qualifications for p in people), batch_size=1000)
    Absence.objects.bulk_create(chain.from_iterable(person.absences for person in people), batch_size=1000)
    return people


def voluntaria_of(people: list[Person]) -> Person:
    return next(person for person in people if person.volunteer.name == VOLUNTARIA.name)


def _make_voluntaria(people: list[Person]) -> None:
    """A woman in her working years gets the name, home and trades of the one who signs in."""
    person = next(p for p in people if p.volunteer.gender == Gender.WOMAN and p.age in MIDDLE_AGE)
    person.contact.name = person.volunteer.name = VOLUNTARIA.name
    person.contact.email, person.contact.phone = "voluntaria@example.org", mobile(9001)
    volunteer = person.volunteer
    volunteer.folded = fold(VOLUNTARIA.name)
    volunteer.home = Municipality.objects.select_related("state").get(code=CUMANA)
    volunteer.standing, volunteer.is_adviser_only = Standing.ACTIVE, False
    volunteer.max_km = volunteer.max_days = None
    volunteer.joined_on = date(2016, 3, 7)
    trades = {trade.code: trade for trade in Trade.objects.filter(code__in=["industrial-mechanics", "welding"])}
    person.absences = []
    person.qualifications = [
        Qualification(
            volunteer=volunteer,
            trade=trades["industrial-mechanics"],
            level=Level.SKILLED,
            basis=Basis.ENDORSED,
        ),
        Qualification(volunteer=volunteer, trade=trades["welding"], level=Level.WORKER, basis=Basis.DECLARED),
    ]


def _invent(rng: Random, today: date) -> Iterator[Person]:
    homes = _homes(rng)
    ages = _ages(rng)
    genders = [Gender.WOMAN] * WOMEN + [Gender.MAN] * (PEOPLE - WOMEN)
    rng.shuffle(genders)
    trades = {trade.code: trade for trade in Trade.objects.filter(code__in=popularity())}
    for number, (home, age, gender) in enumerate(zip(homes, ages, genders, strict=True), start=1):
        yield _person(rng, today, number, home=home, age=age, gender=gender, trades=trades)


def _homes(rng: Random) -> list[Municipality]:
    """In proportion to people and industry."""
    places = list(Municipality.objects.select_related("state").order_by("code"))
    people = people_by_municipality()
    pull = [weights.of_place(place.code, place.state.code, people.get(place.code, 1)) for place in places]
    return rng.choices(places, pull, k=PEOPLE)


def _ages(rng: Random) -> list[int]:
    ages = [round(rng.triangular(61, 76, 62)) for _ in range(OVER_60)]
    ages += [rng.randint(18, 29) for _ in range(YOUNG)]
    ages += [round(rng.triangular(30, 60, 41)) for _ in range(PEOPLE - OVER_60 - YOUNG)]
    rng.shuffle(ages)
    return ages


def _person(
    rng: Random,
    today: date,
    number: int,
    *,
    home: Municipality,
    age: int,
    gender: str,
    trades: dict[str, Trade],
) -> Person:
    name = full_name(rng, gender)
    contact = Contact(
        name=name,
        phone=mobile(number) if chance(rng, 0.96) else "",
        email=mail_name(name, number) if chance(rng, 0.45) else "",
        birth_year=today.year - age,
        emergency_name=full_name(rng, rng.choice([Gender.WOMAN, Gender.MAN])) if chance(rng, 0.5) else "",
    )
    if contact.emergency_name:
        contact.emergency_phone = mobile(PEOPLE + number)
    volunteer = Volunteer(
        contact=contact,
        name=name,
        folded=fold(name),
        gender=gender,
        home=home,
        joined_on=_joined(rng, today, age),
        **_terms(rng, age),
    )
    qualifications = _qualifications(rng, today, volunteer, age=age, state=home.state.code, trades=trades)
    best = qualifications[0].trade.code
    volunteer.brings = weights.TOOLS.get(best, "") if chance(rng, 0.5) else ""
    return Person(volunteer, contact, age, qualifications, list(_absences(rng, today, volunteer)))


def _joined(rng: Random, today: date, age: int) -> date:
    """Many in the first years; nobody before the age of 18."""
    grown_up = date(today.year - age + 18, 12, 31)
    first = max(FOUNDED, min(grown_up, today - timedelta(days=30)))
    span = max(1, (today - first).days)
    return first + timedelta(days=int(span * rng.random() ** 2))


def _terms(rng: Random, age: int) -> dict[str, object]:
    """What they accept: distance, days away, a vehicle, whether they only advise."""
    return {
        "standing": rng.choices([Standing.ACTIVE, Standing.PAUSED, Standing.LEFT], [93, 5, 2])[0],
        "is_adviser_only": chance(rng, weights.advises_only(age)),
        "max_km": rng.choices([None, 100, 200, 300, 500, 800], [42, 8, 12, 14, 14, 10])[0],
        "max_days": rng.choices([None, 4, 7, 8, 10, 15], [52, 4, 14, 14, 10, 6])[0],
        "vehicle_places": rng.choices([0, 2, 4, 7], [91, 3, 5, 1])[0],
    }


def _qualifications(
    rng: Random, today: date, volunteer: Volunteer, *, age: int, state: str, trades: dict[str, Trade]
) -> list[Qualification]:
    codes = list(trades)
    pull = [weights.of_trade(code, state, volunteer.gender) for code in codes]
    chosen = rng.choices(codes, pull)
    for _ in range(rng.choices([0, 1, 2, 3], [34, 38, 20, 8])[0]):
        chosen.append(_next_trade(rng, chosen, codes, pull))
    top = rng.choices([1, 2, 3, 4], weights.levels(age))[0]
    found = []
    for place, code in enumerate(dict.fromkeys(chosen)):
        level = top if place == 0 else max(1, top - rng.choices([0, 1, 2], [3, 5, 2])[0])
        basis, valid_until = _known_by(rng, today, level)
        found.append(
            Qualification(volunteer=volunteer, trade=trades[code], level=level, basis=basis, valid_until=valid_until)
        )
    return found


def _next_trade(rng: Random, chosen: Sequence[str], codes: Sequence[str], pull: Sequence[float]) -> str:
    """Mostly one that goes with what they know: who welds, often bends plate."""
    near = [code for code in weights.related(chosen[0]) if code not in chosen]
    if near and chance(rng, 0.75):
        return rng.choice(near)
    return rng.choices(codes, pull)[0]


def _known_by(rng: Random, today: date, level: int) -> tuple[str, date | None]:
    basis = rng.choices([Basis.DECLARED, Basis.ENDORSED, Basis.CERTIFIED, Basis.PROVEN], [50, 24, 8 + 4 * level, 8])[0]
    if basis != Basis.CERTIFIED or chance(rng, 0.3):
        return basis, None
    return basis, today + timedelta(days=rng.randint(-200, 1100))


def _absences(rng: Random, today: date, volunteer: Volunteer) -> Iterator[Absence]:
    if chance(rng, 0.78):
        return
    for _ in range(rng.choices([1, 2], [4, 1])[0]):
        first = today + timedelta(days=rng.randint(-45, 110))
        last = first + timedelta(days=rng.choice([0, 1, 2, 4, 6, 9, 13, 20]))
        note = rng.choice(["", "", "", "Trabajo", "Viaje familiar", "Vacaciones", "Estudios"])
        yield Absence(volunteer=volunteer, first_day=first, last_day=last, note=note)
