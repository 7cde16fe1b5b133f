"""What the matcher is asked: people, battles, rules and prices, checked as they are made."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from functools import partial
from itertools import product

LEVELS = range(1, 5)
LONGEST_HORIZON = 120
MOST, MOST_AMOUNT = 10**9, 1e13
MOST_ID = 2**63
MOST_PEOPLE_A_LINE = 1000
POLE, DATE_LINE = 90, 180
NUMBER_PAIRS = frozenset(product((int, float), repeat=2))

Place = tuple[float, float]
Span = tuple[int, int]


class ProblemError(ValueError):
    """The problem makes no sense; the message names the id and the reason."""


def need(holds: bool, who: str, reason: str) -> None:
    if not holds:
        raise ProblemError(f"{who}: {reason}")


def is_whole(value: object, least: int = -MOST) -> bool:
    return type(value) is int and least <= value <= MOST


def is_id(value: object) -> bool:
    return type(value) is int and abs(value) < MOST_ID


def is_amount(value: object) -> bool:
    """A number that is not negative, nor too large to add up to the last metre."""
    return type(value) in (int, float) and 0 <= value <= MOST_AMOUNT  # type: ignore[operator]


@dataclass(frozen=True, slots=True)
class Rules:
    near_km: float = 150
    rest_days: int = 3
    max_battles: int = 2

    def __post_init__(self) -> None:
        need(is_amount(self.near_km), "rules", "near_km is not a number from 0")
        need(is_whole(self.rest_days, 0), "rules", "rest_days is not a whole number from 0")
        need(is_whole(self.max_battles, 0), "rules", "max_battles is not a whole number from 0")


@dataclass(frozen=True, slots=True)
class Weights:
    """What counts how much, in kilometres of road."""

    load: float = 25
    over: float = 15
    second: float = 120
    late: float = 40
    missing: float = 2500
    spare: float = 250
    incomplete: float = 1000

    def __post_init__(self) -> None:
        for field in fields(self):
            need(is_amount(getattr(self, field.name)), "weights", f"{field.name} is not a number from 0")


@dataclass(frozen=True, slots=True)
class Person:
    """`free` is united as it is stored: sorted, without overlaps, adjacent spans joined."""

    id: int
    place: Place
    trades: Mapping[str, int]
    free: tuple[Span, ...]
    fought: int = 0
    max_km: float | None = None
    max_days: int | None = None
    battles_left: int | None = None

    def __post_init__(self) -> None:
        who = f"person {self.id}"
        need(is_id(self.id), who, "the id is not a whole number")
        _check_place(self.place, who)
        _check_trades(self.trades, who)
        need(is_whole(self.fought, 0), who, "fought is not a whole number from 0")
        need(self.max_km is None or is_amount(self.max_km), who, "max_km is not a number from 0")
        need(self.max_days is None or is_whole(self.max_days, 0), who, "max_days is not a whole number from 0")
        need(
            self.battles_left is None or is_whole(self.battles_left, 0),
            who,
            "battles_left is not a whole number from 0",
        )
        object.__setattr__(self, "free", _united(self.free, who))


def _unchecked() -> Callable[..., Person]:
    """Past the frozen dataclass: its slots are written directly, which is ten times as quick."""
    new = partial(object.__new__, Person)
    set_id, set_place, set_trades, set_free, set_fought, set_max_km, set_max_days, set_left = (
        getattr(Person, one.name).__set__ for one in fields(Person)
    )

    def person_of_row(
        pk: int, place: Place, trades: Mapping[str, int], free: tuple[Span, ...], fought: int,
        max_km: float | None, max_days: int | None,
    ) -> Person:  # fmt: skip
        person = new()
        set_id(person, pk)
        set_place(person, place)
        set_trades(person, trades)
        set_free(person, free)
        set_fought(person, fought)
        set_max_km(person, max_km)
        set_max_days(person, max_days)
        set_left(person, None)
        return person

    return person_of_row


person_of_row = _unchecked()
"""A person of rows that are known to be right: nothing is checked, and `free` is united already."""


@dataclass(frozen=True, slots=True)
class SeatLine:
    """Equal places. `first` and `last` count days from the battle's start; without them the whole stay."""

    trade: str
    level: int
    people: int
    required: bool = True
    first: int = 0
    last: int | None = None


@dataclass(frozen=True, slots=True)
class Battle:
    id: int
    place: Place
    days: int
    earliest: int
    latest: int
    due: int
    weight: int
    seats: tuple[SeatLine, ...]

    def __post_init__(self) -> None:
        who = f"battle {self.id}"
        need(is_id(self.id), who, "the id is not a whole number")
        _check_place(self.place, who)
        need(is_whole(self.days, 1), who, "days is not a whole number from 1")
        for name in ("earliest", "latest", "due"):
            need(is_whole(getattr(self, name)), who, f"{name} is not a whole number")
        need(self.earliest <= self.latest, who, "latest is before earliest")
        need(is_whole(self.weight, 0), who, "weight is not a whole number from 0")
        for number, line in enumerate(self.seats):
            _check_line(line, self.days, f"{who}, line {number}")


@dataclass(frozen=True, slots=True)
class Pin:
    """A coordinator's word on one battle: these people in, these out, this start."""

    battle: int
    into: tuple[int, ...] = ()
    out: tuple[int, ...] = ()
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Keep:
    """Moving `person` out of this line costs `cost`, once."""

    battle: int
    line: int
    person: int
    cost: float


@dataclass(frozen=True, slots=True)
class Problem:
    horizon: int = 56
    rules: Rules = Rules()
    weights: Weights = Weights()
    people: tuple[Person, ...] = ()
    battles: tuple[Battle, ...] = ()
    pins: tuple[Pin, ...] = ()
    keep: tuple[Keep, ...] = ()

    def __post_init__(self) -> None:
        sensible = is_whole(self.horizon, 0) and self.horizon <= LONGEST_HORIZON
        need(sensible, "horizon", f"{self.horizon!r} is not a whole number from 0 to {LONGEST_HORIZON}")
        people = _only_once((person.id for person in self.people), "person")
        _only_once((battle.id for battle in self.battles), "battle")
        _only_once((pin.battle for pin in self.pins), "pins of battle")
        battles = {battle.id: battle for battle in self.battles}
        for pin in self.pins:
            _check_pin(pin, battles, people)
        for keep in self.keep:
            _check_keep(keep, battles, people)


def _check_place(place: Place, who: str) -> None:
    pair = isinstance(place, tuple) and tuple(map(type, place)) in NUMBER_PAIRS
    need(pair, who, "the place is not a pair of numbers")
    need(abs(place[0]) <= POLE and abs(place[1]) <= DATE_LINE, who, "the place is not on the globe")


def _check_trades(trades: Mapping[str, int], who: str) -> None:
    for trade, level in trades.items():
        need(isinstance(trade, str) and trade != "", who, "a trade has no name")
        need(is_whole(level) and level in LEVELS, who, f"{trade}: level {level!r} is not 1 to 4")


def _check_line(line: SeatLine, days: int, who: str) -> None:
    need(isinstance(line.trade, str) and line.trade != "", who, "the trade has no name")
    need(is_whole(line.level) and line.level in LEVELS, who, f"level {line.level!r} is not 1 to 4")
    few = is_whole(line.people, 1) and line.people <= MOST_PEOPLE_A_LINE
    need(few, who, f"people is not a whole number from 1 to {MOST_PEOPLE_A_LINE}")
    need(type(line.required) is bool, who, "required is neither true nor false")
    last = days - 1 if line.last is None else line.last
    need(is_whole(line.first, 0) and is_whole(last, 0), who, "first or last is not a whole number from 0")
    need(line.first <= last < days, who, f"days {line.first} to {last} do not fit into a stay of {days}")


def _united(spans: Collection[Span], who: str) -> tuple[Span, ...]:
    for span in spans:
        pair = isinstance(span, tuple) and tuple(map(type, span)) == (int, int)
        need(pair, who, f"free span {span!r} is not a pair of days")
        need(span[0] <= span[1], who, f"free span {span[0]} to {span[1]} is reversed")
    united: list[Span] = []
    for first, last in sorted(spans):
        if united and first <= united[-1][1] + 1:
            united[-1] = (united[-1][0], max(last, united[-1][1]))
        else:
            united.append((first, last))
    return tuple(united)


def _only_once(ids: Iterable[int], what: str) -> set[int]:
    seen: set[int] = set()
    for one in ids:
        need(one not in seen, f"{what} {one}", "given more than once")
        seen.add(one)
    return seen


def _check_pin(pin: Pin, battles: Mapping[int, Battle], people: Collection[int]) -> None:
    who = f"pin of battle {pin.battle}"
    need(pin.battle in battles, who, "there is no such battle")
    battle = battles[pin.battle]
    for person in (*pin.into, *pin.out):
        need(person in people, who, f"there is no person {person!r}")
    for person in pin.into:
        need(person not in pin.out, who, f"person {person} is both in and out")
    places = sum(line.people for line in battle.seats)
    need(len(set(pin.into)) <= places, who, f"{len(set(pin.into))} people for {places} places")
    if pin.start is not None:
        need(is_whole(pin.start), who, "start is not a whole number")
        within = battle.earliest <= pin.start <= battle.latest
        need(within, who, f"start {pin.start} is outside {battle.earliest} to {battle.latest}")


def _check_keep(keep: Keep, battles: Mapping[int, Battle], people: Collection[int]) -> None:
    who = f"keep in battle {keep.battle}"
    need(keep.battle in battles, who, "there is no such battle")
    lines = len(battles[keep.battle].seats)
    need(is_whole(keep.line, 0) and keep.line < lines, who, f"there is no line {keep.line!r}")
    need(keep.person in people, who, f"there is no person {keep.person!r}")
    need(is_amount(keep.cost), who, "cost is not a number from 0")
