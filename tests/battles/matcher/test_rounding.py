"""Large numbers must not send the assignment round in circles: each problem is solved in a process that can be ended."""

import random
import subprocess
import sys

import pytest

from battles.matcher import Battle, Person, Pin, Problem, SeatLine, Weights, check, solve

PATIENCE = 40
USUAL = (25, 15, 120, 40, 2500, 250, 1000)


def crowded(seed: int, *, scale: float, pinned: int) -> Problem:
    """Battles whose lines ask one trade at several levels: whoever changes places with somebody costs the same."""
    chance = random.Random(seed)
    people = tuple(
        Person(
            id=number,
            place=(10 + 3 * chance.random(), -66 + 3 * chance.random()),
            trades={"welding": chance.randint(3, 4)},
            free=((0, 55),),
            fought=chance.randint(0, 3),
        )
        for number in range(40)
    )
    battles = tuple(
        Battle(
            id=number,
            place=(10 + chance.random(), -66.0),
            days=3,
            earliest=5,
            latest=5,
            due=5,
            weight=chance.randint(1, 4),
            seats=tuple(SeatLine("welding", chance.randint(1, 3), 3, chance.random() < 0.6) for _ in range(4)),
        )
        for number in range(3)
    )
    pins = tuple(Pin(one.id, into=tuple(range(one.id * pinned, (one.id + 1) * pinned))) for one in battles)
    return Problem(people=people, battles=battles, weights=Weights(*(scale * one for one in USUAL)), pins=pins)


def main(scale: float, pinned: int) -> None:
    for seed in range(5):
        asked = crowded(seed, scale=scale, pinned=pinned)
        result = solve(asked, seconds=0.3)
        if check(asked, result):
            raise AssertionError(check(asked, result))


@pytest.mark.parametrize(("scale", "pinned"), [(1, 4), (1e3, 0), (1e3, 4), (1e6, 0), (1e6, 4), (1e9, 0), (1e9, 4)])
def test_costs_of_any_size_come_to_an_end(scale, pinned):
    code = f"from tests.battles.matcher.test_rounding import main; main({scale}, {pinned})"

    ended = subprocess.run([sys.executable, "-c", code], timeout=PATIENCE, capture_output=True, text=True, check=False)

    assert (ended.returncode, ended.stderr) == (0, "")
