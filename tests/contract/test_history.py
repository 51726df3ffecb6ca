"""What is kept and for how long, and stores of another schema: asked of both stores."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from graph_api.errors import UpgradeRequired
from graph_api.stores.contract import MAX_APPLY, MAX_CHANGE, Resync, Store
from schema.batch import GraphBatch
from schema.codec import decode
from schema.migrations import Record, SchemaSteps
from schema.people import Person, Team
from tests.contract.conftest import Make
from tests.contract.test_contract import crew, feed, graph


class Clock:
    """Stands still until it is told."""

    def __init__(self) -> None:
        self.now = datetime(2026, 5, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


async def tidied(store: Store) -> None:
    """A load, at whose end what is too old is dropped; small commits do so now and then only."""
    await store.begin_load("tidy")
    await store.stage("tidy", crew("c"))
    await store.commit_load("tidy")


async def test_changes_are_kept_for_a_day(make: Make) -> None:
    clock = Clock()
    store = make(clock=clock)
    await store.apply(crew("a"))
    clock.now += timedelta(hours=23)
    await store.apply(crew("b"))
    assert [change.revision for change in await feed(store)] == [1, 2]
    clock.now += timedelta(hours=2)
    await tidied(store)
    with pytest.raises(Resync):
        await feed(store)
    assert [change.revision for change in await feed(store, 1)] == [2, 3]
    assert set((await graph(store))[1]) == {"team", "a", "b", "c"}


async def test_requests_are_kept_for_thirty_days(make: Make) -> None:
    clock = Clock()
    store = make(clock=clock)
    first = await store.apply(crew("a"), request_id="one")
    assert await store.outcome("late") is None
    clock.now += timedelta(days=29)
    await store.apply(crew("b"))
    assert (await store.apply(crew("a"), request_id="one")).revision == first.revision
    clock.now += timedelta(days=2)
    await tidied(store)
    assert (await store.apply(crew("a"), request_id="one")).revision == 4


async def test_a_commit_too_large_to_list_is_read_anew(make: Make) -> None:
    store = make()
    await store.begin_load("L")
    for start in range(0, MAX_CHANGE + 1, MAX_APPLY):
        people = [Person(id=str(number)) for number in range(start, min(start + MAX_APPLY, MAX_CHANGE + 1))]
        await store.stage("L", GraphBatch(entities=[*people]))
    assert (await store.commit_load("L")).revision == 1
    await store.apply(crew())
    with pytest.raises(Resync):
        await feed(store)
    assert [change.revision for change in await feed(store, 1)] == [2]


def renamed(record: Record) -> Record | None:
    """From version 1 to 2: names in capitals, and whoever is called gone is no more."""
    name = record.properties.get("name", "")
    if name == "gone":
        return None
    return Record(record.kind, {**record.properties, "name": name.upper()})


async def test_an_older_store_becomes_one_of_this_schema(make: Make) -> None:
    old = make()
    await old.apply(crew("a", "gone"))
    identity = (await old.meta()).uuid
    await old.close()
    store = make(schema=SchemaSteps(version=2, min_reader=2, migrations={1: renamed}))
    meta = await store.meta()
    assert (meta.schema_version, meta.min_reader, meta.uuid) == (2, 2, identity)
    revision, entities, links = await graph(store)
    assert (revision, set(entities), len(links)) == (2, {"team", "a"}, 1)
    assert entities["a"].name == "A"
    assert meta.revision == 2


async def test_a_store_that_is_too_new_is_left_alone(make: Make) -> None:
    newer = make(schema=SchemaSteps(version=3, min_reader=3, migrations={}))
    await newer.apply(crew("a"))
    await newer.close()
    store = make()
    for question in (store.meta(), store.revision(), store.apply(crew("b")), store.begin_load("L")):
        with pytest.raises(UpgradeRequired):
            await question


async def test_two_programs_see_each_other(make: Make) -> None:
    one, other = make(), make()
    await one.apply(GraphBatch(entities=[Team(id="team", name="班")]))
    assert await other.wait(0, 5) == 1
    (change,) = await feed(other)
    assert [decode(held.kind, held.body).name for held in change.entities] == ["班"]
    assert (await one.meta()).uuid == (await other.meta()).uuid
