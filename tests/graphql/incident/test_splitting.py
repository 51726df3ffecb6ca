"""What was taken for one incident are two: a part goes to another, nothing is lost, and joined again they are one."""

from __future__ import annotations

from typing import Any

from graph_api.live.graph import LiveGraph
from schema.batch import GraphBatch
from schema.commitment import ServiceCommitment
from schema.incident_terms import WorkOrderState
from tests.graphql.conftest import Api
from tests.graphql.incident.test_escalation import Night, api, minutes, night
from tests.graphql.incident.test_joining import live
from tests.graphql.incident.test_room import done, refused

__all__ = ["api", "live", "night"]

SHOWN = """query($id: ID!, $at: DateTime, $known: DateTime) { incident(id: $id) {
  timeline(at: $at, known: $known) { nodes { id entryType text(lang: EN) at recordedAt by source things } }
  stateAt(at: $at, known: $known) {
    isOpen splitFrom { id } since level commander { id } equipment { id } fault { id } faultAt sound { id } repairedAt
    evidence { entry things { id } at source } workOrders { number task state times { state at } }
    figures { customerHours } recorded { customers { nodes { customerId } } } left { kind } } } }"""


async def shown(api: Api, id: str, **given: Any) -> Any:
    return (await api.data(SHOWN, id=id, **given))["incident"]


def ids(things: Any, name: str = "id") -> list[str]:
    return [each[name] for each in things]


async def one(api: Api, night: Night) -> None:
    """I1 of L1 and L2: a call of each, a work order of each, the second on its way."""
    await done(
        api, "openIncident", id="I1", title="两处", equipment=["L1", "L2"], level="III", commander="P1",
        since=minutes(-10).isoformat(),
    )  # fmt: skip
    for customer, task in (("C1", "巡F1"), ("C2", "巡F2")):
        await done(api, "addEvidence", incident="I1", kind="CALL", things=[customer], source="95598", by="王芳")
        await done(api, "sendWorkOrder", incident="I1", task=task, team="T1")
    night.now = minutes(5)
    await done(api, "updateWorkOrder", incident="I1", workOrder=2, state="DEPARTED")
    night.now = minutes(10)


async def second_report(api: Api) -> int:
    found = (await shown(api, "I1"))["stateAt"]["evidence"]
    (entry,) = [each["entry"] for each in found if ids(each["things"]) == ["C2"]]
    return int(entry)


async def split(api: Api, **given: Any) -> None:
    part = {"equipment": ["L2"], "evidence": [await second_report(api)], "workOrders": [2]}
    await done(api, "splitIncident", id="I2", incident="I1", title="F2", **part, **given)


async def test_a_part_is_another_incident_and_nothing_is_lost(api: Api, night: Night) -> None:
    await one(api, night)
    before = (await shown(api, "I1"))["timeline"]["nodes"]
    await split(api, note="另一电缆")
    first, second = await shown(api, "I1"), await shown(api, "I2")
    assert first["timeline"]["nodes"][: len(before)] == before, "what was said stands as it was"
    went = next(each for each in first["timeline"]["nodes"] if each["entryType"] == "SPLIT_OFF")
    assert went["text"] == "Split off, and worked on as F2; with it work orders 2."
    assert second["timeline"]["nodes"][0]["text"] == "Split off from 两处: F2."
    mine, theirs = first["stateAt"], second["stateAt"]
    assert (ids(mine["equipment"]), ids(theirs["equipment"])) == (["L1"], ["L2"])
    assert [ids(each["things"]) for each in mine["evidence"]] == [["C1"]]
    (report,) = theirs["evidence"]
    assert (ids(report["things"]), report["at"], report["source"]) == (["C2"], minutes(0).isoformat(), "95598")
    assert [(each["number"], each["task"]) for each in mine["workOrders"]] == [(1, "巡F1")]
    assert theirs["workOrders"] == [
        {"number": 2, "task": "巡F2", "state": "DEPARTED", "times": [
            {"state": "DISPATCHED", "at": minutes(0).isoformat()}, {"state": "DEPARTED", "at": minutes(5).isoformat()}]}
    ]  # fmt: skip
    said = next(each for each in second["timeline"]["nodes"] if each["entryType"] == "EVIDENCE")
    assert (said["by"], said["at"], said["recordedAt"]) == ("王芳", minutes(0).isoformat(), minutes(10).isoformat())
    assert ids(mine["recorded"]["customers"]["nodes"], "customerId") == ["C1"]
    assert ids(theirs["recorded"]["customers"]["nodes"], "customerId") == ["C2"]
    assert (theirs["since"], theirs["level"], theirs["commander"], theirs["splitFrom"]) == (
        minutes(-10).isoformat(), "III", {"id": "P1"}, {"id": "I1"},
    )  # fmt: skip


async def test_before_the_split_it_was_one(api: Api, night: Night) -> None:
    await one(api, night)
    await split(api)
    for given in ({"at": minutes(9).isoformat()}, {"known": minutes(9).isoformat()}):
        then = (await shown(api, "I1", **given))["stateAt"]
        assert (ids(then["equipment"]), len(then["workOrders"]), len(then["evidence"])) == (["L1", "L2"], 2, 2)
        assert (await shown(api, "I2", **given))["stateAt"] is None


async def test_work_goes_on_there_and_no_number_is_given_twice(api: Api, night: Night) -> None:
    await one(api, night)
    await split(api)
    await done(api, "updateWorkOrder", incident="I2", workOrder=2, state="ARRIVED")
    assert await refused(api, "updateWorkOrder", incident="I1", workOrder=2, state="ARRIVED") == [
        ("BAD_INPUT", "workOrder")
    ]
    await done(api, "sendWorkOrder", incident="I1", task="再巡F1", team="T1")
    assert [each["number"] for each in (await shown(api, "I1"))["stateAt"]["workOrders"]] == [1, 3]


async def test_faults_go_with_when_they_were_found_and_repaired(api: Api, night: Night) -> None:
    await one(api, night)
    await done(api, "confirmFault", incident="I1", things=["L1", "L2"])
    night.now = minutes(20)
    await done(api, "recordRepair", incident="I1", things=["L2"])
    await split(api)
    mine, theirs = (await shown(api, "I1"))["stateAt"], (await shown(api, "I2"))["stateAt"]
    assert (ids(mine["fault"]), mine["repairedAt"], ids(mine["sound"])) == (["L1"], None, [])
    assert (ids(theirs["fault"]), theirs["faultAt"]) == (["L2"], minutes(10).isoformat())
    assert theirs["repairedAt"] == minutes(20).isoformat()


async def test_who_is_left_with_what_was_repaired_is_repaired(api: Api, night: Night) -> None:
    await one(api, night)
    await done(api, "confirmFault", incident="I1", things=["L1", "L2"])
    night.now = minutes(20)
    await done(api, "recordRepair", incident="I1", things=["L1"])
    await split(api)
    assert (await shown(api, "I1"))["stateAt"]["repairedAt"] == minutes(20).isoformat()
    theirs = (await shown(api, "I2"))["stateAt"]
    assert (theirs["repairedAt"], "NOT_REPAIRED" in ids(theirs["left"], "kind")) == (None, True)


async def test_all_that_was_confirmed_may_go(api: Api, night: Night) -> None:
    await one(api, night)
    await done(api, "confirmFault", incident="I1", things=["L2"])
    await done(api, "recordRepair", incident="I1")
    await split(api)
    mine = (await shown(api, "I1"))["stateAt"]
    assert (mine["fault"], mine["faultAt"], mine["repairedAt"]) == ([], None, None), "not confirmed, not: no fault"
    assert "FAULT_NOT_CONFIRMED" in ids(mine["left"], "kind")
    assert (await shown(api, "I2"))["stateAt"]["repairedAt"] == minutes(10).isoformat()


async def test_hours_without_supply_are_counted_once(api: Api, night: Night) -> None:
    """C1 and C2 are out from -10 min on: 20 min together until the split at +10, then each 60 min."""
    await one(api, night)
    await split(api)
    night.now = minutes(70)
    hours = [(await shown(api, id))["stateAt"]["figures"]["customerHours"] for id in ("I1", "I2")]
    assert hours == [round(2 * 20 / 60 + 1, 2), 1.0]


async def test_limits_run_on_from_when_the_first_was_opened(api: Api, night: Night, live: LiveGraph) -> None:
    site = ServiceCommitment(id="SITE", begins=WorkOrderState.REPORTED, ends=WorkOrderState.ARRIVED, limit_min=45)
    await live.store.apply(GraphBatch(entities=[site]))
    await live.refresh()
    await one(api, night)
    await split(api)
    (clock,) = (await api.data('{ incident(id: "I2") { stateAt { clocks { dueAt } } } }'))["incident"]["stateAt"][
        "clocks"
    ]
    assert clock["dueAt"] == minutes(45).isoformat()


async def test_joined_again_they_are_one(api: Api, night: Night) -> None:
    await one(api, night)
    await split(api)
    night.now = minutes(15)
    await done(api, "updateWorkOrder", incident="I2", workOrder=2, state="ARRIVED")
    await done(api, "joinIncident", incident="I1", other="I2")
    now = (await shown(api, "I1"))["stateAt"]
    assert ids(now["equipment"]) == ["L1", "L2"]
    assert sorted(ids(each["things"])[0] for each in now["evidence"]) == ["C1", "C2"]
    assert [(each["task"], each["state"]) for each in now["workOrders"]] == [
        ("巡F1", "DISPATCHED"),
        ("巡F2", "ARRIVED"),
    ]
    assert len(now["workOrders"][1]["times"]) == 3
    assert sorted(ids(now["recorded"]["customers"]["nodes"], "customerId")) == ["C1", "C2"]


async def test_check_lists_go_by_their_customer_only_if_there_is_one(api: Api, night: Night) -> None:
    await one(api, night)
    wrong = await refused(api, "splitIncident", incident="I1", title="F2", equipment=["L2"], checklists=["C2"])
    assert wrong == [("BAD_INPUT", "checklists")]


async def test_what_cannot_go(api: Api, night: Night) -> None:
    await one(api, night)
    for given, path in (
        ({}, "equipment"),
        ({"equipment": ["L3"]}, "equipment"),
        ({"evidence": [1]}, "evidence"),
        ({"workOrders": [9]}, "workOrders"),
        ({"tripped": ["CB1"]}, "tripped"),
        ({"equipment": ["L2"], "commander": "T1"}, "commander"),
        ({"equipment": ["L2"], "title": " "}, "title"),
        ({"equipment": ["L2"], "id": "I1"}, "id"),
    ):
        assert [at for _, at in await refused(api, "splitIncident", incident="I1", **{"title": "F2", **given})] == [
            path
        ]
    reports = [each["entry"] for each in (await shown(api, "I1"))["stateAt"]["evidence"]]
    whole = {"equipment": ["L1", "L2"], "evidence": reports}
    assert await refused(api, "splitIncident", incident="I1", title="F2", **whole) == [("BAD_INPUT", "incident")]
    assert len((await shown(api, "I1"))["stateAt"]["evidence"]) == 2, "nothing was written"
