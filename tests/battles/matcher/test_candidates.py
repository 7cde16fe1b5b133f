"""Roads of exactly the length allowed, and lists that are cut: the bound holds for those who are not listed too."""

import math
from dataclasses import replace

import numpy as np
import pytest

from battles.matcher import Rules, check, listing, search, solve
from battles.matcher.distance import road_km
from bench.generate import generate
from bench.rivals import cp_sat, verified
from tests.battles.matcher.builders import at, battle, crews, line, person, problem

SECONDS = 20


@pytest.mark.parametrize("place", [at(200), (11.3, -64.9), (8.123456789, -71.1), (-90.0, 5.0), (10.0, 114.0)])
def test_exactly_max_km_is_allowed_and_the_next_number_below_is_not(place):
    far = person(place=place)
    km = road_km(place, battle().place)

    allowed, refused = (
        solve(problem([replace(far, max_km=most)], [battle(weight=100)])) for most in (km, math.nextafter(km, 0))
    )

    assert crews(allowed) == {9: ((1,),)}
    assert crews(refused) == {9: ((),)}


@pytest.mark.parametrize("place", [at(200), (11.3, -64.9), (8.123456789, -71.1), (-90.0, 5.0), (10.0, 114.0)])
def test_exactly_near_km_is_near_and_the_next_number_below_is_far(place):
    on_site_only = person(place=place, free=((10, 12),))
    km = road_km(place, battle().place)

    near, far = (
        solve(problem([on_site_only], [battle(weight=100)], rules=Rules(near_km=km)))
        for km in (km, math.nextafter(km, 0))
    )

    assert crews(near) == {9: ((1,),)}
    assert crews(far) == {9: ((),)}


def dense(seed):
    """Many who could come, few days, so that short lists bind."""
    whole = generate(people=200, battles=5, seed=seed, slack=(0, 2), places=(3, 6))
    return replace(
        whole,
        people=tuple(
            replace(one, trades={trade_of(rank): level for rank, level in enumerate(one.trades.values())})
            for one in whole.people[:45]
        ),
        battles=tuple(
            replace(one, seats=tuple(replace(seat, trade=trade_of(rank)) for rank, seat in enumerate(one.seats)))
            for one in whole.battles
        ),
    )


def trade_of(rank):
    return f"trade-{rank % 2}"


def optimum(asked):
    answer = verified(asked, cp_sat(asked, seconds=SECONDS, seed=1))
    assert answer.broken == ()
    assert answer.bound == pytest.approx(answer.cost, rel=1e-5, abs=0.2)
    return answer.cost


@pytest.mark.parametrize("seed", range(1, 31))
def test_the_bound_of_short_lists_is_not_above_the_optimum_of_the_whole(seed, monkeypatch):
    asked = dense(seed)
    monkeypatch.setattr(listing, "MOST_LISTED", 1 + seed % 4)

    quick, long = solve(asked, iterations=200), solve(asked, seconds=3)

    best = optimum(asked)
    assert check(asked, quick) == check(asked, long) == []
    assert max(quick.bound, long.bound) <= best * (1 + 1e-6)
    assert min(quick.cost, long.cost) >= best * (1 - 1e-5)


def test_without_the_cutoff_short_lists_would_prove_what_is_wrong(monkeypatch):
    monkeypatch.setattr(listing, "MOST_LISTED", 2)
    monkeypatch.setattr(search, "list_all", listed_without_cutoff(search.list_all))

    wrong = [solve(asked, seconds=3).bound > optimum(asked) * (1 + 1e-6) for asked in map(dense, (1, 2, 3))]

    assert any(wrong)


def listed_without_cutoff(list_all):
    def listed(*arguments):
        lists = list_all(*arguments)
        return lists._replace(cutoff=np.full(len(lists.cutoff), np.inf))

    return listed


def test_a_battle_with_more_places_than_are_listed_says_so_in_its_bound(monkeypatch):
    people = [person(number, km=10) for number in range(1, 11)]
    monkeypatch.setattr(listing, "MOST_LISTED", 3)

    result = solve(problem(people, [battle(9, line(5))]), seconds=3)

    assert check(problem(people, [battle(9, line(5))]), result) == []
    assert result.bound == pytest.approx(50)
