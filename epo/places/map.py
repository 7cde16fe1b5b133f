"""The map of the states, drawn on the server as SVG: their outlines, how deep each is coloured, and spots on it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import cos, dist, radians
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from epo.core.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from django.utils.safestring import SafeString

WEST, NORTH = -73.6, 12.4
WIDTH, HEIGHT = 720, 620
UNITS = 52.0
"""Of the drawing, for a degree of latitude."""
NARROWER = cos(radians(7))
"""A degree of longitude beside one of latitude, in the middle of the country."""
SHADES = 4
SMALL, WITH_NUMBER, LARGE = 7.0, 14.0, 22.0
NEAR = 26.0
"""Units of the drawing: nearer than this, one spot would hide the other."""


class Placed(Protocol):
    @property
    def lat(self) -> float: ...
    @property
    def lon(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the map: its name, what is told of it, and how many stand there, which is its size and is written on it."""

    lat: float
    lon: float
    name: str
    told: str
    many: int = 1


def project(*, lat: float, lon: float) -> tuple[float, float]:
    """Equirectangular, true in the middle of the country. Degrees → units of the drawing."""
    return (lon - WEST) * NARROWER * UNITS, (NORTH - lat) * UNITS


@cache
def outlines() -> Mapping[str, str]:
    """The path of each state, by its ISO code."""
    return {row["code"]: row["path"] for row in read_table(Path(__file__).parent / "data" / "outlines.csv")}


def drawn(*, figures: Mapping[str, int], names: Mapping[str, str], spots: Sequence[Spot], title: str) -> SafeString:
    """`figures` and `names` by the code of a state; a state without a figure stays pale."""
    most = max(figures.values(), default=0)
    states = format_html_join(
        "",
        '<path class="state shade-{}" d="{}"><title>{}</title></path>',
        (
            (shade(figures.get(code, 0), most), path, f"{names.get(code, code)}: {figures.get(code, 0)}")
            for code, path in outlines().items()
        ),
    )
    biggest = max((spot.many for spot in spots), default=1)
    circles = format_html_join(
        "",
        "{}",
        ((_spot(spot, biggest),) for spot in sorted(spots, key=lambda spot: -spot.many)),
    )
    told = "; ".join(f"{names.get(code, code)}: {count}" for code, count in figures.items() if count) or _("none yet")
    return format_html(
        '<svg class="map" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}</svg>',
        WIDTH, HEIGHT, f"{title}. {told}", states, circles,
    )  # fmt: skip


def shade(figure: int, most: int) -> int:
    """0 for nothing, and 1 to SHADES in equal steps up to the largest figure."""
    return 0 if not figure else max(1, -(-figure * SHADES // most))


def _at(spot: Spot) -> tuple[float, float]:
    x, y = project(lat=spot.lat, lon=spot.lon)
    return round(x, 1), round(y, 1)


def _spot(spot: Spot, biggest: int) -> SafeString:
    """What is said of it shows to who points at it; a number of one is not written."""
    x, y = _at(spot)
    number = format_html('<text x="{}" y="{}" text-anchor="middle">{}</text>', x, y + 7, spot.many)
    return format_html(
        '<g class="dot"><title>{}</title><circle class="place" cx="{}" cy="{}" r="{}"/>{}</g>',
        f"{spot.name}: {spot.told}", x, y, _radius(spot.many, biggest), number if spot.many > 1 else "",
    )  # fmt: skip


def _radius(many: int, biggest: int) -> float:
    """The area, not the radius, grows with the number."""
    least = WITH_NUMBER if many > 1 else SMALL
    return round(max(least, LARGE * (many / biggest) ** 0.5), 1) if biggest > 1 else least


_Placed = TypeVar("_Placed", bound=Placed)


def gathered(places: Iterable[_Placed]) -> list[list[_Placed]]:
    """Places whose spots would fall on one another, together; each group around the first of it that came."""
    groups: list[tuple[tuple[float, float], list[_Placed]]] = []
    for place in places:
        here = project(lat=place.lat, lon=place.lon)
        group = next((rows for at, rows in groups if dist(at, here) < NEAR), None)
        if group is None:
            groups.append((here, [place]))
        else:
            group.append(place)
    return [rows for _at, rows in groups]
