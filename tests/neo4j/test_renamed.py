"""Ids that others change, labels that they take and nodes that they make again: every process follows to one graph."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import suppress
from itertools import count
from typing import NamedTuple

import msgspec
import pytest
from neo4j import Driver
from neo4j.exceptions import ConstraintError

from graph_api.live import foreign_edits
from graph_api.live.foreign_edits import ForeignEditSweep
from graph_api.live.graph import LiveGraph
from graph_api.stores.neo4j import Neo4jStore
from schema.batch import GraphBatch
from schema.people import Person, Team
from schema.relationships import Relationship, RelationshipKind
from tests.neighbours.edits import content, edited, sweep_of
from tests.neo4j.fixtures import PATIENCE

TEAMS = ("s", "t", "u")
PEOPLE = ("a", "b", "v", "w")
"""Some before their teams in the order of the letters, some after them."""
BASE = GraphBatch(
    entities=[*(Team(id=id, name=id) for id in TEAMS), *(Person(id=id, name=id) for id in PEOPLE)],
    relationships=[
        Relationship(kind=RelationshipKind.MEMBER_OF, source=person, target=team)
        for number, person in enumerate(PEOPLE)
        for team in (TEAMS[number % 3], TEAMS[(number + 1) % 3])
    ],
)


class Process(NamedTuple):
    """One of several processes on one store."""

    store: Neo4jStore
    live: LiveGraph
    sweep: ForeignEditSweep


async def process(of: Neo4jStore) -> Process:
    store = Neo4jStore(of.server, patience=PATIENCE)
    live = await LiveGraph.open(store, sweeps=False)
    return Process(store, live, sweep_of(store, live))


async def shut(each: Process) -> None:
    await each.live.close()
    await each.store.close()


@pytest.fixture
async def two(neo4j_store: Neo4jStore, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Process, Process]]:
    """Two processes that look at three entities at a time."""
    monkeypatch.setattr(foreign_edits, "BLOCK", 3)
    monkeypatch.setattr(foreign_edits, "BLOCK_IDS", 3)
    await neo4j_store.apply(BASE)
    processes = await process(neo4j_store), await process(neo4j_store)
    yield processes
    for each in processes:
        await shut(each)


def anew(each: Process) -> int:
    """How often it gave up following and read the whole graph."""
    return each.live.tally.spent["load"].times - 1


async def agreed(neo4j_store: Neo4jStore, two: tuple[Process, Process]) -> tuple[dict[str, object], set[object]]:
    """Sweep until there is no news; what both serve, which is what one that starts now serves, too."""
    for _ in range(6):
        for each in two:
            await each.sweep.once()
    assert [await each.sweep.once() for each in two] == [[], []]
    fresh = await process(neo4j_store)
    served = [content((await each.live.refresh()).graph) for each in (*two, fresh)]
    await shut(fresh)
    assert served[0] == served[1]
    assert served[0] == served[2]
    return served[0]


@pytest.mark.parametrize("old", ["s", "a"])
async def test_a_renamed_id_is_one_deleted_and_one_new(
    neo4j_store: Neo4jStore, neo4j_driver: Driver, two: tuple[Process, Process], old: str
) -> None:
    edited(neo4j_driver, f"MATCH (n:_Entity {{id: '{old}'}}) SET n.id = '{old}:new'")
    entities, links = await agreed(neo4j_store, two)
    assert set(entities) == {*TEAMS, *PEOPLE, f"{old}:new"} - {old}
    assert len(links) == 2 * len(PEOPLE)
    edited(neo4j_driver, f"MATCH (n:_Entity {{id: '{old}:new'}}) SET n.id = '{old}'")
    assert (await agreed(neo4j_store, two))[0].keys() == {*TEAMS, *PEOPLE}
    assert [anew(each) for each in two] == [0, 0]


async def test_a_label_that_is_given_back_brings_its_relationships_back(
    neo4j_store: Neo4jStore, neo4j_driver: Driver, two: tuple[Process, Process]
) -> None:
    before = await agreed(neo4j_store, two)
    edited(neo4j_driver, "MATCH (n:_Entity {id: 't'}) REMOVE n:_Entity")
    assert "t" not in (await agreed(neo4j_store, two))[0]
    edited(neo4j_driver, "MATCH (n:Team {id: 't'}) SET n:_Entity")
    assert await agreed(neo4j_store, two) == before
    assert [anew(each) for each in two] == [0, 0]


async def test_what_waits_for_an_end_that_cannot_be_read_is_not_committed_again_and_again(
    neo4j_store: Neo4jStore, neo4j_driver: Driver, two: tuple[Process, Process]
) -> None:
    edited(
        neo4j_driver,
        "MATCH (a:_Entity {id: 'a'}) CREATE (a)-[:MEMBER_OF]->(:_Entity:Team {id: 'zz', name: 5, _version: 1})",
    )
    await agreed(neo4j_store, two)
    revision = (await neo4j_store.meta()).revision
    assert set((await agreed(neo4j_store, two))[0]) == {*TEAMS, *PEOPLE}
    assert (await neo4j_store.meta()).revision == revision
    edited(neo4j_driver, "MATCH (n:_Entity {id: 'zz'}) SET n.name = 'now'")
    _, links = await agreed(neo4j_store, two)
    assert Relationship(kind=RelationshipKind.MEMBER_OF, source="a", target="zz") in links


def some_edit(dice: random.Random, ids: list[str], fresh: str) -> str:
    """An edit of an id, a label, a value, a deletion or a node that is made again."""
    id, other = dice.choice(ids), dice.choice(ids)
    return dice.choice(
        [
            f"MATCH (n {{id: '{id}'}}) WHERE NOT n:_Kept SET n.id = '{fresh}'",
            f"MATCH (n:_Entity {{id: '{id}'}}) REMOVE n:_Entity",
            f"MATCH (n:Person|Team {{id: '{id}'}}) SET n:_Entity",
            f"MATCH (n:_Entity {{id: '{id}'}}) REMOVE n:Person REMOVE n:Team",
            f"MATCH (n:_Entity {{id: '{id}'}}) SET n:Team",
            f"MATCH (n:_Entity {{id: '{id}'}}) SET n:Person",
            f"MATCH (n:_Entity {{id: '{id}'}}) REMOVE n:Team",
            f"MATCH (n:_Entity {{id: '{id}'}}) SET n.name = 5",
            f"MATCH (n:_Entity {{id: '{id}'}}) SET n.name = 'five'",
            f"MATCH (n:_Entity {{id: '{id}'}}) REMOVE n._version",
            f"MATCH (n:_Entity {{id: '{id}'}}) DETACH DELETE n",
            f"MATCH (n:Person|Team {{id: '{id}'}}) DETACH DELETE n MERGE (:_Entity:Person {{id: '{id}'}})",
            f"MATCH (a:_Entity {{id: '{id}'}}), (b:_Entity {{id: '{other}'}}) CREATE (a)-[:MEMBER_OF]->(b)",
            f"CREATE (a:_Entity:Person {{id: '{fresh}'}}) WITH a MATCH (b:_Entity {{id: '{id}'}}) "
            "CREATE (a)-[:MEMBER_OF]->(b)",
        ]
    )


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_others_do_every_process_follows_to_one_graph(
    neo4j_store: Neo4jStore, neo4j_driver: Driver, two: tuple[Process, Process], seed: int
) -> None:
    dice, numbers = random.Random(seed), count()
    ids = [*TEAMS, *PEOPLE]
    for turn in range(4):
        for _ in range(dice.randint(1, 4)):
            ids.append(f"{dice.choice('amtz')}{next(numbers)}")
            statement = some_edit(dice, ids, ids[-1])
            with suppress(ConstraintError):  # an id that is taken
                edited(neo4j_driver, statement)
        # as they come: one sweeps, the other follows
        await two[turn % 2].sweep.once()
        await two[1 - turn % 2].live.refresh()
    await agreed(neo4j_store, two)
    assert [anew(each) for each in two] == [0, 0]


async def test_a_record_that_cannot_be_followed_is_passed_by_reading_the_graph_anew(
    neo4j_store: Neo4jStore, neo4j_driver: Driver, two: tuple[Process, Process], caplog: pytest.LogCaptureFixture
) -> None:
    edited(neo4j_driver, "MATCH (m:_Meta) SET m.revision = 2")
    link = ("MEMBER_OF", "a", "nobody", "", 0, 0)
    record = msgspec.msgpack.encode([[], [link], [], [], [], []])
    with neo4j_driver.session() as session:
        session.run(
            "CREATE (:_Change {revision: 2, at: '2026-11-28T10:00:00+00:00', images: $images})", images=record
        ).consume()
    # a change that is made meanwhile answers as made
    commit = await two[0].live.apply(GraphBatch(entities=[Person(id="a", name="later")]))
    assert commit.revision == 3
    assert two[0].live.pin().graph.revision == 3
    assert "cannot be followed" in caplog.text
    assert two[0].live.tally.spent["read_anew"].times == 1
    assert two[0].live.status().last_error is None
    assert await agreed(neo4j_store, two)
