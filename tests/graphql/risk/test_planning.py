"""Double faults and the worth of ties over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from graph_api.live.graph import LiveGraph
from graph_api.readmodel.model import ReadModel
from tests.drawing import draw
from tests.graphql.city import NOW
from tests.graphql.conftest import Api, client_of

PAIRS = """
query Pairs($customers: [ID!], $first: Int! = 50, $pairs: Int! = 50, $after: String) {
  cutPairs(customers: $customers, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor }
    nodes {
      customer { id } supplies { id } pairCount examined relevant pairs(first: $pairs) { one { id } other { id } }
    }
  }
}
"""
TIES = "{ tieWorths { totalCount nodes { tie { id } faults lost { importance count } lostKw } } }"
TIED = "G1 - CB1 - L1 - LS1 - L2 - S1>C1\nL2 - LS9/ - B2 - G2\nB2 - S2>C1\nB2 - S3>C2\nG3 - S4>C2"


@pytest.fixture
async def tied() -> AsyncIterator[Api]:
    model = ReadModel.build(draw(TIED, C1={"importance": "SPECIAL"}, **{"C1.1": {"load_kw": 70.0}}))
    async with client_of(LiveGraph(None, model, lambda: NOW)) as client:  # type: ignore[arg-type]
        yield Api(client)


async def test_pairs_of_the_special_class(tied: Api) -> None:
    found = (await tied.data(PAIRS, pairs=2))["cutPairs"]
    [point] = found["nodes"]
    assert (found["totalCount"], point["customer"]["id"], point["pairCount"]) == (1, "C1", 18)
    assert [each["id"] for each in point["supplies"]] == ["S1", "S2"]
    assert len(point["pairs"]) == 2
    assert point["examined"] == point["relevant"] == 9


async def test_pairs_of_named_customers_come_in_their_order_page_by_page(tied: Api) -> None:
    first = (await tied.data(PAIRS, customers=["C2", "C1"], first=1))["cutPairs"]
    assert first["totalCount"] == 2
    rest = (await tied.data(PAIRS, customers=["C2", "C1"], first=1, after=first["pageInfo"]["endCursor"]))["cutPairs"]
    assert [each["customer"]["id"] for each in (*first["nodes"], *rest["nodes"])] == ["C2", "C1"]


@pytest.mark.parametrize(("customer", "code"), [("CB1", "BAD_INPUT"), ("NOBODY", "UNKNOWN_ENTITY")])
async def test_what_is_no_customer_is_refused(tied: Api, customer: str, code: str) -> None:
    assert await tied.code(PAIRS, customers=[customer]) == code


async def test_what_a_tie_is_worth(tied: Api) -> None:
    found = (await tied.data(TIES))["tieWorths"]
    [tie] = found["nodes"]
    assert (tie["tie"]["id"], found["totalCount"], tie["lostKw"] >= 0) == ("LS9", 1, True)
    assert tie["faults"] >= 1


async def test_the_size_of_a_sweep(tied: Api) -> None:
    found = await tied.data("{ screening { swept harmless } contingencies { nodes { equipmentCount } } }")
    harmful = sum(each["equipmentCount"] for each in found["contingencies"]["nodes"])
    assert found["screening"]["swept"] == found["screening"]["harmless"] + harmful
