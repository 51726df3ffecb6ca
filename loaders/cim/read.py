"""The texts of one CIM model to GraphBatches: merge all, build entities, then relationships."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from loaders.cim.build import Builder
from loaders.cim.classes import AREAS, EQUIPMENT
from loaders.cim.connect import connections, container_of
from loaders.cim.evidence import units_of
from loaders.cim.heads import Wiring
from loaders.cim.model import Model
from loaders.cim.parse import CimObject
from loaders.cim.places import Places
from loaders.cim.profiles import Profile
from loaders.cim.sets import has_states, remark_missing
from loaders.cim.texts import Text
from loaders.cim.units import Units
from loaders.source import Reading
from schema.batch import GraphBatch
from schema.entity import Entity
from schema.grid import ConductingEquipment, EnergyConsumer, Switch
from schema.relationships import Relationship, RelationshipKind
from schema.vocabulary import SwitchPosition
from schema.words import say

BATCH = 5_000
"""Records of one batch."""


def read_model(texts: Sequence[Text], reading: Reading, units: Units | None = None) -> Iterator[GraphBatch]:
    """The graph of one model, entities before relationships.

    `units` are those that the user named. Accounts, rejects and findings are in the report when the last batch was
    taken. All is parsed before the first batch: a broken file raises LoadError and yields nothing.
    """
    states = [text.header.as_of for text in texts if text.profile is Profile.SSH and text.header.as_of is not None]
    others = [text.header.as_of for text in texts if text.header.as_of is not None]
    reading.as_of = max(states or others, default=None)
    return _Reading(texts, reading, units).batches()


class _Reading:
    """Reads one model; `ids` holds the id of every entity that was made, by its object's key."""

    def __init__(self, texts: Sequence[Text], reading: Reading, units: Units | None) -> None:
        self._units = units
        self._model = Model(texts, reading.report)
        self._before = reading.entity if not has_states(self._model) else lambda _: None
        self._ids: dict[str, str] = {}
        self._open: set[str] = set()

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

    def _node_class(self) -> str:
        """ConnectivityNode, or TopologicalNode in a bus-branch model, which has no other nodes."""
        if self._model.each("ConnectivityNode") or not self._model.each("TopologicalNode"):
            self._model.leave_out(("TopologicalNode",), say("its ConnectivityNodes were read"))
            return "ConnectivityNode"
        return "TopologicalNode"

    def _entities(self) -> Iterator[Entity]:
        model = self._model
        self._nodes = self._node_class()
        remark_missing(model)
        units = units_of(model, self._units)
        model.remark(
            say("Figures were read in {units}.", units=units.name),
            say("If a voltage that you know is wrong: load again with --units, as V,W,m."),
        )
        if not model.each("EnergySource") and not model.each("ExternalNetworkInjection"):
            model.remark(
                say("The file has no EnergySource: nothing in it can be live."), say("Export the feeding network too.")
            )
        builder = Builder(model, Places(model), units)
        taken: dict[str, CimObject] = {}
        for cls in (*AREAS, "Substation", "Feeder", self._nodes, *EQUIPMENT):
            for item in model.each(cls):
                entity = self._made(builder, item, taken)
                if entity is not None:
                    yield entity

    def _made(self, builder: Builder, item: CimObject, taken: dict[str, CimObject]) -> Entity | None:
        entity = builder.entity(item)
        if entity is None:
            return None
        entity = self._with_state(item, entity)
        if entity.id in taken:
            reason = say("line {line} has the same mRID; that object was taken", line=taken[entity.id].line)
            self._model.reject(item, "mRID", entity.id, reason, say("Give one of them an mRID of its own."))
            return None
        taken[entity.id] = item
        self._ids[item.key] = entity.id
        if isinstance(entity, Switch) and entity.normal_position is SwitchPosition.OPEN:
            self._open.add(item.key)
        return entity

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
        return entity

    def _relationships(self) -> Iterator[Relationship]:
        joined: list[tuple[CimObject, str]] = []
        for equipment, key, node in connections(self._model, self._nodes):
            joined.append((equipment, node))
            yield self._link(RelationshipKind.CONNECTS, equipment, node, key)
        feeder_of: dict[str, str] = {}
        for cls in ("SubGeographicalRegion", "Substation", "Feeder", self._nodes, *EQUIPMENT):
            for item in self._model.each(cls):
                container = container_of(self._model, item)
                if container is None or container.key not in self._ids:
                    continue
                if container.cls == "Feeder":
                    feeder_of[item.key] = container.key
                yield self._link(RelationshipKind.CONTAINED_IN, item, container.key)
        yield from self._heads(Wiring(joined, feeder_of, self._open))

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
                    say("no head is named, and none can be derived: nothing of it is reached from a source"),
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
        pairs = [(feeder, key) for feeder in self._model.each("Feeder") for key in feeder.all_of("NormalHeadTerminal")]
        for terminal in self._model.each("Terminal"):
            feeder = self._model.target(terminal, "NormalHeadFeeder")
            pairs += [] if feeder is None else [(feeder, terminal.key)]
        for feeder, key in pairs:
            found = self._model.objects.get(key)
            if found is None or found.cls != "Terminal":
                self._model.find(
                    feeder,
                    "NormalHeadTerminal",
                    key,
                    say("it refers to no terminal of the file"),
                    say("Export the model whole."),
                )
                continue
            equipment = found.values["ConductingEquipment"]
            if equipment in self._ids and equipment not in named.setdefault(feeder.key, []):
                named[feeder.key].append(equipment)
        return named

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
