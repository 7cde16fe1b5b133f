"""How long a run reads what it plans with, on both databases.

python -m bench.reading [--people 2270 10000 100000] [--battles 150 500 5000]
"""

import argparse
import subprocess
import sys
from statistics import median
from time import perf_counter
from typing import Any

from bench import site

TIMES = 5
HEAD = ("database", "people", "battles", "read for the run", "people s", "whole problem s", "queries", "store s")
BACKENDS = ("sqlite", "postgres")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, nargs="+", default=[2270, 10000, 100000])
    parser.add_argument("--battles", type=int, nargs="+", default=[150, 500, 5000])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--backend", choices=BACKENDS)
    wanted = parser.parse_args()
    if wanted.backend is None:
        for backend in BACKENDS:
            again = [sys.executable, "-m", "bench.reading", *sys.argv[1:], "--backend", backend]
            subprocess.run(again, check=True)
        return
    site.prepare_on(wanted.backend)
    rows = [
        _measure(wanted.backend, people, battles, wanted.seed)
        for people, battles in zip(wanted.people, wanted.battles, strict=True)
    ]
    site.table(f"Reading, median of {TIMES}, seed {wanted.seed}", HEAD, rows)


def _measure(backend: str, people: int, battles: int, seed: int) -> tuple[object, ...]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from bench import rows
    from bench.generate import generate

    site.empty()
    began = perf_counter()
    rows.store(generate(people=people, battles=battles, seed=seed))
    rows.commit_some(0.02, seed=seed)
    stored = perf_counter() - began
    with CaptureQueriesContext(connection) as queries:
        problem = _problem()
    return (
        backend, people, battles, len(problem.people), _median(lambda: _people(problem)), _median(_problem),
        len(queries), f"{stored:.0f}",
    )  # fmt: skip


def _problem() -> Any:
    from battles import planning

    return planning.problem_for(planning.battles_to_plan()).problem


def _people(problem: Any) -> Any:
    from battles.planning.people import people_for
    from epo.core.memory import no_garbage_collection

    with no_garbage_collection():
        return people_for(horizon=problem.horizon, rules=problem.rules)


def _median(work: Any) -> str:
    times = []
    for _ in range(TIMES):
        began = perf_counter()
        work()
        times.append(perf_counter() - began)
    return f"{median(times):.3f}"


if __name__ == "__main__":
    main()
