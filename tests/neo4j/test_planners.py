"""A graph that planners read and edit in Cypher: days, places and relationships as they expect them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, LiteralString

import pytest
from neo4j import Driver
from neo4j.spatial import CartesianPoint, WGS84Point
from neo4j.time import Date, DateTime

from graph_api.live.foreign_edits import ForeignEditSweep
from graph_api.live.graph import LiveGraph
from graph_api.readmodel.snapshot import Snapshot
from graph_api.stores.neo4j import Neo4jStore
from graph_api.stores.neo4j.mapping import amendment, entity_body, node_properties
from schema.batch import GraphBatch
from schema.codec import decode, encode
from schema.entity import Entity
from schema.grid import ACLineSegment, Substation
from schema.numbers import Version
from schema.plan import PlanVersion
from schema.registry import KIND_OF, EntityKind
from schema.relationships import Relationship, RelationshipKind

VERSION = PlanVersion(id="v", version=1, approved_on=date(2025, 11, 1), review_due=date(2026, 11, 1), load=3, row=9)
LINE = ACLineSegment(id="l", longitude=120.1, latitude=30.2, end_longitude=-180.0, end_latitude=90.0)


@pytest.mark.parametrize(
    ("entity", "held"),
    [
        (VERSION, {"approved_on": date(2025, 11, 1), "review_due": date(2026, 11, 1), "_load": 3, "_row": 9}),
        (LINE, {"place": WGS84Point((120.1, 30.2)), "end_place": WGS84Point((-180.0, 90.0))}),
        (Substation(id="s", longitude=181.0, latitude=30.2), {"longitude": 181.0, "latitude": 30.2}),
        (Substation(id="s", longitude=120.1), {"longitude": 120.1}),
    ],
)
def test_a_node_holds_days_and_places_and_comes_back_as_it_was(entity: Entity, held: dict[str, Any]) -> None:
    kind = KIND_OF[type(entity)]
    properties = node_properties(kind, encode(entity), Version(7))
    assert properties.items() >= held.items()
    assert {"load", "row"}.isdisjoint(properties)
    assert ("longitude" in properties) == ("longitude" in held)
    assert entity_body(kind, properties) == encode(entity)
    assert amendment(kind, properties) == {}


@pytest.mark.parametrize(
    ("edit", "read"),
    [
        ({"review_due": Date(2027, 1, 31)}, {"review_due": date(2027, 1, 31)}),
        ({"review_due": "2027-01-31"}, {"review_due": date(2027, 1, 31)}),
        ({"_load": 4}, {"load": 4}),
    ],
)
def test_a_day_is_understood_as_day_and_as_text(edit: dict[str, Any], read: dict[str, Any]) -> None:
    kind = EntityKind.PLAN_VERSION
    properties = node_properties(kind, encode(VERSION), Version(7)) | edit
    entity = decode(kind, entity_body(kind, properties))
    assert {name: getattr(entity, name) for name in read} == read
    properties |= amendment(kind, properties)
    assert type(properties["review_due"]) in (date, Date)


def test_numbers_beside_a_point_are_what_was_meant() -> None:
    kind = EntityKind.AC_LINE_SEGMENT
    properties = node_properties(kind, encode(LINE), Version(7)) | {"longitude": 121.0, "place2": DateTime(2027, 1, 1)}
    line = decode(kind, entity_body(kind, properties))
    assert isinstance(line, ACLineSegment)
    assert (line.longitude, line.latitude) == (121.0, 30.2)
    amended = amendment(kind, properties)
    assert amended["place"] == WGS84Point((121.0, 30.2))
    assert amended["longitude"] is None
    # a point on no sphere says nothing of where that is
    strange = node_properties(kind, encode(LINE), Version(7)) | {"place": CartesianPoint((1, 2))}
    odd = decode(kind, entity_body(kind, strange))
    assert isinstance(odd, ACLineSegment)
    assert odd.longitude is None


def test_what_is_no_day_stays_as_it_is() -> None:
    body = encode(VERSION).replace(b"2026-11-01", b"2026-99-01")
    assert node_properties(EntityKind.PLAN_VERSION, body, Version(1))["review_due"] == "2026-99-01"


@pytest.mark.parametrize("value", ["date('2027-01-31')", "'2027-01-31'"])
async def test_a_day_that_a_planner_sets_is_taken_over_as_a_day(
    neo4j_store: Neo4jStore, neo4j_driver: Driver, value: LiteralString
) -> None:
    await neo4j_store.apply(GraphBatch(entities=[VERSION]))
    live = await LiveGraph.open(neo4j_store, sweeps=False)

    async def catch_up() -> Snapshot:
        return (await live.refresh()).graph

    sweep = ForeignEditSweep(neo4j_store, catch_up, lambda: datetime.now(UTC))
    with neo4j_driver.session() as session:
        session.run(f"MATCH (v:PlanVersion {{id: 'v'}}) SET v.review_due = {value}, v._colour = 'red'").consume()
        assert [(edit.id, edit.refused) for edit in await sweep.once()] == [("v", None)]
        query = "MATCH (v:PlanVersion) WHERE v.review_due > date('2027-01-30') RETURN v._colour, v._version, v._load"
        assert session.run(query).values() == [["red", 2, 3]]
    graph = live.pin().graph
    assert graph.get(PlanVersion, graph.index("v")).review_due == date(2027, 1, 31)
    await live.close()


async def test_a_relationship_says_only_what_there_is_to_say(neo4j_store: Neo4jStore, neo4j_driver: Driver) -> None:
    inside = RelationshipKind.CONTAINED_IN
    plain = Relationship(kind=inside, source="l", target="s")
    loaded = Relationship(kind=inside, source="l", target="s", key="2", load=3, row=7)
    await neo4j_store.apply(GraphBatch(entities=[LINE, Substation(id="s")], relationships=[plain, loaded]))
    # a second put finds the one without a key, and takes what it said away
    await neo4j_store.apply(
        GraphBatch(relationships=[plain, Relationship(kind=inside, source="l", target="s", key="2")])
    )
    with neo4j_driver.session() as session:
        held = session.run("MATCH ()-[r:CONTAINED_IN]->() RETURN properties(r) AS p ORDER BY r.key").value()
        assert held == [{"key": "2"}, {}]
    await neo4j_store.apply(GraphBatch(delete_relationships=[plain.identity]))
    with neo4j_driver.session() as session:
        assert session.run("MATCH ()-[r:CONTAINED_IN]->() RETURN r.key").value() == ["2"]
