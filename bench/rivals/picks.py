"""Everybody who could sit anywhere, as picks of the exact model, cut into pieces that share nobody; nothing is pruned."""

from collections import defaultdict

from battles.matcher import Battle, Pin, Problem, ProblemError, seat_cost, why_not
from battles.matcher.arrays import starts_of
from battles.matcher.costs import keep_costs
from battles.matcher.eligibility import most_battles, span_of
from battles.matcher.picks import Pick, Piece, groups


def pieces(problem: Problem) -> list[Piece]:
    pins = {pin.battle: pin for pin in problem.pins}
    starts = {battle.id: starts_of(problem, battle, pins.get(battle.id)) for battle in problem.battles}
    picks = [
        pick for battle in problem.battles for pick in _picks(problem, battle, starts[battle.id], pins.get(battle.id))
    ]
    possible = {(pick.battle, pick.person) for pick in picks}
    for pin in problem.pins:
        for person in pin.into:
            if (pin.battle, person) not in possible:
                raise ProblemError(f"pin of battle {pin.battle}: person {person} cannot be in")
    number = {battle.id: one for one, battle in enumerate(problem.battles)}
    group = groups(len(problem.battles), ((number[pick.battle], pick.person) for pick in picks))
    picks_of, battles_of = defaultdict(list), defaultdict(list)
    for pick in picks:
        picks_of[group[number[pick.battle]]].append(pick)
    for battle in problem.battles:
        battles_of[group[number[battle.id]]].append(battle)
    most = {person.id: most_battles(problem, person) for person in problem.people}
    return [
        Piece(
            battles=tuple(battles),
            starts={battle.id: starts[battle.id] for battle in battles},
            picks=tuple(picks_of[one]),
            most=most,
            kept=sum(keep.cost for keep in problem.keep if keep.battle in {battle.id for battle in battles}),
        )
        for one, battles in battles_of.items()
    ]


def _picks(problem: Problem, battle: Battle, starts: list[int], pin: Pin | None) -> list[Pick]:
    kept = keep_costs(problem)
    found = []
    for number, line in enumerate(battle.seats):
        for person in problem.people:
            if pin is not None and person.id in pin.out:
                continue
            for start in starts:
                if why_not(problem, person, battle, line, start) is None:
                    cost = seat_cost(problem, person, battle, line).total - kept.get((battle.id, number, person.id), 0)
                    span = span_of(problem, person, battle, line, start)
                    found.append(Pick(battle.id, number, start, person.id, cost, *span))
    return found
