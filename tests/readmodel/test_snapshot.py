"""A snapshot answers the same whether it was made at once, commit by commit, merged, or read from its file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from graph_api.readmodel import columns
from graph_api.readmodel.building import Row
from graph_api.readmodel.snapshot import NO_ENTITY, Snapshot
from schema.codec import encode
from schema.entity import Entity
from schema.grid import Breaker, ConnectivityNode, LoadBreakSwitch
from schema.provenance import Alias
from schema.registry import KIND_OF, KINDS, EntityKind
from schema.relationships import Relationship, RelationshipKey, RelationshipKind
from schema.vocabulary import SwitchPosition

CONNECTS, CONTAINED_IN, ALIAS_OF = RelationshipKind.CONNECTS, RelationshipKind.CONTAINED_IN, RelationshipKind.ALIAS_OF
NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)


@dataclass(kw_only=True)
class Commit:
    """One commit as the change feed tells it."""

    revision: int
    at: datetime = NOON
    entities: list[Row] = field(default_factory=list)
    relationships: list[Relationship] = field(default_factory=list)
    delete_entities: list[str] = field(default_factory=list)
    delete_relationships: list[RelationshipKey] = field(default_factory=list)


class Oracle:
    """The same graph, kept the obvious way."""

    def __init__(self) -> None:
        self.entities: dict[str, tuple[Entity, int]] = {}
        self.links: dict[RelationshipKey, Relationship] = {}

    def take(self, commit: Commit, put: Iterable[Entity]) -> None:
        for entity_id in commit.delete_entities:
            self.entities.pop(entity_id, None)
            self.links = {key: link for key, link in self.links.items() if entity_id not in (key.source, key.target)}
        for key in commit.delete_relationships:
            self.links.pop(key, None)
        for entity in put:
            self.entities[entity.id] = entity, commit.revision
        for link in commit.relationships:
            self.links[link.identity] = link

    def answers(self) -> dict[str, Any]:
        ends = [(link.source, link.target, link.kind, link.key) for link in self.links.values()]
        ends.sort(key=lambda end: list(RelationshipKind).index(end[2]))
        return {
            "entities": dict(sorted(self.entities.items())),
            "links": sorted(self.links.values(), key=lambda link: link.identity),
            "kinds": {
                kind: sorted(i for i, (entity, _) in self.entities.items() if KIND_OF[type(entity)] is kind)
                for kind in KINDS
            },
            "edges": {
                entity_id: [
                    *sorted([(True, k, key, t) for s, t, k, key in ends if s == entity_id], key=_edge_order),
                    *sorted([(False, k, key, s) for s, t, k, key in ends if t == entity_id], key=_edge_order),
                ]
                for entity_id in sorted(self.entities)
            },
        }


def _edge_order(edge: tuple[bool, RelationshipKind, str, str]) -> tuple[int, str, str]:
    return list(RelationshipKind).index(edge[1]), edge[2], edge[3]


def answers(graph: Snapshot) -> dict[str, Any]:
    """Everything that the snapshot tells through its public door, by ids."""
    indexes = sorted(graph.indexes(), key=graph.id)
    assert len(indexes) == len(graph.indexes()) == graph.entity_count
    for index in indexes:
        assert index in graph.indexes()
        if graph.kind(index) is not EntityKind.ALIAS:
            assert graph.find(graph.id(index)) == index
        assert graph.kind_codes()[index] == KINDS.index(graph.kind(index))
        assert graph.states()[index] == graph.state(index) == columns.state_of(graph.entity(index))
        assert graph.name(index) == graph.entity(index).name
        for kind in (CONNECTS, CONTAINED_IN, ALIAS_OF):
            for outgoing, ends in ((True, graph.targets(index, kind)), (False, graph.sources(index, kind))):
                edges = [e.other for e in graph.edges(index) if e.kind is kind and e.outgoing is outgoing]
                assert list(ends) == edges
    dead = set(range(graph.size)) - set(graph.indexes())
    assert all(graph.kind_codes()[index] == NO_ENTITY for index in dead)
    links = sorted(graph.relationships(), key=lambda link: link.identity)
    assert len(links) == graph.relationship_count
    for kind in RelationshipKind:
        sources, targets = graph.pairs(kind)
        pairs = sorted(zip(map(graph.id, sources.tolist()), map(graph.id, targets.tolist()), strict=True))
        assert pairs == sorted((link.source, link.target) for link in links if link.kind is kind)
    for kind in KINDS:
        assert list(graph.of_kind(kind)) == sorted(graph.of_kind(kind))
    return {
        "entities": {graph.id(index): (graph.entity(index), graph.version(index)) for index in indexes},
        "links": links,
        "kinds": {kind: sorted(map(graph.id, graph.of_kind(kind))) for kind in KINDS},
        "edges": {
            graph.id(index): [(e.outgoing, e.kind, e.key, graph.id(e.other)) for e in graph.edges(index)]
            for index in indexes
        },
    }


IDS = st.sampled_from(["a", "b", "c", "d", "线:1", "e", "f"])
ENTITIES = st.one_of(
    st.builds(Breaker, id=IDS, name=st.sampled_from(["", "开关"]), position=st.sampled_from([None, *SwitchPosition])),
    st.builds(LoadBreakSwitch, id=IDS),
    st.builds(ConnectivityNode, id=IDS),
    st.builds(Alias, id=IDS),
)
KEYS = st.sampled_from(["", "1", "2", "第"])
LINKS = st.builds(
    Relationship,
    kind=st.sampled_from([CONNECTS, CONTAINED_IN, ALIAS_OF]),
    source=IDS,
    target=IDS,
    key=KEYS,
    load=st.integers(0, 2**40),
    row=st.integers(0, 2**40),
)
CUT = st.builds(RelationshipKey, st.sampled_from([CONNECTS, CONTAINED_IN]), IDS, IDS, KEYS)
COMMITS = st.tuples(
    st.lists(ENTITIES, max_size=4, unique_by=lambda entity: entity.id),
    st.lists(LINKS, max_size=6, unique_by=lambda link: link.identity),
    st.lists(IDS, max_size=2),
    st.lists(CUT, max_size=4),
    st.sampled_from(["go on", "go on", "merge"]),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(COMMITS, max_size=7))
def test_commits_and_merges_answer_like_a_fresh_snapshot(commits: list[Any]) -> None:
    graph, oracle = Snapshot.of([], [], revision=0), Oracle()
    for revision, (put, linked, deleted, cut, then) in enumerate(commits, start=1):
        there = (set(oracle.entities) - set(deleted)) | {entity.id for entity in put}
        commit = Commit(
            revision=revision,
            entities=[(entity.id, KIND_OF[type(entity)], revision, encode(entity)) for entity in put],
            relationships=[link for link in linked if {link.source, link.target} <= there],
            delete_entities=deleted,
            delete_relationships=cut,
        )
        pinned, before = graph, answers(graph)
        graph, changed = graph.advanced(commit)
        oracle.take(commit, put)
        assert answers(pinned) == before
        assert answers(graph) == oracle.answers()
        for index in set(graph.indexes()) & set(pinned.indexes()) - changed:
            assert graph.id(index) == pinned.id(index)
            assert list(graph.edges(index)) == list(pinned.edges(index))
            assert graph.version(index) == pinned.version(index)
        if then == "merge":
            small = graph.merged()
            assert answers(small) == oracle.answers()
            assert small.overlay_size == 0
            assert {small.id(index): index for index in small.indexes()} == {
                graph.id(index): index for index in graph.indexes()
            }
            assert small.size == graph.size
            graph = small
    fresh = Snapshot.of([entity for entity, _ in oracle.entities.values()], oracle.links.values(), revision=9)
    assert answers(fresh)["edges"] == oracle.answers()["edges"]
