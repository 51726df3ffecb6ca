"""Loads that are too large for one transaction, and what is seen of them from outside."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from neo4j import Driver

from graph_api.errors import DanglingRelationship, InvalidInput, StoreUnavailable
from graph_api.stores.contract import MAX_CHANGE, Resync
from graph_api.stores.digest import store_digest
from graph_api.stores.neo4j import Neo4jStore
from graph_api.stores.sqlite import SqliteStore
from schema.batch import GraphBatch
from schema.codec import decode
from schema.people import Organisation, Person, Team
from schema.relationships import Relationship, RelationshipKind
from tests.neo4j.fixtures import PATIENCE

CREW = MAX_CHANGE // 2 + 2_000


def crew(start: int, stop: int) -> GraphBatch:
    people = [f"p{number}" for number in range(start, stop)]
    return GraphBatch(
        entities=[Person(id=id, name=f"人{id}") for id in people],
        relationships=[Relationship(kind=RelationshipKind.MEMBER_OF, source=id, target="team") for id in people],
    )


async def stage_crew(store: Neo4jStore | SqliteStore, load_id: str) -> None:
    """A crowd of a team, a few of them twice; two of those who are there go, one becomes an organisation."""
    await store.apply(
        GraphBatch(
            entities=[Team(id="team"), Person(id="p1", name="old"), *(Person(id=f"old{n}") for n in range(3))],
            relationships=[
                Relationship(kind=RelationshipKind.MEMBER_OF, source=id, target="team") for id in ("p1", "old0", "old1")
            ],
        )
    )
    await store.begin_load(load_id)
    await store.stage(load_id, GraphBatch(delete_entities=["old0"]))
    await store.stage(
        load_id,
        GraphBatch(
            delete_relationships=[Relationship(kind=RelationshipKind.MEMBER_OF, source="old1", target="team").identity]
        ),
    )
    await store.stage(load_id, GraphBatch(entities=[Organisation(id="old1")]))
    for start in range(0, CREW, 13_000):
        await store.stage(load_id, crew(start, min(start + 13_000, CREW)))
    await store.stage(load_id, crew(0, 500))


async def test_a_large_load_leaves_what_the_other_store_would(neo4j_store: Neo4jStore, tmp_path: Path) -> None:
    sqlite = SqliteStore(tmp_path / "graph.db")
    for store in (neo4j_store, sqlite):
        await stage_crew(store, "L")
        commit = await store.commit_load("L")
        assert (commit.revision, commit.repeated) == (2, False)
        assert (await store.commit_load("L")).repeated
        with pytest.raises(Resync):
            _ = [change async for change in store.changes(1)]
    assert await store_digest(neo4j_store) == await store_digest(sqlite)
    await sqlite.close()


async def test_a_large_load_is_checked_before_anything_is_written(neo4j_store: Neo4jStore) -> None:
    await stage_crew(neo4j_store, "L")
    before = await store_digest(neo4j_store)
    await neo4j_store.stage("L", GraphBatch(entities=[Team(id="p7")], delete_entities=["p1"]))
    await neo4j_store.stage("L", GraphBatch(entities=[Team(id="old1")]))
    lonely = Relationship(kind=RelationshipKind.MEMBER_OF, source="nobody", target="team")
    await neo4j_store.stage("L", GraphBatch(relationships=[lonely]))
    with pytest.raises(DanglingRelationship):
        await neo4j_store.commit_load("L")
    assert await store_digest(neo4j_store) == before
    await neo4j_store.apply(GraphBatch(entities=[Team(id="team", name="still writable")]))
    await neo4j_store.stage("L", GraphBatch(entities=[Person(id="nobody"), Organisation(id="team")]))
    assert (await neo4j_store.commit_load("L")).revision == 3


async def test_a_large_load_that_breaks_what_is_there_is_refused(neo4j_store: Neo4jStore) -> None:
    await stage_crew(neo4j_store, "L")
    await neo4j_store.stage("L", GraphBatch(entities=[Person(id="team")]))
    with pytest.raises(InvalidInput, match="may not lead"):
        await neo4j_store.commit_load("L")


async def test_others_wait_or_are_told_to_while_a_large_load_is_committed(neo4j_store: Neo4jStore) -> None:
    await stage_crew(neo4j_store, "L")
    other = Neo4jStore(neo4j_store.server)
    committing = asyncio.create_task(neo4j_store.commit_load("L"))
    told = 0
    while not committing.done():
        try:
            await other.apply(GraphBatch(entities=[Team(id="team", name="meanwhile")]))
        except StoreUnavailable:
            told += 1
        revision, people = 0, 0
        async for chunk in other.load():
            if isinstance(chunk, int):
                revision = chunk
            else:
                people += len(chunk.entities)
        assert people == (5 if revision < (await committing).revision else CREW + 3)
    assert told
    await other.close()


async def test_a_load_whose_committer_was_killed_is_finished_by_others(
    neo4j_store: Neo4jStore, neo4j_driver: Driver
) -> None:
    await stage_crew(neo4j_store, "L")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.neo4j.worker", "commit-load", neo4j_store.server.uri, "L"
    )
    with neo4j_driver.session() as session:
        for _ in range(600):
            row = session.run(
                "MATCH (m:_Meta) RETURN m.loading_phase = 'applying' AND m.loading_done > 3 AS on"
            ).single()
            if row is not None and row["on"]:
                break
            await asyncio.sleep(0.02)
        process.kill()
        await process.wait()
        # as if the lease had run out
        session.run("MATCH (m:_Meta) WHERE m.loading IS NOT NULL SET m.loading_until = 0").consume()
    with pytest.raises(StoreUnavailable):
        await neo4j_store.apply(GraphBatch(entities=[Team(id="team")]))
    assert await neo4j_store.revision() == 2
    assert (await neo4j_store.commit_load("L")).repeated
    _, digest = await store_digest(neo4j_store)
    await neo4j_store.begin_load("M")
    await neo4j_store.stage("M", crew(0, CREW))
    await neo4j_store.stage("M", crew(0, CREW))
    assert (await neo4j_store.commit_load("M")).revision == 3
    assert (await store_digest(neo4j_store)) == (3, digest)


async def test_the_whole_graph_is_read_at_one_revision_while_others_write(neo4j_store: Neo4jStore) -> None:
    """Writers rename both of a pair at once, add and remove; a reader never sees half of it."""
    await neo4j_store.begin_load("L")
    await neo4j_store.stage("L", replace(crew(0, 20_000), entities=[*crew(0, 20_000).entities, Team(id="team")]))
    await neo4j_store.commit_load("L")
    writer = Neo4jStore(neo4j_store.server, patience=PATIENCE)
    stop = asyncio.Event()

    async def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            names = [Person(id=id, name=str(number)) for id in ("p0", "p19999")]
            link = Relationship(kind=RelationshipKind.MEMBER_OF, source=f"new{number}", target="team")
            await writer.apply(
                GraphBatch(
                    entities=[*names, Person(id=f"new{number}", name=str(number))],
                    relationships=[link],
                    delete_entities=[f"new{number - 1}"],
                )
            )

    writing = asyncio.create_task(write())
    await neo4j_store.wait(1, 10)
    for _ in range(3):
        names: dict[str, str] = {}
        links: set[str] = set()
        async for chunk in neo4j_store.load():
            if not isinstance(chunk, int):
                names |= {row.id: decode(row.kind, row.body).name for row in chunk.entities}
                links |= {link.source for link in chunk.relationships}
        assert names["p0"] == names["p19999"]
        new = {id for id in names if id.startswith("new")}
        assert new == {id for id in links if id.startswith("new")}
        assert {names[id] for id in new} <= {names["p0"]}
        assert len(names) == 20_001 + len(new)
    stop.set()
    await writing
    await writer.close()
