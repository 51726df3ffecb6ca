"""What a written file does not hold as the graph has it: read as a load would, and compared."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Collection, Iterator

from graph_api.readmodel.snapshot import Snapshot
from loaders.source import Reading, Source
from schema.codec import properties
from schema.entity import Entity
from schema.grid import Switch
from schema.registry import KIND_OF, EntityKind
from schema.relationships import RelationshipKey

_NOT_TOLD = frozenset({"load", "row", "overrides", "rejects", "dropped"})
_MADE = frozenset({"terminal_ids", "source_key"})
"""Identities that the file makes of the id where the graph has none."""
_REPORTED = frozenset({"position", "position_source", "position_by", "position_at"})


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Unlike:
    """What a file does not hold as the graph has it."""

    entities: tuple[str, ...] = ()
    """Ids of those that come back otherwise, or not at all."""
    fields: Counter[str] = dataclasses.field(default_factory=Counter)
    """Fields that come back otherwise, as Contact.value."""
    relationships: int = 0


def unlike(graph: Snapshot, source: Source, kinds: Collection[EntityKind], *, as_normal: bool = False) -> Unlike:
    """Read the source and compare it with what the graph has of these kinds, but for the loads that things came from.

    `as_normal`: a switch in its normal position is the same whether somebody reported so or not.
    """
    fields, wrong = Counter[str](), set[str]()
    waiting = {graph.id(index) for kind in kinds for index in graph.of_kind(kind)}
    links = set(links_among(graph, kinds))
    for batch in source.batches(Reading()) if waiting else ():
        for entity in batch.entities:
            waiting.discard(entity.id)
            index = graph.find(entity.id)
            differing = ["id"] if index is None else _differing(graph.entity(index), entity, as_normal)
            fields.update(f"{KIND_OF[type(entity)].label}.{name}" for name in differing)
            wrong.update([entity.id] if differing else ())
        for link in batch.relationships:
            links ^= {link.identity}
    return Unlike(entities=tuple(sorted(wrong | waiting)), fields=fields, relationships=len(links))


def links_among(graph: Snapshot, kinds: Collection[EntityKind]) -> Iterator[RelationshipKey]:
    """Relationships of which both ends are of these kinds."""
    for link in graph.relationships():
        if all(graph.kind(graph.index(end)) in kinds for end in (link.source, link.target)):
            yield link.identity


def _differing(one: Entity, other: Entity, as_normal: bool) -> list[str]:
    if type(one) is not type(other):
        return ["kind"]
    a, b = properties(one), properties(other)
    same = _NOT_TOLD | (_MADE - a.keys())
    if as_normal and isinstance(one, Switch) and isinstance(other, Switch):
        alike = one.position is None and one.current_position is other.current_position
        same |= _REPORTED if alike else frozenset({"position_source", "position_by", "position_at"})
    return [name for name in a.keys() | b.keys() if name not in same and a.get(name) != b.get(name)]
