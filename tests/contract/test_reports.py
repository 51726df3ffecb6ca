"""Position reports in a store: records of their own, in order, asked of both stores with the same words."""

from __future__ import annotations

from contextlib import aclosing
from datetime import UTC, datetime

import apsw
import pytest
from neo4j import GraphDatabase

from graph_api.errors import InvalidInput
from graph_api.stores.contract import MAX_CHANGE, Resync, Store
from graph_api.stores.digest import store_digest
from graph_api.stores.neo4j import Neo4jStore
from graph_api.stores.sqlite import SqliteStore
from schema.batch import GraphBatch
from schema.grid import Breaker
from schema.people import Person
from schema.positions import PositionReport, ReportKey, microseconds, moment_of
from schema.vocabulary import SwitchPosition
from tests.contract.conftest import Make
from tests.contract.test_contract import feed, graph

FORMATS = {SqliteStore: 2, Neo4jStore: 3}
OPEN, CLOSED, UNKNOWN = SwitchPosition.OPEN, SwitchPosition.CLOSED, SwitchPosition.UNKNOWN
NIGHT = datetime(2026, 11, 23, 3, 12, 0, 123456, tzinfo=UTC)
AT = microseconds(NIGHT)


def report(
    switch: str, at_us: int, position: SwitchPosition, sequence: int = 0, by: str = "", source: str = "SCADA"
) -> PositionReport:
    return PositionReport(switch, at_us, sequence, position, by, source, at_us + 7)


REPORTS = (
    report("K1", AT, OPEN, by="李建军"),
    report("K1", AT, CLOSED, sequence=1, source="现场汇报\n😀"),
    report("K1", AT - 1, UNKNOWN),
    report("开关@#😀", microseconds(datetime(1, 1, 1, tzinfo=UTC)), OPEN, source=""),
    report("开关@#😀", microseconds(datetime(9999, 12, 31, tzinfo=UTC)), OPEN, sequence=2**31 - 1),
    report("K1", -1, CLOSED),
)


async def reports(store: Store) -> list[PositionReport]:
    """All reports in the order in which the store gives them, which is that of their keys."""
    found: list[PositionReport] = []
    async with aclosing(store.load(chunk_size=2)) as chunks:
        async for chunk in chunks:
            if not isinstance(chunk, int):
                assert not found or not (chunk.entities or chunk.relationships), "reports come last"
                found += chunk.reports
    return sorted(found)


async def test_what_was_reported_comes_back_as_it_was(store: Store) -> None:
    await store.apply(GraphBatch(reports=list(REPORTS)))
    assert await reports(store) == sorted(REPORTS)
    (change,) = await feed(store)
    assert sorted(change.reports) == sorted(REPORTS)
    assert moment_of(AT) == NIGHT == REPORTS[0].at


async def test_a_report_stays_when_its_switch_goes(store: Store) -> None:
    await store.apply(GraphBatch(entities=[Breaker(id="K1")], reports=[report("K1", 5, OPEN)]))
    await store.apply(GraphBatch(delete_entities=["K1"]))
    assert (await graph(store))[1] == {}
    assert await reports(store) == [report("K1", 5, OPEN)]
    assert (await feed(store, 1))[0].delete_reports == []


async def test_reports_are_replaced_and_deleted_by_key(store: Store) -> None:
    await store.apply(GraphBatch(reports=[report("K1", 5, OPEN), report("K1", 6, OPEN), report("K2", 5, OPEN)]))
    keys = [ReportKey("K1", 5, 0), ReportKey("K1", 6, 0), ReportKey("nobody", 5, 0)]
    await store.apply(GraphBatch(reports=[report("K1", 6, CLOSED), report("K1", 6, UNKNOWN)], delete_reports=keys))
    assert await reports(store) == [report("K1", 6, UNKNOWN), report("K2", 5, OPEN)]
    change = (await feed(store, 1))[0]
    assert (change.reports, change.delete_reports) == ([report("K1", 6, UNKNOWN)], [ReportKey("K1", 5, 0)])


async def test_a_request_is_told_by_its_reports_too(store: Store) -> None:
    batch = GraphBatch(entities=[Person(id="a")])
    await store.apply(batch, request_id="r")
    assert (await store.apply(batch, request_id="r")).repeated
    with pytest.raises(InvalidInput):
        await store.apply(GraphBatch(entities=[Person(id="a")], reports=[report("K1", 5, OPEN)]), request_id="r")


@pytest.mark.parametrize(
    "wrong",
    [
        report("\ud800", 5, OPEN),
        report("K1", 10**18, OPEN),
        report("K1", 5, OPEN, -1),
        report("K1", 5, OPEN, by="\ud800"),
    ],
)
async def test_a_report_that_no_store_can_keep_is_refused(store: Store, wrong: PositionReport) -> None:
    with pytest.raises(InvalidInput):
        await store.apply(GraphBatch(reports=[report("K1", 5, OPEN), wrong]))
    assert await reports(store) == []


async def test_a_staged_load_takes_reports(store: Store) -> None:
    await store.apply(GraphBatch(reports=[report("K1", 5, OPEN), report("K1", 6, OPEN)]))
    await store.begin_load("L")
    await store.stage("L", GraphBatch(reports=[report("K1", 7, OPEN)], delete_reports=[ReportKey("K1", 5, 0)]))
    await store.stage("L", GraphBatch(entities=[Person(id="a")], reports=[report("K1", 7, CLOSED)]))
    assert len(await reports(store)) == 2
    await store.commit_load("L")
    assert await reports(store) == [report("K1", 6, OPEN), report("K1", 7, CLOSED)]
    (change,) = await feed(store, 1)
    assert (change.reports, change.delete_reports) == ([report("K1", 7, CLOSED)], [ReportKey("K1", 5, 0)])


async def test_a_large_load_of_reports_is_read_anew(store: Store) -> None:
    many = [report(f"K{number % 7}", number, OPEN) for number in range(MAX_CHANGE)]
    await store.begin_load("L")
    await store.stage("L", GraphBatch(entities=[Breaker(id="K1")], reports=many, delete_reports=[many[0].key]))
    await store.commit_load("L")
    assert await reports(store) == sorted(many)
    with pytest.raises(Resync):
        await feed(store)


async def test_reports_count_in_the_digest(store: Store) -> None:
    _, empty = await store_digest(store)
    await store.apply(GraphBatch(reports=[REPORTS[0]]))
    _, one = await store_digest(store)
    await store.apply(GraphBatch(reports=[REPORTS[0]._replace(by="")]))
    _, other = await store_digest(store)
    await store.apply(GraphBatch(delete_reports=[REPORTS[0].key]))
    assert len({empty, one, other}) == 3
    assert (await store_digest(store))[1] == empty


async def test_a_store_of_the_format_before_begins_its_series_with_what_stands(make: Make) -> None:
    old = make()
    stands = Breaker(id="K1", position=OPEN, position_at=NIGHT, position_by="李建军", position_source="SCADA")
    await old.apply(GraphBatch(entities=[stands, Breaker(id="K2", position=OPEN), Person(id="a")]))
    to_format_1(old)
    await old.close()
    store = make()
    assert (await store.meta()).format == FORMATS[type(store)]
    assert await reports(store) == [PositionReport("K1", AT, 0, OPEN, "李建军", "SCADA", AT)]
    assert set((await graph(store))[1]) == {"K1", "K2", "a"}
    await store.apply(GraphBatch(reports=[report("K1", AT + 1, CLOSED)]))
    await store.close()
    again = make()
    assert len(await reports(again)) == 2


def to_format_1(store: Store) -> None:
    """Make it what a program without position reports would have left."""
    if isinstance(store, SqliteStore):
        connection = apsw.Connection(str(store.path))
        for table in ("position_report", "staged_report", "staged_deleted_report"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("UPDATE meta SET format = 1")
        connection.close()
        return
    assert isinstance(store, Neo4jStore)
    with GraphDatabase.driver(store.server.uri) as driver, driver.session() as session:
        session.run("MATCH (m:_Meta) SET m.format = 1 WITH m MATCH (n:_Entity) SET n:Entity REMOVE n:_Entity").consume()
