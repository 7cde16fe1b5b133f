"""Somebody guesses passwords, from one address and from two hundred; the owner and everybody else go on working."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from statistics import median
from threading import Event, Lock, Thread
from urllib.parse import urlencode

from bench.fire.checks import Checks, most_in_a_minute
from bench.fire.client import BAD, TOKEN, Client
from bench.fire.figures import Figure, percentile
from bench.fire.processes import wait_until
from bench.fire.run import Fire
from bench.fire.stack import Stack

ROWS = ("S7",)
MOST_A_MINUTE, LOCKED_AFTER, UNDER_WAY = 10, 8, 2
MOST_OF_ONE_ADDRESS = LOCKED_AFTER + UNDER_WAY
"""The eighth wrong password locks the pair; of three let through together, two may be looked at beside the eighth."""
OWNER_WITHIN, OTHERS_WITHIN = 2.0, 0.5
AT_ONCE, BOUTS, GUESSES = 16, 4, 20
EVERY = 0.4
"""Seconds between two guesses of each of the sixteen: 40 a second all together."""
PAGE = "/entrar"
ATTACKER, OWNER, PLANT = "127.0.7.1", "127.0.7.2", "127.0.7.3"
ALIKE = 1.5
"""The slower of known and unknown names may take so much longer at the median."""
A_MINUTE_PASSES = "UPDATE work_allowance SET used_until = used_until - 60000"


def run(fire: Fire) -> Iterator[Figure]:
    if fire.is_short:
        return
    with _stack(fire) as stack:
        yield _one_address(fire, stack, "addresses in X-Forwarded-For made up, no proxy", 1000, _made_up)
        yield _many_addresses(fire, stack)
        yield _names(fire, stack)
        yield _one_plant(fire, stack)
        yield _at_the_administration(fire, stack)
    with _stack(fire, PROXIES="1") as stack:
        yield _one_address(fire, stack, "the same behind a proxy", 200, _behind_a_proxy)
    yield from _controls(fire)


def _stack(fire: Fire, **how: object) -> object:
    env = Checks.under(fire.ground.folder).env
    return fire.stack(seed="abuse:people", said={"count": 50}, **env, **how)


def _wrong(stack: Stack) -> list[float]:
    return Checks(Path(stack.env["PASSWORD_CHECKS"])).wrong()


@dataclass
class Tries:
    """What was answered; how often a password was looked at is counted where it is done."""

    taken: int = 0
    refused: int = 0
    strange: list[int] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def note(self, status: int) -> None:
        with self.lock:
            if status == HTTPStatus.TOO_MANY_REQUESTS:
                self.refused += 1
            elif status == HTTPStatus.OK:
                self.taken += 1
            else:
                self.strange.append(status)


def _guess(client: Client, page: str, username: str, password: str, **headers: str) -> tuple[int, str, float]:
    """Without asking for the form each time: its token stays good."""
    token = client.headers.get("X-CSRFToken") or _token(client, page)
    client.headers |= {"X-CSRFToken": token}
    body = urlencode({"username": username, "password": password}).encode()
    kind = {"Content_Type": "application/x-www-form-urlencoded"}
    answer = client.ask("POST", page, body, **kind, **headers)
    return answer.status, answer.text, answer.seconds


def _token(client: Client, page: str) -> str:
    found = TOKEN.search(client.get(page).text)
    return found[1] if found else ""


def _attack(
    stack: Stack,
    count: int,
    addresses: Sequence[str],
    headers: Callable[[int], dict[str, str]],
    tries: Tries | None = None,
) -> Tries:
    tries = tries or Tries()

    def one(n: int) -> None:
        clients: dict[str, Client] = {}
        began = time.monotonic()
        for turn, at in enumerate(range(n, count, AT_ONCE)):
            time.sleep(max(0.0, began + turn * EVERY - time.monotonic()))
            address = addresses[at % len(addresses)]
            client = clients.setdefault(address, stack.client(address=address))
            status, _text, _seconds = _guess(client, PAGE, "ana", f"wrong-{at}", **headers(at))
            tries.note(status)
            if len(addresses) > 1:
                client.hang_up()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(one, range(AT_ONCE)))
    return tries


def _plain(_n: int) -> dict[str, str]:
    return {}


def _made_up(n: int) -> dict[str, str]:
    return {
        "X_Forwarded_For": f"6.6.{n // 250}.{n % 250}",
        "X_Real_IP": f"6.6.6.{n % 250}",
        "Forwarded": f"for=6.6.7.{n % 250}",
    }


def _behind_a_proxy(n: int) -> dict[str, str]:
    """The proxy adds what it saw to what was claimed."""
    return {"X_Forwarded_For": f"6.6.{n // 250}.{n % 250}, {ATTACKER}"}


@contextmanager
def _others(stack: Stack) -> Iterator[list[float]]:
    """Somebody who looks at pages meanwhile."""
    times: list[float] = []
    stop = Event()

    def look() -> None:
        client = stack.client(address="127.0.7.9")
        while not stop.wait(0.1):
            try:
                times.append(client.get("/reportar").seconds)
            except BAD:
                times.append(client.timeout)

    thread = Thread(target=look)
    thread.start()
    try:
        yield times
    finally:
        stop.set()
        thread.join()


def _sign_in(client: Client, name: str, password: str, **headers: str) -> tuple[bool, float]:
    status, _text, seconds = _guess(client, PAGE, name, password, **headers)
    return status == HTTPStatus.FOUND, seconds


def _one_address(fire: Fire, stack: Stack, how: str, count: int, headers: Callable[[int], dict[str, str]]) -> Figure:
    """Four bouts, a minute of the counts apart."""
    _warm_up(stack)
    bouts, owners, checks = [], [], []
    owner_says = {"X_Forwarded_For": OWNER}
    with _others(stack) as times:
        for _ in range(BOUTS):
            before = len(_wrong(stack))
            with ThreadPoolExecutor(1) as pool:
                attack = pool.submit(_attack, stack, count // BOUTS, [ATTACKER], headers)
                time.sleep(0.5)
                owners.append(_sign_in(stack.client(address=OWNER), "ana", stack.seeded["password"], **owner_says))
                bouts.append(attack.result())
            checks.append(len(_wrong(stack)) - before)
            stack.execute(A_MINUTE_PASSES)
    slowest = max(seconds for _is_in, seconds in owners)
    p95 = percentile(times, 0.95)
    is_kept = max(checks) <= MOST_A_MINUTE and 0 < sum(checks) <= MOST_OF_ONE_ADDRESS
    is_kept = is_kept and not any(bout.strange for bout in bouts)
    ok = is_kept and all(is_in for is_in, _ in owners) and slowest <= OWNER_WITHIN and p95 <= OTHERS_WITHIN
    signed_in = sum(is_in for is_in, _ in owners)
    after = ", ".join(f"{seconds:.1f}" for _is_in, seconds in owners)
    found = (
        f"{' + '.join(map(str, checks))} passwords looked at, owner in {signed_in} of {BOUTS} times after {after} s,"
        f" other pages p95 {p95 * 1000:.0f} ms"
    )
    promised = "≤ 10 looked at in a minute, and in a quarter of an hour; owner ≤ 2 s; others p95 ≤ 500 ms"
    tried = f"{count:,} wrong passwords from one address in {BOUTS} minutes of the counts, {AT_ONCE} at once, 40 a second, {how}"
    return fire.figure("S7", tried, promised=promised, found=found, ok=ok)


def _warm_up(stack: Stack) -> None:
    """What a web process does for the first time takes longer; this is about guessing."""

    def look(at: int) -> None:
        client = stack.client(address=PLANT)
        for page in (PAGE, "/reportar"):
            client.get(page)
        _sign_in(client, stack.seeded["names"][at], stack.seeded["password"], X_Forwarded_For=PLANT)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(look, range(8)))


def _many_addresses(fire: Fire, stack: Stack) -> Figure:
    since = time.monotonic()
    tries, (is_in, seconds), p95 = _spread(stack)
    most = most_in_a_minute([at for at in _wrong(stack) if at >= since])
    found = (
        f"at most {most} passwords looked at in a minute, owner {'in' if is_in else 'kept out'} after {seconds:.2f} s,"
        f" other pages p95 {p95 * 1000:.0f} ms"
    )
    ok = 0 < most <= MOST_A_MINUTE and is_in and seconds <= OWNER_WITHIN and p95 <= OTHERS_WITHIN
    return fire.figure(
        "S7",
        "400 wrong passwords from 200 addresses, 40 a second; the owner signs in meanwhile on a device used before",
        promised="≤ 10 looked at in a minute; owner ≤ 2 s; others p95 ≤ 500 ms",
        found=found,
        ok=ok and not tries.strange,
    )


def _spread(stack: Stack) -> tuple[Tries, tuple[bool, float], float]:
    phone = stack.client(address="127.0.7.4")
    _sign_in(phone, "ana", stack.seeded["password"])
    device = {"device": phone.cookies.get("device", "")}
    stack.execute(A_MINUTE_PASSES)
    addresses = [f"127.0.8.{n}" for n in range(1, 201)]
    with _others(stack) as times, ThreadPoolExecutor(1) as pool:
        tries = Tries()
        attack = pool.submit(_attack, stack, 400, addresses, _plain, tries)
        wait_until(lambda: tries.refused > AT_ONCE or attack.done())
        owner = _sign_in(stack.client(address="127.0.7.5", cookies=device), "ana", stack.seeded["password"])
        attack.result()
    return tries, owner, percentile(times, 0.95)


def _names(fire: Fire, stack: Stack) -> Figure:
    """The same sentence after the same time, whether anybody has the name."""
    known, unknown = stack.seeded["names"][:10], [f"nobody-{n}" for n in range(10)]
    times: dict[bool, list[float]] = {True: [], False: []}
    pages = set()
    for pair in zip(known, unknown, strict=True):
        for name in pair:
            client = stack.client(address="127.0.7.6")
            _status, text, seconds = _guess(client, PAGE, name, "wrong")
            times[name in known].append(seconds)
            pages.add(TOKEN.sub("", text).replace(name, "NAME"))
    slow, quick = sorted((median(times[True]), median(times[False])), reverse=True)
    found = f"{len(pages)} kind of answer, medians {slow * 1000:.0f} and {quick * 1000:.0f} ms"
    return fire.figure(
        "S7",
        "wrong passwords for ten names that exist and ten that do not",
        promised=f"1 kind of answer, at most {ALIKE} times as long",
        found=found,
        ok=len(pages) == 1 and slow <= quick * ALIKE,
    )


def _at_the_administration(fire: Fire, stack: Stack) -> Figure:
    """There is one way to sign in: the administration has none of its own, not for the right password either."""
    client, before, answers = stack.client(address="127.0.7.7"), len(_wrong(stack)), set()
    for password in (*(f"wrong-{n}" for n in range(GUESSES)), stack.seeded["password"]):
        said = {"username": "ana", "password": password, "next": "/admin/"}
        answer = client.send_form("/admin/login/", said, page=PAGE)
        answers.add((answer.status, (answer.headers["Location"] or "").partition("?")[0]))
    looked_at, is_in = len(_wrong(stack)) - before, "sessionid" in client.cookies
    sent_on = ", ".join(f"{status} {where}" for status, where in sorted(answers))
    return fire.figure(
        "S7",
        f"{GUESSES} wrong passwords and the right one at the administration's own address",
        promised="0 looked at, nobody in, sent on to the one page for it",
        found=f"{looked_at} looked at, {'somebody' if is_in else 'nobody'} in, {sent_on}",
        ok=looked_at == 0 and not is_in and answers == {(HTTPStatus.FOUND, PAGE)},
    )


def _one_plant(fire: Fire, stack: Stack) -> Figure:
    names, password = stack.seeded["names"], stack.seeded["password"]

    def arrive(at: int) -> bool:
        client = stack.client(address=PLANT)
        for error in range(at % 3):
            _guess(client, PAGE, names[at], f"wrong-{error}")
        return _sign_in(client, names[at], password)[0]

    with ThreadPoolExecutor(8) as pool:
        inside = sum(pool.map(arrive, range(len(names))))
    return fire.figure(
        "S7",
        f"{len(names)} people sign in from one address, eight at once, with up to two typing errors each",
        promised="all get in",
        found=f"{inside} of {len(names)} are in",
        ok=inside == len(names),
    )


def _controls(fire: Fire) -> Iterator[Figure]:
    with _stack(fire, without=["lock-of-the-pair"]) as stack:
        for _ in range(BOUTS):
            _attack(stack, 32, [ATTACKER], _plain)
            stack.execute(A_MINUTE_PASSES)
        total = len(_wrong(stack))
    must, found = f"more than {MOST_OF_ONE_ADDRESS} looked at for one address", f"{total} looked at"
    yield fire.control("S7", "the lock of name and address", must=must, found=found, ok=total > MOST_OF_ONE_ADDRESS)
    with _stack(fire, without=["pace-of-the-account"]) as stack:
        _spread(stack)
        most = most_in_a_minute(_wrong(stack))
    must, found = f"more than {MOST_A_MINUTE} looked at in a minute", f"{most} looked at"
    yield fire.control("S7", "the pace of the account", must=must, found=found, ok=most > MOST_A_MINUTE)
    with _stack(fire, without=["known-devices"]) as stack:
        is_in = _spread(stack)[1][0]
    found = f"owner {'in' if is_in else 'kept out'}"
    yield fire.control("S7", "devices used before", must="owner kept out", found=found, ok=not is_in)
