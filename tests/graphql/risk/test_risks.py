"""Supply risks and contingencies over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from graph_api.live.graph import LiveGraph
from graph_api.readmodel.model import ReadModel
from graph_api.services.risk.contingencies import SCREENINGS
from tests.drawing import draw
from tests.graphql.city import NOW
from tests.graphql.conftest import Api, client_of

RISKS = """
query Risks($filter: RiskFilter, $after: String) {
  supplyRisks(filter: $filter, first: 1, after: $after) {
    totalCount pageInfo { hasNextPage endCursor }
    nodes { kind customer { id } receivingPoint { id } thingCount things(first: 2) { id } demand found required source }
  }
}
"""
SWEEP = """
{ contingencies(kinds: [BREAKER]) { totalCount nodes {
  rank equipmentCount equipment { id } trips { id } lost { importance count } lostCount degradedCount lostKw
  areas { count households kw } otherLoads { count kw }
  customers { id }
} } }
"""


@pytest.fixture
async def weak() -> AsyncIterator[Api]:
    text = "G1 - CB9 - B1 - CB1 - S1>C1\nB1 - CB2 - S2>C1\nB1 - CB3 - S3>C2"
    model = ReadModel.build(draw(text, C2={"importance": "FIRST"}, **{"C2.1": {"load_kw": 70.0}}))
    async with client_of(LiveGraph(None, model, lambda: NOW)) as client:  # type: ignore[arg-type]
        yield Api(client)


async def test_risks(weak: Api) -> None:
    found = (await weak.data(RISKS))["supplyRisks"]
    assert found["totalCount"] == 3
    first = found["nodes"][0]
    assert (first["kind"], first["demand"], first["found"], first["required"]) == ("CLASS_MISMATCH", "SUPPLIES", 1, 2)
    assert "GB/T 29328" in first["source"]
    more = (await weak.data(RISKS, after=found["pageInfo"]["endCursor"]))["supplyRisks"]
    assert more["nodes"][0]["demand"] == "STATIONS"
    single = (await weak.data(RISKS, filter={"kinds": ["SINGLE_POINT"], "customers": ["C1"]}))["supplyRisks"]
    assert single["nodes"][0]["things"] == [{"id": "B1"}, {"id": "CB9"}]
    assert single["nodes"][0]["thingCount"] == 3
    assert single["nodes"][0]["receivingPoint"] == {"id": "C1.1"}


async def test_contingencies(weak: Api) -> None:
    found = (await weak.data(SWEEP))["contingencies"]
    worst, *others = found["nodes"]
    assert (worst["rank"], worst["lostCount"]) == (1, 2)
    assert worst["lost"] == [{"importance": "FIRST", "count": 1}, {"importance": "ORDINARY", "count": 1}]
    assert [each["id"] for each in worst["customers"]] == ["C2", "C1"]
    assert worst["lostKw"] == 70
    assert (worst["areas"], worst["otherLoads"]) == ({"count": 0, "households": 0, "kw": 0}, {"count": 0, "kw": 0})
    assert {"id": "CB9"} in worst["trips"] or worst["equipment"] == [{"id": "CB9"}]
    assert all(each["lostCount"] <= 2 for each in others)


@pytest.mark.parametrize("first", [-1, 501])
@pytest.mark.parametrize(
    "query",
    [
        "{ supplyRisks { nodes { things(first: FIRST) { id } } } }",
        "{ contingencies { nodes { equipment(first: FIRST) { id } } } }",
        "{ contingencies { nodes { customers(first: FIRST) { id } } } }",
        '{ locateFault(evidence: [{kind: METER, things: ["C2"]}]) { candidates { nodes { sections {'
        " equipment(first: FIRST) { id } } } } } }",
    ],
)
async def test_no_list_takes_a_length_that_it_cannot_have(weak: Api, query: str, first: int) -> None:
    assert await weak.code(query.replace("FIRST", str(first))) == "BAD_INPUT"


PAGES = """
query Pages($kinds: [EntityKind!], $after: String) {
  contingencies(kinds: $kinds, first: 1, after: $after) { pageInfo { endCursor } nodes { rank } }
}
"""


async def test_pages_asked_by_two_clients_screen_the_grid_once_for_each() -> None:
    model = ReadModel.build(draw("G1 - CB1 - L1 - CB2 - S1>C1\nL1 - CB3 - CB4 - L2 - S2>C2"))
    async with client_of(LiveGraph(None, model, lambda: NOW)) as client:  # type: ignore[arg-type]
        api, cursors = Api(client), {None: None, "BREAKER": None}
        for page in range(1, 4):
            for kind, after in cursors.items():
                found = await api.data(PAGES, kinds=kind and [kind], after=after)
                assert [each["rank"] for each in found["contingencies"]["nodes"]] == [page]
                cursors[kind] = found["contingencies"]["pageInfo"]["endCursor"]
    assert model.memo.of(SCREENINGS).derived == 2
