"""A matching run from the button to the stored proposals, with a real worker and broker, at the size of the demonstration.

python -m bench.run
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from statistics import median
from subprocess import DEVNULL
from typing import Any

from bench import site

TIMES = 7
PATIENCE = 60.0
HEAD = (
    "what",
    "battles",
    "seats",
    "button s",
    "until begun s",
    "read s",
    "solve s",
    "write s",
    "stored after s",
    "status",
)


def main() -> None:
    from epo.launcher import broker, children, commands

    program = broker.embedded_program()
    if program is None:
        sys.exit("There is no embedded broker for this machine.")
    argv, url = broker.command(program, folder=site.folder, port=broker.free_port())
    server = children.spawn(argv)
    try:
        broker.wait_until_it_answers(url)
        site.prepare(REDIS_URL=url)
        from django.core.management import call_command

        call_command("make_demo", verbosity=0, stdout=StringIO())
        with _running(children.spawn(commands.worker_command(sys.executable, concurrency=1), stdout=DEVNULL)):
            rows = [_measure("as the demonstration stands")]
            _plan_all_requests()
            rows.append(_measure("with a battle for every open request, one in four with a window"))
        site.table(f"Matching run, median of {TIMES}", HEAD, rows)
    finally:
        children.stop(server)


@contextmanager
def _running(process: Any) -> Iterator[None]:
    from epo.launcher import children
    from epo.work.models import Heartbeat

    try:
        _wait(lambda: Heartbeat.objects.fresh().exists())
        yield
    finally:
        children.stop(process)


def _plan_all_requests() -> None:
    from battles.actions.battles import plan_battle
    from battles.models import RepairRequest
    from epo.core.clock import today
    from factories.models import Factory

    waiting = RepairRequest.objects.filter(state="open")
    for number, factory in enumerate(Factory.objects.filter(pk__in=waiting.values("factory")).order_by("pk")):
        first = today() + timedelta(days=8 + number)
        dates = {"first_day": first} if number % 4 else {"earliest": first, "latest": first + timedelta(days=6)}
        rows = list(waiting.filter(factory=factory))
        plan_battle(factory=factory, kind="repair", title=factory.name, requests=rows, by=None, **dates)


def _measure(what: str) -> tuple[object, ...]:
    runs, buttons = zip(*(_one() for _ in range(TIMES)), strict=True)
    lines = [line for battle in runs[-1].result["battles"] for line in battle["lines"]]
    seats = sum(len(line["picks"]) + (line["empty"] or {}).get("people", 0) for line in lines)
    begun = median((run.started_at - run.asked_at).total_seconds() for run in runs)
    stored = median((run.finished_at - run.asked_at).total_seconds() for run in runs)
    parts = [median(run.timings[name] for run in runs) for name in ("read", "solve", "write")]
    numbers = [median(buttons), begun, *parts, stored]
    return what, len(runs[-1].result["battles"]), seats, *(f"{one:.2f}" for one in numbers), runs[-1].status


def _one() -> tuple[Any, float]:
    """One run by the button on the page; the run, and how long the button took to answer."""
    from django.test import Client

    from battles.models import MatchingRun
    from epo.accounts.models import User

    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(username="nacional"))
    began = time.perf_counter()
    answer = client.post("/propuestas/nueva", {"scope": "nation"})
    took = time.perf_counter() - began
    key = int(answer.url.rsplit("/", 1)[1])
    _wait(lambda: not MatchingRun.objects.unfinished().filter(pk=key).exists())
    return MatchingRun.objects.get(pk=key), took


def _wait(condition: Any) -> None:
    until = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > until:
            sys.exit("The worker did not answer in time.")
        time.sleep(0.05)


if __name__ == "__main__":
    main()
