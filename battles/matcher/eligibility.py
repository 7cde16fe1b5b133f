"""Who may sit where: the one rule that solver, explanations and pages ask."""

from battles.matcher.distance import road_km
from battles.matcher.problem import Battle, Person, Problem, SeatLine, Span

NO_TRADE = "no_trade"
LEVEL_TOO_LOW = "level_too_low"
NOT_FREE = "not_free"
TOO_FAR = "too_far"
TOO_LONG = "too_long"
NO_BATTLES_LEFT = "no_battles_left"


def why_not(problem: Problem, person: Person, battle: Battle, line: SeatLine, start: int) -> str | None:
    """The first reason against this person in this line at this start, or None; other battles aside."""
    level = person.trades.get(line.trade)
    if level is None:
        return NO_TRADE
    if level < line.level:
        return LEVEL_TOO_LOW
    km = road_km(person.place, battle.place)
    first, last = days_away(battle, line, start, is_far=km > problem.rules.near_km)
    if not is_free(person, first, last, problem.horizon):
        return NOT_FREE
    if person.max_km is not None and km > person.max_km:
        return TOO_FAR
    if person.max_days is not None and last - first + 1 > person.max_days:
        return TOO_LONG
    return None if most_battles(problem, person) > 0 else NO_BATTLES_LEFT


def days_on_site(battle: Battle, line: SeatLine, start: int) -> Span:
    last = battle.days - 1 if line.last is None else line.last
    return start + line.first, start + last


def days_away(battle: Battle, line: SeatLine, start: int, *, is_far: bool) -> Span:
    """First and last day given to the battle; who lives far travels the day before and the day after."""
    first, last = days_on_site(battle, line, start)
    return (first - 1, last + 1) if is_far else (first, last)


def span_of(problem: Problem, person: Person, battle: Battle, line: SeatLine, start: int) -> Span:
    is_far = road_km(person.place, battle.place) > problem.rules.near_km
    return days_away(battle, line, start, is_far=is_far)


def is_free(person: Person, first: int, last: int, horizon: int) -> bool:
    if first < 0 or last >= horizon:
        return False
    return any(opens <= first and last <= closes for opens, closes in person.free)


def most_battles(problem: Problem, person: Person) -> int:
    if person.battles_left is None:
        return problem.rules.max_battles
    return min(problem.rules.max_battles, person.battles_left)


def clash(one: Span, other: Span, rest_days: int) -> bool:
    """Whether one person cannot serve both: the spans overlap, or leave too few days between them."""
    return one[0] <= other[1] + rest_days and other[0] <= one[1] + rest_days
