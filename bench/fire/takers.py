"""python -m bench.fire.takers: many processes that say yes, all beginning at the same moment.

JSON in: `shares`, what each of the processes answers; JSON out: what came of each yes. With `url` they are clients of the
web server; without, processes of the product that call the action themselves.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
import time
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import urlencode

from bench.fire.client import BAD, Client

Taker = Callable[[dict[str, Any]], tuple[str, str]]
CSRF = "f" * 32
"""The token in the cookie and the same in the header: what a page with script sends."""
PROCESSES = multiprocessing.get_context("fork")


class Told(NamedTuple):
    """`outcome` is yes, no, unclear (a refusal that explains nothing) or error."""

    offer: int
    outcome: str
    why: str
    seconds: float
    put_off: int
    """How often it was told to come later (429) before this answer."""


def main() -> None:
    said = json.load(sys.stdin)
    if not said["url"]:
        import django

        django.setup()
    shares = said["shares"]
    gate = PROCESSES.Barrier(len(shares))
    with PROCESSES.Pool(len(shares), _prepare, (gate, said)) as pool:
        told = pool.map(_answer, shares, chunksize=1)
    print(json.dumps([one for share in told for one in share]))


def _prepare(gate: Any, said: dict[str, Any]) -> None:
    global _gate, _take
    _gate, _take = gate, _by_line(said) if said["url"] else _by_action()


def _answer(share: Sequence[dict[str, Any]]) -> list[Told]:
    """No process takes a second share: each waits here until all have one."""
    _gate.wait()
    return [_timed(offer) for offer in share]


def _timed(offer: dict[str, Any]) -> Told:
    """Who is told to come later comes later, as the API's users are told to; the time is that of the answer."""
    put_off = 0
    while True:
        began = time.perf_counter()
        outcome, why = _take(offer)
        if outcome != "later":
            break
        put_off += 1
        time.sleep(float(why))
    return Told(offer["offer"], outcome, why, round(time.perf_counter() - began, 4), put_off)


def _by_action() -> Taker:
    from battles.actions.answers import accept
    from battles.models import Offer
    from battles.states import AnsweredBy
    from epo.core.errors import Refused

    Offer.objects.exists()  # the line to the database is open, as in a server that runs

    def take(offer: dict[str, Any]) -> tuple[str, str]:
        try:
            accept(offer=Offer.objects.get(pk=offer["offer"]), by=None, how=AnsweredBy.LINK)
        except Refused as refused:
            return ("no", refused.refusal.code) if str(refused.refusal) else ("unclear", refused.refusal.code)
        except Exception as error:  # noqa: BLE001 -- told to the harness, which expects none
            return "error", f"{type(error).__name__}: {error}".splitlines()[0]
        return "yes", ""

    return take


def _by_line(said: dict[str, Any]) -> Taker:
    """The signed link or the API with a session, by turns."""
    client, words, sessions = Client(said["url"], timeout=60), said["words"], said["sessions"]
    client.get("/healthz")

    def take(offer: dict[str, Any]) -> tuple[str, str]:
        try:
            if offer["offer"] % 2:
                return _by_link(client, offer, words)
            client.cookies = {"sessionid": sessions[str(offer["volunteer"])], "csrftoken": CSRF}
            return _by_api(client, offer)
        except BAD as error:
            return "error", type(error).__name__

    return take


def _by_link(client: Client, offer: dict[str, Any], words: dict[str, str]) -> tuple[str, str]:
    client.cookies = {}
    body = urlencode({"answer": "yes"}).encode()
    answer = client.ask("POST", offer["link"], body, Content_Type="application/x-www-form-urlencoded")
    if answer.status == HTTPStatus.FOUND:
        return "yes", ""
    if answer.status != HTTPStatus.CONFLICT:
        return "error", str(answer.status)
    code = next((code for code, word in words.items() if word in answer.text), "")
    return ("no", code) if code else ("unclear", answer.text[:200])


def _by_api(client: Client, offer: dict[str, Any]) -> tuple[str, str]:
    answer = client.post(f"/api/v1/offers/{offer['offer']}/accept")
    if answer.status == HTTPStatus.OK:
        return "yes", ""
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return "later", answer.headers["Retry-After"]
    if answer.status != HTTPStatus.CONFLICT:
        return "error", f"{answer.status} {answer.text[:80]}"
    told = answer.json
    return ("no", told["code"]) if told.get("code") and told.get("detail") else ("unclear", answer.text[:200])


if __name__ == "__main__":
    main()
