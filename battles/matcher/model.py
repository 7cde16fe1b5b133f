"""The whole choice as one mixed-integer programme, one function for each thing that must hold."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from battles.matcher.costs import empty_cost, incomplete_cost, late_cost
from battles.matcher.picks import Pick, Piece
from battles.matcher.problem import Problem

INFINITY = float("inf")
Key = TypeVar("Key", bound=Hashable)


@dataclass(slots=True)
class Columns:
    """All are whole numbers: with continuous ones among them HiGHS 1.14's presolve may call a worse plan optimal."""

    cost: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)

    def add(self, cost: float, upper: float) -> int:
        self.cost.append(cost)
        self.upper.append(upper)
        return len(self.cost) - 1


@dataclass(slots=True)
class Rows:
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    begin: list[int] = field(default_factory=lambda: [0])
    index: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)

    def add(self, lower: float, terms: Mapping[int, float], upper: float) -> None:
        self.lower.append(lower)
        self.upper.append(upper)
        self.index.extend(terms)
        self.value.extend(terms.values())
        self.begin.append(len(self.index))


class Model:
    """Columns: picks made, start days, empty places, incomplete battles, further battles of a person."""

    def __init__(self, problem: Problem, piece: Piece) -> None:
        self.problem = problem
        self.piece = piece
        self.columns = Columns()
        self.rows = Rows()
        self.picks = piece.picks
        self.lines = {(battle.id, number): line for battle in piece.battles for number, line in enumerate(battle.seats)}
        for pick in piece.picks:
            self.columns.add(pick.cost, 1)
        self.days = self._start_columns()
        self.empty = self._empty_columns()
        self.incomplete = self._incomplete_columns()
        self.further: dict[int, int] = {}

    def grouped(self, key: Callable[[Pick], Key]) -> dict[Key, list[int]]:
        """The numbers of the picks that have the same key."""
        return _grouped(self.picks, range(len(self.picks)), key)

    def _start_columns(self) -> dict[int, dict[int, int]]:
        return {
            battle.id: {
                start: self.columns.add(late_cost(self.problem.weights, battle, start), 1)
                for start in self.piece.starts[battle.id]
            }
            for battle in self.piece.battles
        }

    def _empty_columns(self) -> dict[tuple[int, int], int]:
        return {
            (battle.id, number): self.columns.add(empty_cost(self.problem.weights, battle, line), line.people)
            for battle in self.piece.battles
            for number, line in enumerate(battle.seats)
        }

    def _incomplete_columns(self) -> dict[int, int]:
        return {
            battle.id: self.columns.add(incomplete_cost(self.problem.weights, battle), 1)
            for battle in self.piece.battles
        }


def build(problem: Problem, piece: Piece) -> Model:
    model = Model(problem, piece)
    each_battle_starts_once(model)
    places_are_filled_or_empty(model)
    people_come_when_the_battle_is(model)
    nobody_is_in_two_places_or_without_rest(model)
    nobody_has_more_battles_than_they_may(model)
    further_battles_cost(model)
    empty_required_places_make_a_battle_incomplete(model)
    pinned_people_are_in(model)
    return model


def each_battle_starts_once(model: Model) -> None:
    for days in model.days.values():
        model.rows.add(1, dict.fromkeys(days.values(), 1.0), 1)


def places_are_filled_or_empty(model: Model) -> None:
    seated = model.grouped(lambda pick: (pick.battle, pick.line))
    for place, line in model.lines.items():
        terms = dict.fromkeys(seated.get(place, ()), 1.0) | {model.empty[place]: 1.0}
        model.rows.add(line.people, terms, line.people)


def people_come_when_the_battle_is(model: Model) -> None:
    """Only for battles that may start on several days: per line and start, and per person and start."""
    movable = {battle for battle, days in model.days.items() if len(days) > 1}
    numbers = [number for number, pick in enumerate(model.picks) if pick.battle in movable]
    crews = _grouped(model.picks, numbers, lambda pick: (pick.battle, pick.start, pick.line))
    for (battle, start, line), crew in crews.items():
        most = float(model.lines[battle, line].people)
        model.rows.add(-INFINITY, dict.fromkeys(crew, 1.0) | {model.days[battle][start]: -most}, 0)
    stays = _grouped(model.picks, numbers, lambda pick: (pick.battle, pick.start, pick.person))
    for (battle, start, _), stay in stays.items():
        model.rows.add(-INFINITY, dict.fromkeys(stay, 1.0) | {model.days[battle][start]: -1.0}, 0)


def nobody_is_in_two_places_or_without_rest(model: Model) -> None:
    """Spans lengthened by the rest are intervals of days, so pairwise clashes are sets around one day."""
    rest = model.problem.rules.rest_days
    for picks in model.grouped(lambda pick: pick.person).values():
        for crowd in _crowds(model.picks, picks, rest):
            model.rows.add(-INFINITY, dict.fromkeys(crowd, 1.0), 1)


def _crowds(picks: Sequence[Pick], mine: Iterable[int], rest: int) -> list[frozenset[int]]:
    """Largest sets of one person's picks of which only one can be made."""
    mine = list(mine)
    around = {
        frozenset(one for one in mine if picks[one].first <= day <= picks[one].last + rest)
        for day in {picks[one].first for one in mine}
    }
    same_battle = {frozenset(same) for same in _grouped(picks, mine, lambda pick: pick.battle).values()}
    crowds = [crowd for crowd in around | same_battle if len(crowd) > 1]
    return sorted((one for one in crowds if not any(one < other for other in crowds)), key=sorted)


def nobody_has_more_battles_than_they_may(model: Model) -> None:
    for person, picks in model.grouped(lambda pick: pick.person).items():
        most = model.piece.most[person]
        if len({model.picks[one].battle for one in picks}) > most:
            model.rows.add(-INFINITY, dict.fromkeys(picks, 1.0), most)


def further_battles_cost(model: Model) -> None:
    for person, picks in model.grouped(lambda pick: pick.person).items():
        if model.piece.most[person] > 1 and _could_serve_twice(model, picks):
            further = model.columns.add(model.problem.weights.second, INFINITY)
            model.further[person] = further
            model.rows.add(-INFINITY, dict.fromkeys(picks, 1.0) | {further: -1.0}, 1)


def _could_serve_twice(model: Model, picks: Iterable[int]) -> bool:
    """Whether any two of the person's picks leave enough rest between them."""
    mine = [model.picks[one] for one in picks]
    soonest = min(mine, key=lambda pick: pick.last)
    latest = max(mine, key=lambda pick: pick.first)
    return latest.first > soonest.last + model.problem.rules.rest_days


def empty_required_places_make_a_battle_incomplete(model: Model) -> None:
    for (battle, number), line in model.lines.items():
        if line.required:
            terms = {model.empty[battle, number]: 1.0, model.incomplete[battle]: -float(line.people)}
            model.rows.add(-INFINITY, terms, 0)


def pinned_people_are_in(model: Model) -> None:
    seated = model.grouped(lambda pick: (pick.battle, pick.person))
    battles = {battle.id for battle in model.piece.battles}
    for pin in model.problem.pins:
        if pin.battle in battles:
            for person in pin.into:
                model.rows.add(1, dict.fromkeys(seated[pin.battle, person], 1.0), 1)


def _grouped(picks: Sequence[Pick], numbers: Iterable[int], key: Callable[[Pick], Key]) -> dict[Key, list[int]]:
    groups: dict[Key, list[int]] = defaultdict(list)
    for number in numbers:
        groups[key(picks[number])].append(number)
    return dict(groups)
