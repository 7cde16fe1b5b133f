"""Sets of days in two words against Python's sets."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from battles.matcher.days import days_between, first_days_of_stays, has_day, word_below, words

LONGEST = 120
DAYS = range(128)
sets_of_days = st.sets(st.integers(0, LONGEST - 1)) | st.lists(
    st.tuples(st.integers(0, LONGEST - 1), st.integers(1, 70)), max_size=4
).map(lambda spans: {day for first, length in spans for day in range(first, min(first + length, LONGEST))})


def pair_of(days):
    return tuple(np.uint64(word) for word in words(sum(1 << day for day in days)))


def set_of(low, high):
    whole = int(low) | int(high) << 64
    return {day for day in DAYS if whole >> day & 1}


@settings(max_examples=200, deadline=None, derandomize=True)
@given(sets_of_days)
def test_words_and_has_day_tell_the_days_of_the_set(days):
    low, high = pair_of(days)

    assert set_of(low, high) == days
    assert {day for day in DAYS if has_day(low, high, np.int64(day))} == days


@pytest.mark.parametrize("day", [-200, -64, -1, 0, 1, 62, 63, 64, 65, 200])
def test_word_below_has_the_days_before_of_one_word(day):
    assert set_of(word_below(np.int64(day)), 0) == set(range(min(day, 64)))


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.integers(0, LONGEST), st.integers(0, LONGEST))
def test_days_between_are_the_first_and_all_before_the_end(first, end):
    assert set_of(*days_between(np.int64(first), np.int64(end))) == set(range(first, end))


@pytest.mark.parametrize("first", [0, 1, 62, 63, 64, 65, 119])
@pytest.mark.parametrize("end", [1, 63, 64, 65, 66, 120])
def test_days_between_reach_over_the_border_of_the_words(first, end):
    assert set_of(*days_between(np.int64(first), np.int64(end))) == set(range(first, end))


def stays_by_hand(days, length):
    return {day for day in days if all(day + more in days for more in range(length))}


@settings(max_examples=500, deadline=None, derandomize=True)
@given(sets_of_days, st.integers(1, 130))
def test_first_days_of_stays_are_those_from_which_all_days_are_in_the_set(days, length):
    low, high = pair_of(days)

    assert set_of(*first_days_of_stays(low, high, np.int64(length))) == stays_by_hand(days, length)


@pytest.mark.parametrize("length", [1, 2, 31, 32, 33, 62, 63, 64, 65, 66, 119, 120, 121, 127, 128, 129, 400, 10**9])
@pytest.mark.parametrize("first", [0, 1, 55, 63, 64, 65])
def test_long_stays_reach_over_the_border_of_the_words(first, length):
    days = set(range(first, LONGEST))
    low, high = pair_of(days)

    assert set_of(*first_days_of_stays(low, high, np.int64(length))) == set(range(first, LONGEST - length + 1))


@pytest.mark.parametrize("missing", [0, 62, 63, 64, 65, 119])
@pytest.mark.parametrize("length", [2, 3, 63, 64, 65])
def test_one_day_missing_ends_every_stay_over_it(missing, length):
    days = set(range(LONGEST)) - {missing}
    low, high = pair_of(days)

    assert set_of(*first_days_of_stays(low, high, np.int64(length))) == stays_by_hand(days, length)
