"""What the contract of stores promises, asked of both stores with the same words."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from datetime import UTC, date, datetime
from typing import Any

import pytest

from graph_api.errors import (
    BatchTooLarge,
    Conflict,
    DanglingRelationship,
    InvalidInput,
    LoadInProgress,
    RequestIdConflict,
)
from graph_api.stores.contract import MAX_APPLY, Change, Commit, Resync, Store
from schema.batch import GraphBatch
from schema.codec import decode, encode
from schema.customer import Customer, ReceivingPoint
from schema.entity import Entity, FieldOrigin
from schema.people import Assignment, Contact, Person, Team
from schema.registry import EntityKind
from schema.relationships import Relationship, RelationshipKey, RelationshipKind
from schema.vocabulary import ResponsibilityRole
from tests.contract.filled import filled_entity, filled_links

MEMBER = RelationshipKind.MEMBER_OF


def member(source: str, target: str = "team", **more: Any) -> Relationship:
    return Relationship(kind=MEMBER, source=source, target=target, **more)


def crew(*people: str) -> GraphBatch:
    """A team and its people: `team <-MEMBER_OF- person`."""
    return GraphBatch(
        entities=[Team(id="team", name="配电抢修"), *(Person(id=id, name=id) for id in people)],
        relationships=[member(id) for id in people],
    )


async def graph(store: Store) -> tuple[int, dict[str, Entity], dict[RelationshipKey, Relationship]]:
    revision, entities, relationships = -1, {}, {}
    async with aclosing(store.load(chunk_size=7)) as chunks:
        async for chunk in chunks:
            if isinstance(chunk, int):
                assert revision == -1
                revision = chunk
                continue
            for held in chunk.entities:
                assert held.id not in entities
                assert not relationships, "entities come first"
                entities[held.id] = decode(held.kind, held.body)
                assert encode(entities[held.id]) == held.body
            relationships |= {link.identity: link for link in chunk.relationships}
    return revision, entities, relationships


async def feed(store: Store, after: int = 0) -> list[Change]:
    return [change async for change in store.changes(after)]


def test_its_address_tells_where_it_stands_and_no_secret(store: Store) -> None:
    assert store.address
    assert "@" not in store.address


async def test_an_empty_store_is_at_revision_0(store: Store) -> None:
    assert await store.revision() == 0
    assert (await store.meta()).changed_at is None
    assert await graph(store) == (0, {}, {})
    assert await feed(store) == []
    assert (await store.apply(GraphBatch())).revision == 0


async def test_what_is_put_is_found(store: Store) -> None:
    commit = await store.apply(crew("王", "李"))
    assert commit.revision == 1
    revision, entities, relationships = await graph(store)
    assert revision == 1
    assert entities["王"] == Person(id="王", name="王")
    assert set(relationships) == {member("王").identity, member("李").identity}


ODD = [
    Person(id="plain"),
    Person(id="未来😀", name="名\u0000字\n\"'\\", aliases=("", "a", "\U0001f600"), note=""),
    Person(id="big", load=2**64 - 1, row=-(2**63)),
    Person(id="edge", load=2**63 - 1, row=2**63),
    Person(id="nested", overrides=(FieldOrigin(field="name", load=1, row=2), FieldOrigin(field="note", load=3, row=4))),
    Person(id="inactive", active=False),
    Contact(id="contact", value="+8613912345678", verified_on=date(2026, 2, 28)),
    Assignment(
        id="assignment",
        role=next(iter(ResponsibilityRole)),
        valid_from=datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC),
        valid_to=datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    ),
    Assignment(id="old", role=next(iter(ResponsibilityRole)), valid_from=datetime(1, 1, 1, tzinfo=UTC)),
    Customer(id="customer", contract_kva=0.1 + 0.2, running_kva=0.0, key_account=True, high_consumption=False),
]


async def test_every_value_comes_back_as_it_was(store: Store) -> None:
    await store.apply(GraphBatch(entities=list(ODD)))
    _, entities, _ = await graph(store)
    assert entities == {entity.id: entity for entity in ODD}
    (change,) = await feed(store)
    assert sorted(decode(held.kind, held.body).id for held in change.entities) == sorted(entities)


async def test_a_put_replaces_the_whole_entity(store: Store) -> None:
    await store.apply(GraphBatch(entities=[Person(id="a", name="old", note="note", load=2**63)]))
    await store.apply(GraphBatch(entities=[Person(id="a", name="new")]))
    _, entities, _ = await graph(store)
    assert entities == {"a": Person(id="a", name="new")}


async def test_parallel_relationships_differ_by_key(store: Store) -> None:
    await store.apply(crew("a"))
    await store.apply(GraphBatch(relationships=[member("a", key="1", load=5, row=6), member("a", key="1", row=7)]))
    _, _, relationships = await graph(store)
    assert {(link.key, link.load, link.row) for link in relationships.values()} == {("", 0, 0), ("1", 0, 7)}


async def test_a_deleted_entity_takes_its_relationships_along(store: Store) -> None:
    await store.apply(crew("a", "b"))
    await store.apply(GraphBatch(delete_entities=["a", "nobody"]))
    _, entities, relationships = await graph(store)
    assert set(entities) == {"team", "b"}
    assert set(relationships) == {member("b").identity}
    change = (await feed(store, 1))[0]
    assert change.delete_entities == ["a"]
    assert change.delete_relationships == [member("a").identity]


async def test_deletes_come_before_puts(store: Store) -> None:
    await store.apply(crew("a", "b"))
    again = GraphBatch(
        delete_entities=["a"],
        delete_relationships=[member("b").identity, member("nobody").identity],
        entities=[Person(id="a", name="again")],
        relationships=[member("b", row=3)],
    )
    await store.apply(again)
    _, entities, relationships = await graph(store)
    assert entities["a"].name == "again"
    assert relationships == {member("b").identity: member("b", row=3)}
    (change,) = await feed(store, 1)
    assert [held.id for held in change.entities] == ["a"]
    assert (change.delete_entities, change.delete_relationships) == ([], [member("a").identity])


async def test_versions_are_revisions_and_guard_edits(store: Store) -> None:
    await store.apply(crew("a"))
    await store.apply(GraphBatch(entities=[Person(id="a", name="x")]), expected={"a": 1, "team": 1, "new": 0})
    with pytest.raises(Conflict) as refused:
        await store.apply(GraphBatch(entities=[Person(id="b")]), expected={"a": 1, "team": 1, "new": 7})
    assert refused.value.details["versions"] == {"a": 2, "new": 0}
    assert await store.revision() == 2
    with pytest.raises(Conflict):
        await store.apply(GraphBatch(), expected={"a": 1})


async def test_a_relationship_needs_both_ends(store: Store) -> None:
    with pytest.raises(DanglingRelationship) as refused:
        await store.apply(GraphBatch(entities=[Person(id="a")], relationships=[member("a", "nowhere")]))
    assert refused.value.details["missing"] == ["nowhere"]
    assert await graph(store) == (0, {}, {})


async def test_ends_are_of_kinds_that_the_schema_allows(store: Store) -> None:
    await store.apply(GraphBatch(entities=[Customer(id="c"), Team(id="team")]))
    with pytest.raises(InvalidInput, match="may not lead"):
        await store.apply(GraphBatch(relationships=[member("c")]))


async def test_an_entity_changes_its_kind_if_its_relationships_allow_it(store: Store) -> None:
    await store.apply(crew("a"))
    with pytest.raises(InvalidInput, match="may not lead"):
        await store.apply(GraphBatch(entities=[Customer(id="a")]))
    await store.apply(GraphBatch(entities=[Team(id="a", name="班")]))
    _, entities, relationships = await graph(store)
    assert entities["a"] == Team(id="a", name="班")
    assert set(relationships) == {member("a").identity}
    await store.apply(GraphBatch(entities=[Customer(id="a")], delete_relationships=[member("a").identity]))
    assert (await graph(store))[1]["a"] == Customer(id="a")


async def test_bad_batches_change_nothing(store: Store) -> None:
    with pytest.raises(InvalidInput, match="more than once"):
        await store.apply(GraphBatch(entities=[Person(id="a"), Team(id="a")]))
    with pytest.raises(InvalidInput, match="cannot be stored"):
        await store.apply(GraphBatch(relationships=[member("a", key="\ud800")]))
    with pytest.raises(InvalidInput, match="cannot be stored"):
        await store.apply(GraphBatch(relationships=[member("a", load=2**63)]))
    with pytest.raises(BatchTooLarge):
        await store.apply(GraphBatch(delete_entities=[str(number) for number in range(MAX_APPLY + 1)]))
    assert await store.revision() == 0


async def test_a_repeated_request_has_one_effect(store: Store) -> None:
    first = await store.apply(crew("a", "b"), request_id="one")
    await store.apply(GraphBatch(delete_entities=["a"]))
    turned = crew("b", "a")
    turned.entities.reverse()
    again = await store.apply(turned, request_id="one", expected={"a": 99})
    assert (again.revision, again.at, again.repeated) == (first.revision, first.at, True)
    with pytest.raises(RequestIdConflict) as refused:
        await store.apply(crew("c"), request_id="one")
    assert refused.value.details["fenced"] is False
    assert await store.outcome("one") == again
    assert await store.revision() == 2
    assert [change.request_id for change in await feed(store)] == ["one", None]


async def test_a_fingerprint_stands_for_what_was_asked(store: Store) -> None:
    first = await store.apply(crew("a"), request_id="one", fingerprint=b"a joins")
    assert await store.apply(crew("a", "b"), request_id="one", fingerprint=b"a joins") == Commit(1, first.at, True)
    assert await store.apply(GraphBatch(), request_id="one", fingerprint=b"a joins") == Commit(1, first.at, True)
    with pytest.raises(RequestIdConflict):
        await store.apply(crew("a"), request_id="one", fingerprint=b"b joins")
    assert await store.apply(GraphBatch(), request_id="two", fingerprint=b"b joins") == Commit(1, first.at)
    assert (await store.apply(crew("b"), request_id="two", fingerprint=b"b joins")).revision == 2


async def test_asking_for_the_outcome_fences_a_request(store: Store) -> None:
    assert await store.outcome("late") is None
    with pytest.raises(RequestIdConflict) as refused:
        await store.apply(crew(), request_id="late")
    assert refused.value.details["fenced"] is True
    assert await store.outcome("late") is None


async def test_the_feed_tells_every_commit_in_order(store: Store) -> None:
    for number in range(70):
        await store.apply(GraphBatch(entities=[Person(id=str(number % 7), name=str(number))]))
    assert [change.revision for change in await feed(store)] == list(range(1, 71))
    assert [change.revision for change in await feed(store, 68)] == [69, 70]
    with pytest.raises(Resync):
        await feed(store, 71)


async def test_writers_at_once_leave_no_gap(store: Store) -> None:
    async def write(writer: int) -> list[int]:
        return [
            (await store.apply(GraphBatch(entities=[Person(id=f"{writer}-{number}"), Team(id="all")]))).revision
            for number in range(5)
        ]

    told = await asyncio.gather(*(write(writer) for writer in range(8)))
    assert sorted(revision for some in told for revision in some) == list(range(1, 41))
    assert [change.revision for change in await feed(store)] == list(range(1, 41))
    assert len((await graph(store))[1]) == 41


async def test_of_two_that_expect_the_same_version_one_wins(store: Store) -> None:
    await store.apply(crew())
    asked = [
        store.apply(GraphBatch(entities=[Team(id="team", name=str(number))]), expected={"team": 1})
        for number in range(4)
    ]
    results = await asyncio.gather(*asked, return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["Commit", "Conflict", "Conflict", "Conflict"]


async def test_wait_tells_of_a_commit(store: Store) -> None:
    assert await store.wait(0, 0.01) == 0
    waiting = asyncio.create_task(store.wait(0, 10))
    await asyncio.sleep(0.05)
    await store.apply(crew())
    assert await waiting == 1


async def test_a_staged_load_shows_at_once_or_not_at_all(store: Store) -> None:
    await store.apply(crew("old"))
    assert await store.begin_load("L") == 0
    await store.stage("L", GraphBatch(relationships=[member("a"), member("b")], delete_entities=["old", "nobody"]))
    await store.stage("L", GraphBatch(entities=[Person(id="a", name="first"), Person(id="b")]))
    await store.stage("L", GraphBatch(entities=[Person(id="a", name="last")]))
    assert await store.begin_load("L") == 7
    assert set((await graph(store))[1]) == {"team", "old"}
    with pytest.raises(LoadInProgress) as refused:
        await store.begin_load("M")
    assert refused.value.details["load_id"] == "L"
    commit = await store.commit_load("L")
    assert commit.revision == 2
    again = await store.commit_load("L")
    assert (again.revision, again.repeated) == (2, True)
    assert await store.begin_load("L") == 7
    revision, entities, relationships = await graph(store)
    assert revision == 2
    assert set(entities) == {"team", "a", "b"}
    assert entities["a"].name == "last"
    assert set(relationships) == {member("a").identity, member("b").identity}
    (change,) = await feed(store, 1)
    assert change.delete_entities == ["old"]
    assert change.delete_relationships == [member("old").identity]


async def test_what_nobody_writes_is_read_in_the_same_order_every_time(store: Store) -> None:
    people = [f"{number}" for number in range(40)]
    await store.apply(crew(*people))
    await store.apply(GraphBatch(relationships=[member(people[0], key=str(number)) for number in range(10)]))
    first = [chunk async for chunk in store.load(7)]
    assert [chunk async for chunk in store.load(7)] == first


async def test_a_load_that_is_refused_stays_open(store: Store) -> None:
    await store.begin_load("L")
    await store.stage("L", GraphBatch(entities=[Person(id="a")], relationships=[member("a")]))
    with pytest.raises(DanglingRelationship):
        await store.commit_load("L")
    await store.stage("L", GraphBatch(entities=[Team(id="team")]))
    with pytest.raises(Conflict):
        await store.commit_load("L", at_revision=5)
    assert (await store.commit_load("L", at_revision=0)).revision == 1


async def test_an_abandoned_load_leaves_nothing(store: Store) -> None:
    await store.abandon_load("never")
    await store.begin_load("L")
    await store.stage("L", crew("a"))
    await store.abandon_load("L")
    for attempt in (store.commit_load("L"), store.stage("L", crew())):
        with pytest.raises(InvalidInput, match="not open"):
            await attempt
    await store.begin_load("L")
    assert (await store.commit_load("L")).revision == 1
    assert await graph(store) == (1, {}, {})


async def test_cascades_are_told_between_deleted_entities(store: Store) -> None:
    point = ReceivingPoint(id="point")
    link = Relationship(kind=RelationshipKind.HAS_RECEIVING_POINT, source="customer", target="point")
    await store.apply(GraphBatch(entities=[Customer(id="customer"), point], relationships=[link]))
    await store.apply(GraphBatch(delete_entities=["customer", "point"]))
    (change,) = await feed(store, 1)
    assert sorted(change.delete_entities) == ["customer", "point"]
    assert change.delete_relationships == [link.identity]


async def test_every_kind_comes_back_with_every_field(store: Store) -> None:
    entities, links = [filled_entity(kind) for kind in EntityKind], filled_links()
    assert {link.kind for link in links} == set(RelationshipKind)
    held = {entity.id: entity for entity in entities}, {link.identity: link for link in links}
    await store.begin_load("L")
    await store.stage("L", GraphBatch(entities=entities[::-1], relationships=links[::-1]))
    await store.commit_load("L")
    assert await graph(store) == (1, *held)
    (change,) = await feed(store)
    assert {entity.id: decode(entity.kind, entity.body) for entity in change.entities} == held[0]
    assert {link.identity: link for link in change.relationships} == held[1]
    # a fresh server plans a statement for each kind: all of them in one apply would be slow
    parts = [entities[start : start + 12] for start in range(0, len(entities), 12)]
    for part in parts:
        await store.apply(GraphBatch(entities=part))
    kinds = list(RelationshipKind)
    several = [kinds[start : start + 8] for start in range(0, len(kinds), 8)]
    for some in several:
        await store.apply(GraphBatch(relationships=[link for link in links if link.kind in some]))
    made = 1 + len(parts) + len(several)
    assert await graph(store) == (made, *held)
    for some in several:
        await store.apply(GraphBatch(delete_relationships=[link.identity for link in links if link.kind in some]))
    assert await graph(store) == (made + len(several), held[0], {})
