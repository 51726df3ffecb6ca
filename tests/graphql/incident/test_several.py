"""Nights that a coordinator played: old trips, exercises, planned work, healthy feeders, several incidents."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from graph_api.app.incident_keeper import IncidentKeeper
from graph_api.live.graph import LiveGraph
from graph_api.stores import open_store
from loaders.drawing import batch
from tests.graphql.city import NOW
from tests.graphql.conftest import Api
from tests.graphql.incident.test_room import do, done, operate, refused

TWO = """
F1 = CB1
F2 = CB2
F3 = CB3
G1 - B1 - CB1 - L1 - LS1 - L2 - n2 - LS2 - L3 - n3 - LS9/ - n6 - LS5 - L5 - LS4 - L4 - n4 - CB2 - B1
B1 - CB3 - L7 - n7
n2 - S2>C2
n3 - S3>C3
n4 - S4>C4
n6 - S6>C6
n7 - S7>C7
n7 - EC7(50kW)
"""
LOSS = NOW - timedelta(minutes=40)


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[LiveGraph]:
    store = open_store(f"sqlite:///{tmp_path}/grid.db", lambda: NOW)
    await store.apply(batch(TWO))
    live = await LiveGraph.open(store)
    yield live
    await live.close()


ASK = """query($id: ID!, $at: DateTime, $known: DateTime) { incident(id: $id) { stateAt(at: $at, known: $known) {
  since noFault offNormal { id } left { kind count } recorded { totalCount outCount backCount lostKw }
  impact {
    customers { nodes { customer { id } back } } takenSince { customer { id } }
  }
  restoration { steps { action target { id } } }
} } }"""


async def told(api: Api, id: str, **when: datetime) -> Any:
    times = {name: at.isoformat() for name, at in when.items()}
    return (await api.data(ASK, id=id, **times))["incident"]["stateAt"]


def back(state: Any) -> dict[str, bool]:
    return {each["customer"]["id"]: each["back"] for each in state["impact"]["customers"]["nodes"]}


def left(state: Any) -> set[str]:
    return {each["kind"] for each in state["left"]}


async def position(api: Api, switch: str) -> str:
    found = await api.data("query($id: ID!) { node(id: $id) { ... on Switch { currentPosition } } }", id=switch)
    return str(found["node"]["currentPosition"])


async def test_a_device_that_tripped_weeks_ago_trips_anew(api: Api) -> None:
    weeks_ago = NOW - timedelta(days=20)
    await operate(api, ("CB1", "OPEN"), at=weeks_ago)
    await operate(api, ("CB1", "CLOSED"), at=weeks_ago + timedelta(minutes=50))
    await done(
        api, "openIncident", id="I1", title="1021跳闸", equipment=["L1"], tripped=["CB1"], since=LOSS.isoformat()
    )
    assert await position(api, "CB1") == "OPEN"
    state = await told(api, "I1")
    assert (state["since"], back(state)) == (LOSS.isoformat(), {"C2": False, "C3": False})


async def test_what_was_reported_open_and_closed_again_is_not_opened_again(api: Api) -> None:
    await operate(api, ("CB1", "OPEN"), at=LOSS)
    await operate(api, ("CB1", "CLOSED"), at=LOSS + timedelta(minutes=5))
    await done(
        api, "openIncident", id="I1", title="1021跳闸", equipment=["L1"], tripped=["CB1"], since=LOSS.isoformat()
    )
    assert await position(api, "CB1") == "CLOSED"


async def test_in_an_exercise_nothing_is_switched(api: Api) -> None:
    await done(api, "openIncident", id="X", title="演练", equipment=["L1"], tripped=["CB1"], exercise=True)
    assert await position(api, "CB1") == "CLOSED"
    assert back(await told(api, "X")) == {"C2": False, "C3": False}, "it is worked out all the same"
    asked = "mutation($i: RecordSwitchingInput!) { recordSwitching(input: $i) { revision userErrors { code path } } }"
    act = {"operations": [{"switch": "LS1", "position": "OPEN"}], "by": "x", "incident": "X"}
    found = (await api.data(asked, i=act))["recordSwitching"]
    assert (found["revision"], found["userErrors"][0]["path"]) == (None, ["input", "incident"])


async def test_opened_on_a_trip_alone_whoever_is_fed_again_is_back(api: Api) -> None:
    await done(api, "openIncident", id="I1", title="跳闸", tripped=["CB1"], since=LOSS.isoformat(), at=LOSS.isoformat())
    assert back(await told(api, "I1")) == {"C2": False, "C3": False}
    assert (await told(api, "I1"))["offNormal"] == [{"id": "CB1"}]
    await operate(api, ("CB1", "CLOSED"), incident="I1")
    state = await told(api, "I1")
    assert (back(state), state["offNormal"]) == ({"C2": True, "C3": True}, [])
    assert (await told(api, "I1", at=LOSS + timedelta(minutes=1)))["offNormal"] == [{"id": "CB1"}]
    await done(api, "confirmFault", incident="I1", things=[], note="重合成功")
    await done(api, "closeIncident", incident="I1")


async def test_planned_work_ends_and_asks_for_no_fault(api: Api) -> None:
    await done(api, "openIncident", id="P", title="计划检修", equipment=["L2"], cause="OPENED", since=LOSS.isoformat())
    await operate(api, ("LS1", "OPEN"), ("LS2", "OPEN"), incident="P")
    state = await told(api, "P")
    assert (back(state), left(state)) == ({"C2": False, "C3": False}, {"WORK_NOT_ENDED", "CUSTOMERS_OUT"})
    await done(api, "recordRepair", incident="P")
    await operate(api, ("LS2", "CLOSED"), ("LS1", "CLOSED"), incident="P")
    state = await told(api, "P")
    assert (back(state), left(state)) == ({"C2": True, "C3": True}, set())
    await done(api, "closeIncident", incident="P")


async def test_a_feeder_that_was_found_healthy_has_nobody_out(api: Api) -> None:
    await done(api, "openIncident", id="I1", title="误报", equipment=["F1"])
    await done(api, "confirmFault", incident="I1", things=[], note="正常")
    state = await told(api, "I1")
    assert (state["noFault"], left(state)) == (True, set())
    assert all(back(state).values())


async def test_what_another_incident_took_is_none_of_this_one(api: Api, live: LiveGraph) -> None:
    await done(api, "openIncident", id="I1", title="F1", equipment=["L1"], tripped=["CB1"], since=LOSS.isoformat())
    await done(api, "openIncident", id="I3", title="F3", equipment=["L7"], tripped=["CB3"])
    await IncidentKeeper(live, lambda: NOW).once(live.pin())
    recorded = [(await told(api, each))["recorded"] for each in ("I1", "I3")]
    assert [(each["totalCount"], each["lostKw"]) for each in recorded] == [(2, 0.0), (1, 50.0)]
    await operate(api, ("LS2", "OPEN"), ("LS9", "CLOSED"), incident="I1")
    assert back(await told(api, "I1")) == {"C2": False, "C3": True}


async def test_whom_its_own_switching_took_is_left(api: Api) -> None:
    await done(api, "openIncident", id="I1", title="F1", equipment=["L1"], tripped=["CB1"], since=LOSS.isoformat())
    await done(api, "confirmFault", incident="I1", things=["L1"])
    await done(api, "recordRepair", incident="I1")
    await operate(api, ("CB1", "CLOSED"), ("CB3", "OPEN"), incident="I1")
    state = await told(api, "I1")
    assert (state["impact"]["takenSince"], back(state)) == ([], {"C2": True, "C3": True, "C7": False})
    assert {"kind": "CUSTOMERS_OUT", "count": 1} in state["left"]


@pytest.mark.parametrize("reported", [True, False])
async def test_a_trip_alone_is_compared_with_what_is_open(api: Api, live: LiveGraph, reported: bool) -> None:
    await operate(api, ("LS2", "OPEN"), ("LS9", "CLOSED"), at=LOSS - timedelta(hours=1))
    await done(api, "openIncident", id="I1", title="F2", equipment=["L4"], tripped=["CB2"], since=LOSS.isoformat())
    await IncidentKeeper(live, lambda: NOW).once(live.pin())
    if reported:
        await operate(api, ("CB1", "OPEN"))
    assert await refused(api, "openIncident", title="F1", tripped=["CB3"], equipment=["C3"]) != []
    assert await refused(api, "openIncident", title="again", tripped=["CB2"]) == [("INCIDENT_OPEN", "equipment")]
    assert await refused(api, "openIncident", title="C3", equipment=["C3"]) == [("INCIDENT_OPEN", "equipment")]


async def test_the_record_ends_with_what_was_so_and_follows_no_later_night(api: Api, live: LiveGraph) -> None:
    await done(api, "openIncident", id="I1", title="F1", equipment=["L1"], tripped=["CB1"], since=LOSS.isoformat())
    await IncidentKeeper(live, lambda: NOW).once(live.pin())
    repaired = (NOW - timedelta(minutes=2)).isoformat()
    await done(api, "confirmFault", incident="I1", things=["L1"], at=repaired)
    await done(api, "recordRepair", incident="I1", at=repaired)
    await operate(api, ("CB1", "CLOSED"), at=NOW - timedelta(minutes=1))
    await done(api, "closeIncident", incident="I1", at=(NOW - timedelta(seconds=30)).isoformat())
    assert (await told(api, "I1"))["recorded"] == {"totalCount": 2, "outCount": 0, "backCount": 2, "lostKw": 0.0}
    await operate(api, ("CB1", "OPEN"), at=NOW)
    assert all(back(await told(api, "I1")).values())


async def test_as_it_was_known_who_is_affected_is_what_was_kept(api: Api, live: LiveGraph) -> None:
    await done(api, "openIncident", id="I1", title="F1", equipment=["L1"], tripped=["CB1"], since=LOSS.isoformat())
    await IncidentKeeper(live, lambda: NOW).once(live.pin())
    state = await told(api, "I1", known=NOW)
    assert state["impact"] is None
    assert state["recorded"]["outCount"] == 2
    assert {"kind": "CUSTOMERS_OUT", "count": 2} in state["left"]


async def test_no_plan_closes_what_another_incident_keeps_open(api: Api) -> None:
    await done(api, "openIncident", id="I1", title="F1", equipment=["L2"], tripped=["CB1"], since=LOSS.isoformat())
    await done(api, "confirmFault", incident="I1", things=["L2"])
    await done(api, "openIncident", id="I2", title="F2", equipment=["L5"], tripped=["CB2"], since=LOSS.isoformat())
    await done(api, "confirmFault", incident="I2", things=["L5"])
    await operate(api, ("LS4", "OPEN"), ("CB2", "CLOSED"), ("LS5", "OPEN"), incident="I2")
    for id in ("I1", "I2"):
        plan = (await told(api, id))["restoration"]
        closed = {each["target"]["id"] for each in plan["steps"] if each["action"] == "CLOSE"}
        assert not closed & {"LS4", "LS5", "CB1", "LS1", "LS2"}, (id, plan["steps"])


async def test_two_plans_of_planned_work_and_a_fault(api: Api) -> None:
    await done(api, "openIncident", id="P", title="计划检修", equipment=["L5"], cause="OPENED", since=LOSS.isoformat())
    await operate(api, ("LS4", "OPEN"), ("LS5", "OPEN"), incident="P")
    await done(api, "openIncident", id="I1", title="F1", equipment=["L2"], tripped=["CB1"])
    await done(api, "confirmFault", incident="I1", things=["L2"])
    plan = (await told(api, "I1"))["restoration"]
    closed = {each["target"]["id"] for each in plan["steps"] if each["action"] == "CLOSE"}
    assert not closed & {"LS4", "LS5"}


async def test_an_unknown_incident_takes_no_act(api: Api) -> None:
    found = await do(api, "recordRepair", incident="nobody")
    assert [each["code"] for each in found["userErrors"]] == ["UNKNOWN_ENTITY"]
