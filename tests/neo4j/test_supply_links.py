"""FEEDS and SUPPLIED_BY stay true: what has been asked for once is worked out anew after commits."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from neo4j import Driver

from graph_api.app.assembly import assemble
from graph_api.app.supply_links import Derives, SupplyLinks
from graph_api.errors import StoreUnavailable
from graph_api.exports.supply_links import derive
from graph_api.live.graph import LiveGraph
from graph_api.settings import Settings
from graph_api.stores.neo4j import Neo4jStore, supply_links
from loaders.drawing import batch
from schema.batch import GraphBatch
from schema.grid import Breaker
from schema.numbers import Revision
from schema.vocabulary import SwitchPosition
from tests.neo4j.fixtures import PATIENCE

CITY = "F1 = CB1\nF1 @ SUB1\nG1 - B1 - CB1 - L1 - S1>C1"
FED = "OPTIONAL MATCH ()-[r:FEEDS]->() RETURN count(r) AS links, max(r.revision) AS newest, min(r.revision) AS oldest"


def fed(driver: Driver) -> tuple[int, int | None]:
    """How many FEEDS there are, and of which revision."""
    with driver.session() as session:
        row = session.run(FED).single(strict=True)
    assert row["newest"] == row["oldest"]
    links: int = row["links"]
    return links, row["newest"]


async def city(store: Neo4jStore) -> GraphBatch:
    drawn = batch(CITY)
    await store.apply(drawn)
    return drawn


def opened(drawn: GraphBatch, id: str) -> GraphBatch:
    switch = next(each for each in drawn.entities if each.id == id)
    assert isinstance(switch, Breaker)
    return GraphBatch(entities=[replace(switch, position=SwitchPosition.OPEN)])


async def test_a_server_keeps_them_of_the_newest_revision(
    neo4j_store: Neo4jStore, neo4j_driver: Driver, empty_uri: str
) -> None:
    drawn = await city(neo4j_store)
    async with assemble(Settings(store=empty_uri)) as app:
        links = derive(app.live.pin())
        assert isinstance(app.store, Derives)
        assert await neo4j_store.derive(links.pairs, links.revision)
        assert fed(neo4j_driver) == (1, 1)
        await neo4j_store.apply(opened(drawn, "CB1"))
        async with asyncio.timeout(20 * PATIENCE):
            while await neo4j_store.derived_revision() != 2:  # noqa: ASYNC110 (happens in the background)
                await asyncio.sleep(0.1)
        assert fed(neo4j_driver) == (0, None)


async def test_nobody_asked_for_them_and_none_are_made(neo4j_store: Neo4jStore, neo4j_driver: Driver) -> None:
    await city(neo4j_store)
    live = await LiveGraph.open(neo4j_store, follows=False)
    keeper = SupplyLinks(neo4j_store, live.pin)
    assert not await keeper.once()
    assert fed(neo4j_driver) == (0, None)
    await neo4j_store.derive({"FEEDS": []}, Revision(0))
    assert await keeper.once()
    assert not await keeper.once()
    assert fed(neo4j_driver) == (1, 1)
    await live.close()


async def test_an_older_program_does_not_write_over_a_newer_one(
    neo4j_store: Neo4jStore, neo4j_driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    await city(neo4j_store)
    live = await LiveGraph.open(neo4j_store, follows=False)
    pairs = derive(live.pin()).pairs
    assert await neo4j_store.derive(pairs, Revision(7)) == {"FEEDS": 1, "SUPPLIED_BY": 1}
    assert await neo4j_store.derive({"FEEDS": [], "SUPPLIED_BY": []}, Revision(6)) == {}
    assert fed(neo4j_driver) == (1, 7)
    # who has begun to write them is waited for, and taken for gone after a while
    with neo4j_driver.session() as session:
        session.run("MATCH (d:_Derived) SET d.until = timestamp() + 1000").consume()
    assert await neo4j_store.derive(pairs, Revision(8)) == {"FEEDS": 1, "SUPPLIED_BY": 1}
    monkeypatch.setattr(supply_links, "LEASE_MS", 200)
    with neo4j_driver.session() as session:
        session.run("MATCH (d:_Derived) SET d.until = timestamp() + 60000").consume()
    with pytest.raises(StoreUnavailable, match="Another program"):
        await neo4j_store.derive(pairs, Revision(9))
    await live.close()
