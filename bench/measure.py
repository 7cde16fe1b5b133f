"""Solves generated problems in this process, the matcher warm, and prints one JSON line for each.

python -m bench.measure --people 2270 --battles 150 --seeds 1 2 3 --limit 1 --source database

With `--source database` the problem goes into a scratch SQLite database first and is read as a run reads it, within the
limit. `--stage store` and `--stage solve` with the same `--folder` do that in two processes, so that the memory printed
is that of reading and solving alone.
"""

import argparse
import json
import resource
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

from battles.matcher import Problem, check, read, solve, write
from bench.generate import generate

MARGIN = 0.02
"""Of the limit; it is what is left for the plan to be put together once the time is over."""


@dataclass(frozen=True, slots=True)
class Measured:
    people: int
    battles: int
    seed: int
    status: str
    cost: float
    bound: float
    gap: float
    places: int
    empty: int
    read: float
    solve: float
    megabytes: float
    broken: list[str]


def measure(reads: Callable[[], Problem], *, seed: int, limit: float) -> Measured:
    """Reading counts into the limit."""
    began = perf_counter()
    problem = reads()
    reading = perf_counter() - began
    began = perf_counter()
    result = solve(problem, seed=seed, seconds=max(0.05, limit * (1 - MARGIN) - reading))
    solving = perf_counter() - began
    return Measured(
        people=len(problem.people),
        battles=len(problem.battles),
        seed=seed,
        status=result.status,
        cost=result.cost,
        bound=result.bound,
        gap=result.gap,
        places=sum(line.people for battle in problem.battles for line in battle.seats),
        empty=sum(empty.people for plan in result.battles for empty in plan.empty),
        read=reading,
        solve=solving,
        megabytes=peak_megabytes(),
        broken=[str(violation) for violation in check(problem, result)],
    )


def peak_megabytes() -> float:
    """Of this process alone: `ru_maxrss` starts at what the parent had, where the system tells no better."""
    status = Path("/proc/self/status")
    if status.exists():
        told = dict(line.split(":", 1) for line in status.read_text(encoding="utf-8").splitlines())
        return int(told["VmHWM"].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def warm() -> None:
    solve(generate(people=60, battles=4, seed=0), seed=0, seconds=0.5)


def main() -> None:
    wanted = _parser().parse_args()
    source = {"memory": _from_memory, "file": _from_file, "database": _from_database}[wanted.source]
    source(wanted)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.measure", description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, required=True)
    parser.add_argument("--battles", type=int, required=True)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--limit", type=float, required=True, help="seconds to read and solve")
    parser.add_argument("--source", choices=("memory", "file", "database"), default="memory")
    parser.add_argument("--stage", choices=("all", "store", "solve"), default="all")
    parser.add_argument("--folder", help="of the scratch database, where it shall outlive the process")
    return parser


def _from_memory(wanted: argparse.Namespace) -> None:
    warm()
    for seed in wanted.seeds:
        problem = generate(people=wanted.people, battles=wanted.battles, seed=seed)
        _put(measure(partial(_same, problem), seed=seed, limit=wanted.limit))


def _from_file(wanted: argparse.Namespace) -> None:
    warm()
    for seed in wanted.seeds:
        text = json.dumps(write(generate(people=wanted.people, battles=wanted.battles, seed=seed)))
        _put(measure(partial(_parsed, text), seed=seed, limit=wanted.limit))


def _same(problem: Problem) -> Problem:
    return problem


def _parsed(text: str) -> Problem:
    return read(json.loads(text))


def _from_database(wanted: argparse.Namespace) -> None:
    from bench import rows, site

    site.prepare(**({} if wanted.folder is None else {"DATA_DIR": wanted.folder}))
    for seed in wanted.seeds:
        if wanted.stage != "solve":
            site.empty()
            rows.store(generate(people=wanted.people, battles=wanted.battles, seed=seed))
        if wanted.stage != "store":
            warm()
            _read_rows(nothing=True)
            _put(measure(_read_rows, seed=seed, limit=wanted.limit))


def _read_rows(*, nothing: bool = False) -> Any:
    from battles import planning

    return planning.problem_for([] if nothing else planning.battles_to_plan()).problem


def _put(measured: Measured) -> None:
    print(json.dumps(asdict(measured)), flush=True)


if __name__ == "__main__":
    main()
