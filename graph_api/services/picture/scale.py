"""Scale of a map: degrees as places of the picture, true to scale around the middle, north above."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, radians
from typing import Final

from graph_api.services.picture.parts import Spot

METRES_PER_DEGREE: Final = 111_195.0
"""On a sphere of 6,371 km."""
_SIDE: Final = 1_600.0
"""Units that the longer side of a map takes."""
_LEFT: Final = 80.0
_TOP: Final = 80.0
_RIM: Final = 40.0
"""How far beyond what is shown a line goes on that leaves the map."""


class Scale:
    """From the box around some coordinates to the sheet."""

    def __init__(self, spots: Sequence[Spot]) -> None:
        east = [x for x, _ in spots] or [0.0]
        north = [y for _, y in spots] or [0.0]
        self._west, self._north = min(east), max(north)
        self._shrink = cos(radians((min(north) + max(north)) / 2))
        across = (max(east) - self._west) * self._shrink * METRES_PER_DEGREE
        down = (self._north - min(north)) * METRES_PER_DEGREE
        self._unit = _SIDE / max(across, down, 1.0)
        self._across, self._down = across * self._unit, down * self._unit

    @property
    def size(self) -> Spot:
        """Width and height of the sheet."""
        return self._across + 2 * _LEFT, self._down + 2 * _TOP

    def at(self, degrees: Spot) -> Spot:
        """Where coordinates are."""
        x = (degrees[0] - self._west) * self._shrink * METRES_PER_DEGREE * self._unit
        y = (self._north - degrees[1]) * METRES_PER_DEGREE * self._unit
        return round(_LEFT + x, 1), round(_TOP + y, 1)

    def cut(self, inside: Spot, outside: Spot) -> Spot:
        """Where the way from a place on the map to one that may lie beyond it reaches the rim."""
        share = 1.0
        for start, end, low, high in (
            (inside[0], outside[0], _LEFT - _RIM, _LEFT + self._across + _RIM),
            (inside[1], outside[1], _TOP - _RIM, _TOP + self._down + _RIM),
        ):
            if not low <= end <= high:
                share = min(share, ((low if end < low else high) - start) / (end - start))
        x, y = (start + (end - start) * share for start, end in zip(inside, outside, strict=True))
        return round(x, 1), round(y, 1)
