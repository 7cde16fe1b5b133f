"""Who can take a seat on which days. Keeps every rule that the matcher keeps, and each person's days."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from battles.matcher import road_km
from battles.models import MatchingSettings
from volunteers.states import Standing

if TYPE_CHECKING:
    from random import Random

    from battles.demo.people import Person
    from factories.models import Factory
    from volunteers.models import Qualification, Volunteer

ADULT = 19
YEAR_OF_RECORD = 2020
NOT_ENOUGH, NOT_NEAR, NOT_YET = 10_000, 2_000, 400
"""In kilometres: a level too low, another region than the story says, somebody who joined only later."""


@dataclass(frozen=True, slots=True)
class Trip:
    """The days that one person would give: in the plant from `first` to `last`, and those on the road."""

    first: date
    last: date
    km: float
    travels: bool

    @property
    def days(self) -> list[date]:
        start = self.first - timedelta(days=int(self.travels))
        end = self.last + timedelta(days=int(self.travels))
        return [start + timedelta(days=n) for n in range((end - start).days + 1)]


@dataclass(slots=True)
class Roster:
    rng: Random
    people: list[Person]
    settings: MatchingSettings
    taken: dict[int, set[date]] = field(default_factory=lambda: defaultdict(set))
    joined_earlier: list[Volunteer] = field(default_factory=list)
    by_trade: dict[int, list[tuple[Person, Qualification]]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, rng: Random, people: list[Person]) -> Roster:
        roster = cls(rng, people, MatchingSettings.current())
        for person in people:
            for qualification in person.qualifications:
                roster.by_trade[qualification.trade_id].append((person, qualification))
        return roster

    def find(
        self,
        factory: Factory,
        trade: int,
        level: int,
        first: date,
        last: date,
        *,
        skip: set[int],
        near: tuple[str, ...] = (),
    ) -> tuple[Person, Trip]:
        """Somebody who can: near ones first, as the matcher would, with some chance in it.

        Where nobody is good enough, whoever comes nearest to it has learned it by now.
        """
        found = []
        for person, qualification in self.by_trade[trade]:
            trip = self.trip(person, factory, first, last)
            if person.volunteer.pk not in skip and self._may_go(person, trip):
                cost = self._cost(person, qualification, trip, level=level, near=near)
                found.append((cost, person, qualification, trip))
        if not found:
            raise LookupError(f"nobody for trade {trade} in {factory} on {first}")
        _cost, person, qualification, trip = min(found, key=lambda one: one[0])
        if not self._is_enough(qualification, level, trip):
            qualification.level, qualification.valid_until = max(qualification.level, level), None
        return person, trip

    def _cost(
        self, person: Person, qualification: Qualification, trip: Trip, *, level: int, near: tuple[str, ...]
    ) -> float:
        cost = trip.km * self.rng.uniform(0.8, 1.5)
        cost += abs(qualification.level - level) * self.settings.over
        if not self._is_enough(qualification, level, trip):
            cost += NOT_ENOUGH
        if near and person.volunteer.home.state.code not in near:
            cost += NOT_NEAR
        if self._joins_later(person, trip):
            cost += NOT_YET
        return cost

    def trip(self, person: Person, factory: Factory, first: date, last: date) -> Trip:
        home = person.volunteer.home
        km = road_km((home.lat, home.lon), factory.position)
        return Trip(first, last, km, km > self.settings.near_km)

    def give(self, person: Person, trip: Trip) -> None:
        if self._joins_later(person, trip):
            person.volunteer.joined_on = trip.days[0] - timedelta(days=40)
            self.joined_earlier.append(person.volunteer)
        self.taken[person.volunteer.pk].update(trip.days)

    def _joins_later(self, person: Person, trip: Trip) -> bool:
        joined = person.volunteer.joined_on
        return joined is not None and joined >= trip.days[0]

    def _is_enough(self, qualification: Qualification, level: int, trip: Trip) -> bool:
        is_valid = qualification.valid_until is None or qualification.valid_until >= trip.days[-1]
        return is_valid and qualification.level >= level

    def _may_go(self, person: Person, trip: Trip) -> bool:
        """What people accept today says nothing of what they accepted in the years of the record."""
        volunteer, days = person.volunteer, trip.days
        if trip.first.year - (person.contact.birth_year or 0) < ADULT:
            return False
        if trip.first.year < YEAR_OF_RECORD:
            return self._is_free(person, days)
        if volunteer.standing != Standing.ACTIVE or volunteer.is_adviser_only:
            return False
        if volunteer.max_km is not None and trip.km > volunteer.max_km:
            return False
        if volunteer.max_days is not None and len(days) > volunteer.max_days:
            return False
        return self._is_free(person, days)

    def _is_free(self, person: Person, days: list[date]) -> bool:
        if any(absence.first_day <= days[-1] and absence.last_day >= days[0] for absence in person.absences):
            return False
        rest = timedelta(days=self.settings.rest_days)
        start, end = days[0] - rest, days[-1] + rest
        return not any(start <= day <= end for day in self.taken[person.volunteer.pk])
