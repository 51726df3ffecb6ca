"""Several programs on one Neo4j, and people who edit the graph past all of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import LiteralString

import pytest
from neo4j import Driver

from graph_api.errors import StaleReplica, StoreUnavailable
from graph_api.live import following
from graph_api.live.foreign_edits import ForeignEditSweep
from graph_api.live.graph import LiveGraph
from graph_api.readmodel.snapshot import Snapshot
from graph_api.stores.neo4j import Neo4jStore, parse_address
from schema.batch import GraphBatch
from schema.grid import Breaker, Feeder
from schema.people import Person, Team
from schema.positions import PositionReport, microseconds
from schema.relationships import Relationship, RelationshipKind
from schema.vocabulary import SwitchPosition
from tests.graphql.conftest import Api, client_of
from tests.neo4j.fixtures import PATIENCE
from tests.neo4j.proxy import FaultProxy, port_of


def crew(*people: str) -> GraphBatch:
    return GraphBatch(
        entities=[Team(id="team", name="配电抢修"), *(Person(id=id, name=id) for id in people)],
        relationships=[Relationship(kind=RelationshipKind.MEMBER_OF, source=id, target="team") for id in people],
    )


@pytest.fixture
async def live(neo4j_store: Neo4jStore) -> AsyncIterator[LiveGraph]:
    await neo4j_store.apply(crew("a", "b", "c"))
    served = await LiveGraph.open(neo4j_store, sweeps=False)
    yield served
    await served.close()


def sweep_of(store: Neo4jStore, live: LiveGraph) -> ForeignEditSweep:
    async def catch_up() -> Snapshot:
        return (await live.refresh()).graph

    return ForeignEditSweep(store, catch_up, lambda: datetime.now(UTC))


@pytest.fixture
async def sweep(neo4j_store: Neo4jStore, live: LiveGraph) -> ForeignEditSweep:
    return sweep_of(neo4j_store, live)


def edited(driver: Driver, statement: LiteralString) -> None:
    """What a person does in Neo4j Browser."""
    with driver.session() as session:
        session.run(statement).consume()


def name_of(live: LiveGraph, id: str) -> str:
    graph = live.pin().graph
    return graph.name(graph.index(id))


async def test_a_commit_of_one_program_is_seen_by_the_other(live: LiveGraph, neo4j_store: Neo4jStore) -> None:
    store = Neo4jStore(neo4j_store.server, patience=PATIENCE)
    other = await LiveGraph.open(store)
    for number in range(10):
        commit = await live.apply(GraphBatch(entities=[Person(id="a", name=str(number))]))
        assert name_of(live, "a") == str(number)
        model = await other.at_least(commit.revision, timeout_seconds=2 * PATIENCE)
        assert model.graph.name(model.graph.index("a")) == str(number)
    with pytest.raises(StaleReplica):
        await other.at_least(99, timeout_seconds=0.01)
    await other.close()
    await store.close()


async def test_a_store_that_is_back_is_told_before_it_has_news(
    neo4j_store: Neo4jStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "WAIT_SECONDS", 600.0)
    await neo4j_store.apply(crew("a"))
    async with FaultProxy(port_of(neo4j_store.server.uri)) as proxy:
        store = Neo4jStore(parse_address(proxy.uri, None), patience=PATIENCE)
        live = await LiveGraph.open(store, sweeps=False)
        async with asyncio.timeout(60):
            for away in (True, False):
                proxy.refuses = away
                proxy.reset()
                while live.status().reachable is away:  # noqa: ASYNC110 (what is waited for happens elsewhere)
                    await asyncio.sleep(0.01)
        await live.close()
        await store.close()


async def test_a_restored_store_is_read_when_asked_for(live: LiveGraph, neo4j_driver: Driver) -> None:
    await live.apply(GraphBatch(entities=[Person(id="a", name="new")]))
    edited(
        neo4j_driver,
        """MATCH (m:_Meta) SET m.revision = 1 WITH m MATCH (c:_Change {revision: 2}) DELETE c
        WITH m MATCH (n:_Entity {id: 'a'}) SET n.name = 'restored', n._version = 1""",
    )
    async with asyncio.timeout(20 * PATIENCE):
        while not live.read_anew():
            assert name_of(live, "a") == "new"
            await asyncio.sleep(0.1)
        while name_of(live, "a") != "restored":  # noqa: ASYNC110 (what is waited for happens in the background)
            await asyncio.sleep(0.1)
    assert live.pin().graph.revision == 1


async def test_nothing_is_found_where_nobody_edited(live: LiveGraph, sweep: ForeignEditSweep) -> None:
    assert await sweep.once() == []
    await live.apply(crew("d"))
    assert await sweep.once() == []
    assert await sweep.once() == []
    assert live.pin().graph.revision == 2


@pytest.mark.parametrize(
    ("statement", "ids"),
    [
        ("MATCH (n:_Entity {id: 'a'}) SET n.name = '改'", {"a"}),
        ("MATCH (n:_Entity {id: 'a'}) SET n.aliases = ['x', 'y'] REMOVE n.name", {"a"}),
        ("MATCH (n:_Entity {id: 'a'}) REMOVE n:Person SET n:Team", {"a"}),
        ("MATCH (n:_Entity {id: 'a'}) DETACH DELETE n", {"a"}),
        ("MATCH (:_Entity {id: 'a'})-[r:MEMBER_OF]->() DELETE r", {"a"}),
        ("MATCH (a {id: 'a'}), (b {id: 'team'}) CREATE (a)-[:MEMBER_OF {key: 'second'}]->(b)", {"a"}),
        ("CREATE (:_Entity:Person {id: 'new', name: '新'})", {"new"}),
        ("MATCH (b {id: 'team'}) CREATE (:_Entity:Person {id: 'new'})-[:MEMBER_OF]->(b)", {"new"}),
    ],
)
async def test_a_foreign_edit_is_found_told_and_taken_over(
    live: LiveGraph,
    sweep: ForeignEditSweep,
    neo4j_store: Neo4jStore,
    neo4j_driver: Driver,
    statement: LiteralString,
    ids: set[str],
) -> None:
    assert await sweep.once() == []
    edited(neo4j_driver, statement)
    assert {edit.id for edit in await sweep.once()} == ids
    assert {edit.id for edit in sweep.edits} == ids
    assert all(edit.refused is None for edit in sweep.edits)
    assert live.pin().graph.revision == 2
    # memory is now what a program that starts anew would read
    store = Neo4jStore(neo4j_store.server, patience=PATIENCE)
    fresh = await LiveGraph.open(store)
    mine, theirs = live.pin().graph, fresh.pin().graph
    assert {mine.entity(index) for index in mine.indexes()} == {theirs.entity(index) for index in theirs.indexes()}
    assert set(mine.relationships()) == set(theirs.relationships())
    await fresh.close()
    await store.close()
    assert await sweep.once() == []


def said(position: SwitchPosition, hour: int, by: str = "王") -> PositionReport:
    at = microseconds(datetime(2026, 11, 23, hour, tzinfo=UTC))
    return PositionReport("K", at, 0, position, by, "SCADA", at)


OPEN, CLOSED = SwitchPosition.OPEN, SwitchPosition.CLOSED
REPORTED = [said(CLOSED, 1), said(OPEN, 2)]
BY_HAND = """CREATE (:PositionReport {id: 'K@2026-11-23T01:30:00.000000+00:00#0', switch: 'K', sequence: 0,
    at: datetime('2026-11-23T09:30:00+08:00'), position: 'OPEN'})"""


@pytest.mark.parametrize(
    ("statement", "left"),
    [
        ("MATCH (r:PositionReport {position: 'CLOSED'}) DELETE r", [(2, OPEN, "王")]),
        ("MATCH (r:PositionReport {position: 'CLOSED'}) SET r.by = '李'", [(1, CLOSED, "李"), (2, OPEN, "王")]),
        (BY_HAND, [(1, CLOSED, "王"), (1.5, OPEN, ""), (2, OPEN, "王")]),
        (
            "MATCH (n:_Entity {id: 'K'}) SET n.position = 'CLOSED'",
            [(1, CLOSED, "王"), (2, OPEN, "王"), (5, CLOSED, "王")],
        ),
        (
            """MATCH (n:_Entity {id: 'K'}) SET n.position = 'CLOSED', n.position_by = '赵',
            n.position_at = datetime('2026-11-23T03:00:00Z')""",
            [(1, CLOSED, "王"), (2, OPEN, "王"), (3, CLOSED, "赵")],
        ),
        (
            """MATCH (n:_Entity {id: 'K'}) SET n.position = 'CLOSED', n.position_by = '赵',
            n.position_at = datetime('2030-01-01T00:00:00Z')""",  # nobody reports the future: as of when it was found
            [(1, CLOSED, "王"), (2, OPEN, "王"), (5, CLOSED, "赵")],
        ),
    ],
)
async def test_a_foreign_edit_of_positions_is_taken_into_the_series(
    neo4j_store: Neo4jStore,
    neo4j_driver: Driver,
    statement: LiteralString,
    left: list[tuple[float, SwitchPosition, str]],
) -> None:
    store = Neo4jStore(neo4j_store.server, patience=PATIENCE, clock=lambda: datetime(2026, 11, 23, 5, tzinfo=UTC))
    breaker = Breaker(id="K", position=OPEN, position_at=REPORTED[1].at, position_by="王", position_source="SCADA")
    await store.apply(GraphBatch(entities=[breaker], reports=REPORTED))
    live = await LiveGraph.open(store, sweeps=False)
    sweep = sweep_of(store, live)
    assert await sweep.once() == []
    edited(neo4j_driver, statement)
    assert [edit.id for edit in await sweep.once()] == ["K"]
    series = live.pin().graph.reports.of_switch("K")
    assert [(one.at.hour + one.at.minute / 60, one.position, one.by) for one in series] == left
    fresh = await LiveGraph.open(store, sweeps=False)
    assert fresh.pin().graph.reports.of_switch("K") == series
    assert await sweep.once() == []
    for each in (live, fresh):
        await each.close()
    await store.close()


async def test_a_report_by_hand_that_does_not_fit_together_is_no_part_of_the_series(
    neo4j_store: Neo4jStore, neo4j_driver: Driver
) -> None:
    await neo4j_store.apply(GraphBatch(entities=[Breaker(id="K")], reports=REPORTED))
    for statement in (
        "CREATE (:PositionReport {switch: 'K', at: 'yesterday', position: 'OPEN', id: 'x'})",
        "CREATE (:PositionReport {switch: 'K', position: 'OPEN'})",
        "CREATE (:PositionReport {switch: 7, at: datetime(), position: 'AJAR', id: 'y', sequence: 0})",
        "CREATE (:PositionReport {switch: 'K', at: datetime(), position: 'OPEN', id: 'z', sequence: 0})",
    ):
        edited(neo4j_driver, statement)
    live = await LiveGraph.open(neo4j_store, sweeps=False)
    assert live.pin().graph.reports.of_switch("K") == REPORTED
    await live.close()


async def test_a_foreign_edit_is_taken_over_once_however_many_look(
    live: LiveGraph, sweep: ForeignEditSweep, neo4j_store: Neo4jStore, neo4j_driver: Driver
) -> None:
    store = Neo4jStore(neo4j_store.server, patience=PATIENCE)
    beside = sweep_of(store, live)
    edited(neo4j_driver, "MATCH (n:_Entity {id: 'a'}) SET n.name = '改' CREATE (:_Entity:Person {id: 'new'})")
    found = [edit.id for edits in await asyncio.gather(sweep.once(), beside.once()) for edit in edits]
    assert sorted(found) == ["a", "new"]
    assert live.pin().graph.revision <= 3
    await store.close()


async def test_an_edit_that_makes_no_sense_is_told_and_not_served(
    live: LiveGraph, sweep: ForeignEditSweep, neo4j_driver: Driver
) -> None:
    edited(neo4j_driver, "MATCH (n:_Entity {id: 'a'}) SET n.active = 'perhaps'")
    edited(neo4j_driver, "CREATE (:_Entity:Stranger {id: 'odd'})")
    found = {edit.id: edit.refused for edit in await sweep.once()}
    assert set(found) == {"a", "odd"}
    assert all(found.values())
    assert name_of(live, "a") == "a"
    assert live.pin().graph.number("odd") is None
    # one more, so that all serve what was known of it
    assert live.pin().graph.revision == 2
    edited(neo4j_driver, "MATCH (n:_Entity {id: 'a'}) SET n.active = false")
    assert [(edit.id, edit.refused) for edit in await sweep.once()] == [("a", None)]


async def test_the_service_sweeps_by_itself(neo4j_store: Neo4jStore, neo4j_driver: Driver) -> None:
    await neo4j_store.apply(crew("a"))
    edited(neo4j_driver, "CREATE (:_Entity:Person {id: 'new', name: '新'})")
    live = await LiveGraph.open(neo4j_store)
    async with asyncio.timeout(10 * PATIENCE):
        while not live.status().foreign_edits:  # noqa: ASYNC110 (what is waited for happens in the background)
            await asyncio.sleep(0.05)
    assert live.status().foreign_edits[0].id == "new"
    await live.close()


async def test_the_graph_reads_well_in_cypher(neo4j_store: Neo4jStore, neo4j_driver: Driver) -> None:
    contained = Relationship(kind=RelationshipKind.CONTAINED_IN, source="brk", target="f1", load=3, row=7)
    await neo4j_store.apply(
        GraphBatch(
            entities=[Feeder(id="f1", name="10kV 滨江一线"), Breaker(id="brk", nominal_kv=10.0)],
            relationships=[contained],
        )
    )
    with neo4j_driver.session() as session:
        row = session.run(
            """MATCH (b:Breaker:_Entity)-[r:CONTAINED_IN]->(f:Feeder {name: '10kV 滨江一线'})
            RETURN b.nominal_kv AS kv, r._load AS load, b._version AS version, keys(f) AS keys"""
        ).single(strict=True)
    assert (row["kv"], row["load"], row["version"]) == (10.0, 3, 1)
    assert set(row["keys"]) == {"id", "name", "_version", "_seal"}


async def test_the_api_tells_of_foreign_edits(neo4j_store: Neo4jStore, neo4j_driver: Driver) -> None:
    edited(neo4j_driver, "CREATE (:_Entity:Person {id: 'new', name: '新'}), (:_Entity:Person {id: 'odd', name: 7})")
    live = await LiveGraph.open(neo4j_store)
    async with asyncio.timeout(10 * PATIENCE):
        while len(live.status().foreign_edits) < 2:  # noqa: ASYNC110 (what is waited for happens in the background)
            await asyncio.sleep(0.05)
    async with client_of(live) as client:
        answer = await Api(client).data("{ graph { store { kind setAside foreignEdits { id refused } } } }")
        metrics = (await client.get("/metrics")).text
    store = answer["graph"]["store"]
    assert (store["kind"], store["setAside"]) == ("neo4j", 1)
    assert {edit["id"]: edit["refused"] is None for edit in store["foreignEdits"]} == {"new": True, "odd": False}
    assert "baodian_foreign_edits_set_aside 1.0" in metrics
    await live.close()


async def test_whoever_follows_has_changes_compiled_before_the_first_one(neo4j_store: Neo4jStore) -> None:
    """A server just started takes longer to compile what a change runs than a change may take beside other work."""
    first = await neo4j_store.apply(crew("a"))
    async with FaultProxy(port_of(neo4j_store.server.uri)) as proxy:
        proxy.watched = b"EXPLAIN MATCH (m:_Meta"  # one of them takes the lock, one ends the commit
        store = Neo4jStore(parse_address(proxy.uri, None), patience=PATIENCE)

        async def news() -> int:
            await store.wait(first.revision, 0)
            for _ in range(500):
                if proxy.met % 2 == 0 and proxy.met:
                    break
                await asyncio.sleep(0.01)
            return proxy.met

        assert await news() == 2
        assert await news() == 2, "a server that stayed is not asked again"
        proxy.refuses = True
        proxy.reset()
        with pytest.raises(StoreUnavailable):
            await store.wait(first.revision, 0)
        proxy.refuses = False
        proxy.met = 0
        assert await news() == 2, "one that was away may have been started again"
        assert (await store.apply(crew("b"), request_id="after")).revision == first.revision + 1
        await store.close()
