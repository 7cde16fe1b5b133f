"""How long the exact matcher takes, and how much it proves, by size.

python -m bench.matcher [--seconds 20] [--seeds 1 2 3]
"""

import argparse
import platform
from dataclasses import dataclass
from importlib.metadata import version
from statistics import median
from time import perf_counter

from battles.matcher import Result, check, explain, solve
from bench.generate import generate

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Size:
    people: int
    battles: int
    slack: Range
    places: Range


SIZES = (
    Size(2270, 6, (0, 0), (4, 8)),
    Size(2270, 25, (0, 0), (4, 8)),
    Size(2270, 25, (2, 8), (4, 8)),
    Size(2270, 150, (0, 0), (3, 12)),
)
COLUMNS = (
    "people",
    "battles",
    "slack",
    "places",
    "seed",
    "status",
    "cost",
    "gap %",
    "empty",
    "solve s",
    "explain s",
)


def measure(size: Size, seed: int, seconds: float) -> tuple[float, tuple[object, ...]]:
    """Seconds to solve, and one row of the table."""
    problem = generate(people=size.people, battles=size.battles, seed=seed, slack=size.slack, places=size.places)
    result = solve(problem, seed=seed, seconds=seconds)
    broken = check(problem, result)
    if broken:
        raise SystemExit(f"the plan breaks a rule: {broken[0]}")
    began = perf_counter()
    explain(problem, result)
    return result.seconds, (
        size.people,
        size.battles,
        f"{size.slack[0]}-{size.slack[1]}",
        f"{size.places[0]}-{size.places[1]}",
        seed,
        result.status,
        f"{result.cost:.0f}",
        f"{100 * result.gap:.4f}",
        _empty(result),
        f"{result.seconds:.2f}",
        f"{perf_counter() - began:.2f}",
    )


def _empty(result: Result) -> int:
    return sum(empty.people for plan in result.battles for empty in plan.empty)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    wanted = parser.parse_args()
    print(f"Python {platform.python_version()}, highspy {version('highspy')}, one thread")
    print("  ".join(f"{name:>9}" for name in COLUMNS))
    for size in SIZES:
        times = []
        for seed in wanted.seeds:
            taken, row = measure(size, seed, wanted.seconds)
            times.append(taken)
            print("  ".join(f"{value!s:>9}" for value in row), flush=True)
        print(f"{'':>9}  median {median(times):.2f} s")


if __name__ == "__main__":
    main()
