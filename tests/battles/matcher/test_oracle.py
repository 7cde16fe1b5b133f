"""The solver against trying everything, on small problems of all kinds."""

from itertools import combinations, product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from battles.matcher import (
    Battle,
    BattlePlan,
    Empty,
    Keep,
    Person,
    Pin,
    Problem,
    ProblemError,
    Result,
    Rules,
    SeatLine,
    Weights,
    check,
    explain,
    solve,
)
from battles.matcher.costs import plan_cost
from tests.battles.matcher.builders import at

HORIZON = 12
TRADES = ("welding", "boilers")
PLACES = tuple(at(km) for km in (0, 90, 170, 420))

levels = st.integers(1, 3)
amounts = st.sampled_from((0, 7, 30, 110, 400))
spans = st.tuples(st.integers(-2, HORIZON), st.integers(2, 14)).map(lambda span: (span[0], span[0] + span[1]))


@st.composite
def people(draw: Any, number: int) -> Person:
    return Person(
        id=number,
        place=draw(st.sampled_from(PLACES)),
        trades=draw(st.dictionaries(st.sampled_from(TRADES), levels, min_size=1)),
        free=tuple(draw(st.lists(spans, min_size=1, max_size=2))),
        fought=draw(st.integers(0, 2)),
        max_km=draw(st.sampled_from((None, None, 100, 300))),
        max_days=draw(st.sampled_from((None, None, 2, 4))),
        battles_left=draw(st.sampled_from((None, None, None, 0, 1))),
    )


@st.composite
def lines(draw: Any, days: int) -> SeatLine:
    first = draw(st.integers(0, days - 1))
    is_whole = draw(st.booleans())
    return SeatLine(
        trade=draw(st.sampled_from(TRADES)),
        level=draw(st.integers(1, 2)),
        people=draw(st.integers(1, 2)),
        required=draw(st.booleans()),
        first=0 if is_whole else first,
        last=None if is_whole else draw(st.integers(first, days - 1)),
    )


@st.composite
def battles(draw: Any, number: int, most_lines: int) -> Battle:
    days, earliest = draw(st.integers(1, 3)), draw(st.integers(-1, HORIZON))
    return Battle(
        id=number,
        place=draw(st.sampled_from(PLACES)),
        days=days,
        earliest=earliest,
        latest=earliest + draw(st.integers(0, 2)),
        due=earliest + draw(st.integers(-1, 2)),
        weight=draw(st.integers(0, 3)),
        seats=tuple(draw(st.lists(lines(days), min_size=1, max_size=most_lines))),
    )


@st.composite
def problems(draw: Any) -> Problem:
    asked = (draw(battles(1, 2)), draw(battles(2, 1)))
    some_people = tuple(draw(people(number)) for number in (1, 2, 3))
    pin = Pin(2, into=tuple(draw(st.sets(st.just(1)))), out=tuple(draw(st.sets(st.just(2)))))
    return Problem(
        horizon=HORIZON,
        rules=Rules(150, draw(st.integers(0, 3)), draw(st.integers(1, 2))),
        weights=Weights(*(draw(amounts) for _ in range(7))),
        people=some_people,
        battles=asked,
        pins=draw(st.sampled_from(((), (), (pin,)))),
        keep=draw(st.sampled_from(((), (Keep(1, 0, 3, 60),)))),
    )


def everything(problem: Problem) -> list[float]:
    """The cost of every plan that keeps the rules, as the checker reads them."""
    options = [list(all_plans(problem, battle)) for battle in problem.battles]
    costs = []
    for plans in product(*options):
        cost = plan_cost(problem, plans)
        if check(problem, Result("feasible", cost, 0.0, 0.0, plans)) == []:
            costs.append(cost)
    return costs


def all_plans(problem: Problem, battle: Battle) -> Any:
    """Every plan of this battle that is sound by itself."""
    alone = Problem(problem.horizon, problem.rules, problem.weights, problem.people, (battle,))
    crews = [list(all_crews(problem, line)) for line in battle.seats]
    for start, crew in product(range(battle.earliest, battle.latest + 1), product(*crews)):
        empty = tuple(
            Empty(number, line.people - len(crew[number]), "")
            for number, line in enumerate(battle.seats)
            if len(crew[number]) < line.people
        )
        plan = BattlePlan(battle.id, start, crew, empty)
        if check(alone, Result("feasible", plan_cost(alone, (plan,)), 0.0, 0.0, (plan,))) == []:
            yield plan


def all_crews(problem: Problem, line: SeatLine) -> Any:
    ids = [person.id for person in problem.people if line.trade in person.trades]
    for size in range(line.people + 1):
        yield from combinations(ids, size)


@settings(max_examples=400, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(problems())
def test_no_plan_is_cheaper_than_the_solvers(problem):
    costs = everything(problem)
    try:
        result = solve(problem, seconds=60)
    except ProblemError:
        assert costs == []
        return

    assert check(problem, result) == []
    assert result.status == "optimal"
    assert result.cost == pytest.approx(min(costs), rel=1e-6, abs=1e-6)
    assert result.bound <= min(costs) * (1 + 1e-9) + 1e-9


@settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(problems())
def test_the_quick_plan_and_bound_hold_too(problem):
    try:
        best, quick = solve(problem, seconds=60), solve(problem, seconds=0)
    except ProblemError:
        return

    assert check(problem, quick) == []
    assert quick.bound <= best.cost * (1 + 1e-9) + 1e-9
    assert quick.cost >= best.cost * (1 - 1e-9) - 1e-9
    assert len(explain(problem, quick).picks) == sum(len(list(plan.picks())) for plan in quick.battles)
