"""A process is killed at every point of a move: what is left is the move or its absence, and repeating it ends it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench.fire.client import BAD
from bench.fire.figures import Figure
from bench.fire.processes import Failed, wait_until
from bench.fire.run import Fire
from bench.fire.stack import Stack

ROWS = ("B4",)
MOST_POINTS = 60
HOLDS = ("accepted", "on_site", "done")
ENDS = {
    "accept": "accepted", "part": "accepted", "decline": "declined", "withdraw": "withdrawn", "release": "released",
    "leave": "left", "send": "asked", "swap": "dropped", "home": "done", "close": "on_site", "expire": "expired",
}  # fmt: skip
TELLS = {
    "asked": "offer.asked", "accepted": "offer.plan", "declined": "offer.answered", "withdrawn": "offer.withdrawn",
    "released": "offer.released", "left": "offer.left", "expired": "offer.expired",
}  # fmt: skip
"""The notice that belongs to an offer's move."""
EMPTY = (
    "SELECT count(*) FROM battles_seat s WHERE battle_id = %s AND kind = 'required' AND NOT EXISTS "
    "(SELECT 1 FROM battles_offer o WHERE o.seat_id = s.id AND o.state IN ('accepted', 'on_site', 'done'))"
)
CONTROL = ["accept", "decline"]


@dataclass
class Found:
    kills: int = 0
    half: list[str] = field(default_factory=list)
    unfinished: list[str] = field(default_factory=list)
    moves: dict[str, int] = field(default_factory=dict)

    @property
    def untried(self) -> list[str]:
        """Moves in which nothing was ever killed."""
        return [title for title, count in self.moves.items() if not count]

    @property
    def is_kept(self) -> bool:
        return self.moves.keys() == ENDS.keys() and not (self.untried or self.half or self.unfinished)

    @property
    def told(self) -> str:
        points = ", ".join(f"{title} {count}" for title, count in self.moves.items())
        wrong = "; ".join([*self.half, *self.unfinished][:3])
        return (
            f"{self.kills} kills ({points}): {len(self.half)} half states, {len(self.unfinished)} not finished by a repeat"
            + (f" ({wrong})" if wrong else "")
            + (f"; never killed: {', '.join(self.untried)}" if self.untried else "")
        )


def run(fire: Fire) -> Iterator[Figure]:
    if fire.is_short:
        return
    found = kill_at_every_point(fire)
    promised = "0 half states; audit, state, version, seat, days and notices agree; a repeat finishes"
    yield fire.figure(
        "B4", "killed at every point of every move", promised=promised, found=found.told, ok=found.is_kept
    )
    found = kill_at_every_point(fire, titles=CONTROL, without=["transactions", "locks"])
    must = "≥ 1 half state"
    yield fire.control("B4", "transactions", must=must, found=found.told, ok=bool(found.half))


def kill_at_every_point(fire: Fire, *, titles: Sequence[str] = tuple(ENDS), without: Sequence[str] = ()) -> Found:
    found = Found(moves=dict.fromkeys(titles, 0))
    file = fire.ground.folder / f"kill-{secrets.token_hex(8)}"
    said = {"times": MOST_POINTS, "titles": list(titles)}
    how: dict[str, Any] = {"workers": 3, "threads": 2, "start": False, "KILL_AT": str(file)}
    with fire.stack(seed="kills:scenes", said=said, without=["kill-at", *without], **how) as stack:
        stack.web.start()
        wait_until(stack.is_up)
        for title in titles:
            found.moves[title] = _enumerate(stack, title, file, found)
    return found


def _enumerate(stack: Stack, title: str, file: Path, found: Found) -> int:
    """The number of points: the first that no longer exists ends the search."""
    for point, scene in enumerate(stack.seeded["scenes"][title], start=1):
        file.write_text(json.dumps({"path": scene["path"], "point": point}), encoding="utf-8")
        file.chmod(0o666)
        _act(stack, title, scene)
        is_over = file.exists()
        file.unlink(missing_ok=True)
        found.kills += not is_over
        found.half += [f"{title} at {point}: {wrong}" for wrong in half(stack, scene)]
        found.unfinished += _finish(stack, title, scene, point)
        if is_over:
            return point - 1
    raise Failed(f"{title} has more than {MOST_POINTS} points")


def _finish(stack: Stack, title: str, scene: dict[str, Any], point: int) -> list[str]:
    """The same once more, by somebody who does not know how far the first attempt came."""
    status = 0
    wait_until(stack.is_up)
    for _ in range(3):
        status = _act(stack, title, scene)
        if status:
            break
    state = stack.rows("SELECT state FROM battles_offer WHERE id = %s", scene["offer"])[0][0]
    wrong = [f"{title} at {point}, repeated: {wrong}" for wrong in half(stack, scene)]
    if not 0 < status < HTTPStatus.INTERNAL_SERVER_ERROR or state != ENDS[title]:
        wrong.append(f"{title} at {point}, repeated: {status}, {state}")
    return wrong


def _act(stack: Stack, title: str, scene: dict[str, Any]) -> int:
    """The status of the answer; 0 where none came."""
    if title == "expire":
        return _expire(stack, scene)
    client = stack.client(timeout=60)
    client.cookies = {"sessionid": stack.seeded["session"], "csrftoken": "f" * 32}
    kind = {"Content_Type": "application/x-www-form-urlencoded", "X_CSRFToken": "f" * 32}
    try:
        return client.ask("POST", scene["path"], urlencode(scene["said"]).encode(), **kind).status
    except BAD:
        return 0
    finally:
        client.hang_up()


def _expire(stack: Stack, scene: dict[str, Any]) -> int:
    """Only this offer is overdue; the others of the trial wait for their turn."""
    sql = "UPDATE battles_offer SET deadline = asked_at WHERE id = %s"
    stack.execute(sql, scene["offer"])
    try:
        stack.seed("kills:mind_the_deadlines")
    except Failed:
        return 0
    return HTTPStatus.OK


def half(stack: Stack, scene: dict[str, Any]) -> list[str]:
    """All that does not agree about one battle: its state and offers, their events, seats, days and notices."""
    battle = scene["battle"]
    sql = "SELECT id, state, version, seat_id, last_offset - first_offset + 1, travels FROM battles_offer WHERE battle_id = %s"
    offers = stack.rows(sql, battle)
    wrong = [said for offer in offers for said in _wrong_offer(stack, scene, *offer)]
    ((state, version),) = stack.rows("SELECT state, version FROM battles_battle WHERE id = %s", battle)
    wrong += _wrong_chain("battle", moves_of(stack, "battles.battle", battle), scene["began"], state, version)
    if state in ("asking", "ready") and (state == "ready") != (stack.count(EMPTY, battle) == 0):
        wrong.append(f"the battle is {state} and {stack.count(EMPTY, battle)} seats are empty")
    ((request,),) = stack.rows("SELECT state FROM battles_repairrequest WHERE id = %s", scene["request"])
    if (state == "closed") != (request == "repaired"):
        wrong.append(f"the battle is {state} and its request {request}")
    return wrong


def _wrong_offer(
    stack: Stack, scene: dict[str, Any], key: int, state: str, version: int, seat: int | None, stay: int, travels: int
) -> Iterator[str]:
    moves = moves_of(stack, "battles.offer", key)
    yield from _wrong_chain(
        f"offer {key}", moves, scene["stood"] if key == scene["offer"] else "proposed", state, version
    )
    days = stack.count("SELECT count(*) FROM battles_crewday WHERE offer_id = %s", key)
    held = stay + 2 * bool(travels) if state in HOLDS else 0
    if days != held or (state in HOLDS and seat is None):
        yield f"offer {key} is {state}, with {days} days and seat {seat}"
    sql = "SELECT key FROM notifications_notification WHERE key LIKE %s"
    told = [name.split(":")[:3] for (name,) in stack.rows(sql, f"offer.%:{key}:%")]
    notices = {":".join(parts) for parts in told if parts[1] == str(key)}
    due = {f"{TELLS[to]}:{key}:{n}" for n, (_was, to) in enumerate(moves, start=2) if to in TELLS}
    if not due <= notices or (notices and not moves):
        yield f"offer {key} is {state}, and its notices are {sorted(notices)}"


def _wrong_chain(what: str, moves: list[tuple[str, str]], began: str, state: str, version: int) -> Iterator[str]:
    said = moves[-1][1] if moves else began
    if said != state or version != 1 + len(moves) or (moves and moves[0][0] != began):
        yield f"{what} is {state}, version {version}, after the events {moves}"


def moves_of(stack: Stack, label: str, key: int) -> list[tuple[str, str]]:
    sql = "SELECT kind, data FROM audit_auditevent WHERE about_type = %s AND about_id = %s ORDER BY id"
    told = (
        (kind, data if isinstance(data, dict) else json.loads(data)) for kind, data in stack.rows(sql, label, str(key))
    )
    return [(data["was"], kind.rpartition(".")[2]) for kind, data in told if isinstance(data.get("was"), str)]
