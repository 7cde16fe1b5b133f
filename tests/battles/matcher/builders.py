"""Small problems in which one thing decides."""

from math import pi
from typing import Any

from battles.matcher import Battle, BattlePlan, Empty, Person, Problem, Result, SeatLine

KM_A_DEGREE = 1.3 * 6371.0088 * pi / 180
PLANT = (10.0, -66.0)


def at(km: float) -> tuple[float, float]:
    """A place so many road kilometres from the plant."""
    return (PLANT[0] + km / KM_A_DEGREE, PLANT[1])


def person(number: int = 1, *, km: float = 0, level: int = 2, **more: Any) -> Person:
    return Person(number, **{"place": at(km), "trades": {"welding": level}, "free": ((0, 55),)} | more)


def line(people: int = 1, *, trade: str = "welding", level: int = 2, **more: Any) -> SeatLine:
    return SeatLine(trade, level, people, **more)


def battle(number: int = 9, *seats: SeatLine, start: int = 10, **more: Any) -> Battle:
    fixed = {"earliest": start, "latest": start, "due": start}
    usual = {"place": PLANT, "days": 3, "weight": 1, "seats": seats or (line(),)}
    return Battle(number, **usual | fixed | more)


def problem(people: list[Person], battles: list[Battle], **more: Any) -> Problem:
    return Problem(people=tuple(people), battles=tuple(battles), **more)


def crews(result: Result) -> dict[int, tuple[tuple[int, ...], ...]]:
    return {plan.id: plan.crew for plan in result.battles}


def plan_of(*plans: BattlePlan, cost: float = 0.0, bound: float = 0.0) -> Result:
    return Result("feasible", cost, bound, 0.0, plans)


def one_plan(*crew: tuple[int, ...], of: int = 9, start: int = 10, empty: tuple[Empty, ...] = ()) -> BattlePlan:
    return BattlePlan(of, start, crew, empty)
