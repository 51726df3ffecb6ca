"""Two incidents turn out to be one: joined they have one timeline, and nothing of either is lost."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from graph_api.live.graph import LiveGraph
from graph_api.stores import open_store
from loaders.drawing import batch
from schema.batch import GraphBatch
from schema.commitment import ServiceCommitment
from schema.incident_terms import WorkOrderState
from schema.people import Person, Team
from tests.graphql.conftest import Api
from tests.graphql.incident.test_escalation import Night, api, minutes, night
from tests.graphql.incident.test_room import do, done, refused

__all__ = ["api", "night"]

GRID = """
F1 = CB1
F2 = CB2
G1 - B1 - CB1 - L1 - n1 - S1>C1
B1 - CB2 - L2 - n2 - S2>C2
B1 - CB3 - L3 - S3>C3
"""
SHOWN = """query($id: ID!, $at: DateTime, $known: DateTime) { incident(id: $id) {
  timeline(at: $at, known: $known) { nodes { id entryType text(lang: EN) } }
  stateAt(at: $at, known: $known) {
    isOpen joinedInto { id } since equipment { id } fault { id } repairedAt sound { id }
    evidence { entry things { id } } calls { entry person { id } } figures { peakOut }
    workOrders { number task state } recorded { customers { nodes { customerId } } } } } }"""


@pytest.fixture
async def live(tmp_path: Path, night: Night) -> AsyncIterator[LiveGraph]:
    store = open_store(f"sqlite:///{tmp_path}/grid.db", night)
    drawn = batch(GRID)
    things = [*drawn.entities, Person(id="P1", name="严世丽"), Team(id="T1", name="滨江抢修班")]
    await store.apply(GraphBatch(entities=things, relationships=drawn.relationships))
    live = await LiveGraph.open(store, clock=night)
    yield live
    await live.close()
    await store.close()


async def shown(api: Api, id: str = "I1", **given: Any) -> Any:
    return (await api.data(SHOWN, id=id, **given))["incident"]


async def two(api: Api, night: Night) -> None:
    """I1 of F1 with a call and a work order; I2, opened a minute before its loss was known, of F2 with the same."""
    await done(api, "openIncident", id="I1", title="F1", equipment=["L1"])
    await done(api, "addEvidence", incident="I1", kind="CALL", things=["C1"])
    await done(api, "sendWorkOrder", incident="I1", task="巡F1", team="T1")
    night.now = minutes(1)
    await done(api, "openIncident", id="I2", title="F2", equipment=["L2"], since=minutes(-9).isoformat())
    await done(api, "addEvidence", incident="I2", kind="CALL", things=["C2"])
    await done(api, "addEvidence", incident="I2", kind="CALL", things=["C3"])
    await done(api, "sendWorkOrder", incident="I2", task="巡F2", team="T1")
    await done(api, "updateWorkOrder", incident="I2", workOrder=1, state="DEPARTED")
    await done(api, "recordCall", incident="I2", person="P1", outcome="REACHED")
    night.now = minutes(5)


async def test_joined_they_are_one_timeline_and_nothing_is_lost(api: Api, night: Night) -> None:
    await two(api, night)
    before = {each["id"] for id in ("I1", "I2") for each in (await shown(api, id))["timeline"]["nodes"]}
    await done(api, "joinIncident", incident="I1", other="I2", note="同一电缆沟")
    found = await shown(api)
    nodes, now = found["timeline"]["nodes"], found["stateAt"]
    assert before <= {each["id"] for each in nodes}
    assert [each["id"] for each in nodes] == list(dict.fromkeys(each["id"] for each in nodes)), "each once"
    assert nodes[0]["id"] == "I1:1", "its own opening stands first"
    assert now["equipment"] == [{"id": "L1"}, {"id": "L2"}]
    assert now["since"] == minutes(-9).isoformat(), "the earlier loss of the two"
    assert {each["things"][0]["id"] for each in now["evidence"]} == {"C1", "C2", "C3"}
    assert [(each["number"], each["task"], each["state"]) for each in now["workOrders"]] == [
        (1, "巡F1", "DISPATCHED"), (2, "巡F2", "DEPARTED"),
    ]  # fmt: skip
    assert [each["person"]["id"] for each in now["calls"]] == ["P1"]
    assert {each["customerId"] for each in now["recorded"]["customers"]["nodes"]} == {"C1", "C2"}
    assert now["figures"]["peakOut"] == 2
    other = await shown(api, "I2")
    assert (other["stateAt"]["isOpen"], other["stateAt"]["joinedInto"]) == (False, {"id": "I1"})
    assert other["timeline"]["nodes"][-1]["text"] == "Joined into F1, and worked on there."
    assert await refused(api, "reopenIncident", incident="I2", note="x") == [("BAD_INPUT", "incident")]


async def test_what_came_along_is_worked_on_by_its_new_numbers(api: Api, night: Night) -> None:
    await two(api, night)
    await done(api, "joinIncident", incident="I1", other="I2")
    night.now = minutes(6)
    await done(api, "updateWorkOrder", incident="I1", workOrder=2, state="ARRIVED")
    assert await refused(api, "updateWorkOrder", incident="I2", workOrder=1, state="ARRIVED") == [
        ("BAD_INPUT", "incident")
    ]
    await done(api, "sendWorkOrder", incident="I1", task="接发电车", team="T1")
    reports = (await shown(api))["stateAt"]["evidence"]
    wrong = next(each["entry"] for each in reports if each["things"] == [{"id": "C3"}])
    await done(api, "withdrawEvidence", incident="I1", entry=wrong)
    now = (await shown(api))["stateAt"]
    assert {each["things"][0]["id"] for each in now["evidence"]} == {"C1", "C2"}
    assert [(each["number"], each["state"]) for each in now["workOrders"]] == [
        (1, "DISPATCHED"), (2, "ARRIVED"), (3, "DISPATCHED"),
    ]  # fmt: skip


async def test_before_they_were_joined_it_was_two(api: Api, night: Night) -> None:
    await two(api, night)
    await done(api, "joinIncident", incident="I1", other="I2")
    for given in ({"at": minutes(4).isoformat()}, {"known": minutes(4).isoformat()}):
        then = await shown(api, **given)
        assert then["stateAt"]["equipment"] == [{"id": "L1"}]
        assert len(then["stateAt"]["workOrders"]) == 1
        assert not [each for each in then["timeline"]["nodes"] if each["id"].startswith("I2")]
        assert (await shown(api, "I2", **given))["stateAt"]["isOpen"]


async def test_hours_of_both_count_and_each_customer_once(api: Api, night: Night) -> None:
    """C1 is out from 0 on, C2 from -9; C2 falls under both from 5 on, when they are joined: 65 and 74 min at 65."""
    await two(api, night)
    await done(api, "joinIncident", incident="I1", other="I2")
    night.now = minutes(65)
    hours = '{ incident(id: "I1") { stateAt { figures { customerHours peakOut } } } }'
    found = (await api.data(hours))["incident"]["stateAt"]["figures"]
    assert found == {"customerHours": round((65 + 74) / 60, 2), "peakOut": 2}


async def test_a_customer_of_both_counts_once(api: Api, night: Night) -> None:
    """Two opened for one fault: C1 alone is out, by both from 0 on, and by one from 5 on."""
    for id in ("I1", "I2"):
        await done(api, "openIncident", id=id, title="F1", equipment=["L1"], evenIfOpen=True)
    night.now = minutes(5)
    await done(api, "joinIncident", incident="I1", other="I2", sameFault=True)
    night.now = minutes(60)
    hours = '{ incident(id: "I1") { stateAt { figures { customerHours peakOut } } } }'
    found = (await api.data(hours))["incident"]["stateAt"]["figures"]
    assert found == {"customerHours": 1.0, "peakOut": 1}


CLOCKS = """{ incident(id: "I1") { stateAt { level workOrders { number formerNumber formerIncident { id } }
  clocks { workOrder dueAt } } } }"""


async def test_limits_level_and_numbers_of_what_came_along_go_on(api: Api, night: Night, live: LiveGraph) -> None:
    site = ServiceCommitment(id="SITE", begins=WorkOrderState.REPORTED, ends=WorkOrderState.ARRIVED, limit_min=45)
    await live.store.apply(GraphBatch(entities=[site]))
    await live.refresh()
    await two(api, night)
    await done(api, "amendIncident", incident="I2", level="II")
    await done(api, "joinIncident", incident="I1", other="I2")
    now = (await api.data(CLOCKS))["incident"]["stateAt"]
    assert now["clocks"] == [
        {"workOrder": 1, "dueAt": minutes(45).isoformat()}, {"workOrder": 2, "dueAt": minutes(46).isoformat()},
    ]  # fmt: skip
    assert now["level"] == "II", "the graver one"
    assert now["workOrders"] == [
        {"number": 1, "formerNumber": None, "formerIncident": None},
        {"number": 2, "formerNumber": 1, "formerIncident": {"id": "I2"}},
    ]
    await done(api, "openIncident", id="I3", title="F3", equipment=["L3"], level="IV")
    await done(api, "joinIncident", incident="I3", other="I1")
    now = (await api.data(CLOCKS.replace("I1", "I3")))["incident"]["stateAt"]
    assert [(each["formerNumber"], each["formerIncident"]["id"]) for each in now["workOrders"]] == [
        (1, "I1"),
        (1, "I2"),
    ]
    assert (now["level"], [each["dueAt"] for each in now["clocks"]]) == (
        "II", [minutes(45).isoformat(), minutes(46).isoformat()],
    )  # fmt: skip


async def test_three_become_one_in_two_steps(api: Api, night: Night) -> None:
    await two(api, night)
    await done(api, "openIncident", id="I3", title="F3", equipment=["L3"])
    await done(api, "addEvidence", incident="I3", kind="CALL", things=["C3"])
    await done(api, "sendWorkOrder", incident="I3", task="巡F3", team="T1")
    await done(api, "joinIncident", incident="I2", other="I3")
    await done(api, "joinIncident", incident="I1", other="I2")
    now = (await shown(api))["stateAt"]
    assert [(each["number"], each["task"]) for each in now["workOrders"]] == [(1, "巡F1"), (2, "巡F2"), (3, "巡F3")]
    assert len({each["entry"] for each in now["evidence"]}) == len(now["evidence"]) == 4
    assert {each["customerId"] for each in now["recorded"]["customers"]["nodes"]} == {"C1", "C2", "C3"}
    await done(api, "updateWorkOrder", incident="I1", workOrder=3, state="ARRIVED")


async def test_faults_of_both_and_what_is_repaired_of_them(api: Api, night: Night) -> None:
    await two(api, night)
    await done(api, "confirmFault", incident="I1", things=["L1"])
    assert await refused(api, "joinIncident", incident="I1", other="I2") == [("BAD_INPUT", "sameFault")]
    assert await refused(api, "joinIncident", incident="I2", other="I1", sameFault=True) == [("BAD_INPUT", "sameFault")]
    await done(api, "confirmFault", incident="I2", things=["L2"])
    await done(api, "recordRepair", incident="I2")
    await done(api, "joinIncident", incident="I1", other="I2")
    now = (await shown(api))["stateAt"]
    assert (now["fault"], now["sound"], now["repairedAt"]) == ([{"id": "L1"}, {"id": "L2"}], [{"id": "L2"}], None)
    await done(api, "recordRepair", incident="I1")
    assert (await shown(api))["stateAt"]["repairedAt"] is not None


async def test_one_fault_that_two_had_called_about(api: Api, night: Night) -> None:
    await two(api, night)
    await done(api, "confirmFault", incident="I1", things=["L1"])
    await done(api, "joinIncident", incident="I1", other="I2", sameFault=True)
    now = (await shown(api))["stateAt"]
    assert now["fault"] == [{"id": "L1"}]
    assert {each["customerId"] for each in now["recorded"]["customers"]["nodes"]} == {"C1"}


async def test_what_is_not_joined(api: Api, night: Night) -> None:
    await two(api, night)
    for other in ("I1", "L1", "NOBODY"):
        assert [path for _, path in await refused(api, "joinIncident", incident="I1", other=other)] == ["other"]
    await done(api, "openIncident", id="E1", title="演练", equipment=["L3"], exercise=True)
    await done(api, "openIncident", id="W1", title="检修", equipment=["L3"], cause="OPENED")
    for other in ("E1", "W1"):
        assert await refused(api, "joinIncident", incident="I1", other=other) == [("BAD_INPUT", "other")]
    found = await do(api, "joinIncident", incident="I1", other="I2", at=(minutes(5) + timedelta(hours=1)).isoformat())
    assert [each["path"] for each in found["userErrors"]] == [["input", "at"]]
    assert (await shown(api, "I2"))["stateAt"]["isOpen"], "nothing was written"
