"""One person in one line at one start, and what is left of them once the prices have spoken.

A pick that, forced into the plan, would lift the bound above the cost of a known plan is in no better plan (reduced
cost fixing). What is left falls apart into pieces that share nobody and can be solved exactly one by one.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from battles.matcher.arrays import Flags, Floats, Ints
from battles.matcher.compiled import kernel
from battles.matcher.crews import best_crew, look_at
from battles.matcher.days import has_day
from battles.matcher.lines import stay
from battles.matcher.problem import Battle
from battles.matcher.world import Roster, Scratch, Tariff, World


@dataclass(frozen=True, slots=True)
class Pick:
    """One person in one line at one start: cost, and the days it takes (travel included)."""

    battle: int
    line: int
    start: int
    person: int
    cost: float
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Piece:
    """Battles that share people with one another and with no other battle.

    `starts` are the starts of each battle that are worth trying, `most` is how many battles each person may have. Keeping
    somebody makes their pick cheaper by what losing them costs; `kept` is the sum of that, so that picks and `kept`
    together give the cost.
    """

    battles: tuple[Battle, ...]
    starts: Mapping[int, Sequence[int]]
    picks: tuple[Pick, ...]
    most: Mapping[int, int]
    kept: float


@kernel
def forced(price: float, dearest: float, empty: float, is_required: bool, whole: float, part: float) -> float:
    """What the battle costs at least if somebody of this price sits in a line whose crew's dearest costs `dearest`."""
    some = max(0.0, price - min(dearest, empty))
    full = max(0.0, price - dearest) if is_required else some
    return min(whole + full if whole < np.inf else np.inf, part + some)


@kernel
def survivors(  # noqa: C901 -- one tight loop
    slack: float, world: World, nobody: Roster, tariff: Tariff, scratch: Scratch,
    keeps_start: Flags, is_cut: Flags, alone: Floats, candidate: Ints, at_start: Ints,
) -> int:  # fmt: skip
    """Numbers of picks and starts whose battle costs at most `slack` more with them than at best; how many picks.

    `is_cut` marks lines in which somebody beyond the list could be as cheap.
    """
    battles, candidates = world.battles, world.candidates
    count = 0
    for b in range(len(battles.incomplete)):
        alone[b], _ = best_crew(b, world, nobody, tariff, 1.0, scratch)
        for start in range(battles.start_begin[b], battles.start_begin[b + 1]):
            whole, part = look_at(b, start, world, nobody, tariff, 1.0, scratch)
            if min(whole, part) - alone[b] > slack:
                continue
            keeps_start[start] = True
            end = 0
            for line in range(battles.line_begin[b], battles.line_begin[b + 1]):
                end += battles.people[line]
                dearest, empty, must = scratch.cost[end - 1], battles.empty[line], battles.required[line]
                if candidates.cutoff[line] < np.inf:
                    beyond = forced(candidates.cutoff[line], dearest, empty, must, whole, part)
                    is_cut[b] = is_cut[b] or beyond - alone[b] <= slack
                for number in range(candidates.begin[line], candidates.begin[line + 1]):
                    first, until = stay(number, line, battles.start_day[start], world)
                    if first < 0 or first >= world.horizon:
                        continue
                    if not has_day(candidates.low[number], candidates.high[number], first):
                        continue
                    person = candidates.person[number]
                    price = candidates.cost[number] + tariff.further[person]
                    price += tariff.upto[person, until] - tariff.upto[person, first]
                    if forced(price, dearest, empty, must, whole, part) - alone[b] <= slack:
                        if count < len(candidate):
                            candidate[count], at_start[count] = number, start
                        count += 1
    return count


def groups(battles: int, picks: Iterable[tuple[int, int]]) -> list[int]:
    """Each battle's group, named by one of its battles; picks are (battle, person) (union-find)."""
    leader = list(range(battles))

    def lead(battle: int) -> int:
        while leader[battle] != battle:
            leader[battle] = battle = leader[leader[battle]]
        return battle

    first_battle: dict[int, int] = {}
    for battle, person in picks:
        leader[lead(battle)] = lead(first_battle.setdefault(person, battle))
    return [lead(battle) for battle in range(battles)]


def crews_of(battles: Sequence[Battle], picks: Sequence[Pick]) -> dict[int, tuple[tuple[int, ...], ...]]:
    """Battle id → the people of each line, cheapest first."""
    crews = defaultdict(list)
    for pick in sorted(picks, key=lambda pick: (pick.cost, pick.person)):
        crews[pick.battle, pick.line].append(pick.person)
    return {
        battle.id: tuple(tuple(crews[battle.id, number]) for number in range(len(battle.seats))) for battle in battles
    }
