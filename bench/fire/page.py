"""Writes the figures of full runs into docs/promises.md: python -m bench.fire.page FILE…

Later files win over earlier ones, and all of them over what stands on the page, row by row and database by database, so
that a row can be measured again by itself.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from bench.fire.figures import Figure, lines

PAGE = Path(__file__).parents[2] / "docs" / "promises.md"
OF_A_RUN = ("date", "form", "seed")
ROW = re.compile(r"\| [A-Z]\d+ \|")
WITHOUT = "*without it:* "
BEGIN, END = "<!-- figures: written by bench.fire.page -->", "<!-- end of figures -->"


Group = dict[tuple[str, str], list[Figure]]


def main(files: Iterable[str]) -> None:
    runs = [json.loads(Path(file).read_text(encoding="utf-8")) for file in files]
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    was, after = rest.split(END)
    chosen = _grouped(_figure(line) for line in was.splitlines() if ROW.match(line))
    for run in runs:
        chosen |= _grouped(Figure(**said) for said in run["figures"])
    figures = [figure for group in chosen.values() for figure in group]
    told = [line for line in was.splitlines() if line.startswith("* ")] + [_told(run) for run in runs]
    body = "\n".join([_versions(runs), "", *told, "", *lines(figures)])
    PAGE.write_text(f"{before}{BEGIN}\n\n{body}\n\n{END}{after}", encoding="utf-8")


def _grouped(figures: Iterable[Figure]) -> Group:
    found: Group = {}
    for figure in figures:
        found.setdefault((figure.row, figure.on), []).append(figure)
    return found


def _figure(line: str) -> Figure:
    """As it stands on the page."""
    row, on, tried, promised, found, verdict = line.removeprefix("| ").removesuffix(" |").split(" | ")
    is_control = tried.startswith(WITHOUT)
    ok = verdict in ("kept", "failure found, as it must")
    return Figure(row, on, tried.removeprefix(WITHOUT), promised, found, ok, is_control)


def _versions(runs: Sequence[dict[str, Any]]) -> str:
    known = {name: value for run in runs for name, value in run["facts"].items() if name not in OF_A_RUN}
    return f"Two cores; {', '.join(f'{name} {value}' for name, value in known.items())}."


def _told(run: dict[str, Any]) -> str:
    rows = ", ".join(sorted({figure["row"] for figure in run["figures"]}, key=lambda row: (row[0], int(row[1:]))))
    facts = run["facts"]
    return f"* {facts['date']}, {facts['form']}, seed {facts['seed']}: {rows}"


if __name__ == "__main__":
    main(sys.argv[1:])
