"""The texts of one CIM model to GraphBatches: merge all, build entities, then relationships."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from loaders.cim.build import Builder
from loaders.cim.classes import AREAS, DRAWN, EQUIPMENT, NODES, PARTS
from loaders.cim.connect import (
    Connection,
    Parted,
    connections,
    containers_of,
    grouped_by,
    numbers_of,
    parts_of_stations,
    terminal_ids,
)
from loaders.cim.customers import Customers
from loaders.cim.drawings import Drawings
from loaders.cim.evidence import units_of
from loaders.cim.heads import Wiring
from loaders.cim.kept_places import KeptPlaces
from loaders.cim.lines import divide_lines
from loaders.cim.model import Model
from loaders.cim.nodes import Nodes
from loaders.cim.parse import CimObject
from loaders.cim.parted import is_parted, kept
from loaders.cim.parted import links as links_of_parted
from loaders.cim.places import Places
from loaders.cim.profiles import Profile
from loaders.cim.sets import has_states, remark_missing
from loaders.cim.sources import sources_of
from loaders.cim.texts import Text
from loaders.cim.units import Units
from loaders.source import Reading
from schema.batch import GraphBatch
from schema.customer import ReceivingPoint, SupplySource
from schema.entity import Entity
from schema.grid import ConductingEquipment, EnergyConsumer, EnergySource, Switch
from schema.relationships import Relationship, RelationshipKey, RelationshipKind
from schema.vocabulary import SwitchPosition
from schema.words import say

BATCH = 5_000
"""Records of one batch."""


def read_model(
    texts: Sequence[Text], reading: Reading, units: Units | None = None, sources: Sequence[str] = ()
) -> Iterator[GraphBatch]:
    """The graph of one model, entities before relationships.

    `units` and `sources` are those that the user named. Accounts, rejects and findings are in the report when the last
    batch was taken. All is parsed before the first batch: a broken file raises LoadError and yields nothing.
    """
    states = [text.header.as_of for text in texts if text.profile is Profile.SSH and text.header.as_of is not None]
    others = [text.header.as_of for text in texts if text.header.as_of is not None]
    reading.as_of = max(states or others, default=None)
    return _Reading(texts, reading, units, sources).batches()


class _Reading:
    """Reads one model; `ids` holds the id of every entity that was made, by its object's key."""

    def __init__(self, texts: Sequence[Text], reading: Reading, units: Units | None, sources: Sequence[str]) -> None:
        self._units, self._named = units, sources
        self._model = Model(texts, reading.report)
        self._reading, self._known = reading, reading.entity
        self._states = has_states(self._model)
        self._before = reading.entity if not self._states else lambda _: None
        self._ids: dict[str, str] = {}
        self._open: set[str] = set()
        self._connections: list[Connection] = []
        self._parted: list[Parted] = []

    def batches(self) -> Iterator[GraphBatch]:
        batch = GraphBatch()
        for entity in self._entities():
            batch.entities.append(entity)
            if len(batch) >= BATCH:
                yield batch
                batch = GraphBatch()
        for link in self._relationships():
            batch.relationships.append(link)
            if len(batch) >= BATCH:
                yield batch
                batch = GraphBatch()
        self._model.close()
        if len(batch):
            yield batch

    def _entities(self) -> Iterator[Entity]:
        model = self._model
        remark_missing(model)
        units = units_of(model, self._units)
        model.remark(
            say("Figures were read in {units}.", units=units.name),
            say("If a voltage that you know is wrong: load again with --units, as V,W,m."),
        )
        places = Places(model)
        self._sources = sources_of(model, self._named, self._known)
        self._nodes = Nodes(model)
        divide_lines(model, self._nodes)
        self._customers = Customers(model, places, units)
        numbers = numbers_of(model, self._nodes)
        terminals = terminal_ids(model, numbers)
        as_class: dict[str, type[Entity]] = {
            **dict.fromkeys(self._customers.supplies, SupplySource),
            **dict.fromkeys(self._sources, EnergySource),
        }
        keys = {item.key for cls in DRAWN for item in model.each(cls)}
        drawings = Drawings(model, keys.__contains__)
        builder = Builder(model, places, drawings, units, as_class)
        kept_places = KeptPlaces(places, drawings, self._known)
        taken: dict[str, CimObject] = {}
        for cls in (*AREAS, "Substation", *PARTS, "Feeder", *NODES, *EQUIPMENT):
            for item in model.each(cls):
                entity = builder.entity(item)
                if entity is None:
                    continue
                entity = kept_places.of(self._with_state(item, entity))
                if isinstance(entity, ConductingEquipment) and item.key in terminals:
                    entity = replace(entity, terminal_ids=terminals[item.key])
                if self._admit(item, entity, taken):
                    yield entity
        for item, kind, fields in self._customers.entities():
            entity = builder.made(item, kind, fields)
            if entity is not None and self._admit(item, entity, taken):
                yield kept_places.of(self._with_state(item, entity))
        self._connections = list(connections(model, self._nodes, numbers, self._parted, self._was_parted))
        yield from kept(model, self._parted, self._ids)

    def _admit(self, item: CimObject, entity: Entity, taken: dict[str, CimObject]) -> bool:
        if entity.id in taken:
            reason = say("line {line} has the same mRID; that object was taken", line=taken[entity.id].line)
            self._model.reject(item, "mRID", entity.id, reason, say("Give one of them an mRID of its own."))
            return False
        taken[entity.id] = item
        self._ids.setdefault(item.key, entity.id)
        if isinstance(entity, Switch) and entity.normal_position is SwitchPosition.OPEN:
            self._open.add(item.key)
        return True

    def _with_state(self, item: CimObject, entity: Entity) -> Entity:
        """With the state that the graph knows, where the files state none: it came from an SSH file."""
        before = self._before(entity.id)
        if isinstance(entity, ConductingEquipment) and isinstance(before, ConductingEquipment):
            stated = "inService" in item.values or "normallyInService" in item.values
            entity = entity if stated else replace(entity, in_service=before.in_service)
        if isinstance(entity, Switch) and isinstance(before, Switch):
            return replace(
                entity,
                position=before.position,
                position_source=before.position_source,
                position_by=before.position_by,
                position_at=before.position_at,
            )
        if isinstance(entity, EnergyConsumer) and isinstance(before, EnergyConsumer):
            return replace(entity, kw=before.kw)
        if isinstance(entity, ReceivingPoint) and isinstance(before, ReceivingPoint):
            return replace(entity, load_kw=before.load_kw)
        return entity

    def _was_parted(self, terminal: CimObject, equipment: CimObject, number: str) -> bool:
        return not self._states and is_parted(self._reading, terminal, self._ids.get(equipment.key, ""), number)

    def _relationships(self) -> Iterator[Relationship]:
        joined: list[tuple[CimObject, str]] = []
        last: dict[str, str] = {}
        for equipment, key, node in self._connections:
            if equipment.key in self._ids and node in self._ids:
                joined.append((equipment, node))
                last[equipment.key] = self._ids[node]
                yield self._link(RelationshipKind.CONNECTS, equipment, node, key)
        feeders_of: dict[str, list[str]] = {}
        grouped = grouped_by(self._model)
        for cls in ("SubGeographicalRegion", "Substation", "Feeder", *NODES, *EQUIPMENT):
            for item in self._model.each(cls):
                for container in containers_of(self._model, item, grouped):
                    if container.key not in self._ids or item.key not in self._ids:
                        continue
                    if container.cls == "Feeder":
                        feeders_of.setdefault(item.key, []).append(container.key)
                    yield self._link(RelationshipKind.CONTAINED_IN, item, container.key)
        links: dict[RelationshipKey, Relationship] = {}
        for item, container in parts_of_stations(self._model):
            if container.key in self._ids and item.key in self._ids:
                yield self._link(RelationshipKind.CONTAINED_IN, item, container.key)
        for kind, item, source, target, key in self._customers.links(self._ids, last):
            load = self._model.load_of(item)
            link = Relationship(kind=kind, source=source, target=target, key=key, load=load, row=item.line)
            links.setdefault(link.identity, link)
        yield from links.values()
        yield from links_of_parted(self._model, self._parted, self._ids)
        yield from self._heads(Wiring(joined, feeders_of, self._open, self._sources))

    def _heads(self, wiring: Wiring) -> Iterator[Relationship]:
        named = self._named_heads()
        derived = 0
        for feeder in self._model.each("Feeder"):
            heads = named.get(feeder.key, [])
            if not heads:
                head = wiring.head_of(feeder.key)
                heads = [] if head is None else [head]
                derived += len(heads)
            for head in heads:
                yield self._link(RelationshipKind.STARTS_AT, feeder, head)
            if not heads:
                self._model.find(
                    feeder,
                    "NormalHeadTerminal",
                    "",
                    say("no head is named, and none can be derived: it stands on a busbar without a breaker of its own")
                    if wiring.is_reached(feeder.key)
                    else say("no head is named, and none can be derived: nothing of it is reached from a source"),
                    say("Name its NormalHeadTerminal."),
                )
        if derived:
            self._model.remark(
                say("{count} feeder heads are not named (NormalHeadTerminal) and were derived.", count=derived),
                say("Check them; name the terminals in the source system."),
            )

    def _named_heads(self) -> dict[str, list[str]]:
        """Head equipment by feeder: Feeder.NormalHeadTerminal, or Terminal.NormalHeadFeeder from the other side."""
        named: dict[str, list[str]] = {}
        names = ("NormalHeadTerminal", "TraceStart")
        pairs = [
            (feeder, key) for feeder in self._model.each("Feeder") for name in names for key in feeder.all_of(name)
        ]
        for terminal in self._model.each("Terminal"):
            feeder = self._model.target(terminal, "NormalHeadFeeder")
            pairs += [] if feeder is None else [(feeder, terminal.key)]
        for feeder, key in pairs:
            found = self._model.objects.get(key)
            if found is not None and found.cls in EQUIPMENT:
                self._name_head(named, feeder, found.key)
                continue
            if found is None or found.cls != "Terminal":
                self._model.find(
                    feeder,
                    "NormalHeadTerminal",
                    key,
                    say("it refers to no terminal of the file"),
                    say("Export the model whole."),
                )
                continue
            self._name_head(named, feeder, found.values["ConductingEquipment"])
        return named

    def _name_head(self, named: dict[str, list[str]], feeder: CimObject, equipment: str) -> None:
        if equipment in self._ids and equipment not in named.setdefault(feeder.key, []):
            named[feeder.key].append(equipment)

    def _link(self, kind: RelationshipKind, source: CimObject, target: str, key: str = "") -> Relationship:
        ids = self._ids
        return Relationship(
            kind=kind,
            source=ids[source.key],
            target=ids[target],
            key=key,
            load=self._model.load_of(source),
            row=source.line,
        )
