"""Days as people write them in a short message, and which day of a battle they mean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from battles.talks.vocabulary import MONTHS, WEEKDAYS

CENTURY = 2000
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_WEEKDAY = "|".join(sorted(WEEKDAYS, key=len, reverse=True))
_DAY = (
    r"(?:(?:el|dia|la)\s+)*(?:(?:{weekday})\s+)?"
    r"(?:(?P<{n}d>[0-9]{{1,2}})(?:\s*[/.-]\s*(?P<{n}m>[0-9]{{1,2}})(?:\s*[/.-]\s*(?P<{n}y>[0-9]{{4}}|[0-9]{{2}}))?"
    r"|\s*(?:de\s+)?(?P<{n}n>{month})\b)?(?![0-9a-z])|(?P<{n}w>{weekday})\b)"
)


def _day(name: str) -> str:
    return _DAY.format(n=name, month=_MONTH, weekday=_WEEKDAY)


_FROM = re.compile(rf"\b(?:desde|a partir de[l]?|del|entro)\s*{_day('a')}")
_UNTIL = re.compile(rf"(?:\b(?:hasta|al|salgo)\s*|(?<=[0-9])\s*[-–]\s*){_day('a')}")
_BARE = re.compile(rf"(?<![0-9a-z]){_day('a')}(?=\s*(?:$|hasta|al\b))")


@dataclass(frozen=True, slots=True)
class Day:
    """What was said of a day; what was not said is None."""

    number: int | None = None
    month: int | None = None
    year: int | None = None
    weekday: int | None = None

    def is_meant_by(self, day: date) -> bool:
        said = ((self.number, day.day), (self.month, day.month), (self.year, day.year), (self.weekday, day.weekday()))
        return all(wanted is None or wanted == found for wanted, found in said)

    def among(self, first: date, last: date) -> date | None:
        """The first such day from `first` to `last`."""
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        return next((day for day in days if self.is_meant_by(day)), None)

    def __str__(self) -> str:
        if self.number is None:
            return next((name for name, number in reversed(WEEKDAYS.items()) if number == self.weekday), "")
        return f"{self.number}/{self.month}" if self.month else str(self.number)


@dataclass(frozen=True, slots=True)
class Stay:
    first: Day | None = None
    last: Day | None = None


def take_days(text: str) -> tuple[Stay, str]:
    """The days said in a folded text, and the text without them."""
    first, text = _take(_FROM, text)
    last, text = _take(_UNTIL, text)
    if last is not None and first is None:
        first, text = _take(_BARE, text)
    return Stay(first, last), text


def _take(pattern: re.Pattern[str], text: str) -> tuple[Day | None, str]:
    found = pattern.search(text)
    if found is None:
        return None, text
    said = found.groupdict()
    year = int(said["ay"]) if said["ay"] else None
    day = Day(
        number=int(said["ad"]) if said["ad"] else None,
        month=int(said["am"]) if said["am"] else MONTHS.get(said["an"] or ""),
        year=year + CENTURY if year is not None and year < CENTURY else year,
        weekday=WEEKDAYS.get(said["aw"] or ""),
    )
    return day, f"{text[: found.start()]} {text[found.end() :]}"
