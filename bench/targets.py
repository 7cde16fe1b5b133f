"""What the matcher shall reach, measured: one function for each kind of target."""

import importlib.util
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from battles.matcher import gap, solve
from bench.generate import generate
from bench.measure import Measured
from bench.rivals import highs_mip, lp_bound, verified

EXACT = 1e-6
LEAST_OF_LP = 0.9995


@dataclass(frozen=True, slots=True)
class Target:
    """`judged` says whether the median or the worst of the seeds has to keep gap and seconds."""

    name: str
    people: int
    battles: int
    seeds: tuple[int, ...]
    gap: float
    seconds: float
    reach: str
    source: str = "memory"
    judged: str = "worst"
    megabytes: float | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """`line` is a row of the table; `wrong` is what no plan or bound may do."""

    line: tuple[object, ...]
    reached: bool
    wrong: tuple[str, ...] = ()


TARGETS = (
    Target("D1", 2270, 150, tuple(range(1, 11)), 0.005, 1.0, "0.3 %", "database", "median"),
    Target("D2", 2270, 300, (1, 2, 3), 0.012, 5.0, "0.8 % in 10 s"),
    Target("D3", 10_000, 500, (1, 2, 3), 0.0035, 3.0, "0.25 % in 2 s"),
    Target("D4", 100_000, 5000, (1,), 0.003, 20.0, "0.2 % in 10 s", "database", "worst", 1024),
)
HEAD = (
    "", "people × battles", "seeds", "cost", "bound", "gap % median", "worst", "read + solve s median", "worst", "empty places",
    "MB", "target", "reach for", "verdict",
)  # fmt: skip
HEAD_OF_BOUNDS = (
    "people × battles", "seed", "our cost", "our bound", "our s", "MIP cost", "MIP bound", "LP", "LP gap %", "our gap %",
    "bound of LP %", "verdict",
)  # fmt: skip
BOUNDED = ((300, 20), (600, 40))


def quality(target: Target, *, seeds: Sequence[int] | None, seconds: float | None) -> Found:
    limit = target.seconds if seconds is None else seconds
    measured = list(_measured(target, seeds or target.seeds, limit))
    gaps = [one.gap for one in measured]
    times = [one.read + one.solve for one in measured]
    megabytes = max(one.megabytes for one in measured)
    judged = median if target.judged == "median" else max
    reached = judged(gaps) <= target.gap and judged(times) <= target.seconds
    reached = reached and (target.megabytes is None or megabytes <= target.megabytes)
    wrong = tuple(f"{target.name}, seed {one.seed}: {told}" for one in measured for told in one.broken)
    memory = "" if target.megabytes is None else f", {target.megabytes:.0f} MB"
    return Found(
        (
            target.name, f"{target.people:,} × {target.battles:,}", " ".join(str(one.seed) for one in measured),
            f"{median(one.cost for one in measured):,.0f}", f"{median(one.bound for one in measured):,.0f}",
            f"{100 * median(gaps):.3f}", f"{100 * max(gaps):.3f}",
            f"{median(one.read for one in measured):.2f} + {median(one.solve for one in measured):.2f}", f"{max(times):.2f}",
            f"{median(one.empty for one in measured):,.0f} of {median(one.places for one in measured):,.0f}",
            f"{megabytes:.0f}", f"≤ {100 * target.gap:g} % in {target.seconds:g} s{memory} ({target.judged}, {target.source})",
            target.reach, "reached" if reached else "MISSED",
        ),
        reached,
        wrong,
    )  # fmt: skip


def _measured(target: Target, seeds: Sequence[int], limit: float) -> Iterator[Measured]:
    """A process for all seeds; where memory counts, one that fills the database and one that reads and solves."""
    if target.megabytes is None:
        yield from _child(target, seeds, limit)
        return
    for seed in seeds:
        with tempfile.TemporaryDirectory(prefix="epo-bench-") as folder:
            _child(target, [seed], limit, "--stage", "store", "--folder", folder)
            yield from _child(target, [seed], limit, "--stage", "solve", "--folder", folder)


def _child(target: Target, seeds: Sequence[int], limit: float, *more: str) -> list[Measured]:
    asked = ["--people", target.people, "--battles", target.battles, "--limit", limit, "--source", target.source]
    argv = [sys.executable, "-m", "bench.measure", *map(str, asked), "--seeds", *map(str, seeds), *more]
    ran = subprocess.run(argv, check=True, stdout=subprocess.PIPE, text=True)
    return [Measured(**json.loads(line)) for line in ran.stdout.splitlines() if line.startswith("{")]


def replanning() -> Found | None:
    """D5 has a measurement of its own; it prints its figures, and only its failure counts as a miss here."""
    if importlib.util.find_spec("bench.replan") is None:
        return None
    ran = subprocess.run([sys.executable, "-m", "bench.replan"], check=False)
    return Found((), ran.returncode == 0)


def bounds(people: int, battles: int, seed: int, *, seconds: float, patience: float) -> Found:
    """Our bound against HiGHS: the optimum, and the linear relaxation with x ≤ y."""
    problem = generate(people=people, battles=battles, seed=seed)
    ours = solve(problem, seed=seed, seconds=seconds)
    exact = verified(problem, highs_mip(problem, seconds=patience, seed=seed))
    linear = lp_bound(problem, seconds=patience, seed=seed).bound
    if exact.cost is None or exact.bound is None or linear is None:
        return Found(
            (f"{people:,} × {battles:,}", seed, "HiGHS found nothing in time", *[""] * 8, "MISSED"), reached=False
        )
    proven = gap(exact.cost, exact.bound) <= EXACT
    share = ours.bound / linear if linear else 1.0
    reached = proven and share >= LEAST_OF_LP
    where = f"D6, {people} × {battles}, seed {seed}"
    wrong = [f"{where}: {told}" for told in exact.broken]
    if ours.bound > exact.cost * (1 + EXACT):
        wrong.append(f"{where}: the bound {ours.bound} is above a plan of {exact.cost}")
    if exact.bound > ours.cost * (1 + EXACT):
        wrong.append(f"{where}: our plan of {ours.cost} is below the bound of HiGHS {exact.bound}")
    verdict = ("reached" if reached else "MISSED") if proven else "optimum not proven"
    return Found(
        (
            f"{people:,} × {battles:,}", seed, f"{ours.cost:,.1f}", f"{ours.bound:,.1f}", f"{ours.seconds:.2f}",
            f"{exact.cost:,.1f}", f"{exact.bound:,.1f}", f"{linear:,.1f}", f"{100 * gap(exact.cost, linear):.3f}",
            f"{100 * ours.gap:.3f}", f"{100 * share:.3f}", verdict,
        ),
        reached,
        tuple(wrong),
    )  # fmt: skip
