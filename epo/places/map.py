"""The map of the states, drawn on the server as SVG: their outlines, how deep each is coloured, and spots on it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import cos, radians
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from epo.core.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.utils.safestring import SafeString

WEST, NORTH = -73.6, 12.4
WIDTH, HEIGHT = 720, 620
UNITS = 52.0
"""Of the drawing, for a degree of latitude."""
NARROWER = cos(radians(7))
"""A degree of longitude beside one of latitude, in the middle of the country."""
SHADES = 4
SMALL, LARGE = 6.0, 15.0


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the map: its name, what is told of it, how much there was (for its size)."""

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
        '<circle class="place" cx="{}" cy="{}" r="{}"><title>{}</title></circle>',
        ((*_at(spot), _radius(spot.many, biggest), f"{spot.name}: {spot.told}") for spot in spots),
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


def _radius(many: int, biggest: int) -> float:
    """The area, not the radius, grows with the number."""
    return round(max(SMALL, LARGE * (many / biggest) ** 0.5), 1)
