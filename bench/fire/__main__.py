"""python -m bench.fire [--short] [--only R1,B2] [--on sqlite] [--seed N] [--json FILE]"""

from __future__ import annotations

import argparse
import json
import platform
import secrets
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

from bench.fire import figures
from bench.fire.figures import Figure
from bench.fire.rows import MODULES
from bench.fire.run import Fire
from bench.fire.stack import Backend, Ground, what_is_missing

BACKENDS: tuple[Backend, ...] = ("sqlite", "postgres")
PACKAGES = ("django", "celery", "gunicorn", "psycopg2-binary")


def main() -> int:
    wanted = _parser().parse_args()
    tried = _tried(wanted, what_is_missing)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is ended
    began = time.monotonic()
    facts = {
        "date": datetime.now().astimezone().isoformat(timespec="minutes"),
        "form": "short" if wanted.short else "full",
        "seed": wanted.seed,
        "python": platform.python_version(),
        **{package: version(package) for package in PACKAGES},
        "system": platform.platform(),
    }
    print("  ".join(f"{name}={value}" for name, value in facts.items()), flush=True)
    found: list[Figure] = []
    with Ground() as ground:
        for backend in tried:
            for module in _modules(wanted.only):
                for figure in _figures(
                    module, Fire(ground, backend, wanted.short, wanted.seed, wanted.only), wanted.only
                ):
                    print(
                        f"{figure.row:>4} {figure.on:<8} {figure.verdict}: {figure.found}", file=sys.stderr, flush=True
                    )
                    found.append(figure)
                    _keep(wanted.json, facts, found)
    print("\n".join(figures.lines(found)))
    missed = [figure for figure in found if not figure.ok]
    print(f"\n{len(found)} figures, {len(missed)} missed, {time.monotonic() - began:.0f} s")
    return 1 if missed or not found else 0


def _keep(file: str | None, facts: dict[str, Any], found: list[Figure]) -> None:
    """After each figure, so that what was found stays when the run is broken off."""
    if file:
        told = {"facts": facts, "figures": [figure.as_json() for figure in found]}
        Path(file).write_text(json.dumps(told, indent=1, ensure_ascii=False), encoding="utf-8")


def _tried(wanted: argparse.Namespace, missing_for: Callable[[Backend], str | None]) -> list[Backend]:
    """Where something is missing, a short run tells what it left out; a full one does not begin, and so never passes."""
    missing = {backend: missing_for(backend) for backend in wanted.on}
    for backend, program in missing.items():
        if program and _services(wanted) == "required":
            sys.exit(f"a full run, or one with --services=required, and there is no {program}: see --on and --services")
        if program:
            print(f"NOT TRIED ON {backend.upper()}: there is no {program} on this machine")
    return [backend for backend, program in missing.items() if program is None]


def _services(wanted: argparse.Namespace) -> str:
    return wanted.services or ("found" if wanted.short else "required")


def _backends(said: str) -> list[Backend]:
    known = [backend for backend in BACKENDS if backend in said.split(",")]
    if sorted(known) != sorted(said.split(",")):
        raise argparse.ArgumentTypeError(f"{said}: it runs on {' and '.join(BACKENDS)}")
    return known


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.fire")
    parser.add_argument("--short", action="store_true", help="what every change has to pass, in three minutes")
    parser.add_argument("--only", type=lambda said: frozenset(said.split(",")), help="rows, such as R1,B2")
    parser.add_argument(
        "--on", type=_backends, default=list(BACKENDS), help="sqlite, postgres or both (as if not said)"
    )
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--services", choices=("found", "required"), help="found where --short is said, else required")
    parser.add_argument("--json", help="a file for the figures")
    return parser


def _modules(only: frozenset[str] | None) -> Iterator[ModuleType]:
    return (module for module in MODULES if only is None or only & set(module.ROWS))


def _figures(module: ModuleType, fire: Fire, only: frozenset[str] | None) -> Iterator[Figure]:
    """A trial that could not be carried out is a miss, never a pass."""
    try:
        yield from _wanted(module.run(fire), only)
    except Exception as error:  # noqa: BLE001 -- whatever it is, the other rows are still wanted
        traceback.print_exc()
        said = f"could not be carried out: {type(error).__name__}: {str(error)[:200]}"
        yield fire.figure(module.ROWS[0], module.__name__, promised="a trial", found=said, ok=False)


def _wanted(all_of_it: Iterable[Figure], only: frozenset[str] | None) -> Iterator[Figure]:
    return (figure for figure in all_of_it if only is None or figure.row in only)


if __name__ == "__main__":
    sys.exit(main())
