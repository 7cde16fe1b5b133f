import copy
import json
import math
from pathlib import Path

import pytest

from battles.matcher import (
    Keep,
    Person,
    Pin,
    Problem,
    ProblemError,
    SeatLine,
    Weights,
    files,
    read,
    solve,
    to_dict,
    write,
)
from bench.generate import generate
from tests.battles.matcher.builders import battle, line, person, problem

DOCS = Path(__file__).parents[3] / "docs"
DOCUMENT = {
    "horizon": 56,
    "rules": {"near_km": 150, "rest_days": 3, "max_battles": 2},
    "weights": {
        "load": 25, "over": 15, "second": 120, "late": 40, "missing": 2500, "spare": 250, "incomplete": 1000,
    },
    "people": [
        {
            "id": 1, "place": [10.5, -66.9], "trades": {"welding": 3}, "free": [[0, 9], [20, 40]],
            "fought": 2, "max_km": 600, "max_days": None,
        },
        {
            "id": 2, "place": [10.5, -66.9], "trades": {}, "free": [],
            "fought": 0, "max_km": None, "max_days": 7, "battles_left": 1,
        },
    ],
    "battles": [
        {
            "id": 9, "place": [10.0, -68.0], "days": 5, "earliest": 3, "latest": 9, "due": 6, "weight": 4,
            "seats": [
                {"trade": "welding", "level": 2, "people": 3, "required": True},
                {"trade": "welding", "level": 2, "people": 1, "required": False, "first": 1, "last": 3},
            ],
        }
    ],
    "pins": [{"battle": 9, "in": [1], "out": [2], "start": 4}],
    "keep": [{"battle": 9, "line": 0, "person": 1, "cost": 60}],
}  # fmt: skip


def changed(path, value):
    document = copy.deepcopy(DOCUMENT)
    *way, last = path
    inner = document
    for step in way:
        inner = inner[step]
    inner[last] = value
    return document


def test_a_problem_is_read_and_written_without_loss():
    read_once = read(DOCUMENT)

    assert write(read_once) == DOCUMENT
    assert read(json.loads(json.dumps(write(read_once)))) == read_once


def test_what_may_be_left_out_means_none_or_the_usual():
    bare = read({"people": [], "battles": []})

    assert bare == Problem()
    assert bare.weights == Weights(load=25, over=15, second=120, late=40, missing=2500, spare=250, incomplete=1000)


def test_free_spans_are_united():
    overlapping = person(free=((8, 9), (0, 3), (4, 5), (2, 4), (-7, -6)))

    assert overlapping.free == ((-7, -6), (0, 5), (8, 9))


P, B = ("people", 0), ("battles", 0)


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        ((*P, "free"), [[5, 4]], "person 1: free span 5 to 4 is reversed"),
        ((*P, "free"), [[5]], "person 1: free span [5] is not a pair"),
        ((*P, "free"), [[5, 6.5]], "person 1: free span (5, 6.5) is not a pair of days"),
        ((*P, "free"), 7, "person 1: free is not a list"),
        ((*P, "nickname"), "x", "person 1: unknown key 'nickname'"),
        ((*P, "trades"), {"welding": 7}, "person 1: welding: level 7 is not 1 to 4"),
        ((*P, "trades"), {"welding": True}, "person 1: welding: level True is not 1 to 4"),
        ((*P, "trades"), {"": 1}, "person 1: a trade has no name"),
        ((*P, "trades"), [], "person 1: trades is not an object"),
        ((*P, "place"), [math.nan, 0], "person 1: the place is not on the globe"),
        ((*P, "place"), [91, 0], "person 1: the place is not on the globe"),
        ((*P, "place"), ["10", 0], "person 1: the place is not a pair of numbers"),
        ((*P, "place"), None, "person 1: place is not a list"),
        ((*P, "fought"), -1, "person 1: fought is not a whole number from 0"),
        ((*P, "max_km"), math.inf, "person 1: max_km is not a number from 0"),
        ((*P, "max_days"), 2.5, "person 1: max_days is not a whole number from 0"),
        ((*P, "battles_left"), -1, "person 1: battles_left is not a whole number from 0"),
        ((*P, "id"), 2, "person 2: given more than once"),
        ((*P, "id"), "one", "person one: the id is not a whole number"),
        (P, 5, "people, entry 0: is not an object"),
        ((*B, "latest"), 2, "battle 9: latest is before earliest"),
        ((*B, "due"), 1.5, "battle 9: due is not a whole number"),
        ((*B, "days"), 0, "battle 9: days is not a whole number from 1"),
        ((*B, "weight"), -1, "battle 9: weight is not a whole number from 0"),
        ((*B, "title"), "x", "battle 9: unknown key 'title'"),
        ((*B, "seats", 0, "level"), 0, "battle 9, line 0: level 0 is not 1 to 4"),
        ((*B, "seats", 0, "people"), 0, "battle 9, line 0: people is not a whole number from 1 to 1000"),
        ((*B, "seats", 0, "required"), 1, "battle 9, line 0: required is neither true nor false"),
        ((*B, "seats", 0, "trade"), "", "battle 9, line 0: the trade has no name"),
        ((*B, "seats", 1, "last"), 5, "battle 9, line 1: days 1 to 5 do not fit into a stay of 5"),
        ((*B, "seats", 1, "first"), -1, "battle 9, line 1: first or last is not a whole number from 0"),
        ((*B, "seats", 1, "age"), 3, "battle 9, line 1: unknown key 'age'"),
        (("pins", 0, "battle"), 8, "pin of battle 8: there is no such battle"),
        (("pins", 0, "in"), [3], "pin of battle 9: there is no person 3"),
        (("pins", 0, "in"), [2], "pin of battle 9: person 2 is both in and out"),
        (("pins", 0, "start"), 10, "pin of battle 9: start 10 is outside 3 to 9"),
        (("keep", 0, "line"), 2, "keep in battle 9: there is no line 2"),
        (("keep", 0, "person"), 5, "keep in battle 9: there is no person 5"),
        (("keep", 0, "cost"), -1, "keep in battle 9: cost is not a number from 0"),
        (("rules", "near_km"), math.nan, "rules: near_km is not a number from 0"),
        (("weights", "late"), -4, "weights: late is not a number from 0"),
        (("weights", "price"), 1, "weights: unknown key 'price'"),
        (("horizon",), 121, "horizon: 121 is not a whole number from 0 to 120"),
        (("people",), {}, "problem: people is not a list"),
        (("colour",), "red", "problem: unknown key 'colour'"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_id_and_the_reason(path, value, reason):
    with pytest.raises(ProblemError) as refused:
        read(changed(path, value))

    assert str(refused.value) == reason


@pytest.mark.parametrize(("where", "key"), [(P, "free"), (B, "due"), (("keep", 0), "cost")])
def test_what_is_missing_is_refused(where, key):
    document = copy.deepcopy(DOCUMENT)
    inner = document
    for step in where:
        inner = inner[step]
    del inner[key]

    with pytest.raises(ProblemError) as refused:
        read(document)

    assert str(refused.value).endswith(f": {key} is missing")


def test_more_people_pinned_in_than_places_are_refused():
    with pytest.raises(ProblemError) as refused:
        problem([person(1), person(2)], [battle()], pins=(Pin(9, into=(1, 2)),))

    assert str(refused.value) == "pin of battle 9: 2 people for 1 places"


def test_battles_given_twice_are_refused():
    with pytest.raises(ProblemError) as refused:
        problem([], [battle(9), battle(9)])

    assert str(refused.value) == "battle 9: given more than once"


def test_people_and_battles_may_have_the_same_id():
    same = problem([person(9)], [battle(9)], keep=(Keep(9, 0, 9, 1),))

    assert len(solve(same).battles) == 1


def test_a_plan_is_written_in_the_agreed_form():
    document = to_dict(solve(problem([person(1)], [battle(9, line(2))])), read_seconds=0.5)
    seconds = document.pop("seconds")

    assert document == {
        "status": "optimal",
        "cost": 3500,
        "bound": 3500,
        "battles": [
            {
                "id": 9,
                "start": 10,
                "crew": [[1]],
                "empty": [{"line": 0, "people": 1, "why": "in_this_battle"}],
            }
        ],
    }
    assert (set(seconds), seconds["read"]) == ({"read", "solve"}, 0.5)


@pytest.mark.parametrize(
    ("definition", "keys"),
    [
        ("person", files.PERSON),
        ("battle", files.BATTLE),
        ("line", files.SEAT_LINE),
        ("pin", files.PIN),
        ("keep", files.KEEP),
        (None, files.PROBLEM),
    ],
)
def test_the_schema_names_the_keys_that_are_read(definition, keys):
    schema = json.loads((DOCS / "matcher-problem.schema.json").read_text())
    part = schema["$defs"][definition] if definition else schema

    assert set(part["required"]) == keys[0]
    assert set(part["properties"]) == keys[0] | keys[1]
    assert part["additionalProperties"] is False


def test_the_schema_of_plans_names_the_keys_that_are_written():
    schema = json.loads((DOCS / "matcher-plan.schema.json").read_text())
    plan = to_dict(solve(problem([], [battle()])))
    one, empty = plan["battles"][0], plan["battles"][0]["empty"][0]

    assert set(schema["properties"]) == set(schema["required"]) == set(plan)
    assert set(schema["$defs"]["battle"]["properties"]) == set(one)
    assert set(schema["$defs"]["empty"]["properties"]) == set(empty)
    assert empty["why"] in schema["$defs"]["empty"]["properties"]["why"]["enum"]


def test_generated_problems_are_the_same_for_a_seed_and_survive_a_file():
    one, other = generate(people=50, battles=5, seed=4), generate(people=50, battles=5, seed=4)

    assert one == other == read(write(one))
    assert one != generate(people=50, battles=5, seed=5)


def test_parts_are_small_and_frozen():
    with pytest.raises(AttributeError):
        person().fought = 3  # type: ignore[misc]
    assert [hasattr(kind, "__slots__") for kind in (Person, SeatLine, Problem)] == [True, True, True]


@pytest.mark.parametrize(
    "make",
    [
        lambda: Weights(missing=1e308),
        lambda: Weights(load=10**400),
        lambda: person(fought=10**19),
        lambda: person(max_km=1e300),
        lambda: battle(due=10**19),
        lambda: battle(9, line(10**9)),
        lambda: person(2**70),
    ],
)
def test_numbers_too_large_to_add_up_are_refused(make):
    with pytest.raises(ProblemError, match="is not a"):
        make()
