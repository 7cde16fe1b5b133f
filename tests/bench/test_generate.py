"""What the generator draws, and that the seed decides it."""

from collections import Counter

import pytest

from battles.matcher import write
from bench.generate import HORIZON, generate
from bench.generate import _towns as towns

PEOPLE, BATTLES = 3000, 600


def test_the_same_seed_gives_the_same_problem_and_another_another():
    one, same, other = (generate(people=40, battles=6, seed=seed) for seed in (1, 1, 2))

    assert write(one) == write(same)
    assert write(one) != write(other)


def test_people_live_in_real_municipalities_and_are_free_in_one_to_four_windows():
    people = generate(people=PEOPLE, battles=0, seed=1).people

    places = set(towns()[0])
    days = [last - first + 1 for person in people for first, last in person.free]
    assert all(person.place in places for person in people)
    assert {len(person.free) for person in people} == {1, 2, 3, 4}
    assert min(days) == 6
    assert all(0 <= first <= last < HORIZON for person in people for first, last in person.free)


def test_trades_of_people_and_of_lines_are_zipf_like():
    problem = generate(people=PEOPLE, battles=BATTLES, seed=1)

    had = Counter(trade for person in problem.people for trade in person.trades)
    asked = Counter(line.trade for battle in problem.battles for line in battle.seats)

    for counted in (had, asked):
        share = {rank: counted[f"trade-{rank:02}"] / counted["trade-01"] for rank in (2, 4, 10)}
        assert share == pytest.approx({2: 1 / 2, 4: 1 / 4, 10: 1 / 10}, abs=0.12)


def test_battles_have_the_days_lines_places_and_slack_that_are_told():
    battles = generate(people=0, battles=BATTLES, seed=1).battles

    assert {battle.days for battle in battles} == set(range(2, 8))
    assert {battle.latest - battle.earliest for battle in battles} == set(range(2, 9))
    assert {len(battle.seats) for battle in battles} == {1, 2, 3, 4}
    assert {sum(line.people for line in battle.seats) for battle in battles} == set(range(3, 13))
    assert all(battle.earliest <= battle.due <= battle.latest for battle in battles)
    assert all(battle.latest + battle.days < HORIZON for battle in battles)


def test_demand_can_be_denser_and_dates_fixed():
    battles = generate(people=0, battles=50, seed=1, slack=(0, 0), places=(12, 12)).battles

    assert {battle.latest - battle.earliest for battle in battles} == {0}
    assert {sum(line.people for line in battle.seats) for battle in battles} == {12}
