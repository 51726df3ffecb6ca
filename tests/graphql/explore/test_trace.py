"""Traces over HTTP."""

from __future__ import annotations

import pytest

from tests.graphql.conftest import Api

TRACE = """
query Trace($from: ID!, $direction: TraceDirection!, $after: String, $assume: [SwitchAssumption!]) {
  trace(from: $from, direction: $direction, assume: $assume) {
    direction energised begins { id } sources { id } feeders { name } dependsOn { id }
    equipment(first: 2, after: $after) { totalCount nodes { id } pageInfo { hasNextPage endCursor } }
    customers { totalCount nodes { name } }
    openPoints { switch { id } position liveBeyond feeders { id } }
  }
}
"""


async def test_up_leads_to_the_source(api: Api) -> None:
    trace = (await api.data(TRACE, **{"from": "M1", "direction": "UP"}))["trace"]
    assert trace["energised"]
    assert trace["sources"] == [{"id": "S1"}]
    assert trace["feeders"] == [{"name": "10kV 滨江一线"}]
    assert trace["equipment"]["totalCount"] == 5


async def test_down_leads_to_the_customers_and_goes_on_by_cursor(api: Api) -> None:
    trace = (await api.data(TRACE, **{"from": "L1", "direction": "DOWN"}))["trace"]
    assert [each["name"] for each in trace["customers"]["nodes"]] == ["临江市第一人民医院"]
    first = (await api.data(TRACE, **{"from": "M1", "direction": "UP"}))["trace"]["equipment"]
    after = first["pageInfo"]["endCursor"]
    rest = (await api.data(TRACE, **{"from": "M1", "direction": "UP", "after": after}))["trace"]["equipment"]
    found = [each["id"] for each in (*first["nodes"], *rest["nodes"])]
    assert found == ["M1", "F1", "L1", "B1"]


async def test_an_open_switch_beside_it_is_named(api: Api) -> None:
    assume = [{"switch": "F1", "position": "OPEN"}]
    trace = (await api.data(TRACE, **{"from": "M1", "direction": "ISLAND", "assume": assume}))["trace"]
    assert not trace["energised"]
    assert trace["openPoints"] == [
        {"switch": {"id": "F1"}, "position": "OPEN", "liveBeyond": True, "feeders": [{"id": "FD1"}]}
    ]


async def test_a_node_stands_for_what_is_connected_to_it(api: Api) -> None:
    node = 'query { node(id: "L1") { ... on ACLineSegment { connectivityNodes { id equipment { nodes { id } } } } } }'
    at = (await api.data(node))["node"]["connectivityNodes"][0]
    trace = (await api.data(TRACE, **{"from": at["id"], "direction": "UP"}))["trace"]
    assert trace["begins"] == sorted(at["equipment"]["nodes"], key=lambda each: each["id"])


@pytest.mark.parametrize(("start", "code"), [("NOBODY", "UNKNOWN_ENTITY"), ("P1", "BAD_INPUT")])
async def test_wrong_starts_get_a_code(api: Api, start: str, code: str) -> None:
    assert await api.code(TRACE, **{"from": start, "direction": "UP"}) == code
