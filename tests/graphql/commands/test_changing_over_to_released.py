"""Change-overs onto a supply that an earlier loss has opened (失压脱扣未合): what is named is what can be recorded.

    G1 - CB1 - L1 - S1>C1      CB2 dipped, and SB2 stands open since, which nobody reports; then CB1 tripped for good:
    G2 - CB2 - L2 - S2>C1      SB1 is opened, SB2 and the coupler SB0 are closed
"""  # fmt: skip

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from graph_api.live.graph import LiveGraph
from graph_api.stores import open_store
from loaders.drawing import batch
from tests.graphql.city import NOW
from tests.graphql.commands.test_record_switching import moves, record
from tests.graphql.conftest import Api, client_of

GRID = """
F1 = CB1
F2 = CB2
G1 - CB1 - L1 - S1>C1
G2 - CB2 - L2 - S2>C1
"""
INSIDE = """
S1 - SB1 - IB1 - LD1(50kW)
S2 - SB2 - IB2 - LD2(30kW)
IB1 - SB0/ - IB2
"""
ASK = """
query Ask { impact(equipment: ["L1"], cause: FAULTED, tripped: ["CB1"]) { customers { nodes {
  loadsFed awaitingTransfer {
    automatic opens { id } switches { id } suppliesOpened { id } suppliesClosed { id } feeds { id }
  }
} } }
customersOut { nodes { loadsFed awaitingTransfer { switches { id } suppliesClosed { id } } } } }
"""


@pytest.fixture
def mode() -> str:
    """How C1 changes over."""
    return "MANUAL"


@pytest.fixture
async def api(request: pytest.FixtureRequest, tmp_path: Path, mode: str) -> AsyncIterator[Api]:
    store = open_store(f"sqlite:///{tmp_path}/grid.db")
    await store.apply(batch(GRID + request.param, **{"C1.1": {"transfer": mode, "undervoltage_release": True}}))
    live = await LiveGraph.open(store)
    async with client_of(live) as client:
        api = Api(client)
        for minutes, switch, position in ((20, "CB2", "OPEN"), (19, "CB2", "CLOSED"), (9, "CB1", "OPEN")):
            at = (NOW - timedelta(minutes=minutes)).isoformat()
            assert not (await record(api, operations=moves(**{switch: position}), at=at))["userErrors"]
        yield api
    await live.close()


async def asked(api: Api) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    found = await api.data(ASK)
    (hit,) = found["impact"]["customers"]["nodes"]
    return hit, found["customersOut"]["nodes"]


def named(transfer: dict[str, Any], *fields: str) -> list[list[str]]:
    return [[each["id"] for each in transfer[field]] for field in fields]


@pytest.mark.parametrize("mode", ["MANUAL", "AUTOMATIC"])
@pytest.mark.parametrize("api", [INSIDE], indirect=True)
async def test_what_a_release_has_opened_is_closed_with_the_change_over(api: Api) -> None:
    hit, out = await asked(api)
    waits = hit["awaitingTransfer"]
    assert (hit["loadsFed"], waits["automatic"]) == ("NONE", False)
    assert named(waits, "opens", "switches", "feeds") == [["SB1"], ["SB2", "SB0"], ["LD1", "LD2"]]
    assert named(out[0]["awaitingTransfer"], "switches") == [["SB2", "SB0"]]
    made = await record(api, changeOver="C1.1")
    moved = {each["id"]: each["currentPosition"] for each in made["switches"]}
    assert moved == {"SB1": "OPEN", "SB2": "CLOSED", "SB0": "CLOSED"}
    hit, out = await asked(api)
    assert (hit["loadsFed"], hit["awaitingTransfer"], [each["loadsFed"] for each in out]) == ("ALL", None, ["ALL"])


@pytest.mark.parametrize("api", [""], indirect=True)
async def test_so_is_a_supply_that_stands_for_its_incoming_switch(api: Api) -> None:
    hit, _ = await asked(api)
    waits = hit["awaitingTransfer"]
    assert named(waits, "suppliesOpened", "suppliesClosed") == [["S1"], ["S2"]]
    made = await record(api, changeOver="C1.1")
    assert [each["incomingSwitch"]["position"] for each in made["supplies"]] == ["OPEN", "CLOSED"]
    hit, out = await asked(api)
    assert (hit["loadsFed"], hit["awaitingTransfer"], [each["loadsFed"] for each in out]) == ("ALL", None, ["ALL"])


@pytest.mark.parametrize("mode", ["NONE"])
@pytest.mark.parametrize("api", [INSIDE], indirect=True)
async def test_who_cannot_change_over_awaits_nothing(api: Api) -> None:
    hit, _ = await asked(api)
    assert (hit["loadsFed"], hit["awaitingTransfer"]) == ("NONE", None)
    assert (await record(api, changeOver="C1.1"))["userErrors"][0]["code"] == "BAD_INPUT"
