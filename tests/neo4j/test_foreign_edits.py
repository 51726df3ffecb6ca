"""What people do to the graph past this program, one edit after the other: what is told of it, and what is served."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from neo4j import Driver

from graph_api.errors import StoreUnavailable
from graph_api.live import foreign_edits
from graph_api.live.foreign_edits import MOST_EDITS
from graph_api.live.graph import LiveGraph
from graph_api.stores.contract import FoundEntity
from graph_api.stores.neo4j import Neo4jStore
from graph_api.stores.neo4j.ends import KindOf
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


async def test_all_that_stand_are_told_alike_by_every_process(neo4j_store: Neo4jStore, neo4j_driver: Driver) -> None:
    people = [Person(id=f"p{number}", name="x") for number in range(MOST_EDITS + 10)]
    await neo4j_store.apply(GraphBatch(entities=people))
    told = []
    stores = neo4j_store, Neo4jStore(neo4j_store.server, patience=PATIENCE)
    lives = [await LiveGraph.open(store, sweeps=False) for store in stores]
    edited(neo4j_driver, "MATCH (n:Person) SET n.name = 5")
    for store, live in zip(stores, lives, strict=True):
        sweep = sweep_of(store, live)
        await sweep.once()
        standing = [edit for edit in sweep.edits if edit.stands]
        assert len(standing) == len(people) == sweep.set_aside
        told.append({(edit.id, edit.element, edit.refused, edit.mend) for edit in standing})
    assert told[0] == told[1]
    for live in lives:
        await live.close()
    await stores[1].close()


class _Busy(Neo4jStore):
    """On a server that answers for two entities in time, and not for more."""

    async def look(self, ids: Sequence[str], kind_of: KindOf) -> list[FoundEntity]:
        if len(ids) > 2:
            raise StoreUnavailable("TransactionTimedOut")
        return await super().look(ids, kind_of)


@pytest.mark.parametrize("least", [1, 3])
async def test_a_sweep_of_a_busy_server_goes_on_by_smaller_pieces(
    neo4j_store: Neo4jStore, neo4j_driver: Driver, monkeypatch: pytest.MonkeyPatch, least: int
) -> None:
    monkeypatch.setattr(foreign_edits, "LEAST_BLOCK", least)
    await neo4j_store.apply(BASE)
    store = _Busy(neo4j_store.server, patience=PATIENCE)
    live = await LiveGraph.open(store, sweeps=False)
    edited(neo4j_driver, "MATCH (n:Person) SET n.name = 'z'")
    if least == 1:
        assert {edit.id for edit in await sweep_of(store, live).once()} == set("abc")
    else:
        with pytest.raises(StoreUnavailable):
            await sweep_of(store, live).once()
    await live.close()
    await store.close()
