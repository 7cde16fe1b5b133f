"""Which person could sit in which line at which start, and who of them is enough to know.

Two prunings, both certified: some best plan of the whole problem survives them.

* A pick that costs at least what its empty place costs is no gain: dropping it frees the person.
* Let P be the places of all lines that any candidate of a list can sit in. In a plan that uses the
  candidate at rank P or later, at most P - 1 people sit in those lines elsewhere, so one of the first P sits
  nowhere and can take the seat for no more. Hence the first P candidates suffice.

People pinned into a battle are never pruned there.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from battles.matcher.costs import empty_cost, incomplete_cost, keep_costs, seat_cost
from battles.matcher.eligibility import most_battles, span_of, why_not
from battles.matcher.problem import Battle, Person, Pin, Problem, ProblemError, SeatLine

Slot = tuple[int, int, int]
"""Battle id, line number, start."""


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
    """Battles that share candidates with one another and with no other battle.

    `most` is how many battles each person may have. A kept person's pick is cheaper by what losing them
    costs; `kept` is the sum of that, so that picks and `kept` together give the cost.
    """

    battles: tuple[Battle, ...]
    picks: tuple[Pick, ...]
    most: Mapping[int, int]
    kept: float


def pieces(problem: Problem) -> list[Piece]:
    """The problem, pruned and cut into parts that can be solved one by one."""
    slots = _shortest(problem, _slots(problem))
    picks = [pick for slot in slots.values() for pick in slot]
    _check_pins(problem, picks)
    groups = _groups(problem, picks)
    picks_of, battles_of = defaultdict(list), defaultdict(list)
    for pick in picks:
        picks_of[groups[pick.battle]].append(pick)
    for battle in problem.battles:
        battles_of[groups[battle.id]].append(battle)
    kept_of: dict[int, float] = defaultdict(float)
    for keep in problem.keep:
        kept_of[groups[keep.battle]] += keep.cost
    most = {person.id: most_battles(problem, person) for person in problem.people}
    return [
        Piece(
            battles=tuple(battles),
            picks=tuple(picks_of[group]),
            most={pick.person: most[pick.person] for pick in picks_of[group]},
            kept=kept_of[group],
        )
        for group, battles in battles_of.items()
    ]


def starts(problem: Problem, battle: Battle, pin: Pin | None) -> list[int]:
    """The starts worth trying: of those that nobody can attend only the earliest is."""
    if pin is not None and pin.start is not None:
        return [pin.start]
    within = range(max(battle.earliest, -battle.days), min(battle.latest, problem.horizon) + 1)
    return sorted({battle.earliest, *within})


def pins_of(problem: Problem) -> dict[int, Pin]:
    return {pin.battle: pin for pin in problem.pins}


def _slots(problem: Problem) -> dict[Slot, list[Pick]]:
    """All candidates, cheapest first."""
    pins, kept = pins_of(problem), keep_costs(problem)
    by_trade = defaultdict(list)
    for person in problem.people:
        for trade in person.trades:
            by_trade[trade].append(person)
    slots: dict[Slot, list[Pick]] = {}
    for battle in problem.battles:
        pin = pins.get(battle.id)
        for number, line in enumerate(battle.seats):
            allowed = [person for person in by_trade[line.trade] if pin is None or person.id not in pin.out]
            for start in starts(problem, battle, pin):
                picks = _able(problem, battle, number, start, allowed, kept)
                slots[battle.id, number, start] = sorted(picks, key=lambda pick: (pick.cost, pick.person))
    return slots


def _able(
    problem: Problem,
    battle: Battle,
    number: int,
    start: int,
    people: Iterable[Person],
    kept: Mapping[tuple[int, int, int], float],
) -> list[Pick]:
    line = battle.seats[number]
    able = []
    for person in people:
        if why_not(problem, person, battle, line, start) is None:
            cost = seat_cost(problem, person, battle, line).total
            cost -= kept.get((battle.id, number, person.id), 0)
            span = span_of(problem, person, battle, line, start)
            able.append(Pick(battle.id, number, start, person.id, cost, *span))
    return able


def _shortest(problem: Problem, slots: dict[Slot, list[Pick]]) -> dict[Slot, list[Pick]]:
    """The same lists, as short as the two prunings allow."""
    battles = {battle.id: battle for battle in problem.battles}
    pinned = {(pin.battle, person) for pin in problem.pins for person in pin.into}
    lines = _lines_of_people(slots)
    short = {}
    for slot, picks in slots.items():
        battle, number, _ = slot
        worth = _worth(problem, battles[battle], battles[battle].seats[number])
        enough = _places(battles, set().union(*(lines[pick.person] for pick in picks)))
        short[slot] = [
            pick
            for rank, pick in enumerate(picks)
            if (rank < enough and pick.cost < worth) or (battle, pick.person) in pinned
        ]
    return short


def _worth(problem: Problem, battle: Battle, line: SeatLine) -> float:
    """The most that filling one place of the line can save."""
    saved = empty_cost(problem.weights, battle, line)
    return saved + incomplete_cost(problem.weights, battle) if line.required else saved


def _lines_of_people(slots: Mapping[Slot, Iterable[Pick]]) -> dict[int, set[tuple[int, int]]]:
    lines = defaultdict(set)
    for (battle, line, _), picks in slots.items():
        for pick in picks:
            lines[pick.person].add((battle, line))
    return lines


def _places(battles: Mapping[int, Battle], lines: Iterable[tuple[int, int]]) -> int:
    return sum(battles[battle].seats[line].people for battle, line in lines)


def _check_pins(problem: Problem, picks: Iterable[Pick]) -> None:
    possible = {(pick.battle, pick.person) for pick in picks}
    battles = {battle.id: battle for battle in problem.battles}
    people = {person.id: person for person in problem.people}
    for pin in problem.pins:
        for person in pin.into:
            if (pin.battle, person) not in possible:
                reason = _closest_reason(problem, people[person], battles[pin.battle], pin)
                raise ProblemError(f"pin of battle {pin.battle}: person {person} cannot be in: {reason}")


def _closest_reason(problem: Problem, person: Person, battle: Battle, pin: Pin) -> str:
    """Why the person fits no line; a line of a trade that they have says more than one of another."""
    line = max(battle.seats, key=lambda line: person.trades.get(line.trade, 0) - line.level)
    return str(why_not(problem, person, battle, line, starts(problem, battle, pin)[0]))


def _groups(problem: Problem, picks: Iterable[Pick]) -> dict[int, int]:
    """Each battle's group, named by one of its battles (union-find)."""
    leader = {battle.id: battle.id for battle in problem.battles}

    def lead(battle: int) -> int:
        while leader[battle] != battle:
            leader[battle] = battle = leader[leader[battle]]
        return battle

    first_battle: dict[int, int] = {}
    for pick in picks:
        leader[lead(pick.battle)] = lead(first_battle.setdefault(pick.person, pick.battle))
    return {battle: lead(battle) for battle in leader}
