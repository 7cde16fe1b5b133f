"""Answers that come late, twice and in any order: the server's state wins, and everybody reads the same as before."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import permutations
from typing import Any
from urllib.parse import urlencode

from bench.fire.client import Answer, Client
from bench.fire.figures import Figure
from bench.fire.run import Fire
from bench.fire.stack import Stack

ROWS = ("B5",)
ANSWERS = ("yes", "no", "part", "withdraw")
DOORS = ("link", "page", "api")
RIVALS = ("yes", "no", "withdraw", "rival")
"""The same with somebody else, who says yes to the only seat."""
ORDERS = (*permutations(ANSWERS), *permutations(RIVALS))
OTHERS = ("withdraw", "rival")
KINDS = {"yes": "offer.accept", "part": "offer.accept", "no": "offer.decline"}
BECOMES = {"yes": "accepted", "part": "accepted", "no": "declined", "withdraw": "withdrawn", "rival": "withdrawn"}
SAYS_NO = {
    "yes": "answered_yes", "part": "answered_yes", "no": "answered_no", "withdraw": "withdrawn", "rival": "withdrawn",
}  # fmt: skip
"""What is read by whoever comes after that answer."""
CSRF = "f" * 32


@dataclass
class Found:
    orders: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    wishes: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    @property
    def told(self) -> str:
        counts = ", ".join(f"{count} {what}" for what, count in self.answers.items())
        wishes = ", ".join(f"{count} by {door}" for door, count in self.wishes.items()) or "none"
        return f"{self.orders} orders, each answer twice ({counts}; wishes kept: {wishes}): {len(self.wrong)} wrong" + (
            f" ({'; '.join(self.wrong[:3])})" if self.wrong else ""
        )


def run(fire: Fire) -> Iterator[Figure]:
    if fire.is_short:
        return
    found = every_order(fire)
    promised = "server state wins, a clear 409, the same answer on replay, the intent kept: 100 %"
    is_kept = not found.wrong and found.orders == len(DOORS) * len(ORDERS) and found.wishes.keys() == set(DOORS)
    tried = "four answers in every order, also with somebody else's yes to the seat, by link, page and API"
    yield fire.figure("B5", tried, promised=promised, found=found.told, ok=is_kept)
    found = every_order(fire, doors=("link",), without=["first-answer"])
    yield fire.control("B5", "the first answer stands", must="≥ 1 wrong", found=found.told, ok=bool(found.wrong))
    found = every_order(fire, orders=ORDERS[::8], without=["kept-intent"])
    is_found = all(any(wrong.startswith(door) for wrong in found.wrong) for door in DOORS)
    yield fire.control("B5", "intents are kept", must="≥ 1 wrong by each way", found=found.told, ok=is_found)


def every_order(
    fire: Fire,
    *,
    doors: Sequence[str] = DOORS,
    orders: Sequence[Sequence[str]] = ORDERS,
    without: Sequence[str] = (),
) -> Found:
    found = Found()
    tries = [(door, order) for door in doors for order in orders]
    with fire.stack(seed="stale:asked", said={"times": len(tries)}, without=without, start=False) as stack:
        stack.web.start()
        stack.start()
        for (door, order), offer in zip(tries, stack.seeded["offers"], strict=True):
            found.orders += 1
            found.wrong += [f"{door} {'-'.join(order)}: {what}" for what in _try(stack, door, order, offer, found)]
    return found


def _try(stack: Stack, door: str, order: Sequence[str], offer: dict[str, Any], found: Found) -> Iterator[str]:
    first, due = order[0], []
    for said in order:
        got, again = (_say(stack, door, said, offer) for _ in range(2))
        is_taken = said == first or (first, said) == ("part", "yes")  # a yes without days is a yes to what was agreed
        found.answers["taken" if is_taken else "refused"] += 1
        if said not in OTHERS:
            code = "" if is_taken else SAYS_NO[first]
            yield from _wrong(stack, door, said, got, code)
            yield from _wrong(stack, door, f"{said} again", again, code)
            due += _wishes_due(door, said, offer, got, is_taken=is_taken)
        if said not in OTHERS and door == "api" and (again.status, again.json) != (got.status, got.json):
            yield f"{said}: a repeat reads something else"
        state = stack.rows("SELECT state, first_offset FROM battles_offer WHERE id = %s", offer["offer"])[0]
        if state != (BECOMES[first], int(first == "part")):
            yield f"after {said}: {state}"
    kept = _wishes(stack, offer)
    found.wishes[door] += len(kept)
    if kept != due:
        yield f"the wishes {due} are kept as {kept}"
    yield from _wrong_end(stack, order, offer)


def _wrong_end(stack: Stack, order: Sequence[str], offer: dict[str, Any]) -> Iterator[str]:
    events = stack.count(
        "SELECT count(*) FROM audit_auditevent WHERE about_type = 'battles.offer' AND about_id = %s",
        str(offer["offer"]),
    )
    days = stack.count("SELECT count(*) FROM battles_crewday WHERE offer_id = %s", offer["offer"])
    if (events, days) != (1, {"yes": 3, "part": 2}.get(order[0], 0)):
        yield f"{events} events and {days} days"
    holders = stack.count("SELECT count(*) FROM battles_offer WHERE seat_id = %s AND state = 'accepted'", offer["seat"])
    if holders != (order[0] in ("yes", "part") or "rival" in order):
        yield f"{holders} holders of the seat"


def _say(stack: Stack, door: str, said: str, offer: dict[str, Any]) -> Answer:
    if said == "withdraw":
        seen = {"reason": "otra", "state": "asked"}
        return _post(stack, offer["let_go"], seen, session=stack.seeded["session"])
    if said == "rival":
        return _post(stack, offer["rival"], {"answer": "yes"}, session="")
    if door == "api":
        return _ask_api(stack, said, offer)
    form = {"answer": said} | ({"reason": "work", "note": ""} if said == "no" else {})
    form |= {"first": offer["first"], "last": offer["last"]} if said == "part" else {}
    return _post(stack, offer["pages"][door], form, session=offer["session"] if door == "page" else "")


def _client(stack: Stack, session: str) -> Client:
    cookies = {"sessionid": session, "csrftoken": CSRF} if session else {}
    return Client(stack.url, cookies=cookies, headers={"X-CSRFToken": CSRF} if session else {})


def _post(stack: Stack, path: str, form: dict[str, str], *, session: str) -> Answer:
    kind = {"Content_Type": "application/x-www-form-urlencoded"}
    return _client(stack, session).ask("POST", path, urlencode(form).encode(), **kind)


def _ask_api(stack: Stack, said: str, offer: dict[str, Any]) -> Answer:
    act = "decline" if said == "no" else "accept"
    days = {"first": offer["first"], "last": offer["last"]} if said == "part" else {}
    body = json.dumps({"reason": "work"} if said == "no" else days).encode()
    key = {"Content_Type": "application/json", "Idempotency_Key": _key(said, offer)}
    return _client(stack, offer["session"]).ask("POST", f"/api/v1/offers/{offer['offer']}/{act}", body, **key)


def _key(said: str, offer: dict[str, Any]) -> str:
    return f"phone-{offer['offer']}-{said}"


def _wrong(stack: Stack, door: str, said: str, got: Answer, code: str) -> Iterator[str]:
    taken = HTTPStatus.OK if door == "api" else HTTPStatus.FOUND
    if got.status != (HTTPStatus.CONFLICT if code else taken):
        yield f"{said}: {got.status} instead of {code or 'yes'}"
    elif code:
        is_clear = (
            got.json.get("code") == code and got.json.get("detail") if door == "api" else _reads(stack, got, code)
        )
        if not is_clear:
            yield f"{said}: not told {code}"


def _reads(stack: Stack, got: Answer, code: str) -> bool:
    return stack.seeded["words"][code] in got.text


Wish = tuple[str, dict[str, Any], int]


def _wishes_due(door: str, said: str, offer: dict[str, Any], got: Answer, *, is_taken: bool) -> list[Wish]:
    """Each once, however often it came: by the API under its key, by a form where it was refused."""
    days = {"first": offer["first"], "last": offer["last"]} if said == "part" else {}
    wish = (KINDS[said], {"offer": offer["offer"], **days, **({"reason": "work"} if said == "no" else {})}, got.status)
    return [] if is_taken and door != "api" else [wish]


def _wishes(stack: Stack, offer: dict[str, Any]) -> list[Wish]:
    rows = stack.rows("SELECT kind, intent, status FROM work_receivedaction ORDER BY id")
    told = [(kind, intent if isinstance(intent, dict) else json.loads(intent), status) for kind, intent, status in rows]
    return [wish for wish in told if wish[1]["offer"] == offer["offer"]]
