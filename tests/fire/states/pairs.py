"""What comes of each event in each state, as data: pairs.json is compared with what really happens.

After a change for which there is a reason, and read before it is kept:

    PAIRS=write .venv/bin/python -m pytest tests/fire/test_states.py -k event --backend=sqlite
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from django.db import DatabaseError, transaction

from battles.states import BATTLE_MOVES, OFFER_MOVES, REQUEST_MOVES
from epo.audit.models import AuditEvent
from epo.core.errors import Refused
from tests.fire.states import scenes
from tests.fire.states.events import OF_BATTLE, OF_OFFER, OF_REQUEST, Act
from tests.fire.states.scenes import Scene, make_scene

FILE = Path(__file__).parent / "pairs.json"
STAYS = "stays"
Outcomes = dict[str, dict[str, str]]


class Kind(NamedTuple):
    situations: Callable[[], Iterator[tuple[str, dict[str, Any]]]]
    events: Mapping[str, Act]
    moves: Mapping[Any, frozenset[Any]]


KINDS: Mapping[str, Kind] = {
    "offer": Kind(scenes.offers, OF_OFFER, OFFER_MOVES),
    "battle": Kind(scenes.battles, OF_BATTLE, BATTLE_MOVES),
    "request": Kind(scenes.requests, OF_REQUEST, REQUEST_MOVES),
}


NEVER_MADE: Mapping[str, set[tuple[str, str]]] = {
    "request": {("planned", "cancelled"), ("under_repair", "cancelled"), ("open", "under_repair")}
}
"""Moves that a table allows and that no event makes of a row that was there before. A request in a battle is taken out of it
before it is cancelled; what is found broken on site becomes a request that is under repair at once."""


def declared() -> dict[str, Outcomes]:
    found: dict[str, Outcomes] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def write(found: dict[str, Outcomes]) -> None:
    FILE.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def try_all(name: str) -> Outcomes:
    """Each event in each situation, once, on rows that really stand there; all of it is undone."""
    kind, found = KINDS[name], {}
    for situation, how in kind.situations():
        with transaction.atomic():
            scene = make_scene(**how)
            found[situation] = {event: _came_of(name, scene, act) for event, act in kind.events.items()}
            transaction.set_rollback(True)
    return found


def _came_of(name: str, scene: Scene, act: Act) -> str:
    """The moves as the audit tells them, which must end where the row is."""
    with transaction.atomic():
        row = getattr(scene, name)
        before = AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        was = row.state
        try:
            with transaction.atomic():
                act(_afresh(scene))
        except Refused as why:
            said = f"refused: {why.refusal.code}"
        except (ValueError, DatabaseError) as error:
            said = f"an error: {type(error).__name__}"
        else:
            said = _moved(row, before, {str(state) for state in KINDS[name].moves})
        row.refresh_from_db()
        if row.state != (said.rpartition("→ ")[2] if "→" in said else was):
            said += f", and the row says {row.state}"
        transaction.set_rollback(True)
    row.refresh_from_db()
    return said


def _afresh(scene: Scene) -> Scene:
    for row in (scene.battle, scene.request, scene.link, scene.offer, scene.required, scene.optional):
        row.refresh_from_db()
    return scene


def _moved(row: Any, before: int, states: set[str]) -> str:
    events = AuditEvent.objects.filter(pk__gt=before, about_type=row._meta.label_lower, about_id=str(row.pk))
    said = [event.kind.rpartition(".")[2] for event in events.order_by("pk") if "was" in event.data]
    return " ".join(f"→ {state}" for state in said if state in states) or STAYS


def moves_made(found: Outcomes) -> set[tuple[str, str]]:
    made = set()
    for situation, outcomes in found.items():
        for said in outcomes.values():
            chain = [situation.split()[0], *(one.strip() for one in said.split("→")[1:])]
            made |= set(pairwise(chain))
    return made


def moves_allowed(name: str) -> set[tuple[str, str]]:
    return {(str(was), str(to)) for was, after in KINDS[name].moves.items() for to in after}


def differences(found: Outcomes, said: Outcomes) -> list[str]:
    pairs = {(at, event) for both in (found, said) for at, outcomes in both.items() for event in outcomes}
    return [
        f"{event} of {at}: {found.get(at, {}).get(event)}, declared {said.get(at, {}).get(event)}"
        for at, event in sorted(pairs)
        if found.get(at, {}).get(event) != said.get(at, {}).get(event)
    ]
