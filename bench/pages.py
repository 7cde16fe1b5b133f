"""Pages, files and API at the size of the demonstration: time, queries, bytes, each against its budget.

python -m bench.pages [--times 25] [--report-only] [--only TEXT]

Exits with 1 where a budget is not kept.
"""

import argparse
import gc
import gzip
import sys
from http import HTTPStatus
from io import StringIO
from statistics import median
from time import perf_counter

from bench import site
from bench.addresses import NOBODY, Asked, addresses

WARM_UP, TIMES = 3, 25
HEAD = ("who", "page", "median ms", "p95 ms", "at most", "queries", "KB", "KB gzip", "at most", "verdict")
Row = tuple[object, ...]


def main() -> int:
    wanted = _parser().parse_args()
    site.prepare()
    from django.core.management import call_command

    began = perf_counter()
    call_command("make_demo", verbosity=0, stdout=StringIO())
    print(f"# Demonstration organisation loaded in {perf_counter() - began:.1f} s")
    _work()
    asks = [asked for asked in addresses() if wanted.only in asked.path]
    _settle()
    rows = [_measure(asked, wanted.times) for asked in asks]
    site.table("Pages, files and API", HEAD, rows)
    return 0 if wanted.report_only or all(row[-1] == "ok" for row in rows) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.pages", description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=TIMES, help="how often each is asked for")
    parser.add_argument("--only", default="", help="addresses with this in them")
    parser.add_argument("--report-only", action="store_true", help="a budget that is not kept is told and no failure")
    return parser


def _work() -> None:
    """What a worker has done by the time that people look."""
    from battles.actions import runs
    from battles.actions.figures import keep_figures

    runs.carry_out_run(run_id=runs.start_run(by=None).pk)
    keep_figures()


def _settle() -> None:
    """A web process has never loaded the matcher: its rows are not searched for rubbish while pages are asked for."""
    gc.collect()
    gc.freeze()


def _measure(asked: Asked, many: int) -> Row:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from epo.accounts.models import User

    client = Client(SERVER_NAME="localhost")
    if asked.who != NOBODY:
        client.force_login(User.objects.get(username=asked.who))
    for _ in range(WARM_UP):
        answer = client.get(asked.path)
    if answer.status_code != HTTPStatus.OK:
        return asked.who, asked.shown, *[""] * (len(HEAD) - 3), f"answers {answer.status_code}"
    times = []
    for _ in range(max(2, many // asked.budget.share)):
        began = perf_counter()
        client.get(asked.path).getvalue()
        times.append((perf_counter() - began) * 1000)
    with CaptureQueriesContext(connection) as queries:
        content = client.get(asked.path).getvalue()
    return asked.who, asked.shown, *_figures(asked, times, len(queries), content)


def _figures(asked: Asked, times: list[float], queries: int, content: bytes) -> Row:
    slowest, packed = site.p95(times), len(gzip.compress(content, 6)) / 1024
    wrong = ["SLOW"] * (slowest > asked.budget.ms) + ["LARGE"] * (packed > asked.budget.kb)
    return (
        f"{median(times):.0f}", f"{slowest:.0f}", asked.budget.ms, queries, f"{len(content) / 1024:.1f}",
        f"{packed:.1f}", asked.budget.kb, " ".join(wrong) or "ok",
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
