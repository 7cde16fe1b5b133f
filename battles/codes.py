"""Short codes for offers: one that can be read out, belongs to one offer only, and needs no column."""

from __future__ import annotations

LETTERS = "ABCDEFGHJKMNPQRTUVWXYZ2346789"  # without those that are mistaken for one another
SHORTEST = 4
MULTIPLIER = 433_494_437  # prime, so that neighbours in number are no neighbours in code


def encode(number: int) -> str:
    """`number` ≥ 0 as a code of at least four signs; different numbers give different codes."""
    length, first = SHORTEST, 0
    while number - first >= len(LETTERS) ** length:
        first += len(LETTERS) ** length
        length += 1
    rest = (number - first) * MULTIPLIER % len(LETTERS) ** length
    code = ""
    for _place in range(length):
        rest, sign = divmod(rest, len(LETTERS))
        code += LETTERS[sign]
    return code


def decode(code: str) -> int | None:
    """The number of a code, however it was typed; None for what is no code."""
    code = "".join(code.upper().split())
    if len(code) < SHORTEST or not set(code) <= set(LETTERS):
        return None
    size = len(LETTERS) ** len(code)
    scrambled = sum(LETTERS.index(sign) * len(LETTERS) ** place for place, sign in enumerate(code))
    first = sum(len(LETTERS) ** length for length in range(SHORTEST, len(code)))
    return scrambled * pow(MULTIPLIER, -1, size) % size + first
