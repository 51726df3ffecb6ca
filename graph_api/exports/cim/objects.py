"""Things of the grid as CIM objects, by the file that they stand in.

Breaker CB1, open now   EQ   Breaker mRID name BaseVoltage EquipmentContainer normalOpen ratedCurrent
                        EQ   Terminal (one per CONNECTS) ConductingEquipment ConnectivityNode sequenceNumber
                        SSH  Breaker open inService; Terminal connected
                        GL   Location, PositionPoint
                        DL   Diagram, DiagramObject, DiagramObjectPoint
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from graph_api.exports.cim.containers import STATIONS, containers_of, first_of
from graph_api.exports.cim.dialects import Dialect, Part
from graph_api.exports.cim.drawings import Drawings
from graph_api.exports.cim.equipment import class_of, defining, details, state
from graph_api.exports.cim.rdf import Identities, Ref, Statement, Value, made_of
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from schema.entity import Entity
from schema.grid import ACLineSegment, ConductingEquipment, Drawn, Located
from schema.provenance import IdentifierMapping
from schema.registry import CONDUCTING, KINDS, EntityKind
from schema.relationships import RelationshipKind

Placed = tuple[Part, Statement]
Properties = list[tuple[str, Value]]
WRITTEN = (
    EntityKind.AREA, EntityKind.SUBSTATION, EntityKind.DISTRIBUTION_STATION, EntityKind.VOLTAGE_LEVEL, EntityKind.BAY,
    EntityKind.FEEDER, EntityKind.CONNECTIVITY_NODE, EntityKind.ENERGY_SOURCE, EntityKind.BUSBAR_SECTION,
    EntityKind.AC_LINE_SEGMENT, EntityKind.POWER_TRANSFORMER, EntityKind.SHUNT_COMPENSATOR, EntityKind.ENERGY_CONSUMER,
    EntityKind.SUPPLY_SOURCE, EntityKind.GENERATING_UNIT, EntityKind.BREAKER, EntityKind.RECLOSER,
    EntityKind.LOAD_BREAK_SWITCH, EntityKind.DISCONNECTOR, EntityKind.FUSE, EntityKind.INTERNAL_BUS,
    EntityKind.SWITCH_BAY, EntityKind.CUSTOMER_TRANSFORMER, EntityKind.LOAD,
)  # fmt: skip
"""Kinds that CIM's profiles of the grid have a class for."""
PARTED = "CIM Terminal"
"""System of the mappings that stand for disconnected terminals (loaders.cim.parted)."""
_WGS84 = "urn:ogc:def:crs:EPSG::4326"


def kinds_written(dialect: Dialect) -> tuple[EntityKind, ...]:
    """Kinds that a version has a class for."""
    return tuple(kind for kind in WRITTEN if dialect.feeders or kind is not EntityKind.FEEDER)


def left_out(graph: Snapshot, dialect: Dialect) -> Counter[str]:
    """What the graph has beyond these kinds, but for its loads, by kind."""
    others = set(KINDS) - {*kinds_written(dialect), EntityKind.SOURCE_LOAD}
    counts = Counter({kind.label: len(graph.of_kind(kind)) for kind in KINDS if kind in others})
    mappings = (graph.get(IdentifierMapping, index) for index in graph.of_kind(EntityKind.IDENTIFIER_MAPPING))
    counts[EntityKind.IDENTIFIER_MAPPING.label] -= sum(each.system == PARTED for each in mappings)
    return +counts


class Objects:
    """All statements about the grid of a model."""

    def __init__(self, model: ReadModel, dialect: Dialect) -> None:
        self._graph, self._dialect = model.graph, dialect
        self._power = model.customers.accounts.power
        self._identities = Identities(_keys_of(model.graph, dialect))
        self._voltages: dict[float, str] = {}
        self._lines: dict[int, str] = {}
        self._drawings = Drawings(self._identities)

    def statements(self) -> Iterator[Placed]:
        """Every object, by kind and id."""
        for kind in kinds_written(self._dialect):
            for index in sorted(self._graph.of_kind(kind), key=self._graph.id):
                entity = self._graph.entity(index)
                yield from self._structure(index, entity)
                if isinstance(entity, ConductingEquipment):
                    yield from self._equipment(index, entity)
                if isinstance(entity, Located):
                    yield from self._place(entity)
                if isinstance(entity, Drawn):
                    yield from ((Part.DL, each) for each in self._drawings.of(entity))
        yield from self._parted()
        for kv, identity in self._voltages.items():
            yield Part.EQ, _base_voltage(kv, identity)
        yield Part.GL, Statement("CoordinateSystem", made_of("crs"), [("CoordinateSystem.crsUrn", _WGS84)])

    def _structure(self, index: int, entity: Entity) -> Iterator[Placed]:
        graph, kind = self._graph, self._graph.kind(index)
        cls, properties = class_of(entity, self._dialect), _named(entity)
        if kind is EntityKind.AREA:
            region = first_of(graph, index, EntityKind.AREA)
            cls = "GeographicalRegion" if region is None else "SubGeographicalRegion"
            properties += self._to("SubGeographicalRegion.Region", region)
        elif kind in STATIONS:
            properties += self._to("Substation.Region", first_of(graph, index, EntityKind.AREA))
        elif kind is EntityKind.FEEDER:
            properties += self._to("Feeder.NormalEnergizingSubstation", first_of(graph, index, *STATIONS))
            properties += [("Feeder.NormalHeadTerminal", self._head(index))]
        elif kind is EntityKind.VOLTAGE_LEVEL:
            properties += self._to("VoltageLevel.Substation", first_of(graph, index, *STATIONS))
            properties += [("VoltageLevel.BaseVoltage", self._base(getattr(entity, "nominal_kv", None)))]
        elif kind is EntityKind.BAY:
            level = first_of(graph, index, EntityKind.VOLTAGE_LEVEL)
            properties += self._to("Bay.VoltageLevel", level)
            if level is None:
                properties += self._to("Bay.Substation", first_of(graph, index, *STATIONS))
        elif kind is EntityKind.CONNECTIVITY_NODE:
            held = containers_of(graph, index, feeders=self._dialect.feeders)
            properties += self._to("ConnectivityNode.ConnectivityNodeContainer", held.main)
        else:
            return
        yield Part.EQ, Statement(cls, self._identities.of(entity.id), properties)

    def _equipment(self, index: int, entity: ConductingEquipment) -> Iterator[Placed]:
        identity, dialect = self._identities.of(entity.id), self._dialect
        terminals = self._terminals(index)
        cls = class_of(entity, dialect, len(terminals))
        yield from ((Part.EQ, line) for line in self._line_of(index, entity))
        held = [*_named(entity), *self._held(index, entity)]
        defined = defining(entity, dialect, self._base)
        yield Part.EQ, Statement(cls, identity, [*held, *defined])
        yield from ((Part.EQ, part) for part in details(entity, identity, dialect, self._base, terminals))
        power = float(self._power[index]) if index < self._power.size else 0.0
        stated = state(entity, power, dialect, len(terminals))
        if stated:
            yield Part.SSH, Statement(cls, identity, stated, defined=False)
        connected = entity.in_service or dialect.in_service
        for edge in self._graph.edges(index):
            if edge.kind is RelationshipKind.CONNECTS and edge.outgoing:
                yield from self._terminal(
                    entity.id, edge.key, edge.other, self._terminal_id(entity, edge.key), connected
                )

    def _terminal(self, equipment: str, key: str, node: int, identity: str, connected: bool) -> Iterator[Placed]:
        properties: Properties = [
            ("IdentifiedObject.name", f"T{key}"),
            ("ACDCTerminal.sequenceNumber", key if key.isdecimal() else None),
            ("Terminal.ConductingEquipment", Ref(self._identities.of(equipment))),
            ("Terminal.ConnectivityNode", Ref(self._identities.of(self._graph.id(node)))),
        ]
        yield Part.EQ, Statement("Terminal", identity, properties)
        yield Part.SSH, Statement("Terminal", identity, [("ACDCTerminal.connected", connected)], defined=False)

    def _terminals(self, index: int) -> list[str]:
        """Identities of the terminals of equipment, in their order."""
        edges = [each for each in self._graph.edges(index) if each.kind is RelationshipKind.CONNECTS and each.outgoing]
        entity = self._graph.get(ConductingEquipment, index)
        return [self._terminal_id(entity, edge.key) for edge in sorted(edges, key=lambda edge: edge.key)]

    def _terminal_id(self, entity: ConductingEquipment, key: str) -> str:
        """Identity of a terminal: that of the model which it came with, else one that is made."""
        place = int(key) if key.isdecimal() else 0
        named = entity.terminal_ids[place - 1] if 0 < place <= len(entity.terminal_ids) else ""
        return self._identities.of(named) if named else made_of(entity.id, key)

    def _head(self, feeder: int) -> Ref | None:
        """The first terminal of the equipment that a feeder starts at."""
        for head in self._graph.targets(feeder, RelationshipKind.STARTS_AT):
            terminals = self._terminals(head) if self._graph.kind(head) in CONDUCTING else []
            if terminals:
                return Ref(terminals[0])
        return None

    def _held(self, index: int, entity: ConductingEquipment) -> Properties:
        held = containers_of(self._graph, index, feeders=self._dialect.feeders)
        if held.main is None and held.area is not None and isinstance(entity, ACLineSegment):
            return [("Equipment.EquipmentContainer", Ref(made_of("line", self._graph.id(held.area))))]
        beside = held.beside if self._dialect.feeders else ()
        more = [each for other in beside for each in self._to("Equipment.AdditionalEquipmentContainer", other)]
        return [*self._to("Equipment.EquipmentContainer", held.main), *more]

    def _line_of(self, index: int, entity: ConductingEquipment) -> Iterator[Statement]:
        """The Line of an area, before the first segment that is in it."""
        area = containers_of(self._graph, index, feeders=self._dialect.feeders).area
        if area is None or not isinstance(entity, ACLineSegment) or area in self._lines:
            return
        self._lines[area] = made_of("line", self._graph.id(area))
        named: Properties = [("IdentifiedObject.name", self._graph.name(area))]
        yield Statement("Line", self._lines[area], [*named, *self._to("Line.Region", area)])

    def _to(self, name: str, index: int | None) -> Properties:
        return [] if index is None else [(name, Ref(self._identities.of(self._graph.id(index))))]

    def _base(self, kv: float | None) -> Ref | None:
        if kv is None:
            return None
        return Ref(self._voltages.setdefault(kv, made_of("base", repr(kv))))

    def _place(self, entity: Located) -> Iterator[Placed]:
        ends = [(entity.longitude, entity.latitude)]
        if isinstance(entity, ACLineSegment):
            ends.append((entity.end_longitude, entity.end_latitude))
        if None in ends[0]:
            return
        location = made_of("place", entity.id)
        thing = Ref(self._identities.of(entity.id))
        of: Properties = [
            ("Location.PowerSystemResources", thing),
            ("Location.CoordinateSystem", Ref(made_of("crs"))),
        ]
        yield Part.GL, Statement("Location", location, of)
        for number, (longitude, latitude) in enumerate((end for end in ends if None not in end), 1):
            point: Properties = [
                ("PositionPoint.Location", Ref(location)),
                ("PositionPoint.sequenceNumber", str(number)),
                ("PositionPoint.xPosition", longitude),
                ("PositionPoint.yPosition", latitude),
            ]
            yield Part.GL, Statement("PositionPoint", made_of("place", entity.id, str(number)), point)

    def _parted(self) -> Iterator[Placed]:
        """Terminals that the model's own load found disconnected."""
        graph = self._graph
        for index in graph.of_kind(EntityKind.IDENTIFIER_MAPPING):
            mapping = graph.get(IdentifierMapping, index)
            ends = graph.targets(index, RelationshipKind.IDENTIFIES)
            nodes = [end for end in ends if graph.kind(end) is EntityKind.CONNECTIVITY_NODE]
            others = [end for end in ends if graph.kind(end) in WRITTEN and end not in nodes]
            if mapping.system == PARTED and len(nodes) == len(others) == 1:
                identity, _, key = mapping.key.rpartition(" ")
                yield from self._terminal(graph.id(others[0]), key, nodes[0], identity, False)


def _keys_of(graph: Snapshot, dialect: Dialect) -> dict[str, str]:
    """The source systems' own keys of what is written, by id."""
    written = (graph.entity(index) for kind in kinds_written(dialect) for index in graph.of_kind(kind))
    return {entity.id: entity.source_key for entity in written if entity.source_key}


def _named(entity: Entity) -> Properties:
    return [
        ("IdentifiedObject.mRID", entity.id),
        ("IdentifiedObject.name", entity.name),
        *(("IdentifiedObject.aliasName", alias) for alias in entity.aliases),
        ("IdentifiedObject.description", entity.note),
    ]


def _base_voltage(kv: float, identity: str) -> Statement:
    named: Properties = [("IdentifiedObject.mRID", identity), ("IdentifiedObject.name", f"{kv:g} kV")]
    return Statement("BaseVoltage", identity, [*named, ("BaseVoltage.nominalVoltage", kv)])
