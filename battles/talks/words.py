"""What a short message says, as people type it: without accents, without spaces, in any order. Reads no rows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import Enum
from itertools import pairwise, product
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError

from battles.codes import LETTERS, SHORTEST
from battles.states import DeclineReason
from battles.talks import vocabulary as known
from battles.talks.days import Stay, take_days
from battles.talks.vocabulary import MONTHS, WEEKDAYS
from epo.core.sheets import parsers
from epo.core.text import fold

if TYPE_CHECKING:
    from decimal import Decimal

LONGEST_CODE = 7
LONGEST_NUMBER = 9
MOST_READINGS = 64
CLOSE = {"0": "QDU", "O": "QDU", "1": "J7T", "I": "J7T", "L": "J7T", "5": "6F3", "S": "8Z"}
"""Signs that no code has, and those for which they are mistaken."""
_SIGNS = set(LETTERS) | set(CLOSE)
_DIGITS = str.maketrans("oil", "011")
_AMOUNT = re.compile(r"(?<![0-9.,a-z])([0-9][0-9o.,]*)\s*([a-z]*)")
"""An O among the figures is a zero; an L may be litres."""


class Kind(Enum):
    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"
    """Of an offer, but neither a plain yes nor a plain no."""
    REPORT = "report"
    READING = "reading"
    REPAIR = "repair"
    SAME = "same"
    HELP = "help"
    STOP = "stop"
    START = "start"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Words:
    """`code` was surely meant as one, and so were the `others`; `maybe` are words that could be codes.

    `rest` is in the person's own words.
    """

    kind: Kind
    code: str = ""
    others: tuple[str, ...] = ()
    maybe: tuple[str, ...] = ()
    stay: Stay = field(default_factory=Stay)
    number: int | None = None
    amount: Decimal | None = None
    unit: str = ""
    rest: str = ""

    @property
    def is_command(self) -> bool:
        """Meant for us whatever was asked just before."""
        if self.kind in (Kind.YES, Kind.NO):
            return bool(self.code)
        if self.kind is Kind.UNCLEAR:
            return bool(self.code) and not self.code.isdigit()
        if self.kind in (Kind.REPORT, Kind.READING, Kind.REPAIR):
            return self.number is not None
        return self.kind in (Kind.HELP, Kind.STOP, Kind.START)


def understand(text: str) -> Words:
    """Never raises, whatever was sent."""
    said = fold(text)
    tokens = _tokens(said)
    if not tokens:
        return Words(Kind.OTHER)
    return _order(tokens) or _about_a_number(text, said) or _answer(text, said)


def _tokens(said: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", said)


def _order(tokens: list[str]) -> Words | None:
    """One word alone, with a please at most."""
    words = set(tokens) - known.POLITE
    if len(words) != 1:
        return None
    (word,) = words
    for kind, names in ((Kind.HELP, known.HELP), (Kind.STOP, known.STOP), (Kind.START, known.START)):
        if word in names:
            return Words(kind)
    return Words(Kind.SAME) if word in known.SAME else None


def _about_a_number(text: str, said: str) -> Words | None:
    """AVERIA, PRODUCCION and REPARAMOS, with the number of a label before or after."""
    for kind, names in ((Kind.REPORT, known.REPORT), (Kind.READING, known.READING), (Kind.REPAIR, known.REPAIR)):
        choice = "|".join(sorted(names, key=len, reverse=True))
        head = re.match(rf"[^a-z0-9]*(?:([0-9][0-9oil]*)[^a-z0-9]+)?(?:{choice})(?![a-z])", said)
        if head is None:
            continue
        number, end = _number(head[1] or ""), head.end()
        after = re.match(
            r"(?:[^a-z0-9]|\b(?:numero|nro|num|no|de|la|el|en|maquina|etiqueta)\b)*([0-9][0-9oil]*)(?![a-z0-9]|[.,][0-9])",
            said[end:],
        )
        if number is None and after is not None:
            number, end = _number(after[1]), end + after.end()
        words = Words(kind, number=number, rest=_last(text, said[end:]))
        return _with_amount(words, said[end:]) if kind is Kind.READING else words
    return None


def _number(typed: str) -> int | None:
    digits = typed.translate(_DIGITS)
    return int(digits) if digits.isdigit() and len(digits) <= LONGEST_NUMBER else None


def _last(text: str, folded: str) -> str:
    """The end of `text` that `folded` is, as it was typed."""
    words = folded.split()
    own = text.replace("\x00", "").split()
    return (
        " ".join(own[len(own) - len(words) :]).strip(" .,;:-–") if words and len(words) <= len(own) else folded.strip()
    )


def _with_amount(words: Words, said: str) -> Words:
    """The last number is the output; what stands before it names the line."""
    found = list(_AMOUNT.finditer(said))
    if not found:
        return words
    amount = amount_of(found[-1][1])
    rest = said[: found[-1].start()].strip(" .,;:-")
    return words if amount is None else replace(words, amount=amount, unit=found[-1][2], rest=rest)


def amount_of(typed: str) -> Decimal | None:
    typed = typed.strip().rstrip(".,").replace("o", "0")
    try:
        return parsers.amount(typed)
    except ValidationError:
        return None


def _answer(text: str, said: str) -> Words:
    """Yes or no to an offer; what could be either is asked back."""
    for phrase in known.NO_THAT_MEANS_YES:
        said = said.replace(phrase, "claro")
    stay, left = take_days(said)
    glued = re.match(r"[^a-z0-9]*(si|no)([a-z0-9]{4,7})(?![a-z0-9])", left)
    if glued and _is_code(glued[2]) and (_has_digit(glued[2]) or left.strip() == glued[0].strip()):
        left = f"{glued[1]} {glued[2]} {left[glued.end() :]}"
    (code, *others), maybe, words = _codes(left)
    kind = _yes_or_no(words, has_days=bool(stay.first or stay.last))
    if kind is Kind.OTHER and code and not words:
        kind = Kind.UNCLEAR
    rest = text.strip() if kind is not Kind.NO else words_after(text, code)
    return Words(kind, code=code, others=tuple(others), maybe=maybe, stay=stay, rest=rest)


def _codes(said: str) -> tuple[list[str], tuple[str, ...], list[str]]:
    """The codes (at least one, which may be empty), words that could be one, and the words."""
    typed = re.sub(r"(?<=[a-z0-9])[-._](?=[a-z0-9])", "", said)
    tokens = _tokens(typed)
    sure = [token for token in tokens if _is_code(token) and _has_digit(token)]
    if not sure:
        pairs = [(one, other) for one, other in pairwise(tokens) if _is_split_code(one, other)]
        sure = [one + other for one, other in pairs[:1]]
        tokens = [token for token in tokens if not pairs or token not in pairs[0]]
    maybe = tuple(token.upper() for token in tokens if set(token.upper()) <= set(LETTERS) and _is_code(token))
    words = [token for token in tokens if token not in sure]
    return [code.upper() for code in sure] or [""], maybe, words


def _is_code(token: str) -> bool:
    return SHORTEST <= len(token) <= LONGEST_CODE and set(token.upper()) <= _SIGNS


def _is_split_code(one: str, other: str) -> bool:
    whole = one + other
    is_short = len(one) < SHORTEST and len(other) < SHORTEST and one not in known.YES | known.NO
    return is_short and _is_code(whole) and _has_digit(whole) and not whole.isdigit()


def _has_digit(token: str) -> bool:
    return any(sign.isdigit() for sign in token)


def _yes_or_no(words: list[str], *, has_days: bool) -> Kind:
    said = set(words)
    is_hedged = bool(said & known.HEDGES) or any(
        _has_digit(word) or word in WEEKDAYS or word in MONTHS for word in words
    )
    is_yes, is_no = bool(said & known.YES), bool(said & known.NO)
    if words and words[0] in known.NO:
        return Kind.NO
    if is_yes and is_no:
        return Kind.UNCLEAR
    if is_no:
        return Kind.NO
    if is_yes or (has_days and not said):
        return Kind.UNCLEAR if is_hedged else Kind.YES
    return Kind.OTHER


def words_after(text: str, code: str) -> str:
    """What follows the no and the code, as it was typed. A code of letters only shows as one once its offer is known."""
    words = text.replace("\x00", "").split()
    while words and _is_head(fold(words[0]), code):
        words.pop(0)
    return " ".join(words).strip(" .,;:-–")


def _is_head(word: str, code: str) -> bool:
    bare = "".join(_tokens(word))
    return not bare or bare in known.NO or (bool(code) and bare.upper() in (code, f"NO{code}"))


def reason_of(text: str) -> DeclineReason:
    """Why somebody says no, by the first word that tells."""
    for word in _tokens(fold(text)):
        for reason, beginnings in known.REASONS:
            if word.startswith(beginnings):
                return reason
    return DeclineReason.OTHER


def is_like_a_code(word: str) -> bool:
    """As long as codes are, and no word that people use; mistyped, it is nobody's code rather than a word."""
    folded = word.lower()
    is_word = folded in known.ORDINARY or reason_of(folded) is not DeclineReason.OTHER
    return len(word) == SHORTEST and not is_word


def readings_of(code: str) -> list[str]:
    """The codes that could be meant by one that was misread; itself alone where every sign is one of a code's."""
    ways = [CLOSE.get(sign, sign) for sign in code.upper()]
    many = 1
    for way in ways:
        many *= len(way)
    return ["".join(signs) for signs in product(*ways)] if many <= MOST_READINGS else []
