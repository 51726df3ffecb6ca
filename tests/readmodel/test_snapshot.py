"""A snapshot answers the same whether it was made at once, commit by commit, merged, or read from its file."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_api.errors import DanglingRelationship, InvalidInput, SnapshotUnusable, UnknownEntity
from graph_api.readmodel import columns
from graph_api.readmodel import snapshot_file as file
from graph_api.readmodel.building import Row
from graph_api.readmodel.search import Hit, SearchIndex
from graph_api.readmodel.snapshot import NO_ENTITY, Snapshot
from schema.codec import encode
from schema.entity import Entity
from schema.grid import Breaker, ConnectivityNode, LoadBreakSwitch
from schema.positions import PositionReport, ReportKey
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
    reports: list[PositionReport] = field(default_factory=list)
    delete_reports: list[ReportKey] = field(default_factory=list)


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
    st.sampled_from(["go on", "go on", "merge", "file"]),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("snapshots")


@settings(max_examples=120, deadline=None)
@given(commits=st.lists(COMMITS, max_size=7))
def test_commits_merges_and_files_answer_like_a_fresh_snapshot(commits: list[Any], folder: Path) -> None:
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
        if then != "go on":
            small = graph.merged() if then == "merge" else file.write(graph, folder / "city.snapshot").graph
            assert answers(small) == oracle.answers()
            assert small.overlay_size == 0
            assert {small.id(index): index for index in small.indexes()} == {
                graph.id(index): index for index in graph.indexes()
            }
            assert small.size == graph.size
            graph = small
    fresh = Snapshot.of([entity for entity, _ in oracle.entities.values()], oracle.links.values(), revision=9)
    assert answers(fresh)["edges"] == oracle.answers()["edges"]


def breaker(entity_id: str, **fields: Any) -> Row:
    return entity_id, EntityKind.BREAKER, 1, encode(Breaker(id=entity_id, **fields))


def link(source: str, target: str, kind: RelationshipKind = CONNECTS, key: str = "") -> Relationship:
    return Relationship(kind=kind, source=source, target=target, key=key)


def test_an_id_that_names_nothing_is_said() -> None:
    graph = Snapshot.of([Breaker(id="a")])
    for nothing in ("b", "", "\ud800", "a" * 1000):
        assert graph.find(nothing) is None
    with pytest.raises(UnknownEntity, match="look it up"):
        graph.index("b")


def test_aliases_of_aliases_are_followed_and_circles_end() -> None:
    merges = [link("old", "older", ALIAS_OF), link("older", "now", ALIAS_OF)]
    graph = Snapshot.of([Alias(id="old"), Alias(id="older"), Alias(id="lost"), Breaker(id="now")], merges)
    assert graph.id(graph.index("old")) == "now"
    assert graph.id(graph.index("lost")) == "lost"
    circle = Snapshot.of([Alias(id="a"), Alias(id="b")], [link("a", "b", ALIAS_OF), link("b", "a", ALIAS_OF)])
    assert circle.find("a") is not None


def test_an_entity_is_known_by_its_class_or_refused() -> None:
    graph = Snapshot.of([Breaker(id="a")])
    assert graph.get(Breaker, 0).id == "a"
    with pytest.raises(TypeError, match="a is a Breaker, not a ConnectivityNode"):
        graph.get(ConnectivityNode, 0)


def test_what_cannot_be_a_graph_is_refused() -> None:
    with pytest.raises(InvalidInput, match="stands twice"):
        Snapshot.of([Breaker(id="a"), ConnectivityNode(id="a")])
    with pytest.raises(DanglingRelationship, match="there is no 'n'"):
        Snapshot.of([Breaker(id="a")], [link("a", "n")])
    with pytest.raises(DanglingRelationship, match="there is no 'n'"):
        Snapshot.of([Breaker(id="a")]).advanced(Commit(revision=2, relationships=[link("a", "n")]))


def test_a_number_is_not_used_again_when_its_entity_comes_back() -> None:
    graph = Snapshot.of([Breaker(id="a"), ConnectivityNode(id="n")], [link("a", "n")])
    gone, _ = graph.advanced(Commit(revision=2, delete_entities=["a"]))
    direct, _ = gone.advanced(Commit(revision=3, entities=[breaker("a")]))
    merged, _ = gone.merged().advanced(Commit(revision=3, entities=[breaker("a")]))
    assert direct.index("a") == merged.index("a") == 2
    assert 0 not in direct.indexes()
    assert list(direct.edges(2)) == []


def test_few_decoded_entities_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "CACHED_ENTITIES", 2)
    graph = Snapshot.of([Breaker(id=str(number)) for number in range(10)])
    first = graph.entity(0)
    assert graph.entity(0) is first
    for index in range(10):
        assert graph.entity(index).id == str(index)
    assert graph.entity(0) == first


@pytest.fixture
def written(tmp_path: Path) -> Path:
    graph = Snapshot.of(
        [Breaker(id="a", name="滨江开关"), ConnectivityNode(id="n")], [link("a", "n", key="1")], revision=7
    )
    file.write(graph, tmp_path / "city.snapshot", SearchIndex.build(graph).columns())
    return tmp_path / "city.snapshot"


def test_a_file_says_whose_and_of_when_it_is(tmp_path: Path) -> None:
    graph = Snapshot.of([Breaker(id="a")], revision=7, changed_at=NOON, store_uuid="7c1e")
    file.write(graph, tmp_path / "city.snapshot")
    again = file.read(tmp_path / "city.snapshot").graph
    assert (again.revision, again.changed_at, again.store_uuid) == (7, NOON, "7c1e")
    head = file.read_head(tmp_path / "city.snapshot")
    assert (head.revision, head.changed_at, head.store_uuid) == (7, NOON, "7c1e")
    assert [path.name for path in tmp_path.iterdir()] == ["city.snapshot"]


def test_a_mapped_file_lives_on_when_it_is_replaced(written: Path) -> None:
    graph = file.read(written).graph
    file.write(Snapshot.of([], revision=8), written)
    assert graph.entity(0).name == "滨江开关"
    assert file.read(written).graph.entity_count == 0


def told(stored: file.Stored) -> tuple[dict[str, Any], list[Hit]]:
    """What the graph of a file answers, and what its search index finds."""
    assert stored.search is not None
    index = SearchIndex.of_columns(stored.graph, stored.search)
    return answers(stored.graph), [*index.search("滨江"), *index.search("binjiang"), *index.search("a")]


def test_the_search_index_stands_in_the_file_if_it_was_made(written: Path, tmp_path: Path) -> None:
    _, hits = told(file.read(written))
    assert [(hit.index, hit.field) for hit in hits] == [(0, "name"), (0, "pinyin"), (0, "id")]
    file.write(Snapshot.of([Breaker(id="a")]), tmp_path / "other.snapshot")
    assert file.read(tmp_path / "other.snapshot").search is None


def test_any_damaged_byte_is_found(written: Path) -> None:
    whole = written.read_bytes()
    before = told(file.read(written))
    for spot in range(len(whole)):
        written.write_bytes(whole[:spot] + bytes([whole[spot] ^ 0x41]) + whole[spot + 1 :])
        with contextlib.suppress(SnapshotUnusable):
            assert told(file.read(written)) == before, "only padding between sections may change unseen"
    for length in (0, 5, 16, 100, len(whole) - 1):
        written.write_bytes(whole[:length])
        with pytest.raises(SnapshotUnusable):
            file.read(written)


def test_other_files_and_none_are_refused(tmp_path: Path, written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SnapshotUnusable, match="No such file"):
        file.read(tmp_path / "none")
    with pytest.raises(SnapshotUnusable, match="No such file"):
        file.read_head(tmp_path / "none")
    (tmp_path / "note").write_text("a note of more than sixteen letters", "utf-8")
    with pytest.raises(SnapshotUnusable, match="not a snapshot file"):
        file.read(tmp_path / "note")
    for content, why in ((b"", "it is empty"), (b"BAO", "it is cut short")):
        (tmp_path / "begun").write_bytes(content)
        with pytest.raises(SnapshotUnusable, match=why):
            file.read(tmp_path / "begun")
    monkeypatch.setattr(file, "FORMAT", 1)
    with pytest.raises(SnapshotUnusable, match="another version"):
        file.read(written)
    monkeypatch.undo()
    file.read(written)
    monkeypatch.setattr(file, "__version__", "0")
    with pytest.raises(SnapshotUnusable, match="another version"):
        file.read(written)


def test_a_file_that_cannot_be_written_leaves_the_old_one(written: Path) -> None:
    (written.parent / "folder").mkdir()
    with pytest.raises(OSError, match="folder"):
        file.write(Snapshot.of([]), written.parent / "folder")
    assert sorted(path.name for path in written.parent.iterdir()) == ["city.snapshot", "folder"]
