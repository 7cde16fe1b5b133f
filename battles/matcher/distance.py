"""Road distance, estimated: 1.3 times the great circle."""

from functools import lru_cache
from math import asin, cos, radians, sin, sqrt

EARTH_KM = 6371.0088
ROAD_FACTOR = 1.3


@lru_cache(maxsize=1 << 18)
def road_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Between two (latitude, longitude) pairs, by the haversine formula, unrounded."""
    lat_one, lon_one = map(radians, one)
    lat_other, lon_other = map(radians, other)
    across = sin((lat_other - lat_one) / 2) ** 2
    along = cos(lat_one) * cos(lat_other) * sin((lon_other - lon_one) / 2) ** 2
    return ROAD_FACTOR * 2 * EARTH_KM * asin(min(1.0, sqrt(across + along)))
