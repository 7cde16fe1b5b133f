from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from epo.core import say
from epo.core.clock import today

NOW = datetime(2031, 3, 12, 18, 30, tzinfo=UTC)


@pytest.fixture(params=["es", "en"])
def tongue(request: pytest.FixtureRequest) -> Iterator[str]:
    with translation.override(request.param):
        yield request.param


def test_day_is_said_with_its_year_when_it_is_another_one(tongue: str) -> None:
    said = say.day(date(2014, 3, 12))

    assert said == {"es": "mié 12 mar 2014", "en": "Wed 12 Mar 2014"}[tongue]


def test_day_of_this_year_is_said_without_it() -> None:
    assert say.day(date(today().year, 8, 1)).endswith("1 ago")


def test_day_of_a_moment_is_the_one_in_caracas() -> None:
    assert say.day(datetime(2014, 3, 13, 2, 0, tzinfo=UTC)) == "mié 12 mar 2014"


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (date(2014, 3, 12), date(2014, 3, 17), "mié 12–lun 17 mar 2014"),
        (date(2014, 3, 12), date(2014, 3, 12), "mié 12 mar 2014"),
        (date(2014, 2, 28), date(2014, 3, 4), "vie 28 feb–mar 4 mar 2014"),
        (date(2014, 12, 30), date(2015, 1, 2), "mar 30 dic 2014–vie 2 ene 2015"),
        (date(2014, 3, 12), None, "desde mié 12 mar 2014"),
    ],
)
def test_days_say_each_month_and_year_once(first: date, last: date | None, said: str) -> None:
    assert say.days(first, last) == said


@pytest.mark.parametrize(("hour", "said"), [(4, "12:05 am"), (12, "8:05 am"), (16, "12:05 pm"), (18, "2:05 pm")])
def test_hour_is_the_one_on_the_wall_in_caracas(hour: int, said: str) -> None:
    assert say.hour(datetime(2022, 3, 12, hour, 5, tzinfo=UTC)) == said


@pytest.mark.parametrize(
    ("value", "places", "spanish", "english"),
    [
        (2270, None, "2.270", "2,270"),
        (1234567.5, None, "1.234.567,5", "1,234,567.5"),
        (0.4, None, "0,4", "0.4"),
        (12.0, None, "12", "12"),
        (12.345, 1, "12,3", "12.3"),
        (3, 1, "3,0", "3.0"),
        (-1500, 0, "−1.500", "−1,500"),
        (0.004, None, "0", "0"),
        (-0.004, None, "0", "0"),
    ],
)
def test_numbers_have_the_separators_of_the_language(
    value: float, places: int | None, spanish: str, english: str
) -> None:
    with translation.override("es"):
        in_spanish = say.number(value, places)
    with translation.override("en"):
        in_english = say.number(value, places)

    assert (in_spanish, in_english) == (spanish, english)


def test_kilometres_are_whole() -> None:
    assert say.km(1512.6) == "1.513 km"


@pytest.mark.parametrize(
    ("before", "spanish", "english"),
    [
        (timedelta(seconds=20), "ahora mismo", "just now"),
        (timedelta(minutes=59), "hace 59 min", "59 min ago"),
        (timedelta(hours=3), "hace 3 h", "3 h ago"),
        (timedelta(hours=47), "hace 47 h", "47 h ago"),
        (timedelta(days=2), "hace 2 días", "2 days ago"),
        (timedelta(days=75), "hace 2 meses", "2 months ago"),
        (timedelta(days=729), "hace 24 meses", "24 months ago"),
        (timedelta(days=730), "hace 2 años", "2 years ago"),
        (timedelta(days=3500), "hace 9 años", "9 years ago"),
    ],
)
def test_age_is_said_in_the_unit_that_fits(before: timedelta, spanish: str, english: str) -> None:
    with translation.override("es"):
        in_spanish = say.age(NOW - before, now=NOW)
    with translation.override("en"):
        in_english = say.age(NOW - before, now=NOW)

    assert (in_spanish, in_english) == (spanish, english)


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (timedelta(days=3), "quedan 3 días"),
        (timedelta(hours=30), "quedan 30 h"),
        (timedelta(minutes=5), "quedan 5 min"),
        (timedelta(seconds=5), "quedan 1 min"),
        (timedelta(0), "se acabó el plazo"),
    ],
)
def test_time_left_ends_at_the_deadline(left: timedelta, said: str) -> None:
    assert say.time_left(NOW + left, now=NOW) == said


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        ("+584141234567", "0414-1234567"),
        ("04141234567", "0414-1234567"),
        ("+5491123456789", "+54 9 11 2345-6789"),
        ("llame a Rosa", "llame a Rosa"),
    ],
)
def test_phones_are_said_as_people_write_them(stored: str, said: str) -> None:
    assert say.phone(stored) == said
