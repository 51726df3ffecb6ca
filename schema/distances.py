"""Distances (距离): between places on the earth, as the crow flies."""

from __future__ import annotations

import math

Place = tuple[float, float]
"""Longitude and latitude in degrees."""
_EARTH_KM = 6371.0
"""Mean radius (IUGG)."""


def kilometres(one: Place, other: Place) -> float:
    """Along the great circle between two places (haversine)."""
    east, north, far_east, far_north = map(math.radians, (*one, *other))
    half = math.sin((far_north - north) / 2) ** 2
    half += math.cos(north) * math.cos(far_north) * math.sin((far_east - east) / 2) ** 2
    return 2 * _EARTH_KM * math.asin(min(1.0, math.sqrt(half)))
