"""What people do to the graph past this program, one edit after the other: what is told of it, and what is served."""

from __future__ import annotations

import pytest
from neo4j import Driver

from graph_api.live.graph import LiveGraph
from graph_api.stores.neo4j import Neo4jStore
from schema.batch import GraphBatch
from schema.people import Person
from tests.neighbours.edits import BASE, EDITS, A, Edit, edited, play, shown, sweep_of
from tests.neo4j.fixtures import PATIENCE


@pytest.mark.parametrize("edit", EDITS, ids=[edit.statement[:60] for edit in EDITS])
async def test_an_edit_is_told_and_puts_nothing_out_of_service(
    neo4j_store: Neo4jStore, neo4j_driver: Driver, edit: Edit
) -> None:
    played = await play(neo4j_store, neo4j_driver, edit)
    assert played.wrong(edit) == []


async def test_what_mends_is_told_as_cypher_that_runs(neo4j_store: Neo4jStore, neo4j_driver: Driver) -> None:
    await neo4j_store.apply(BASE)
    live = await LiveGraph.open(neo4j_store, sweeps=False)
    sweep = sweep_of(neo4j_store, live)
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
    sweep = sweep_of(neo4j_store, live)
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
