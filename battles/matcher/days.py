"""Sets of days as pairs of 64-bit words: day d is bit d of the low word, or bit d - 64 of the high one."""

import numpy as np

from battles.matcher.compiled import kernel

WORD = 64
ZERO, ONE, ALL = np.uint64(0), np.uint64(1), np.uint64(0xFFFFFFFFFFFFFFFF)

Words = tuple[np.uint64, np.uint64]


def words(days: int) -> tuple[int, int]:
    """The two words of a set that is one long number."""
    return days & int(ALL), days >> WORD


@kernel
def has_day(low: np.uint64, high: np.uint64, day: int) -> bool:
    """Whether a day of 0 … 127 is in the set."""
    if day < WORD:
        return (low >> np.uint64(day)) & ONE != ZERO
    return (high >> np.uint64(day - WORD)) & ONE != ZERO


@kernel
def word_below(day: int) -> np.uint64:
    """The days 0 … day - 1 of one word."""
    if day <= 0:
        return ZERO
    if day >= WORD:
        return ALL
    return (ONE << np.uint64(day)) - ONE


@kernel
def days_between(first: int, end: int) -> Words:
    """The days first … end - 1."""
    return word_below(end) & ~word_below(first), word_below(end - WORD) & ~word_below(first - WORD)


@kernel
def first_days_of_stays(low: np.uint64, high: np.uint64, length: int) -> Words:
    """The days from which on `length` days (1 or more) are all in the set."""
    have = 1
    while have < length:
        step = min(have, length - have)
        if step >= WORD:
            low &= high >> np.uint64(step - WORD)
            high = ZERO
        else:
            low &= (low >> np.uint64(step)) | (high << np.uint64(WORD - step))
            high &= high >> np.uint64(step)
        have += step
    return low, high
