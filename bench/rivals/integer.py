"""HiGHS on the whole of section "the model" in docs/matcher.md: the matcher's own exact side, alone and to the end."""

import math
from time import perf_counter
from typing import TYPE_CHECKING

from battles.matcher import Problem
from battles.matcher.exact import run
from battles.matcher.model import build
from bench.rivals.answer import Answer, plans_of
from bench.rivals.picks import pieces

if TYPE_CHECKING:
    from battles.matcher.picks import Pick


def highs_mip(problem: Problem, *, seconds: float, seed: int) -> Answer:
    """Without a first plan from elsewhere. Pieces that share nobody are solved one by one, small ones first."""
    until = perf_counter() + seconds
    began = perf_counter()
    starts: dict[int, int] = {}
    picks: list[Pick] = []
    bound, is_whole = 0.0, True
    for piece in sorted(pieces(problem), key=lambda piece: len(piece.picks)):
        model = build(problem, piece)
        answer = run(model, seed=seed, seconds=max(0.0, until - perf_counter()), stop=None, seen=None, begin=None)
        bound += max(0.0, answer.bound) if math.isfinite(answer.bound) else 0.0
        is_whole = is_whole and answer.starts is not None
        starts |= answer.starts or {}
        picks += answer.picks
    if not is_whole:
        return Answer(None, bound, perf_counter() - began)
    crews: dict[tuple[int, int], list[int]] = {}
    for pick in picks:
        crews.setdefault((pick.battle, pick.line), []).append(pick.person)
    return Answer(plans_of(problem, starts, crews), bound, perf_counter() - began)
