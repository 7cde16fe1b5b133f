"""Writes the figures of full runs into docs/promises.md: python -m bench.fire.page FILE…

Later files win over earlier ones, row by row and database by database, so that a row can be measured again by itself.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from bench.fire.figures import Figure, lines

PAGE = Path(__file__).parents[2] / "docs" / "promises.md"
OF_A_RUN = ("date", "form", "seed")
BEGIN, END = "<!-- figures: written by bench.fire.page -->", "<!-- end of figures -->"


def main(files: Iterable[str]) -> None:
    runs = [json.loads(Path(file).read_text(encoding="utf-8")) for file in files]
    chosen: dict[tuple[str, str], list[Figure]] = {}
    for run in runs:
        fresh: dict[tuple[str, str], list[Figure]] = {}
        for said in run["figures"]:
            figure = Figure(**said)
            fresh.setdefault((figure.row, figure.on), []).append(figure)
        chosen |= fresh
    figures = [figure for group in chosen.values() for figure in group]
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    body = "\n".join([_versions(runs), "", *map(_told, runs), "", *lines(figures)])
    PAGE.write_text(f"{before}{BEGIN}\n\n{body}\n\n{END}{after}", encoding="utf-8")


def _versions(runs: Sequence[dict[str, Any]]) -> str:
    known = {name: value for run in runs for name, value in run["facts"].items() if name not in OF_A_RUN}
    return f"Two cores; {', '.join(f'{name} {value}' for name, value in known.items())}."


def _told(run: dict[str, Any]) -> str:
    rows = ", ".join(sorted({figure["row"] for figure in run["figures"]}, key=lambda row: (row[0], int(row[1:]))))
    facts = run["facts"]
    return f"* {facts['date']}, {facts['form']}, seed {facts['seed']}: {rows}"


if __name__ == "__main__":
    main(sys.argv[1:])
