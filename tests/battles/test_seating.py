from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from battles.seating import Work, seats_for

WELD, POWER = 1, 2


def work(request=1, trade=WELD, level=2, people=1, days=3):
    return Work(request, trade, level, people, days)


def test_one_demand_makes_as_many_seats_as_it_asks_people():
    assert seats_for([work(people=3, days=5)], days=5) == {(WELD, 2): 3}


def test_one_request_needs_its_people_side_by_side_even_for_a_day():
    assert seats_for([work(people=4, days=1)], days=5) == {(WELD, 2): 4}


def test_requests_share_people_as_far_as_the_days_go():
    four_short_jobs = [work(request=n, people=1, days=3) for n in range(4)]

    assert seats_for(four_short_jobs, days=5) == {(WELD, 2): 3}


def test_a_master_asked_for_counts_among_the_lower_levels_too():
    works = [work(request=1, level=4, people=1, days=2), work(request=2, level=2, people=2, days=2)]

    assert seats_for(works, days=5) == {(WELD, 4): 1, (WELD, 2): 1}


def test_the_person_days_of_a_higher_level_use_up_the_higher_seats():
    works = [work(request=1, level=3, people=1, days=5), work(request=2, level=2, people=1, days=5)]

    assert seats_for(works, days=5) == {(WELD, 3): 1, (WELD, 2): 1}


def test_two_lines_of_one_request_work_side_by_side():
    works = [work(level=3, people=1, days=1), work(level=2, people=2, days=1)]

    assert seats_for(works, days=5) == {(WELD, 3): 1, (WELD, 2): 2}


def test_trades_do_not_stand_in_for_one_another():
    works = [work(trade=WELD, people=1, days=5), work(trade=POWER, level=3, people=2, days=5)]

    assert seats_for(works, days=5) == {(WELD, 2): 1, (POWER, 3): 2}


def test_longer_work_than_the_battle_takes_more_people():
    assert seats_for([work(people=1, days=12)], days=5) == {(WELD, 2): 3}


def test_nothing_asked_for_makes_no_seats():
    assert seats_for([], days=5) == {}


def test_a_battle_of_no_days_is_a_mistake_of_ours():
    with pytest.raises(ValueError, match="a day at least"):
        seats_for([], days=0)


WORKS = st.lists(
    st.builds(
        Work, request=st.integers(1, 4), trade=st.integers(1, 2), level=st.integers(1, 4), people=st.integers(1, 4),
        days=st.integers(1, 9),
    ),
    max_size=8,
)  # fmt: skip


@given(works=WORKS, days=st.integers(1, 10))
def test_at_every_level_the_seats_carry_the_work(works, days):
    seats = seats_for(works, days=days)

    assert all(people >= 1 for people in seats.values())
    for trade in (1, 2):
        for level in range(1, 5):
            there = sum(people for (t, at), people in seats.items() if t == trade and at >= level)
            wanted = [one for one in works if one.trade == trade and one.level >= level]
            assert there * days >= sum(one.people * one.days for one in wanted)
            for request in range(1, 5):
                assert there >= sum(one.people for one in wanted if one.request == request)
