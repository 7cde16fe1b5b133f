"""Small problems in which travel, rest, days away, a second battle and half crews matter."""

import random

from battles.matcher import Battle, Keep, Person, Pin, Problem, Rules, SeatLine, Weights
from tests.battles.matcher.builders import at

HORIZON = 24
TRADES = ("welding", "boilers", "pumps")
KMS = (0, 40, 120, 149, 151, 260, 410, 800)


def small(seed: int, *, with_pins: bool = False) -> Problem:
    chance = random.Random(seed)
    people = tuple(_person(chance, number) for number in range(1, chance.randint(5, 14)))
    battles = tuple(_battle(chance, number) for number in range(1, chance.randint(3, 6)))
    more = _pins_and_keeps(chance, people, battles) if with_pins else {}
    return Problem(
        horizon=HORIZON,
        rules=Rules(near_km=150, rest_days=chance.randint(0, 4), max_battles=chance.randint(1, 3)),
        weights=Weights(second=chance.choice((0, 120, 600)), incomplete=chance.choice((0, 300, 1000))),
        people=people,
        battles=battles,
        **more,
    )


def _person(chance: random.Random, number: int) -> Person:
    spans = []
    for _ in range(chance.randint(1, 3)):
        first = chance.randint(-2, HORIZON - 4)
        spans.append((first, first + chance.randint(2, 13)))
    return Person(
        id=number,
        place=at(chance.choice(KMS)),
        trades={trade: chance.randint(1, 4) for trade in chance.sample(TRADES, chance.randint(1, 2))},
        free=tuple(spans),
        fought=chance.randint(0, 3),
        max_km=chance.choice((None, None, 150, 420)),
        max_days=chance.choice((None, None, 3, 5)),
        battles_left=chance.choice((None, None, None, 0, 1)),
    )


def _battle(chance: random.Random, number: int) -> Battle:
    days, earliest = chance.randint(1, 4), chance.randint(-1, HORIZON - 2)
    return Battle(
        id=number,
        place=at(chance.choice((0, 200))),
        days=days,
        earliest=earliest,
        latest=earliest + chance.randint(0, 5),
        due=earliest + chance.randint(-1, 4),
        weight=chance.randint(0, 4),
        seats=tuple(_line(chance, days) for _ in range(chance.randint(1, 3))),
    )


def _line(chance: random.Random, days: int) -> SeatLine:
    first = chance.randint(0, days - 1) if chance.random() < 0.3 else 0
    return SeatLine(
        trade=chance.choice(TRADES),
        level=chance.randint(1, 3),
        people=chance.randint(1, 3),
        required=chance.random() < 0.7,
        first=first,
        last=chance.choice((None, chance.randint(first, days - 1))),
    )


def _pins_and_keeps(chance: random.Random, people: tuple[Person, ...], battles: tuple[Battle, ...]) -> dict:
    """People out and one start fixed; one person in, whether or not that can be; some kept."""
    battle, other = chance.choice(battles), chance.choice(battles)
    who = chance.sample([person.id for person in people], 3)
    pins = {battle.id: Pin(battle.id, into=(who[0],), out=(who[1],))}
    if other.id not in pins:
        pins[other.id] = Pin(other.id, out=(who[2],), start=chance.randint(other.earliest, other.latest))
    keep = tuple(
        Keep(one.id, chance.randrange(len(one.seats)), chance.choice(people).id, chance.choice((20, 300)))
        for one in battles
    )
    return {"pins": tuple(pins.values()), "keep": keep}
