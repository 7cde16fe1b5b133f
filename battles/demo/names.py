"""Invented people: common names of the country, put together by chance."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from epo.core.tables import read_table
from epo.core.text import fold
from volunteers.states import Gender

if TYPE_CHECKING:
    from random import Random

_ROWS = read_table(Path(__file__).parent / "data" / "names.csv")
WOMEN, MEN, SURNAMES = (
    tuple(row["name"] for row in _ROWS if row["of"] == of) for of in (Gender.WOMAN, Gender.MAN, "family")
)


def full_name(rng: Random, gender: str) -> str:
    first = rng.choice(WOMEN if gender == Gender.WOMAN else MEN)
    return f"{first} {rng.choice(SURNAMES)} {rng.choice(SURNAMES)}"


def chance(rng: Random, share: float) -> bool:
    return rng.random() < share


def mobile(number: int) -> str:
    """Well formed, and nobody's: no subscriber's number begins with 0."""
    prefix = ("412", "414", "416", "424", "426")[number % 5]
    return f"+58{prefix}0{number // 5:06d}"


def mail_name(name: str, number: int) -> str:
    first, *rest = fold(name).split()
    return f"{first}.{rest[0] if rest else 'epo'}.{number}@example.org"
