"""python -m battles.matcher PROBLEM.json --seconds S --seed N [--iterations N] --out PLAN.json"""

import argparse
import json
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

from battles.matcher import Problem, ProblemError, Result, check, read, solve, to_dict
from battles.matcher.warm import is_warm


def main(arguments: list[str] | None = None) -> int:
    """0 with a plan; 2 where a file cannot be read or written or the problem makes no sense; 3 where the plan breaks a rule."""
    wanted = _parser().parse_args(arguments)
    began = perf_counter()
    try:
        problem = read(_document(wanted.problem))
        read_seconds = perf_counter() - began
        if not is_warm():
            sys.stderr.write("The matcher is being compiled, once; this takes about half a minute.\n")
        result = solve(problem, seed=wanted.seed, seconds=wanted.seconds, iterations=wanted.iterations)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{wanted.problem}: {error}\n")
        return 2
    if not _is_sound(problem, result):
        return 3
    try:
        _put(to_dict(result, read_seconds=read_seconds), wanted.out)
    except OSError as error:
        sys.stderr.write(f"{wanted.out}: {error}\n")
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m battles.matcher", description="Plan the battles of a problem file."
    )
    parser.add_argument("problem", type=Path, metavar="PROBLEM.json")
    parser.add_argument("--seconds", type=float, default=10.0, help="most time to think (default 10)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--iterations", type=int, help="stop after so many attempts instead of by the clock: the same plan every time"
    )
    parser.add_argument("--out", type=Path, metavar="PLAN.json", help="without it the plan is printed")
    return parser


def _document(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except RecursionError:
        raise ProblemError("nested too deeply") from None


def _is_sound(problem: Problem, result: Result) -> bool:
    broken = check(problem, result)
    for violation in broken:
        sys.stderr.write(f"{violation}\n")
    return not broken


def _put(plan: dict[str, Any], path: Path | None) -> None:
    text = json.dumps(plan, indent=1) + "\n"
    if path is None:
        sys.stdout.write(text)
    else:
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
