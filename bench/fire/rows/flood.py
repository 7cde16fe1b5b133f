"""Somebody floods one label, from one address and from two hundred; an honest phone beside it gets its report in."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from bench.fire.client import Client
from bench.fire.figures import Figure
from bench.fire.pictures import picture
from bench.fire.run import Fire
from bench.fire.stack import Stack

ROWS = ("S12",)
QUOTA, OWN_PLACES, AT_ONCE = 120, 2, 16
COUNT, BOUTS = 1000, 5
HEARD_WITHIN = 300.0
FLOODER, HONEST = "127.0.9.1", "127.0.9.2"
ON_THE_LABEL = (
    "SELECT count(*) FROM factories_breakdownreport r JOIN factories_label l ON l.id = r.label_id WHERE l.token = %s"
)
A_MINUTE_PASSES = {
    "sqlite": "UPDATE factories_breakdownreport SET received_at = strftime('%Y-%m-%d %H:%M:%f000', received_at, '-61 seconds')",
    "postgres": "UPDATE factories_breakdownreport SET received_at = received_at - interval '61 seconds'",
}
LARGEST_RAW, UNREADABLE = 2000, 300


def run(fire: Fire) -> Iterator[Figure]:
    if fire.is_short:
        return
    with _stack(fire) as stack:
        first, second, third, *_ = stack.seeded
        yield _flooded(fire, stack, first, [FLOODER])
        yield _flooded(fire, stack, second, [f"127.0.10.{n}" for n in range(1, 201)])
        yield _same_address(fire, stack, third)
        yield _page(fire, stack, first)
        yield _unreadable(fire, stack)
        yield _cost(fire, stack)
    yield from _controls(fire)


def _stack(fire: Fire, **how: Any) -> Any:
    return fire.stack(seed="abuse:labels", said={"count": 6}, **how)


def _report(label: str, text: str = "no enciende") -> dict[str, str]:
    return {"condition": "dangerous", "text": text, "label": label}


def _send(client: Client, label: str) -> int:
    return client.put(f"/api/v1/reports/{uuid4()}", _report(label)).status


def _flood(stack: Stack, label: str, addresses: Sequence[str], count: int) -> dict[int, int]:
    """As fast as sixteen clients can. How often each status was answered."""

    def some(n: int) -> list[int]:
        clients: dict[str, Client] = {}
        told = []
        for at in range(n, count, AT_ONCE):
            address = addresses[at % len(addresses)]
            client = clients.setdefault(address, stack.client(address=address))
            told.append(_send(client, label))
            if len(addresses) > 1:
                client.hang_up()
        return told

    with ThreadPoolExecutor(AT_ONCE) as pool:
        told = [status for part in pool.map(some, range(AT_ONCE)) for status in part]
    return {status: told.count(status) for status in sorted(set(told))}


def _deliver(client: Client, label: str) -> float | None:
    """As the phone's queue does it: the same report again when the answer says so. Seconds, or None in vain."""
    began, url = time.monotonic(), f"/api/v1/reports/{uuid4()}"
    while time.monotonic() - began < HEARD_WITHIN:
        answer = client.put(url, _report(label))
        if answer.status == HTTPStatus.CREATED:
            return time.monotonic() - began
        if (
            answer.status != HTTPStatus.TOO_MANY_REQUESTS
            or time.monotonic() - began + float(answer.headers["Retry-After"]) > HEARD_WITHIN
        ):
            return None
        time.sleep(float(answer.headers["Retry-After"]))
    return None


def _flooded(fire: Fire, stack: Stack, label: str, addresses: Sequence[str]) -> Figure:
    """Bouts a minute of the rows apart, so that the hour's quota is used up; the honest phone comes in the last one."""
    began, told = time.monotonic(), {}
    for bout in range(BOUTS):
        with ThreadPoolExecutor(1) as pool:
            flood = pool.submit(_flood, stack, label, addresses, COUNT // BOUTS)
            if bout == BOUTS - 1:
                time.sleep(0.3)
                honest = _deliver(stack.client(address=HONEST), label)
            for status, times in flood.result().items():
                told[status] = told.get(status, 0) + times
        if bout < BOUTS - 1:
            stack.execute(A_MINUTE_PASSES[stack.backend])
    took, stored = time.monotonic() - began, stack.count(ON_THE_LABEL, label) - (honest is not None)
    quota = QUOTA + OWN_PLACES * len(addresses)
    heard = "not delivered" if honest is None else f"delivered after {honest:.1f} s"
    answers = ", ".join(f"{times} × {status}" for status, times in told.items())
    ok = honest is not None and stored <= quota and set(told) <= {HTTPStatus.CREATED, HTTPStatus.TOO_MANY_REQUESTS}
    return fire.figure(
        "S12",
        f"{COUNT:,} reports on one label from {len(addresses)} addresses in {took:.0f} s",
        promised=f"flood ≤ {quota} an hour, the phone ≤ 5 min",
        found=f"{stored} stored ({answers}); the phone: {heard}",
        ok=ok,
    )


def _same_address(fire: Fire, stack: Stack, label: str) -> Figure:
    honest = _deliver(stack.client(address=FLOODER), label)
    found = "not delivered" if honest is None else f"delivered after {honest:.1f} s"
    return fire.figure(
        "S12",
        "another label, at the flood's own address",
        promised="delivered ≤ 5 min",
        found=found,
        ok=honest is not None,
    )


def _page(fire: Fire, stack: Stack, label: str) -> Figure:
    """The form on the flooded label, at the flood's address and at another."""
    said = {
        "text": "se quemó el motor",
        "condition": "stopped",
        "name": "",
        "phone": "",
        "end": "1",
        "id": str(uuid4()),
    }
    body, kind = urlencode(said).encode(), {"Content_Type": "application/x-www-form-urlencoded"}
    crowded = stack.client(address=FLOODER).ask("POST", f"/r/{label}", body, **kind)
    elsewhere = stack.client(address="127.0.9.3").ask("POST", f"/r/{label}", body, **kind)
    keeps = all(part in crowded.text for part in (said["id"], said["text"], "data-resend"))
    found = (
        f"{crowded.status}, Retry-After {crowded.headers['Retry-After']}, what was typed is {'kept' if keeps else 'lost'};"
        f" elsewhere {elsewhere.status}"
    )
    ok = crowded.status == HTTPStatus.TOO_MANY_REQUESTS and keeps and elsewhere.status == HTTPStatus.FOUND
    promised = "429 with when to come again, nothing typed is lost; elsewhere it is taken"
    return fire.figure("S12", "the page of the flooded label", promised=promised, found=found, ok=ok)


def _unreadable(fire: Fire, stack: Stack) -> Figure:
    def some(n: int) -> list[int]:
        client = stack.client(address=FLOODER)
        bodies = (b"{%d" % at + b"x" * LARGEST_RAW for at in range(n, UNREADABLE, AT_ONCE))
        return [client.put(f"/api/v1/reports/{uuid4()}", body).status for body in bodies]

    with ThreadPoolExecutor(AT_ONCE) as pool:
        told = [status for part in pool.map(some, range(AT_ONCE)) for status in part]
    kept = stack.count("SELECT count(*) FROM factories_rawintake")
    other = stack.client(address=HONEST).put(f"/api/v1/reports/{uuid4()}", b"{???").status
    found = f"{kept} kept, {told.count(429)} × 429; one from elsewhere: {other}"
    return fire.figure(
        "S12",
        f"{UNREADABLE} unreadable messages from one address",
        promised=f"≤ {QUOTA + AT_ONCE} kept; others' are kept",
        found=found,
        ok=kept <= QUOTA + AT_ONCE and other == HTTPStatus.BAD_REQUEST and set(told) == {400, 429},
    )


def _cost(fire: Fire, stack: Stack) -> Figure:
    """Notices about danger, photos and other words under one id."""
    notices = stack.count("SELECT count(*) FROM notifications_notification WHERE kind = 'report.dangerous'")
    labels = stack.count("SELECT count(DISTINCT machine_id) FROM factories_breakdownreport")
    client, report = stack.client(address="127.0.9.4"), uuid4()
    client.put(f"/api/v1/reports/{report}", _report(stack.seeded[3]))
    for n in range(24):
        client.put(f"/api/v1/reports/{report}", _report(stack.seeded[3], f"otra cosa {n}"))
        client.ask("PUT", f"/api/v1/reports/{report}/photos/{uuid4()}", picture(f"{n:06}"), Content_Type="image/jpeg")
    photos = stack.count("SELECT count(*) FROM factories_photo WHERE state <> 'refused'")
    variants = stack.count("SELECT count(*) FROM factories_reportvariant")
    found = f"{notices} notices for {labels} machines, {photos} photos, {variants} variants"
    return fire.figure(
        "S12",
        "what a flood costs: notices of danger; 24 photos and 24 other wordings of one report",
        promised="1 notice a day for each machine and coordinator; 4 photos, 20 variants of a report",
        found=found,
        ok=notices <= labels and photos <= 4 and variants <= 20,  # noqa: PLR2004
    )


def _controls(fire: Fire) -> Iterator[Figure]:
    with _stack(fire, without=["quota-of-the-label"]) as stack:
        _flood(stack, stack.seeded[0], [FLOODER], 2 * QUOTA)
        stored = stack.count(ON_THE_LABEL, stack.seeded[0])
    must, found = f"more than {QUOTA + OWN_PLACES} stored", f"{stored} stored"
    yield fire.control("S12", "the quota of the label", must=must, found=found, ok=stored > QUOTA + OWN_PLACES)
    with _stack(fire, without=["places-of-ones-own"]) as stack:
        _flood(stack, stack.seeded[0], [FLOODER], QUOTA)
        status = _send(stack.client(address=HONEST), stack.seeded[0])
    found = f"the phone elsewhere is answered {status}"
    is_out = status == HTTPStatus.TOO_MANY_REQUESTS
    yield fire.control("S12", "places of one's own", must="the honest phone is kept out", found=found, ok=is_out)
