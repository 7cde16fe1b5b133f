"""Answers to the questions of a conversation: how the machine is, what is wrong, whether there is more."""

from __future__ import annotations

import re

from battles.talks import vocabulary as known
from epo.core.text import fold
from factories.states import Condition

BY_NUMBER = {"1": Condition.STOPPED, "2": Condition.BADLY, "3": Condition.DANGEROUS}
WORST_FIRST = (Condition.DANGEROUS, Condition.STOPPED, Condition.BADLY)
_ONLY_NUMBERS = re.compile(r"[0-9]{1,2}(?:(?:\s*[,;.+&/-]\s*|\s+(?:y\s+)?)[0-9]{1,2})*")


def condition_of(text: str) -> tuple[str, bool]:
    """How the machine is, or empty; and whether the text says nothing else."""
    said = " ".join(re.findall(r"[a-z0-9]+", fold(text)))
    chosen = {BY_NUMBER.get(str(number)) for number in numbers_of(text)}
    for condition in WORST_FIRST:
        if condition in chosen:
            return condition, True
    is_safe = re.search(known.NO_DANGER, said) is not None
    for condition, pattern in known.CONDITIONS:
        if condition is Condition.DANGEROUS and is_safe:
            continue
        if re.search(rf"\b(?:{pattern})\b", said):
            return condition, re.fullmatch(rf"(?:esta |anda |es )?(?:{pattern})", said) is not None
    first = said.partition(" ")[0]
    return (BY_NUMBER[first], False) if first in BY_NUMBER else ("", False)


def numbers_of(text: str) -> tuple[int, ...]:
    """ "1", "1 y 3", "1,3"; empty where there are words."""
    said = fold(text).strip(" .,;:-")
    return tuple(int(one) for one in re.findall(r"[0-9]+", said)) if _ONLY_NUMBERS.fullmatch(said) else ()


def is_nothing(text: str) -> bool:
    """ "No", "nada más", "listo": there is no more to tell."""
    words = re.findall(r"[a-z0-9]+", fold(text))
    return set(words) <= known.NOTHING
