"""How far apart two places are. Roads are estimated from the great circle; pages say so where shown."""

from __future__ import annotations

from collections.abc import Iterable
from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

EARTH_RADIUS_KM = 6371.0088
ROAD_FACTOR = 1.3


class Point(NamedTuple):
    latitude: float
    longitude: float


def great_circle_km(a: Point, b: Point) -> float:
    lat_a, lat_b = radians(a.latitude), radians(b.latitude)
    half_lat = (lat_b - lat_a) / 2
    half_lon = radians(b.longitude - a.longitude) / 2
    h = sin(half_lat) ** 2 + cos(lat_a) * cos(lat_b) * sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(h)))


def road_km(a: Point, b: Point) -> float:
    return ROAD_FACTOR * great_circle_km(a, b)


def road_kms(origin: Point, places: Iterable[Point]) -> list[float]:
    """Estimated road distances from one origin to many places, in their order."""
    return [road_km(origin, place) for place in places]
