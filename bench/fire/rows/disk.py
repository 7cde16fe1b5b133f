"""Acknowledged means on disk: what reaches the disk between a request and its answer, seen by strace."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from http import HTTPStatus
from itertools import repeat
from pathlib import Path
from shutil import which
from typing import Any
from urllib.parse import quote, urlencode
from uuid import uuid4

import psycopg2

from bench.fire.client import Answer, Client
from bench.fire.figures import Figure
from bench.fire.pictures import picture
from bench.fire.processes import Failed, Program, wait_until
from bench.fire.run import Fire
from bench.fire.stack import ROOT, Stack, wait_for_database
from epo.core.env import EXIT_CODE
from epo.launcher import commands

ROWS = ("R5",)
EACH = 5
SYNC = re.compile(r"(?P<at>\d+\.\d+) (?:fsync|fdatasync)\(\d+<(?P<path>[^>]*)>")
RESUMED = re.compile(r"(?P<at>\d+\.\d+) <\.\.\. (?:fsync|fdatasync) resumed>")
WAL = "journal_mode=WAL; PRAGMA synchronous=NORMAL"
SQLITE_MODES = (
    WAL,
    "synchronous=OFF",
    "synchronous=NORMAL",
    "synchronous=FULL",
    "journal_mode=MEMORY",
    "journal_mode=OFF",
)
SWITCHES = ("fsync", "full_page_writes", "synchronous_commit")
NOTICED_WITHIN = 10.0


def run(fire: Fire) -> Iterator[Figure]:
    if fire.is_short:
        return
    yield from _synced(fire)
    yield _unsynced(fire)
    yield _refused(fire)
    yield _noticed(fire)


@dataclass(frozen=True, slots=True)
class Deed:
    """`needs`: words of which each must stand in the path of something that was synced."""

    name: str
    status: int
    send: Callable[[Client, int], Answer]
    needs: tuple[str, ...] = ()


def _synced(fire: Fire) -> Iterator[Figure]:
    with _web_alone(fire) as stack:
        for deed, syncs in _watched(stack):
            least = min((len(each) for each in syncs), default=0)
            wanted = (*deed.needs, *_commit_needs(stack))
            missing = {need for each in syncs for need in wanted if not any(re.search(need, path) for path in each)}
            found = f"{least} to {max(map(len, syncs))} syncs each, in {len(syncs)}: {_kinds(stack, syncs[0])}"
            found += f"; never {', '.join(sorted(missing))}" if missing else ""
            promised = "≥ 1 sync before the answer" + (", folder too" if fire.backend == "sqlite" or deed.needs else "")
            yield fire.figure(
                "R5", f"{deed.name}, {stack.journal()}", promised=promised, found=found, ok=least > 0 and not missing
            )


def _unsynced(fire: Fire) -> Figure:
    with _web_alone(fire, without=["synced-commits"]) as stack:
        syncs = [each for deed, found in _watched(stack) if not deed.needs for each in found]
    none = sum(not each for each in syncs)
    what = "syncing (WAL with synchronous=NORMAL)" if fire.backend == "sqlite" else "syncing (synchronous_commit=off)"
    found = f"{none} of {len(syncs)} answered with 0 syncs"
    return fire.control("R5", what, must="answers with 0 syncs", found=found, ok=none > 0)


def _web_alone(fire: Fire, **how: Any) -> Any:
    """Nobody else writes."""
    said = {"labels": 20, "offers": EACH}
    return fire.stack(seed="line:plants_and_offers", said=said, start=False, workers=1, threads=2, **how)


def _watched(stack: Stack) -> Iterator[tuple[Deed, list[list[str]]]]:
    """For each deed: what was synced, in each of its repetitions, from before the request to after the answer."""
    stack.web.start()
    wait_until(stack.is_up)
    deeds = _deeds(stack)
    windows: dict[str, list[tuple[float, float]]] = {}
    volunteers = [_signed_in(stack, name) for name, _ in stack.seeded["offers"]]
    for client in volunteers:
        client.get("/")  # every thread and its connection to the database are there before anything is watched
    out = stack.folder / "strace.txt"
    with _strace(stack, out):
        for deed in deeds:
            for number in range(EACH):
                began = time.time()
                answer = deed.send(volunteers[number], number)
                windows.setdefault(deed.name, []).append((began, time.time()))
                if answer.status != deed.status:
                    raise Failed(f"{deed.name}: {answer.status} {answer.text[:200]}")
                time.sleep(0.05)
    seen = _syncs(out)
    for deed in deeds:
        yield deed, [[path for at, path in seen if low <= at <= high] for low, high in windows[deed.name]]


def _signed_in(stack: Stack, name: str) -> Client:
    client = stack.client()
    if not client.sign_in(name, stack.seeded["password"]):
        raise Failed(f"{name} cannot sign in")
    return client


def _deeds(stack: Stack) -> list[Deed]:
    labels, offers = stack.seeded["labels"], [key for _, key in stack.seeded["offers"]]
    reports = [str(uuid4()) for _ in range(EACH)]
    said = {"condition": "stopped", "text": "la correa se rompió"}

    def by_api(client: Client, number: int) -> Answer:
        return client.put(f"/api/v1/reports/{reports[number]}", said | {"label": labels[number]})

    def by_page(client: Client, number: int) -> Answer:
        body = urlencode({"id": str(uuid4()), **said, "end": "1"}).encode()
        return client.ask("POST", f"/r/{labels[number]}", body, Content_Type="application/x-www-form-urlencoded")

    def photo(client: Client, number: int) -> Answer:
        key = str(uuid4())
        path = f"/api/v1/reports/{reports[number]}/photos/{key}"
        return client.ask("PUT", path, picture(key), Content_Type="image/jpeg")

    def accept(client: Client, number: int) -> Answer:
        return client.post(f"/api/v1/offers/{offers[number]}/accept")

    return [
        Deed("a report by the API", HTTPStatus.CREATED, by_api),
        Deed("a report by the page", HTTPStatus.FOUND, by_page),
        Deed("a photo", HTTPStatus.CREATED, photo, (r"photos/original/[^/]+$", r"photos/original$")),
        Deed("an offer accepted", HTTPStatus.OK, accept),
    ]


def _commit_needs(stack: Stack) -> tuple[str, ...]:
    """The journal, the database itself and the folder from which the journal goes; or the log of PostgreSQL."""
    if stack.backend == "postgres":
        return (r"pg_wal/",)
    return (r"epo\.sqlite3-journal", r"epo\.sqlite3$", re.escape(str(stack.folder)) + "$")


def _kinds(stack: Stack, paths: Sequence[str]) -> str:
    names = [path.replace(str(stack.folder), "").lstrip("/") or "the folder" for path in paths]
    short = [re.sub(r"[0-9a-f-]{36}|[0-9A-F]{24}", "…", name) for name in names]
    return ", ".join(dict.fromkeys(short))


@contextmanager
def _strace(stack: Stack, out: Path) -> Iterator[None]:
    """On the web server's processes, and on those of PostgreSQL that serve it (they commit; nobody else writes)."""
    program = which("strace")
    if program is None:
        raise Failed("There is no strace on this machine.")
    pids = [stack.web.pid, *(child.pid for child in stack.web.children())]
    if stack.database is not None:
        pids += [stack.database.pid, *(child.pid for child in stack.database.children())]
    argv = [program, "-f", "-y", "-ttt", "-qq", "-e", "trace=fsync,fdatasync", "-o", str(out)]
    for pid in pids:
        argv += ["-p", str(pid)]
    watcher = subprocess.Popen(argv, stderr=subprocess.PIPE)
    try:
        wait_until(lambda: watcher.poll() is not None or all(_is_traced(pid) for pid in pids), seconds=10)
        if watcher.poll() is not None:
            said = watcher.stderr.read().decode() if watcher.stderr else ""
            raise Failed(f"strace may not look: {said[:200]}")
        yield
    finally:
        watcher.terminate()
        watcher.wait()


def _is_traced(pid: int) -> bool:
    return "TracerPid:\t0\n" not in Path(f"/proc/{pid}/status").read_text("utf-8")


def _syncs(out: Path) -> list[tuple[float, str]]:
    """When each sync was done, and of what. One that another thread interrupted in the log stands in two lines."""
    found, begun = [], {}
    for line in out.read_text("utf-8", "replace").splitlines():
        pid = line.split(" ", 1)[0]
        if one := SYNC.search(line):
            if "unfinished" in line:
                begun[pid] = one["path"]
            else:
                found.append((float(one["at"]), one["path"]))
        elif (end := RESUMED.search(line)) and pid in begun:
            found.append((float(end["at"]), begun.pop(pid)))
    return found


def _refused(fire: Fire) -> Figure:
    """Web, worker and manage.py, in each wrong mode: exit code 3, and DATABASE_URL named."""
    wrong, tried = [], 0
    with fire.stack(start=False) as stack, ThreadPoolExecutor() as at_once:
        for mode, env in _modes(stack):
            entrances = _entrances(stack)
            ends = at_once.map(_start, entrances.values(), repeat(stack.env | env))
            for name, (code, told) in zip(entrances, ends, strict=True):
                tried += 1
                if code != EXIT_CODE or "DATABASE_URL" not in told:
                    wrong.append(f"{name} with {mode}: {code} {told[-80:]}")
    found = f"{tried - len(wrong)} of {tried} refused" + (f"; {wrong[0]}" if wrong else "")
    what = "started (web, worker, manage.py) on a database in each mode that could lose a commit"
    return fire.figure("R5", what, promised="each ends with code 3 and names the variable", found=found, ok=not wrong)


def _modes(stack: Stack) -> Iterator[tuple[str, dict[str, str]]]:
    if stack.backend == "sqlite":
        for mode in SQLITE_MODES:
            pragmas = f"PRAGMA journal_mode=DELETE; PRAGMA synchronous=EXTRA; PRAGMA {mode}; PRAGMA foreign_keys=ON"
            yield mode, {"DATABASE_URL": f"sqlite:///{stack.folder}/epo.sqlite3?init_command={quote(pragmas)}"}
        return
    url = stack.env["DATABASE_URL"]
    yield "an option of DATABASE_URL", {"DATABASE_URL": f"{url}?options={quote('-c synchronous_commit=off')}"}
    for what in ("ROLE CURRENT_USER", f"DATABASE {url.rsplit('/', 1)[1]}"):
        _by_hand(stack, f"ALTER {what} SET synchronous_commit TO off")
        yield f"ALTER {what.split()[0]}", {}
        _by_hand(stack, f"ALTER {what} RESET synchronous_commit")
    for switch in SWITCHES:
        _by_hand(stack, f"ALTER SYSTEM SET {switch} TO off", "SELECT pg_reload_conf()")
        _until_set(stack, switch, "off")
        yield f"{switch}=off", {}
        _by_hand(stack, f"ALTER SYSTEM RESET {switch}", "SELECT pg_reload_conf()")
        _until_set(stack, switch, "on")


def _by_hand(stack: Stack, *statements: str) -> None:
    line = psycopg2.connect(stack.env["DATABASE_URL"])
    line.autocommit = True
    try:
        with line.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
    finally:
        line.close()


def _until_set(stack: Stack, switch: str, value: str) -> None:
    wait_until(lambda: stack.rows(f"SHOW {switch}") == [(value,)], seconds=10)


def _entrances(stack: Stack) -> dict[str, Sequence[str]]:
    python = sys.executable
    return {
        "web": commands.web_command(python, bind=stack.url.removeprefix("http://"), workers=1, threads=1),
        "worker": commands.worker_command(python, concurrency=1),
        "manage.py": [python, "manage.py", "load_reference"],
    }


def _start(argv: Sequence[str], env: dict[str, str]) -> tuple[int | None, str]:
    """None if it had to be stopped."""
    process = subprocess.Popen(argv, env=env, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        told, _ = process.communicate(timeout=20)
    except subprocess.TimeoutExpired:
        process.terminate()
        process.communicate()
        return None, "it runs"
    return process.returncode, told.decode("utf-8", "replace")


def _noticed(fire: Fire) -> Figure:
    """A mode that becomes wrong under the running product."""
    with fire.stack() as stack:
        database: Program | None = stack.database
        if database is not None:
            wait_for_database(stack)
            _by_hand(stack, "ALTER SYSTEM SET fsync TO off", "SELECT pg_reload_conf()")
        client = stack.client()
        with _another_journal(stack) if database is None else nullcontext():
            waited = wait_until(lambda: _tells_of_it(client), seconds=NOTICED_WITHIN)
            statuses = {client.get("/healthz").status, client.get("/readyz").status}
    found = f"/readyz says so after {waited:.1f} s"
    ok = statuses == {HTTPStatus.OK, HTTPStatus.SERVICE_UNAVAILABLE}
    what = "a wrong mode set while the product runs"
    return fire.figure("R5", what, promised=f"/readyz says so within {NOTICED_WITHIN:.0f} s", found=found, ok=ok)


@contextmanager
def _another_journal(stack: Stack) -> Iterator[None]:
    """As long as somebody has the file open like this, nobody can set it back."""
    line = sqlite3.connect(stack.folder / "epo.sqlite3", timeout=1)

    def is_set() -> bool:
        with suppress(sqlite3.OperationalError):
            return line.execute("PRAGMA journal_mode=WAL").fetchone() == ("wal",)
        return False

    try:
        wait_until(is_set, seconds=NOTICED_WITHIN)
        line.execute("SELECT count(*) FROM sqlite_master").fetchone()
        yield
    finally:
        line.close()


def _tells_of_it(client: Client) -> bool:
    answer = client.get("/readyz")
    return answer.status == HTTPStatus.SERVICE_UNAVAILABLE and "DATABASE_URL" in answer.text
