"""An incident says that all rests on an automatic transfer of the grid which nobody has reported."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from graph_api.live.graph import LiveGraph
from graph_api.stores import open_store
from loaders.drawing import batch
from schema.batch import GraphBatch
from tests.graphql.city import NOW
from tests.graphql.conftest import Api, client_of
from tests.graphql.incident.test_room import done, operate
from tests.services.outage.test_grid_transfers import PAIRS, STATION

ASKED = """query($id: ID!) { incident(id: $id) { stateAt {
  left { kind count text(lang: ZH) } impact { gridTransfers { closes { id } reported } }
} } }"""


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[Api]:
    store = open_store(f"sqlite:///{tmp_path}/grid.db", lambda: NOW)
    drawn = batch(STATION, CB9={"name": "母分900开关"}, EC1={"customer_count": 12})
    await store.apply(GraphBatch(entities=drawn.entities, relationships=[*drawn.relationships, *PAIRS.relationships]))
    live = await LiveGraph.open(store)
    async with client_of(live) as client:
        yield Api(client)
    await live.close()


async def said(api: Api) -> tuple[list[str], list[bool]]:
    """What is said of it, and whether it counts as reported."""
    state: dict[str, Any] = (await api.data(ASKED, id="I1"))["incident"]["stateAt"]
    texts = [each["text"] for each in state["left"] if each["kind"] == "TRANSFER_NOT_REPORTED"]
    return texts, [each["reported"] for each in state["impact"]["gridTransfers"]]


async def test_nobody_counts_as_out_and_the_screen_says_what_that_rests_on(api: Api) -> None:
    await operate(api, ("CB8", "OPEN"))
    await done(api, "openIncident", id="I1", title="L1跳闸", equipment=["L1"], tripped=["CB8"])
    texts, reported = await said(api)
    assert reported == [False]
    assert ["母分900开关" in each and "2户客户、1个台区" in each for each in texts] == [True]


async def test_once_its_position_is_reported_nothing_is_left_of_it(api: Api) -> None:
    await operate(api, ("CB8", "OPEN"))
    await done(api, "openIncident", id="I1", title="L1跳闸", equipment=["L1"], tripped=["CB8"], since=NOW.isoformat())
    await operate(api, ("CB9", "CLOSED"), incident="I1")
    assert (await said(api))[0] == []
