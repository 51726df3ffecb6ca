"""Places that a model keeps in the graph where it is loaded again without them: GL and DL files come seldom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from loaders.cim.drawings import Drawings
from loaders.cim.places import Places
from schema.entity import Entity
from schema.grid import ACLineSegment, Drawn, Located


class KeptPlaces:
    """Gives things the places that the graph knows, of a load that tells no place at all, and likewise diagrams.

    A load that tells the place of anything tells them all: what it does not place has none any more.
    """

    def __init__(self, places: Places, drawings: Drawings, before: Callable[[str], Entity | None]) -> None:
        self._keeps_places, self._keeps_drawings = places.are_none, not drawings.things()
        self._before = before

    def of(self, entity: Entity) -> Entity:
        """The entity with them."""
        before = self._before(entity.id) if self._keeps_places or self._keeps_drawings else None
        if self._keeps_drawings and isinstance(entity, Drawn) and isinstance(before, Drawn):
            entity = replace(entity, diagram_places=before.diagram_places)
        if not self._keeps_places or not isinstance(entity, Located) or not isinstance(before, Located):
            return entity
        placed: Entity = replace(entity, longitude=before.longitude, latitude=before.latitude)
        if isinstance(placed, ACLineSegment) and isinstance(before, ACLineSegment):
            return replace(placed, end_longitude=before.end_longitude, end_latitude=before.end_latitude)
        return placed
