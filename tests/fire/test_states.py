"""Only legal moves: of everything that people and time can do, in any order, nothing leaves a half or an illegal state."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils.timezone import now
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from battles import states
from battles.actions import answers, battles, offers
from battles.models import CrewDay, Offer
from battles.rules import battles as battle_rules
from battles.rules import offers as rules
from battles.rules import requests as request_rules
from battles.states import BattleState, OfferState
from epo.audit import actions as audit
from factories import states as factory_states
from factories.states import ReportState
from tests import make
from tests.fire.states import pairs
from tests.fire.states.events import actions_there_are
from tests.fire.states.machine import Broken, Machine
from tests.fire.states.world import make_world

Say = Callable[[str, object], None]

IS_FULL = os.environ.get("FIRE") == "full"
PARTS, RUNS, STEPS = (4, 250, 50) if IS_FULL else (1, 10, 30)
SEED = int(os.environ.get("FIRE_SEED") or secrets.randbelow(10**6))
"""Of the full form, whose parts each make their own of it; the short form is the same each time."""
NO_TALK = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck), "print_blob": False}
SEEK = settings(max_examples=400, stateful_step_count=40, derandomize=True, phases=[Phase.generate], **NO_TALK)
"""For the controls: the first violation is enough, and nobody needs the shortest way to it."""

pytestmark = pytest.mark.django_db


@pytest.fixture
def machine() -> type[Machine]:
    Machine.world, Machine.steps, Machine.refusals = make_world(), 0, {}
    return Machine


@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_is_done_in_whatever_order_leaves_a_legal_state(
    machine: type[Machine], record_property: Say, part: int
) -> None:
    how = settings(max_examples=RUNS, stateful_step_count=STEPS, derandomize=not IS_FULL, **NO_TALK)
    seeded = seed(SEED * PARTS + part)(type("Seeded", (machine,), {})) if IS_FULL else machine

    run_state_machine_as_test(seeded, settings=how)

    done, ways = machine.refusals.get("", 0), len(machine.refusals) - 1
    chance = f"seed {SEED}" if IS_FULL else "the same each time"
    told = f"{done} acts done, {machine.steps - done} refused in {ways} ways, 0 violations"
    record_property("B3", f"{RUNS} runs × {STEPS} steps (part {part + 1} of {PARTS}, {chance}): {told}")
    assert done > RUNS


# Every pair of states


def _rows() -> Iterator[tuple[Any, Mapping[Any, frozenset[Any]]]]:
    """A row of each kind, and its table."""
    seat = make.make_seat(make.make_battle(state=BattleState.ASKING))
    yield make.make_offer(seat, state=OfferState.ACCEPTED), states.OFFER_MOVES
    yield make.make_battle(), states.BATTLE_MOVES
    yield make.make_request(), states.REQUEST_MOVES
    yield make.make_matching_run(), states.RUN_MOVES
    yield make.make_report(), factory_states.REPORT_MOVES


def _move_one(row: Any, to: Any, moves: Mapping[Any, frozenset[Any]]) -> None:
    audit.move(row, to, moves, by=None, also=_fit(row, to))


def _move_many(row: Any, to: Any, moves: Mapping[Any, frozenset[Any]]) -> None:
    also = {name: getattr(row, name) for name in _fit(row, to)}
    audit.move_all([row], to, moves, by=None, also=also)


def _fit(row: Any, to: Any) -> tuple[str, ...]:
    """What the database asks of a row in that state."""
    if to in (BattleState.CLOSED, BattleState.CALLED_OFF):
        row.ended_at = now()
        return ("ended_at",)
    if to == ReportState.SAME_AS:
        row.same_as = make.make_report(row.machine)
        return ("same_as",)
    if isinstance(to, ReportState):
        row.same_as = None
        return ("same_as",)
    return ()


@pytest.mark.parametrize("mover", [_move_one, _move_many])
def test_every_pair_of_states_is_a_declared_move_or_refused(mover: Callable[..., None], record_property: Say) -> None:
    pairs = wrong = 0
    for row, moves in _rows():
        kind = type(next(iter(moves)))
        assert set(moves) == set(kind)
        for was in kind:
            for to in kind:
                pairs += 1
                wrong += _is_moved(mover, row, was, to, moves) != (to in moves[was])

    record_property("B3", f"{pairs} pairs of states in 5 tables, each declared; {wrong} moved otherwise")
    assert wrong == 0


def _is_moved(mover: Callable[..., None], row: Any, was: Any, to: Any, moves: Mapping[Any, frozenset[Any]]) -> bool:
    """Tried on a row that really stands in `was`, and undone."""
    with transaction.atomic():
        row.refresh_from_db()
        row.state = was
        row.save(update_fields=["state", *_fit(row, was)])
        try:
            with transaction.atomic():
                mover(row, to, moves)
        except ValueError:
            is_moved = False
        else:
            row.refresh_from_db()
            is_moved = row.state == to
        transaction.set_rollback(True)
    return is_moved


# Every state, and every event in it


@pytest.mark.parametrize("name", pairs.KINDS)
def test_every_event_in_every_state_does_what_is_declared(name: str, record_property: Say) -> None:
    found = pairs.try_all(name)

    if os.environ.get("PAIRS") == "write":
        pairs.write(({} if not pairs.FILE.exists() else pairs.declared()) | {name: found})
    said = pairs.declared()[name]
    assert pairs.differences(found, said) == []
    assert pairs.moves_allowed(name) - pairs.moves_made(found) == pairs.NEVER_MADE.get(name, set())
    assert pairs.moves_made(found) <= pairs.moves_allowed(name)
    tried = [came for outcomes in found.values() for came in outcomes.values()]
    refused = sum(came.startswith("refused") for came in tried)
    told = f"{len(tried)} pairs of state and event of a {name}, each as declared ({refused} refused)"
    record_property("B3", f"{told}; {len(pairs.moves_made(found))} of {len(pairs.moves_allowed(name))} moves made")


def test_every_action_there_is_stands_among_the_events() -> None:
    named = {event.partition(" ")[0] for kind in pairs.KINDS.values() for event in kind.events}

    assert named == set(actions_there_are())


def _a_late_no_is_welcome(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rules, "why_not_decline", lambda _offer: None)
    patch.setattr(answers, "OFFER_MOVES", {state: frozenset(OfferState) for state in OfferState})


def _people_are_called_twice(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(battle_rules, "why_not_draft", lambda _battle, **_said: None)
    patch.setattr(battles, "BATTLE_MOVES", {state: frozenset(BattleState) for state in BattleState})


def _cancelled_in_a_battle(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(request_rules, "is_in_a_battle", lambda _request: False)


LOOSENED: list[tuple[str, Callable[[pytest.MonkeyPatch], None], str]] = [
    ("offer", _a_late_no_is_welcome, "decline of expired in asking: → declined, declared refused: expired"),
    ("battle", _people_are_called_twice, "back_to_draft of under_way: → draft, declared refused: begun"),
    ("request", _cancelled_in_a_battle, "cancel_request of planned: → cancelled, declared refused: in_a_battle"),
]


@pytest.mark.parametrize(("name", "loosen", "must"), LOOSENED, ids=[name for name, _, _ in LOOSENED])
def test_a_loosened_rule_and_a_pair_that_is_not_declared_are_found(
    monkeypatch: pytest.MonkeyPatch,
    record_property: Say,
    name: str,
    loosen: Callable[[pytest.MonkeyPatch], None],
    must: str,
) -> None:
    said = pairs.declared()[name]
    at, event = next((at, event) for at, outcomes in said.items() for event in outcomes)
    gone = said[at].pop(event)
    loosen(monkeypatch)

    found = pairs.differences(pairs.try_all(name), said)

    rule = loosen.__name__.strip("_").replace("_", " ")
    record_property("B3 without", f"{rule}, and a pair of a {name} not declared: {len(found)} differences found")
    assert must in found
    assert f"{event} of {at}: {gone}, declared None" in found


# What the same machine finds with a protection taken out


def _any_move(patch: pytest.MonkeyPatch) -> None:
    """The mover no longer looks into its table, and no rule refuses what was answered."""
    everything = {state: frozenset(OfferState) for state in OfferState}
    patch.setattr(answers, "OFFER_MOVES", everything)
    patch.setattr(rules, "why_answered", lambda _offer: None)


def _days_stay(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(offers, "free_days_of", lambda *_offers: None)


def _two_holders(patch: pytest.MonkeyPatch) -> None:
    """Neither the rule nor the unique seat of those who hold one."""
    patch.setattr(rules, "free_seat", lambda offer: offer.battle.seats.equal_to(offer.line).order_by("pk").first())
    _without_constraint(Offer, "seat_has_one_holder")


def _day_twice(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rules, "why_not_give", lambda _volunteer, _days: None)
    _without_constraint(CrewDay, "a_day_is_given_once")


def _no_event(patch: pytest.MonkeyPatch) -> None:
    kept = audit.record

    def forget(kind: str, *said: Any, **more: Any) -> Any:
        return None if kind == "offer.declined" else kept(kind, *said, **more)

    patch.setattr(audit, "record", forget)


def _not_settled(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(answers, "settle", lambda **_said: None)


def _requests_stay(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(battles, "_taken_up", lambda _battle: [])


def _without_constraint(model: Any, name: str) -> None:
    gone = next(one for one in model._meta.constraints if one.name == name)
    drop = f"DROP INDEX {gone.name}" if gone.condition else None
    with connection.cursor() as cursor:
        if drop or connection.vendor == "postgresql":
            if connection.vendor == "postgresql":
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks that wait is not altered
            cursor.execute(drop or f"ALTER TABLE {model._meta.db_table} DROP CONSTRAINT {gone.name}")
        else:
            cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [model._meta.db_table])
            _without_unique(cursor, model._meta.db_table, gone, cursor.fetchone()[0])


def _without_unique(cursor: Any, table: str, gone: Any, sql: str) -> None:
    """SQLite keeps a table's unique pairs for ever: a table without it takes the name until the test is over."""
    columns = ", ".join(f'"{name}"' for name in ("volunteer_id", "day"))
    said = f'CONSTRAINT "{gone.name}" UNIQUE ({columns})'
    assert said in sql
    other = sql.replace(f", {said}", "").replace(f"{said}, ", "")
    cursor.execute(f"ALTER TABLE {table} RENAME TO {table}_kept")
    cursor.execute(other)
    cursor.execute(f"INSERT INTO {table} SELECT * FROM {table}_kept")  # noqa: S608 -- our own table


TAKEN_OUT: list[tuple[Callable[[pytest.MonkeyPatch], None], str]] = [
    (_any_move, "not declared"),
    (_days_stay, "still has days to come"),
    (_two_holders, "holders"),
    (_day_twice, "times"),
    (_no_event, "the last event"),
    (_not_settled, "its seats are"),
    (_requests_stay, "in a battle that is"),
]


TRIED = TAKEN_OUT if IS_FULL else TAKEN_OUT[:1]


@pytest.mark.parametrize(("take_out", "must"), TRIED, ids=[act.__name__.strip("_") for act, _ in TRIED])
def test_with_a_protection_taken_out_the_machine_finds_it(
    machine: type[Machine],
    monkeypatch: pytest.MonkeyPatch,
    record_property: Say,
    take_out: Callable[[pytest.MonkeyPatch], None],
    must: str,
) -> None:
    take_out(monkeypatch)

    with pytest.raises(Broken) as broken:
        run_state_machine_as_test(machine, settings=SEEK)

    name = take_out.__name__.strip("_").replace("_", " ")
    record_property("B3 without", f"{name}: found after {machine.steps} steps ({str(broken.value)[:120]})")
    assert must in str(broken.value)
