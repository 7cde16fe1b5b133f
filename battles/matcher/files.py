"""Problems and plans as JSON documents; `docs/matcher-problem.schema.json` and `-plan.` describe them."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, fields
from typing import Any, TypeVar

from battles.matcher.problem import (
    Battle,
    Keep,
    Person,
    Pin,
    Problem,
    ProblemError,
    Rules,
    SeatLine,
    Weights,
    need,
)
from battles.matcher.result import Result

Document = Mapping[str, Any]
Part = TypeVar("Part")

PROBLEM = {"people", "battles"}, {"horizon", "rules", "weights", "pins", "keep"}
PERSON = {"id", "place", "trades", "free"}, {"fought", "max_km", "max_days", "battles_left"}
BATTLE = {"id", "place", "days", "earliest", "latest", "due", "weight", "seats"}, set[str]()
SEAT_LINE = {"trade", "level", "people"}, {"required", "first", "last"}
PIN = {"battle"}, {"in", "out", "start"}
KEEP = {"battle", "line", "person", "cost"}, set[str]()
NAMES = {"in": "into"}


def read(document: Document) -> Problem:
    """The problem, or ProblemError with the id of what makes no sense and the reason."""
    _check_keys(document, "problem", *PROBLEM)
    parts: dict[str, Any] = {
        "rules": _settings(Rules, document.get("rules", {}), "rules"),
        "weights": _settings(Weights, document.get("weights", {}), "weights"),
        "people": _all(_person, document["people"], "people"),
        "battles": _all(_battle, document["battles"], "battles"),
        "pins": _all(_pin, document.get("pins", []), "pins"),
        "keep": _all(_keep, document.get("keep", []), "keep"),
    }
    if "horizon" in document:
        parts["horizon"] = document["horizon"]
    return Problem(**parts)


def write(problem: Problem) -> dict[str, Any]:
    return {
        "horizon": problem.horizon,
        "rules": asdict(problem.rules),
        "weights": asdict(problem.weights),
        "people": [_person_out(person) for person in problem.people],
        "battles": [_battle_out(battle) for battle in problem.battles],
        "pins": [
            {"battle": pin.battle, "in": list(pin.into), "out": list(pin.out), "start": pin.start}
            for pin in problem.pins
        ],
        "keep": [asdict(keep) for keep in problem.keep],
    }


def to_dict(result: Result, *, read_seconds: float = 0.0) -> dict[str, Any]:
    return {
        "status": result.status,
        "cost": result.cost,
        "bound": result.bound,
        "seconds": {"read": read_seconds, "solve": result.seconds},
        "battles": [
            {
                "id": plan.id,
                "start": plan.start,
                "crew": [list(crew) for crew in plan.crew],
                "empty": [asdict(empty) for empty in plan.empty],
            }
            for plan in result.battles
        ],
    }


def _person(document: Document, who: str) -> Person:
    who = _named(document, "person", who)
    _check_keys(document, who, *PERSON)
    need(isinstance(document["trades"], dict), who, "trades is not an object")
    parts = dict(document) | {
        "place": _pair(document["place"], who, "place"),
        "free": tuple(_pair(span, who, "free span") for span in _list(document["free"], who, "free")),
    }
    return Person(**parts)


def _battle(document: Document, who: str) -> Battle:
    who = _named(document, "battle", who)
    _check_keys(document, who, *BATTLE)
    lines = enumerate(_list(document["seats"], who, "seats"))
    parts = dict(document) | {
        "place": _pair(document["place"], who, "place"),
        "seats": tuple(_part(SeatLine, line, f"{who}, line {number}", SEAT_LINE) for number, line in lines),
    }
    return Battle(**parts)


def _pin(document: Document, who: str) -> Pin:
    if isinstance(document, dict):
        who = f"pin of battle {document.get('battle')}"
        lists = {key: tuple(_list(document[key], who, key)) for key in ("in", "out") if key in document}
        document = document | lists
    return _part(Pin, document, who, PIN)


def _keep(document: Document, who: str) -> Keep:
    return _part(Keep, document, who, KEEP)


def _part(kind: Callable[..., Part], document: Any, who: str, keys: tuple[set[str], set[str]]) -> Part:
    _check_keys(document, who, *keys)
    return kind(**{NAMES.get(key, key): value for key, value in document.items()})


def _settings(kind: type[Part], document: Any, who: str) -> Part:
    return _part(kind, document, who, (set(), {field.name for field in fields(kind)}))  # type: ignore[arg-type]


def _all(one: Callable[[Any, str], Part], documents: Any, what: str) -> tuple[Part, ...]:
    listed = _list(documents, "problem", what)
    return tuple(one(document, f"{what}, entry {number}") for number, document in enumerate(listed))


def _named(document: Any, kind: str, who: str) -> str:
    return f"{kind} {document['id']}" if isinstance(document, dict) and "id" in document else who


def _check_keys(document: Any, who: str, needed: Collection[str], optional: Collection[str]) -> None:
    need(isinstance(document, dict), who, "is not an object")
    for key in document:
        need(key in needed or key in optional, who, f"unknown key {key!r}")
    for key in sorted(needed):
        need(key in document, who, f"{key} is missing")


def _list(value: Any, who: str, what: str) -> list[Any]:
    if not isinstance(value, (list, tuple)):
        raise ProblemError(f"{who}: {what} is not a list")
    return list(value)


def _pair(value: Any, who: str, what: str) -> tuple[Any, Any]:
    listed = _list(value, who, what)
    try:
        first, second = listed
    except ValueError:
        raise ProblemError(f"{who}: {what} {value!r} is not a pair") from None
    return first, second


def _person_out(person: Person) -> dict[str, Any]:
    document = {
        "id": person.id,
        "place": list(person.place),
        "trades": dict(person.trades),
        "free": [list(span) for span in person.free],
        "fought": person.fought,
        "max_km": person.max_km,
        "max_days": person.max_days,
    }
    return document if person.battles_left is None else document | {"battles_left": person.battles_left}


def _battle_out(battle: Battle) -> dict[str, Any]:
    return {
        "id": battle.id,
        "place": list(battle.place),
        "days": battle.days,
        "earliest": battle.earliest,
        "latest": battle.latest,
        "due": battle.due,
        "weight": battle.weight,
        "seats": [_line_out(line) for line in battle.seats],
    }


def _line_out(line: SeatLine) -> dict[str, Any]:
    """First and last day only where the line is not for the whole stay."""
    document = asdict(line)
    if line.first == 0:
        del document["first"]
    if line.last is None:
        del document["last"]
    return document
