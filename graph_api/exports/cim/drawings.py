"""Places on diagrams as DiagramLayout: a Diagram before the first object on it, an object for each symbol or line."""

from __future__ import annotations

from collections.abc import Iterator

from graph_api.exports.cim.rdf import Identities, Kind, Ref, Statement, Value, made_of
from schema.diagrams import DiagramPoint, diagram_of, points_of
from schema.grid import Drawn


class Drawings:
    """Statements about all that is drawn; y grows downwards: the orientation is negative."""

    def __init__(self, identities: Identities) -> None:
        self._identities = identities
        self._diagrams: set[str] = set()

    def of(self, entity: Drawn) -> Iterator[Statement]:
        """The objects of one thing."""
        for number, text in enumerate(entity.diagram_places, 1):
            diagram, made = diagram_of(text), made_of("drawn", entity.id, str(number))
            yield from self._diagram(diagram)
            yield Statement("DiagramObject", made, [
                ("IdentifiedObject.mRID", made),
                ("DiagramObject.Diagram", Ref(made_of("diagram", diagram))),
                ("DiagramObject.IdentifiedObject", Ref(self._identities.of(entity.id))),
            ])  # fmt: skip
            for place, point in enumerate(points_of(text), 1):
                yield _point(made, place, point)

    def _diagram(self, name: str) -> Iterator[Statement]:
        if name not in self._diagrams:
            self._diagrams.add(name)
            made = made_of("diagram", name)
            orientation = Kind("OrientationKind.negative")
            yield Statement("Diagram", made, [
                ("IdentifiedObject.mRID", made), ("IdentifiedObject.name", name), ("Diagram.orientation", orientation),
            ])  # fmt: skip


def _point(of: str, place: int, point: DiagramPoint) -> Statement:
    properties: list[tuple[str, Value]] = [
        ("DiagramObjectPoint.DiagramObject", Ref(of)),
        ("DiagramObjectPoint.sequenceNumber", str(place)),
        ("DiagramObjectPoint.xPosition", point[0]),
        ("DiagramObjectPoint.yPosition", point[1]),
    ]
    return Statement("DiagramObjectPoint", made_of(of, str(place)), properties)
