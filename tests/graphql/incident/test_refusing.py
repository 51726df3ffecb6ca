"""A switch of the plan that cannot be operated: the plan goes another way, until it is operated after all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from graph_api.live.graph import LiveGraph
from graph_api.stores import open_store
from loaders.drawing import batch
from tests.graphql.conftest import Api, client_of
from tests.graphql.incident.test_room import done, opened, operate, refused

#   L1 is faulty: LS1 cuts it out, and n2 is fed by the tie LS9 (from afar) or, by hand, by LS8
GRID = """
F1 = CB1
F2 = CB2
F3 = CB3
G1 - B1 - CB1 - L1 - n1 - LS1 - L2 - n2 - LS9/ - n3
G2 - B2 - CB2 - L3 - n3
n2 - LS8/ - n4
G3 - B3 - CB3 - L4 - n4
n2 - S2>C2
"""
PLAN = """query($id: ID!) { incident(id: $id) { timeline { nodes { entryType text(lang: EN) note } } stateAt {
  refused { id } restoration { steps { action target { id } } stillOut { thing { id } } } } } }"""


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[Api]:
    store = open_store(f"sqlite:///{tmp_path}/grid.db")
    await store.apply(batch(GRID, LS1={"remote_controlled": True}, LS9={"remote_controlled": True}))
    live = await LiveGraph.open(store)
    async with client_of(live) as client:
        yield Api(client)
    await live.close()


async def asked(api: Api, incident: str = "I1") -> dict[str, Any]:
    return (await api.data(PLAN, id=incident))["incident"]


def closes(found: dict[str, Any]) -> list[str]:
    return [each["target"]["id"] for each in found["stateAt"]["restoration"]["steps"] if each["action"] == "CLOSE"]


async def test_the_plan_goes_without_what_cannot_be_operated(api: Api) -> None:
    await opened(api, id="I1", equipment=["L1"], tripped=["CB1"])
    assert closes(await asked(api)) == ["LS9"], "it is quicker than by hand"
    await done(api, "refuseSwitching", incident="I1", switches=["LS9"], note="遥控失败，就地亦拒动")
    found = await asked(api)
    assert closes(found) == ["LS8"]
    assert found["stateAt"]["refused"] == [{"id": "LS9"}]
    said = [(each["text"], each["note"]) for each in found["timeline"]["nodes"] if each["entryType"] == "REFUSED"]
    assert said == [("Cannot be operated: LS9.", "遥控失败，就地亦拒动")]
    await done(api, "refuseSwitching", incident="I1", switches=["LS8"], note="锁具锈死")
    found = await asked(api)
    assert closes(found) == []
    assert [each["thing"]["id"] for each in found["stateAt"]["restoration"]["stillOut"]] == ["C2"]


async def test_what_is_operated_after_all_can_be(api: Api) -> None:
    await opened(api, id="I1", equipment=["L1"], tripped=["CB1"])
    await done(api, "refuseSwitching", incident="I1", switches=["LS1", "LS9"], note="x")
    await operate(api, ("LS9", "OPEN"), incident="I1")
    assert (await asked(api))["stateAt"]["refused"] == [{"id": "LS1"}]


async def test_another_incident_goes_without_it_too_but_not_for_an_exercise(api: Api) -> None:
    await opened(api, id="I1", equipment=["L1"], tripped=["CB1"])
    await opened(api, id="I3", equipment=["L1"], exercise=True)
    await done(api, "refuseSwitching", incident="I3", switches=["LS9"], note="x")
    assert closes(await asked(api)) == ["LS9"]
    await opened(api, id="I2", equipment=["L3"], tripped=["CB2"])
    assert closes(await asked(api)) == ["LS8"], "what feeds LS9 is dead"
    await done(api, "refuseSwitching", incident="I2", switches=["LS8"], note="x")
    assert closes(await asked(api)) == []


async def test_it_says_which_switch_and_why(api: Api) -> None:
    await opened(api, id="I1", equipment=["L1"], tripped=["CB1"])
    assert await refused(api, "refuseSwitching", incident="I1", switches=[], note="x") == [("BAD_INPUT", "switches")]
    assert await refused(api, "refuseSwitching", incident="I1", switches=["L1"], note="x") == [
        ("BAD_INPUT", "switches.0")
    ]
    assert await refused(api, "refuseSwitching", incident="I1", switches=["LS9"], note="") == [("BAD_INPUT", "note")]
