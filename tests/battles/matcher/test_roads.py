"""The kernel's roads are the checker's to the bit."""

import random

import numpy as np
import pytest

from battles.matcher import check, solve
from battles.matcher.arrays import _sphere as sphere
from battles.matcher.candidates import road_km as kernel_km
from battles.matcher.compiled import allocating
from battles.matcher.distance import road_km
from tests.battles.matcher.builders import battle, crews, person, problem

PAIRS = 100_000


@allocating
def all_km(places, others, square):
    km = np.empty(len(places.latitude))
    for one in range(len(km)):
        km[one] = kernel_km(np.int64(one), places, np.int64(one), others, square)
    return km


def km_by_kernel(pairs):
    return all_km(sphere([one for one, _ in pairs]), sphere([other for _, other in pairs]), 2.0).tolist()


def anywhere(chance):
    return (chance.uniform(-90, 90), chance.uniform(-180, 180))


def in_venezuela(chance):
    return (chance.uniform(0.6, 12.3), chance.uniform(-73.5, -59.7))


@pytest.mark.parametrize("draw", [anywhere, in_venezuela])
def test_the_kernels_roads_are_the_checkers_to_the_bit(draw):
    chance = random.Random(7)
    pairs = [(draw(chance), draw(chance)) for _ in range(PAIRS // 2)]

    assert km_by_kernel(pairs) == [road_km(*pair) for pair in pairs]


def test_roads_between_odd_places_are_the_same_to_the_bit():
    chance = random.Random(8)
    places = [anywhere(chance) for _ in range(300)]
    pairs = [(one, one) for one in places]
    pairs += [((lat, lon), (-lat, lon - 180 if lon > 0 else lon + 180)) for lat, lon in places]
    pairs += [((lat, lon), (lat + 1e-9, lon - 1e-9)) for lat, lon in places if lat < 89]
    odd = [(90, 0), (-90, 0), (90.0, 180.0), (0, 180), (0, -180), (0, 0), (0, 90), (45, -180), (45.0, 180)]
    pairs += [(one, other) for one in odd for other in odd]

    assert km_by_kernel(pairs) == [road_km(*pair) for pair in pairs]


def test_a_person_whose_limit_is_the_last_bit_of_the_road_is_sent_or_left_as_the_checker_says():
    """Once squares of the kernel and of Python differed in the last bit here."""
    here, there = (11.419461330714867, -61.561435706916626), (8.150430698401646, -62.36058222324865)
    asked = problem([person(place=here, max_km=road_km(here, there))], [battle(place=there, weight=100)])

    assert crews(solve(asked)) == {9: ((1,),)}


def test_nobody_is_sent_whose_road_is_one_bit_too_long():
    here, there = (10.499283410421254, -63.875964540194204), (8.656098327077457, -66.46104858810249)
    asked = problem([person(place=here, max_km=454.69748962723537)], [battle(place=there, weight=100)])

    assert check(asked, solve(asked)) == []
