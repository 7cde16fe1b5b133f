"""One id, sent at the same moment with the same words and with other words; nothing is killed."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from random import Random
from typing import NamedTuple
from uuid import UUID

from bench.fire.client import Answer
from bench.fire.figures import Figure
from bench.fire.load import ACKNOWLEDGED, Said, invent, send_at_once
from bench.fire.rows.front import front
from bench.fire.run import Fire
from bench.fire.stack import Stack

ROWS = ("R2", "R3")
PARALLEL = 5
KEPT_PAGE = "/anotado/"
COUNT = "SELECT count(*) FROM factories_breakdownreport"
TEXTS = "SELECT id, text, status_token FROM factories_breakdownreport"
VARIANTS = "SELECT report_id, body FROM factories_reportvariant"
PROMISED = "all kept, none overwritten, nothing of the first told to the second"


def run(fire: Fire) -> Iterator[Figure]:
    with front(fire) as stack:
        yield _at_once(fire, stack, fire.pick(60, 500))
        for by_page in (False, True):
            yield _other_words(fire, stack, fire.pick(60, 300), by_page=by_page)
    if fire.is_short:
        return
    with front(fire, without=["id-of-the-sender"]) as stack:
        found = _at_once(fire, stack, 500)
    yield fire.control("R2", "the sender's id (a plain POST)", must="some twice", found=found.found, ok=not found.ok)
    for name, what, must in (
        ("variants", "keeping variants", "some not kept"),
        ("first-words", "leaving the first words as they are", "some overwritten"),
        ("discretion", "not telling the second of the first", "something revealed"),
    ):
        with front(fire, without=[name]) as stack:
            seen = _pairs(stack, fire.seed, 60, by_page=False)
        failed = {"variants": seen.not_kept, "first-words": seen.overwritten, "discretion": seen.revealed}[name]
        yield fire.control("R3", what, must=must, found=str(seen), ok=failed > 0)


def _at_once(fire: Fire, stack: Stack, many: int) -> Figure:
    chance = Random(f"{fire.seed}-at-once")
    said = [replace(invent(stack.seeded, chance), by_page=False) for _ in range(many)]
    before = stack.count(COUNT)
    answers = send_at_once(stack, [[one] * PARALLEL for one in said])
    firsts = Counter(sum(answer.status == HTTPStatus.CREATED for answer in each) for each in answers)
    stored = stack.count(COUNT) - before
    bad = sum(answer.status not in ACKNOWLEDGED for each in answers for answer in each)
    found = f"{stored} stored, {firsts[1]} with exactly one 201, {bad} not acknowledged"
    ok = stored == many and firsts == {1: many} and bad == 0
    tried = f"{many} ids sent {PARALLEL} times at once"
    return fire.figure("R2", tried, promised="each stored once, one 201 each", found=found, ok=ok)


@dataclass
class Seen:
    """`unclear` are pairs of which not exactly one was told to be the first, at first or when all was sent again."""

    many: int
    not_kept: int = 0
    overwritten: int = 0
    revealed: int = 0
    unclear: int = 0

    @property
    def is_good(self) -> bool:
        return not (self.not_kept or self.overwritten or self.revealed or self.unclear)

    def __str__(self) -> str:
        kept = f"{self.many - self.not_kept} of {self.many} kept beside the first, word for word"
        wrong = (
            f"{self.overwritten} overwritten, {self.revealed} times something revealed, {self.unclear} unclear receipts"
        )
        return f"{kept}, {wrong}"


def _other_words(fire: Fire, stack: Stack, many: int, *, by_page: bool) -> Figure:
    """Two tabs with one draft: the first words stay, the others are kept beside them, and their sender learns nothing."""
    seen = _pairs(stack, fire.seed, many, by_page=by_page)
    tried = f"{many} ids with two different texts at once by the {'page' if by_page else 'API'}, then all again"
    return fire.figure("R3", tried, promised=PROMISED, found=str(seen), ok=seen.is_good)


def _pairs(stack: Stack, seed: int, many: int, *, by_page: bool) -> Seen:
    chance = Random(f"{seed}-other-words-{by_page}")
    said = [replace(invent(stack.seeded, chance), by_page=by_page, photo=None) for _ in range(many)]
    pairs = [[replace(one, text=f"{chance.getrandbits(64):x} {one.text}") for _ in range(2)] for one in said]
    rounds = [send_at_once(stack, pairs) for _ in range(2)]
    stored = {_key(key): (text, token) for key, text, token in stack.rows(TEXTS)}
    variants: dict[str, list[str]] = defaultdict(list)
    for key, body in stack.rows(VARIANTS):
        variants[_key(key)].append((json.loads(body) if isinstance(body, str) else body)["text"])
    seen = Seen(many)
    for pair, *answers in zip(pairs, *rounds, strict=True):
        kept = Kept(*stored.get(pair[0].id, ("", "")), variants[pair[0].id])
        _look_at(seen, stack, pair, answers, kept)
    return seen


class Kept(NamedTuple):
    text: str
    token: str
    variants: list[str]


def _look_at(seen: Seen, stack: Stack, pair: Sequence[Said], rounds: Sequence[Sequence[Answer]], kept: Kept) -> None:
    """`rounds`: what each of the two was answered, at first and when both were sent again."""
    first, *again = ([number for number, answer in enumerate(each) if not _is_second(answer)] for each in rounds)
    if first not in ([0], [1]) or again != [first]:
        seen.unclear += 1
        return
    one, other = pair[first[0]], pair[1 - first[0]]
    told = [_all_of(stack, each[1 - first[0]]) for each in rounds]
    seen.overwritten += kept.text != one.text
    seen.not_kept += kept.variants != [other.text]
    seen.revealed += sum(kept.token in each or one.text.split()[0] in each for each in told)


def _is_second(answer: Answer) -> bool:
    return answer.status == HTTPStatus.ACCEPTED or KEPT_PAGE in answer.headers.get("Location", "")


def _all_of(stack: Stack, answer: Answer) -> str:
    """Where it leads to, what it says, and the page there."""
    where = answer.headers.get("Location", "")
    return f"{where} {answer.text} {stack.client().get(where).text if where else ''}"


def _key(key: object) -> str:
    return str(UUID(str(key)))
