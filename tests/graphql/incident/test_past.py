"""Incidents of a customer over HTTP, and what the sides of an open point can take."""

from __future__ import annotations

from tests.graphql.conftest import Api
from tests.graphql.incident.test_room import do, done, live, operate

__all__ = ["live"]

ASKED = 'query($first: Int!) { node(id: "C2") { ... on Customer { incidents(first: $first) { name } } } }'


async def _names(api: Api, first: int = 10) -> list[str]:
    return [each["name"] for each in (await api.data(ASKED, first=first))["node"]["incidents"]]


async def test_incidents_of_a_customer_the_latest_first(api: Api) -> None:
    assert await _names(api) == []
    await done(
        api, "openIncident", id="I1", title="早", equipment=["L2"], cause="OPENED", since="2026-07-20T08:00:00+08:00"
    )
    await done(api, "closeIncident", incident="I1", reason="误报")
    await done(
        api, "openIncident", id="I2", title="晚", equipment=["L2"], cause="OPENED", since="2026-07-20T09:00:00+08:00"
    )
    await done(api, "openIncident", id="E1", title="演练", equipment=["L2"], exercise=True)
    assert await _names(api) == ["晚", "早"], "exercises are none"
    assert await _names(api, first=1) == ["晚"]
    other = '{ node(id: "C1") { ... on Customer { incidents { name } } } }'
    assert (await api.data(other))["node"]["incidents"] == [], "behind L2 is C2 alone"
    assert await api.code(ASKED, first=-1) == "BAD_INPUT"
    assert (await do(api, "addNote", incident="I2", note="已告知客户"))["userErrors"] == []


async def test_an_open_point_beside_a_trace_tells_its_sides(api: Api) -> None:
    asked = """{ trace(from: "L2", direction: ISLAND) { openPoints {
      switch { id } sides { energised feeders { id } } } } }"""
    (tie,) = (await api.data(asked))["trace"]["openPoints"]
    assert tie["switch"] == {"id": "LS9"}
    assert [(each["energised"], each["feeders"]) for each in tie["sides"]] == [
        (True, [{"id": "F1"}]), (True, [{"id": "F2"}]),
    ]  # fmt: skip
    await operate(api, ("CB2", "UNKNOWN"))
    (tie,) = (await api.data(asked))["trace"]["openPoints"]
    assert [each["energised"] for each in tie["sides"]] == [True, False]
