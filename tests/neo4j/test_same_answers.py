"""One city in both stores: every question gets the same answer, byte for byte."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from graph_api.live.graph import LiveGraph
from graph_api.readmodel.model import ReadModel
from graph_api.stores.contract import Store
from graph_api.stores.neo4j import Neo4jStore, parse_address
from graph_api.stores.sqlite import SqliteStore
from schema.registry import EntityKind
from seeds import generator
from tests.graphql.conftest import client_of
from tests.measured import MEASURED
from tests.neo4j.fixtures import PATIENCE

TRACE = """query T($from: ID!, $direction: TraceDirection!) { trace(from: $from, direction: $direction) {
  energised begins { id } equipment(first: 500) { totalCount nodes { id name } }
  customers(first: 50) { nodes { id } } sources { id } feeders { id } } }"""
SEARCH = "query S($text: String!) { search(text: $text, first: 20) { totalCount nodes { score field entity { id } } } }"
NEAR = """query N($of: ID!) { neighbourhood(of: $of, hops: 3) {
  entities { id quality } distances relationships { kind source { id } target { id } } truncated } }"""
PATHS = "query P($from: ID!, $to: ID!) { paths(from: $from, to: $to) { nodes { entities { id } } truncated } }"
LISTS = """{ customers(first: 100) { totalCount nodes { id name importance manager { name } } pageInfo { endCursor } }
  people(first: 100) { nodes { id contacts { contactType value } } } plans(first: 20) { nodes { id name } }
  equipment(first: 200) { nodes { id kind } } }"""
PLAN = """query R($equipment: [ID!]!) { restoration(equipment: $equipment) {
  objective operations restoredCount kw steps { order action doer purpose kw target { id } restored { id } }
  cutOut { id } stillOut { thing { id } } alternatives { objective steps { action target { id } } } } }"""
LOCATE = """query L($evidence: [EvidenceInput!]!) { locateFault(evidence: $evidence) {
  rest noFault candidates(first: 20) { nodes { rank probability sections { probability equipment { id } } } } } }"""
RISKS = """{ supplyRisks(first: 100) { totalCount nodes { kind customer { id } things(first: 20) { id } found
    required } }
  contingencies(first: 20) { nodes { rank lostCount lostKw equipment(first: 20) { id } trips { id } } } }"""


def questions(model: ReadModel) -> list[tuple[str, dict[str, Any]]]:
    """What coordinators and planners ask, of things that this city has."""
    graph = model.graph
    feeder, other = (graph.id(index) for index in graph.of_kind(EntityKind.FEEDER)[:2])
    station = graph.id(graph.of_kind(EntityKind.SUBSTATION)[0])
    customer = graph.id(graph.of_kind(EntityKind.CUSTOMER)[0])
    section = graph.id(graph.of_kind(EntityKind.AC_LINE_SEGMENT)[0])
    at = "2026-11-23T22:30:00+08:00"
    evidence = [
        {"kind": "METER", "things": [customer], "key": "m1"},
        {"kind": "CALL", "things": [customer], "key": "c1"},
    ]
    return [
        *((MEASURED, {"equipment": things, "at": at}) for things in ([feeder], [section], [feeder, other], [station])),
        *((TRACE, {"from": section, "direction": direction}) for direction in ("UP", "DOWN", "ISLAND")),
        *((SEARCH, {"text": text}) for text in ("医院", "bj", "一线", "1290000")),
        *((NEAR, {"of": thing}) for thing in (customer, feeder)),
        (PATHS, {"from": customer, "to": station}),
        (LISTS, {}),
        (PLAN, {"equipment": [section]}),
        (LOCATE, {"evidence": evidence}),
        (RISKS, {}),
    ]


async def answers(store: Store, asked: list[tuple[str, dict[str, Any]]]) -> list[bytes]:
    """The bodies of the answers of a server on a store."""
    live = await LiveGraph.open(store)
    try:
        async with client_of(live) as client:
            return [(await post(client, query, variables)).content for query, variables in asked]
    finally:
        await live.close()


async def post(client: httpx.AsyncClient, query: str, variables: dict[str, Any]) -> httpx.Response:
    response = await client.post("/graphql", json={"query": query, "variables": variables})
    assert "errors" not in response.json(), response.text[:2000]
    return response


def noon() -> datetime:
    """When all is committed: an answer says as of when it is."""
    return datetime(2026, 11, 23, 12, tzinfo=UTC)


async def test_both_stores_give_the_same_bytes(empty_uri: str, tmp_path: Path) -> None:
    embedded = SqliteStore(tmp_path / "city.db", clock=noon)
    server = Neo4jStore(parse_address(empty_uri, None), clock=noon, patience=PATIENCE)
    for store in (embedded, server):
        await store.begin_load("city")
        for batch in generator.batches(feeders=16, today=noon().date()):
            await store.stage("city", batch)
        await store.commit_load("city")
    live = await LiveGraph.open(embedded)
    asked = questions(live.pin())
    await live.close()
    one, two = await answers(embedded, asked), await answers(server, asked)
    for (query, variables), first, second in zip(asked, one, two, strict=True):
        assert len(first) > 100, (query, variables)
        assert first == second, (query, variables)
    await embedded.close()
    await server.close()
