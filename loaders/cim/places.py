"""Positions: longitude and latitude, where the file's coordinate system is geographic."""

from __future__ import annotations

from collections import defaultdict

from loaders.cim.classes import PLACES
from loaders.cim.model import Model
from loaders.cim.parse import CimObject
from loaders.cim.units import number
from schema.words import say

GEOGRAPHIC = ("4326", "CRS84", "WGS84", "WGS 84", "4490", "CGCS2000")
"""Marks of geographic systems in a crsUrn. CGCS2000 (EPSG:4490) differs from WGS 84 by centimetres."""

Position = tuple[float, float]
"""Longitude and latitude, degrees."""


class Places:
    """Where things are. xPosition is the longitude, yPosition the latitude (IEC 61968-13)."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._points: dict[str, list[tuple[float, CimObject]]] = defaultdict(list)
        self._of: dict[str, str] = {}
        system = self._system(model)
        if system is not None:
            model.leave_out(
                PLACES, say("coordinate system {system!r} is not geographic, so positions are kept out", system=system)
            )
            return
        for place in model.each("Location"):
            for thing in place.all_of("PowerSystemResources"):
                self._of.setdefault(thing, place.key)
        for point in model.each("PositionPoint"):
            order = number(model, point, "sequenceNumber") or 0.0
            self._points[point.values["Location"]].append((order, point))

    @staticmethod
    def _system(model: Model) -> str | None:
        """None if every coordinate system of the file is geographic, else the name of the first that is not."""
        if not model.each("PositionPoint"):
            return None
        systems = [item.values.get("crsUrn", "") for item in model.each("CoordinateSystem")] or ["(none named)"]
        return next((each for each in systems if not any(mark in each.upper() for mark in GEOGRAPHIC)), None)

    @property
    def are_none(self) -> bool:
        """Whether the files give no position that can be read."""
        return not self._points

    def ends(self, item: CimObject) -> tuple[Position | None, Position | None]:
        """First and last position of an object; the last is None where there is only one."""
        return self.at(item.values.get("Location") or self._of.get(item.key, ""))

    def at(self, location: str) -> tuple[Position | None, Position | None]:
        """First and last position of a location, by its key; see `ends`."""
        points = sorted(self._points.get(location, ()), key=lambda pair: pair[0])
        if not points:
            return None, None
        first = self._position(points[0][1])
        return first, self._position(points[-1][1]) if len(points) > 1 else None

    def _position(self, point: CimObject) -> Position | None:
        longitude = number(self._model, point, "xPosition", signed=True)
        latitude = number(self._model, point, "yPosition", signed=True)
        if longitude is None or latitude is None:
            return None
        if abs(longitude) > 180 or abs(latitude) > 90:
            value = f"{longitude}, {latitude}"
            reason = say("no place on earth as longitude (xPosition) and latitude (yPosition); left out")
            self._model.find(point, "xPosition", value, reason, say("Correct it, or the coordinate system."))
            return None
        return longitude, latitude
