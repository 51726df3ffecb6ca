"""What holds between calls: a caller who goes away, programs that end and begin again, and who comes first."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import apsw
import msgspec
import pytest
from neo4j import GraphDatabase

from graph_api.errors import Conflict, InvalidInput, LoadInProgress, StoreUnavailable
from graph_api.stores.contract import Store
from graph_api.stores.digest import store_digest
from graph_api.stores.neo4j import Neo4jStore
from graph_api.stores.sqlite import SqliteStore
from schema.batch import GraphBatch
from schema.codec import decode
from schema.customer import Customer
from schema.migrations import Record, SchemaSteps
from schema.people import Person, Team
from tests.contract.conftest import Make
from tests.contract.test_contract import crew, feed, graph, member


async def test_a_caller_who_gives_up_does_not_stop_a_commit(store: Store) -> None:
    await store.revision()
    asked = [asyncio.create_task(store.apply(crew(str(number)), request_id=str(number))) for number in range(5)]
    await asyncio.sleep(0.002)
    for task in asked:
        task.cancel()
    await asyncio.gather(*asked, return_exceptions=True)
    done = await store.apply(crew("after"))
    changes = await feed(store)
    assert [change.revision for change in changes] == list(range(1, len(changes) + 1))
    given_up = [change for change in changes if change.revision != done.revision]  # may still come in after it
    assert len(given_up) == len(changes) - 1
    for change in given_up:
        assert change.request_id is not None
        assert [held.id for held in change.entities if held.id != "team"] == [change.request_id]


async def test_what_is_staged_outlives_the_program(make: Make) -> None:
    one = make()
    await one.begin_load("L")
    await one.stage("L", crew("a"))
    await one.close()
    other = make()
    assert await graph(other) == (0, {}, {})
    assert await other.begin_load("L") == 3
    await other.stage("L", GraphBatch(entities=[Person(id="b")]))
    commit = await other.commit_load("L")
    await other.close()
    third = make()
    assert (await third.commit_load("L")).repeated
    assert (await third.commit_load("L")).at == commit.at
    assert set((await graph(third))[1]) == {"team", "a", "b"}


async def test_a_load_whose_program_is_gone_makes_room(make: Make) -> None:
    """It stood in the way of every later load, and no command took it away."""
    one = make()
    await one.begin_load("L")
    await one.stage("L", crew("a"))
    await one.close()
    other = make()
    with pytest.raises(LoadInProgress, match="last heard of") as told:
        await other.begin_load("M")
    assert told.value.details["load_id"] == "L"
    await silent(other, "L")
    await other.stage("L", GraphBatch())  # a sign of life
    with pytest.raises(LoadInProgress):
        await other.begin_load("M")
    await silent(other, "L")
    assert await other.begin_load("M") == 0
    with pytest.raises(InvalidInput, match="not open"):
        await other.stage("L", crew("b"))
    await other.stage("M", crew("c"))
    await other.commit_load("M")
    assert set((await graph(other))[1]) == {"team", "c"}


async def silent(store: Store, load_id: str) -> None:
    """As if nothing had been heard of a load for a long time."""
    if isinstance(store, SqliteStore):
        connection = apsw.Connection(str(store.path))
        connection.execute("UPDATE staged_load SET at = '2026-01-01T00:00:00+00:00' WHERE id = ?", (load_id,))
        connection.close()
        return
    assert isinstance(store, Neo4jStore)
    with GraphDatabase.driver(store.server.uri) as driver, driver.session() as session:
        session.run("MATCH (l:_Load {id: $id}) SET l.alive = l.alive - 121000", id=load_id).consume()


async def test_requests_are_remembered_by_the_next_program(make: Make) -> None:
    one = make()
    first = await one.apply(crew("a"), request_id="one")
    assert await one.outcome("two") is None
    await one.close()
    other = make()
    assert await other.outcome("one") == await other.apply(crew("a"), request_id="one")
    assert (await other.apply(crew("a"), request_id="one")).at == first.at
    with pytest.raises(InvalidInput):
        await other.apply(crew("b"), request_id="two")


async def test_small_commits_go_on_beside_a_load(store: Store) -> None:
    await store.begin_load("L")
    await store.stage("L", GraphBatch(entities=[Person(id="a", name="loaded")], delete_entities=["b"]))
    await store.apply(crew("a", "b"))
    assert (await graph(store))[1]["a"].name == "a"
    assert (await store.commit_load("L")).revision == 2
    _, entities, links = await graph(store)
    assert entities["a"].name == "loaded"
    assert set(links) == {member("a").identity}
    assert {held.version for held in (await feed(store, 1))[0].entities} == {2}


async def test_a_load_is_checked_like_a_batch(store: Store) -> None:
    await store.begin_load("L")
    with pytest.raises(InvalidInput, match="more than once"):
        await store.stage("L", GraphBatch(entities=[Person(id="a"), Team(id="a")]))
    await store.stage("L", GraphBatch(entities=[Customer(id="a"), Team(id="team")], relationships=[member("a")]))
    with pytest.raises(InvalidInput, match="may not lead"):
        await store.commit_load("L")
    assert await graph(store) == (0, {}, {})
    await store.stage("L", GraphBatch(entities=[Person(id="a")]))
    assert (await store.commit_load("L")).revision == 1


async def test_a_reader_that_leaves_early_is_in_nobodys_way(store: Store) -> None:
    await store.apply(crew(*map(str, range(50))))
    async with aclosing(store.load(chunk_size=5)) as chunks:
        async for chunk in chunks:
            if not isinstance(chunk, int):
                break
    assert (await store.apply(GraphBatch(delete_entities=["1"]))).revision == 2
    assert len((await graph(store))[1]) == 50


async def test_a_reading_shows_one_revision_whatever_is_written_meanwhile(store: Store) -> None:
    await store.apply(crew(*map(str, range(30))))
    revision, new = -1, set()
    async with aclosing(store.load(chunk_size=4)) as chunks:
        async for chunk in chunks:
            if isinstance(chunk, int):
                revision = chunk
                # everybody is renamed while the first piece is in the reader's hands
                await store.apply(GraphBatch(entities=[Person(id=str(number), name="new") for number in range(30)]))
            else:
                new |= {held.id for held in chunk.entities if decode(held.kind, held.body).name == "new"}
    assert new == (set(map(str, range(30))) if revision == 2 else set())


async def test_wait_returns_at_once_for_what_is_there(store: Store) -> None:
    await store.apply(crew())
    async with asyncio.timeout(5):
        assert await store.wait(0, 60) == 1


async def test_a_closed_store_says_so(store: Store) -> None:
    await store.apply(crew())
    await store.close()
    await store.close()
    with pytest.raises(StoreUnavailable, match="closed"):
        await store.apply(crew("a"))
    with pytest.raises(StoreUnavailable, match="closed"):
        await graph(store)


async def test_properties_of_a_later_program_are_kept(make: Make) -> None:
    later = make(schema=SchemaSteps(version=2, min_reader=1, migrations={}))
    await later.apply(crew("a"))
    _invented(later)
    await later.close()
    store = make()
    await store.apply(GraphBatch(entities=[Person(id="a", name="new")]))
    (change,) = await feed(store, 1)
    assert msgspec.msgpack.decode(change.entities[0].body) == {"id": "a", "name": "new", "invented": "later"}
    await store.begin_load("L")
    await store.stage("L", GraphBatch(entities=[Person(id="a", name="loaded")]))
    await store.commit_load("L")
    (change,) = await feed(store, 2)
    assert msgspec.msgpack.decode(change.entities[0].body) == {"id": "a", "name": "loaded", "invented": "later"}


def _invented(store: Store) -> None:
    if isinstance(store, SqliteStore):
        body = msgspec.msgpack.encode({"id": "a", "name": "a", "invented": "later"})
        connection = apsw.Connection(str(store.path))
        connection.execute("UPDATE entity SET body = ? WHERE id = 'a'", (body,))
        connection.close()
        return
    assert isinstance(store, Neo4jStore)
    with GraphDatabase.driver(store.server.uri) as driver, driver.session() as session:
        session.run("MATCH (n {id: 'a'}) SET n.invented = 'later'").consume()


async def test_equal_content_has_one_digest_however_it_came(store: Store) -> None:
    await store.apply(crew("a", "b"))
    await store.apply(GraphBatch(entities=[Person(id="c")], delete_entities=["b"]))
    _, before = await store_digest(store)
    await store.apply(crew("a", "b", "c"))
    await store.apply(GraphBatch(delete_entities=["b", "c"]))
    await store.begin_load("L")
    await store.stage("L", GraphBatch(entities=[Person(id="c")]))
    await store.commit_load("L")
    assert await store_digest(store) == (5, before)


async def test_a_migration_drops_a_load_of_the_older_schema(make: Make) -> None:
    old = make()
    await old.apply(crew("a"))
    await old.begin_load("L")
    await old.stage("L", crew("b"))
    await old.close()

    def same(record: Record) -> Record:
        return record

    store = make(schema=SchemaSteps(version=2, min_reader=1, migrations={1: same}))
    assert set((await graph(store))[1]) == {"team", "a"}
    with pytest.raises(InvalidInput, match="not open"):
        await store.commit_load("L")
    assert (await store.meta()).schema_version == 2


async def test_a_load_for_a_revision_that_is_past_is_refused(store: Store) -> None:
    await store.apply(crew())
    await store.begin_load("L")
    await store.stage("L", crew("a"))
    await store.apply(crew("b"))
    with pytest.raises(Conflict):
        await store.commit_load("L", at_revision=1)
    assert await store.revision() == 2
    await store.abandon_load("L")
    assert await store.begin_load("M") == 0


async def test_who_only_reads_makes_no_store(make: Make) -> None:
    for _ in range(2):
        with pytest.raises(StoreUnavailable, match="baodian load"):
            await make(creates=False).meta()
    assert (await make().meta()).revision == 0
    assert (await make(creates=False).meta()).revision == 0
