"""Seeded problems for the matcher, over the real municipalities.

python -m bench.generate --people 2270 --battles 25 --slack 0 0 --seed 1 --out problem.json

What is drawn, all from one `random.Random(seed)`:

* places: municipalities, by their population, for people and plants alike;
* trades: 45, the r-th as common as 1/r, for each of a person's 1 to 4 draws and for each line of a battle;
* levels: people 1-4 by 25, 40, 27 and 8 %; lines ask 1-3 by 40, 45 and 15 %;
* people: 1-4 windows of 6-24 free days within 56, 0-3 battles fought, two in five accept any distance (else 300,
  600 or 900 km), half accept any number of days away (else 7 or 10);
* battles: 2-7 days on site, 2-8 days of slack (by how much the start may move) with the due day within it,
  weight 1-5, 1-4 lines with 3-12 people together, one line in six (never the first) optional.
"""

import argparse
import csv
import json
import random
from collections.abc import Sequence
from functools import cache
from itertools import accumulate
from pathlib import Path

from battles.matcher import Battle, Person, Problem, SeatLine, write

MUNICIPALITIES = Path(__file__).parents[1] / "epo" / "places" / "data" / "municipalities.csv"
TRADES = [f"trade-{number:02}" for number in range(1, 46)]
TRADE_WEIGHTS = list(accumulate(1 / rank for rank in range(1, len(TRADES) + 1)))
HORIZON = 56
Towns = tuple[Sequence[tuple[float, float]], Sequence[float]]
Range = tuple[int, int]


def generate(
    *,
    people: int,
    battles: int,
    seed: int,
    slack: Range = (2, 8),
    places: Range = (3, 12),
) -> Problem:
    """`slack` is by how many days a start may move, `places` how many a battle has: least and most."""
    chance = random.Random(seed)
    towns = _towns()
    return Problem(
        horizon=HORIZON,
        people=tuple(_person(chance, number, towns) for number in range(1, people + 1)),
        battles=tuple(_battle(chance, number, towns, slack, places) for number in range(1, battles + 1)),
    )


@cache
def _towns() -> Towns:
    """Coordinates of every municipality, and thousands of people up to and with it."""
    with MUNICIPALITIES.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    places = [(float(row["latitude"]), float(row["longitude"])) for row in rows]
    return places, list(accumulate(float(row["people_thousands"] or 1) for row in rows))


def _town(chance: random.Random, towns: Towns) -> tuple[float, float]:
    places, weights = towns
    return chance.choices(places, cum_weights=weights)[0]


def _trade(chance: random.Random) -> str:
    """Zipf-like: the second trade is half as common as the first, the third a third."""
    return chance.choices(TRADES, cum_weights=TRADE_WEIGHTS)[0]


def _person(chance: random.Random, number: int, towns: Towns) -> Person:
    trades = {_trade(chance): chance.choices((1, 2, 3, 4), (25, 40, 27, 8))[0] for _ in range(chance.randint(1, 4))}
    return Person(
        id=number,
        place=_town(chance, towns),
        trades=trades,
        free=tuple(_window(chance) for _ in range(chance.randint(1, 4))),
        fought=chance.choices((0, 1, 2, 3), (60, 25, 10, 5))[0],
        max_km=chance.choice((None, None, 300, 600, 900)),
        max_days=chance.choice((None, None, 7, 10)),
    )


def _window(chance: random.Random) -> tuple[int, int]:
    days = chance.randint(6, 24)
    first = chance.randint(0, HORIZON - days)
    return first, first + days - 1


def _battle(chance: random.Random, number: int, towns: Towns, slack: Range, places: Range) -> Battle:
    days = chance.randint(2, 7)
    move = chance.randint(*slack)
    earliest = chance.randint(1, HORIZON - days - move - 1)
    return Battle(
        id=number,
        place=_town(chance, towns),
        days=days,
        earliest=earliest,
        latest=earliest + move,
        due=earliest + chance.randint(0, move),
        weight=chance.randint(1, 5),
        seats=_seats(chance, chance.randint(*places)),
    )


def _seats(chance: random.Random, places: int) -> tuple[SeatLine, ...]:
    """1 to 4 lines with the places shared out among them; one in six lines is optional."""
    shares = [1] * min(chance.randint(1, 4), places)
    for _ in range(places - len(shares)):
        shares[chance.randrange(len(shares))] += 1
    return tuple(
        SeatLine(
            trade=_trade(chance),
            level=chance.choices((1, 2, 3), (40, 45, 15))[0],
            people=share,
            required=number == 0 or chance.random() > 1 / 6,
        )
        for number, share in enumerate(shares)
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=2270)
    parser.add_argument("--battles", type=int, default=25)
    parser.add_argument("--slack", type=int, nargs=2, default=(2, 8), metavar=("LEAST", "MOST"))
    parser.add_argument("--places", type=int, nargs=2, default=(3, 12), metavar=("LEAST", "MOST"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    wanted = parser.parse_args()
    problem = generate(
        people=wanted.people,
        battles=wanted.battles,
        seed=wanted.seed,
        slack=tuple(wanted.slack),
        places=tuple(wanted.places),
    )
    wanted.out.write_text(json.dumps(write(problem)), encoding="utf-8")


if __name__ == "__main__":
    main()
