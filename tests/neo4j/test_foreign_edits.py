"""What people do to the graph past this program, one edit after the other: what is told of it, and what is served."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import LiteralString, cast

import pytest
from neo4j import Driver

from graph_api.live.foreign_edits import ForeignEditSweep
from graph_api.live.graph import LiveGraph
from graph_api.readmodel.snapshot import Snapshot
from graph_api.stores.neo4j import Neo4jStore
from schema.batch import GraphBatch
from schema.grid import Breaker, Feeder
from schema.people import Person, Team
from schema.relationships import Relationship, RelationshipKind
from tests.neo4j.fixtures import PATIENCE

BASE = GraphBatch(
    entities=[Team(id="team"), *(Person(id=id, name=id) for id in "abc"), Breaker(id="K"), Feeder(id="F")],
    relationships=[
        *(Relationship(kind=RelationshipKind.MEMBER_OF, source=id, target="team") for id in "abc"),
        Relationship(kind=RelationshipKind.CONTAINED_IN, source="K", target="F"),
    ],
)
IDS = frozenset({"team", "a", "b", "c", "K", "F"})
ELEMENT = "(element)"
A = "MATCH (n:_Entity {id: 'a'})"
LINK = "MATCH (n:_Entity {id: 'a'})-[r:MEMBER_OF]->()"


@dataclass(frozen=True)
class Edit:
    """An edit, and what becomes of it."""

    statement: str
    told: dict[str, str | None] = field(default_factory=dict)
    """Id to (part of) the reason why it is refused; None = taken over, or gone."""
    gone: Set[str] = frozenset()
    new: Set[str] = frozenset()
    links: int = 4
    name: str = "a"
    """Of the person a, if it is there."""


EDITS = [
    # relationships
    Edit(f"{LINK} SET r.key = 7", {"a": None}),
    Edit(f"{LINK} SET r.key = [1, 2]"),
    Edit(f"{LINK} SET r.key = true", {"a": None}),
    Edit(f"{LINK} REMOVE r.key"),
    Edit(f"{LINK} SET r._load = 'x', r._row = -1"),
    Edit(f"{A}, (t {{id: 'team'}}) CREATE (n)-[:MEMBER_OF {{key: ''}}]->(t)"),
    Edit(f"{A}, (t {{id: 'team'}}) CREATE (n)-[:MEMBER_OF {{key: 8}}]->(t)", {"a": None}, links=5),
    Edit(f"{A}, (b {{id: 'b'}}) CREATE (n)-[:LIKES]->(b)", {"a": "no relationship of the schema is named LIKES"}),
    Edit(f"{A}, (b {{id: 'b'}}) CREATE (n)-[:CONTAINED_IN]->(b)", {"a": "may not lead from PERSON"}),
    Edit("MATCH (n {id: 'team'}) DETACH DELETE n", dict.fromkeys(("team", "a", "b", "c")), gone={"team"}, links=1),
    # identity
    Edit(f"{A} SET n.id = 'a2'", {"a": None, "a2": None}, gone={"a"}, new={"a2"}),
    Edit(f"{A} SET n.id = 7", {"a": None, "7": "missing or no text"}, gone={"a"}, links=3),
    Edit(f"{A} REMOVE n.id", {"a": None, ELEMENT: "missing or no text"}, gone={"a"}, links=3),
    Edit(f"{A} SET n.id = '{'x' * 200}'", {"a": None, "x" * 200: "at most 128 bytes"}, gone={"a"}, links=3),
    Edit("CREATE (:_Entity:Person {name: 'x'})", {ELEMENT: "missing or no text"}),
    Edit("CREATE (:_Entity:Person {id: ''})", {ELEMENT: "missing or no text"}),
    # labels
    Edit(f"{A} REMOVE n:Person", {"a": "no label of the schema"}),
    Edit(f"{A} SET n:Team", {"a": "several labels"}),
    Edit(f"{A} SET n:Stranger"),
    Edit("CREATE (:_Entity:Stranger {id: 'odd'})", {"odd": "no label of the schema"}),
    Edit("CREATE (:_Entity {id: 'odd'})", {"odd": "no label of the schema"}),
    Edit("CREATE (:Person {id: 'p'})", {"p": "no label _Entity"}),
    Edit("CREATE (:_Entity:Person {id: 'p', name: 'p'})", {"p": None}, new={"p"}),
    # properties
    Edit(f"{A} SET n.name = 'z'", {"a": None}, name="z"),
    Edit(f"{A} SET n.name = 5", {"a": "Expected `str`"}),
    Edit(f"{A} SET n.name = ['x']", {"a": "Expected `str`"}),
    Edit(f"{A} SET n.name = date('2026-11-27')", {"a": None}, name="2026-11-27"),
    Edit(f"{A} SET n.active = 'perhaps'", {"a": "Expected `bool`"}),
    Edit(f"{A} SET n.spot = point({{x: 1, y: 2}})"),
    Edit("MATCH (n {id: 'K'}) SET n.nominal_kv = -3.0", {"K": "greater than or equal to 0"}),
    Edit("MATCH (n {id: 'K'}) SET n.position = 'AJAR'", {"K": "Invalid enum value"}),
    # housekeeping
    Edit(f"{A} SET n._packed = 'text'", {"a": "bytes"}),
    Edit(f"{A} SET n._packed = [1, 2]", {"a": "bytes"}),
    Edit(f"{A} SET n._version = -5", {"a": None}),
    Edit(f"{A} SET n._version = 9223372036854775807", {"a": None}),
    Edit(f"{A} SET n._version = 'x'", {"a": None}),
    Edit(f"{A} REMOVE n._version", {"a": None}),
    Edit("MATCH (m:_Meta) SET m.revision = 0"),
    Edit("MATCH (m:_Meta) SET m.revision = 'x'"),
    Edit("MATCH (m:_Meta) SET m.revision = 9223372036854775807"),
    Edit("MATCH (c:_Change) DELETE c"),
    Edit("MATCH (c:_Change) SET c.images = 'x'"),
]


def edited(driver: Driver, statement: str) -> None:
    with driver.session() as session:
        session.run(cast("LiteralString", statement)).consume()


def shown(graph: Snapshot) -> tuple[object, ...]:
    entities = {graph.id(index): (graph.entity(index), graph.version(index)) for index in graph.indexes()}
    return graph.revision, entities, set(graph.relationships())


@pytest.mark.parametrize("edit", EDITS, ids=[edit.statement[:60] for edit in EDITS])
async def test_an_edit_is_told_and_puts_nothing_out_of_service(
    neo4j_store: Neo4jStore, neo4j_driver: Driver, edit: Edit
) -> None:
    await neo4j_store.apply(BASE)
    live = await LiveGraph.open(neo4j_store, sweeps=False)

    async def catch_up() -> Snapshot:
        return (await live.refresh()).graph

    sweep = ForeignEditSweep(neo4j_store, catch_up, lambda: datetime.now(UTC))
    assert await sweep.once() == []
    edited(neo4j_driver, edit.statement)
    found = {ELEMENT if one.id == one.element else one.id: one for one in await sweep.once()}
    assert set(found) == set(edit.told)
    for id, reason in edit.told.items():
        assert (found[id].refused is None) == (reason is None)
        assert (reason or "") in (found[id].refused or "")
        assert (found[id].mend is None) == (found[id].element is None) == (reason is None)
    graph = live.pin().graph
    assert {graph.id(index) for index in graph.indexes()} == (IDS - edit.gone) | edit.new
    assert len(list(graph.relationships())) == edit.links
    if "a" not in edit.gone:
        assert graph.name(graph.index("a")) == edit.name
    store = Neo4jStore(neo4j_store.server, patience=PATIENCE)
    fresh = await LiveGraph.open(store, sweeps=False)
    assert shown(fresh.pin().graph) == shown(graph)
    commit = await live.apply(GraphBatch(entities=[Person(id="c", name="later")]))
    model = await fresh.at_least(commit.revision, timeout_seconds=PATIENCE)
    assert model.graph.name(model.graph.index("c")) == "later"
    assert await sweep.once() == []
    for each in (live, fresh):
        await each.close()
    await store.close()


async def test_what_mends_is_told_as_cypher_that_runs(neo4j_store: Neo4jStore, neo4j_driver: Driver) -> None:
    await neo4j_store.apply(BASE)
    live = await LiveGraph.open(neo4j_store, sweeps=False)

    async def catch_up() -> Snapshot:
        return (await live.refresh()).graph

    sweep = ForeignEditSweep(neo4j_store, catch_up, lambda: datetime.now(UTC))
    await sweep.once()
    for statement in (
        f"{A} SET n.active = 'perhaps'",
        "MATCH (n {id: 'b'}) SET n:Team",
        "MATCH (n {id: 'K'}) SET n._packed = 'x'",
        "MATCH (n {id: 'c'}), (b {id: 'b'}) CREATE (n)-[:LIKES]->(b) CREATE (n)-[:CONTAINED_IN]->(b)",
        "CREATE (:Person {id: 'p'})",
    ):
        edited(neo4j_driver, statement)
    told = [edit for edit in await sweep.once() if edit.mend is not None]
    assert len(told) == 6
    for edit in told:
        edited(neo4j_driver, edit.mend or "")
    assert all(edit.refused is None for edit in await sweep.once())
    assert await sweep.once() == []
    assert live.pin().graph.number("p") is not None
    await live.close()


async def test_what_was_mended_and_is_spoilt_again_is_kept_as_it_was_last(
    neo4j_store: Neo4jStore, neo4j_driver: Driver
) -> None:
    await neo4j_store.apply(BASE)
    live = await LiveGraph.open(neo4j_store, sweeps=False)

    async def catch_up() -> Snapshot:
        return (await live.refresh()).graph

    sweep = ForeignEditSweep(neo4j_store, catch_up, lambda: datetime.now(UTC))
    for name in ("first", "second"):
        await live.apply(GraphBatch(entities=[Person(id="a", name=name)]))
        assert await sweep.once() == []
        edited(neo4j_driver, f"{A} SET n.active = 'perhaps'")
        assert [edit.id for edit in await sweep.once()] == ["a"]
        store = Neo4jStore(neo4j_store.server, patience=PATIENCE)
        fresh = await LiveGraph.open(store, sweeps=False)
        assert shown(fresh.pin().graph) == shown(live.pin().graph)
        assert live.pin().graph.name(live.pin().graph.index("a")) == name
        await fresh.close()
        await store.close()
    await live.close()
