"""Many pins in a whole country spoil neither the time nor the bound."""

import random
import time
from dataclasses import replace
from functools import cache

from battles.matcher import Pin, check, solve
from bench.generate import generate

SHARE = 0.5


@cache
def half_pinned():
    asked = generate(people=2270, battles=150, seed=1)
    chance = random.Random(1)
    plans = [plan for plan in solve(asked, iterations=10_000).battles if chance.random() < SHARE]
    return replace(asked, pins=tuple(Pin(plan.id, into=tuple(one for _, one in plan.picks())) for plan in plans))


def test_pins_are_seated_without_any_time():
    began = time.monotonic()

    result = solve(half_pinned(), seconds=0)

    assert check(half_pinned(), result) == []
    assert time.monotonic() - began < 5


def test_the_prices_climb_as_they_do_without_pins():
    result = solve(half_pinned(), seconds=2)

    assert check(half_pinned(), result) == []
    assert result.gap < 0.01
