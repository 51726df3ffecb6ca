"""What was joined by mistake and is split off again is what it was: its own loss, limits and acknowledgement.

    -17 min F1 trips, crew sent · -2 acknowledged · 0 F2 trips, crew sent · 5 told · 15 joined · 20 split
"""  # fmt: skip

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from graph_api.app.incident_keeper import IncidentKeeper
from graph_api.live.graph import LiveGraph
from graph_api.stores import open_store
from loaders.drawing import batch
from schema.batch import GraphBatch
from schema.commitment import EscalationRule, ServiceCommitment
from schema.incident_terms import WorkOrderState
from schema.people import Team
from tests.graphql.conftest import Api
from tests.graphql.incident.test_escalation import Night, api, minutes, night
from tests.graphql.incident.test_room import done, operate

__all__ = ["api", "night"]

GRID = """
F1 = CB1
F2 = CB2
G1 - B1 - CB1 - L1 - n1 - S1>C1
n1 - EC1(100kW)
n1 - S9>C9
B1 - CB2 - L2 - n2 - S2>C2
n2 - EC2(50kW)
n2 - S8>C9.2
"""
"""C9 has a receiving point at either feeder: it is not fully fed while one of them is out."""

REPLY, SITE = 10, 45
STATE = """query($id: ID!) { incident(id: $id) { stateAt {
  since faultAt repairedAt unacknowledgedSince acknowledgedAt acknowledgedBy escalations { rule { id } at }
  clocks { workOrder commitment { id } dueAt state }
  figures { milestones { kind at } customerHours peakAreas areaHours lostKwh }
  interruptions { nodes { customerId since until minutes times went } } } } }"""


async def state(api: Api, id: str) -> Any:
    return (await api.data(STATE, id=id))["incident"]["stateAt"]


def clocks(shown: Any) -> dict[str, tuple[str, str]]:
    return {each["commitment"]["id"]: (each["dueAt"], each["state"]) for each in shown["clocks"]}


def milestones(shown: Any) -> dict[str, str]:
    return {each["kind"]: each["at"] for each in shown["figures"]["milestones"]}


@pytest.fixture
async def live(tmp_path: Path, night: Night) -> AsyncIterator[LiveGraph]:
    store = open_store(f"sqlite:///{tmp_path}/grid.db", night)
    drawn = batch(GRID, EC1={"customer_count": 80}, EC2={"customer_count": 40})
    things = [*drawn.entities, Team(id="T1", name="滨江抢修班")]
    await store.apply(GraphBatch(entities=things, relationships=drawn.relationships))
    live = await LiveGraph.open(store, clock=night)
    yield live
    await live.close()
    await store.close()


class Desk:
    """Plays the night; what keeps timelines runs after every act."""

    def __init__(self, api: Api, live: LiveGraph, night: Night) -> None:
        self.api, self.live, self.night = api, live, night
        self.keeper = IncidentKeeper(live, night)

    async def at(self, minute: float) -> None:
        self.night.now = minutes(minute)
        await self.keeper.once(self.live.pin())

    async def say(self, name: str, **given: Any) -> None:
        await done(self.api, name, **given)
        await self.keeper.once(self.live.pin())

    async def opens(self, id: str, feeder: int) -> None:
        await operate(self.api, (f"CB{feeder}", "OPEN"))
        what = {"equipment": [f"L{feeder}"], "tripped": [f"CB{feeder}"], "level": "IV", "evenIfOpen": True}
        await self.say("openIncident", id=id, title=id, **what)
        await self.say("sendWorkOrder", incident=id, task="巡线", team="T1")


@pytest.fixture
async def desk(api: Api, live: LiveGraph, night: Night) -> Desk:
    dispatched, arrived = WorkOrderState.DISPATCHED, WorkOrderState.ARRIVED
    rules = [
        ServiceCommitment(id="REPLY", begins=WorkOrderState.REPORTED, ends=dispatched, limit_min=REPLY),
        ServiceCommitment(id="SITE", begins=WorkOrderState.REPORTED, ends=arrived, limit_min=SITE),
        EscalationRule(id="R5", name="5分钟", after_min=5),
    ]
    await live.store.apply(GraphBatch(entities=rules))
    await live.refresh()
    desk = Desk(api, live, night)
    await desk.at(-17)
    await desk.opens("I1", 1)
    await desk.at(-2)
    await desk.say("acknowledgeIncident", incident="I1", by="严世丽")
    await desk.at(0)
    await desk.opens("I2", 2)
    return desk


async def joined_and_split(desk: Desk) -> None:
    await desk.at(6)
    await desk.say("confirmFault", incident="I1", things=["L1"])
    await desk.at(14)
    await desk.say("confirmFault", incident="I2", things=["L2"])
    await desk.at(15)
    await desk.say("joinIncident", incident="I1", other="I2")
    await desk.at(20)
    await splits(desk)


async def splits(desk: Desk, **given: Any) -> None:
    part = {"equipment": ["L2"], "tripped": ["CB2"], "workOrders": [2], **given}
    await desk.say("splitIncident", incident="I1", id="I3", title="F2", **part)


async def test_it_has_its_own_loss_and_limits_again(desk: Desk) -> None:
    """F2 was lost at 0 and its order is due at 45; the crew was sent at 0, in the 10 minutes of the reply."""
    await joined_and_split(desk)
    first, second = await state(desk.api, "I1"), await state(desk.api, "I3")
    assert (first["since"], second["since"]) == (minutes(-17).isoformat(), minutes(0).isoformat())
    assert clocks(second) == {
        "REPLY": (minutes(REPLY).isoformat(), "MET"),
        "SITE": (minutes(SITE).isoformat(), "RUNNING"),
    }
    assert clocks(first)["SITE"] == (minutes(SITE - 17).isoformat(), "RUNNING")
    assert milestones(second)["LOSS"] == minutes(0).isoformat()


async def test_each_fault_keeps_when_it_was_found(desk: Desk) -> None:
    await joined_and_split(desk)
    first, second = await state(desk.api, "I1"), await state(desk.api, "I3")
    assert (first["faultAt"], second["faultAt"]) == (minutes(6).isoformat(), minutes(14).isoformat())
    assert milestones(first)["FAULT_CONFIRMED"] == minutes(6).isoformat()


async def test_who_had_acknowledged_one_has_not_acknowledged_the_other(desk: Desk) -> None:
    """The first was acknowledged at -2; nobody has taken the second in hand since 0, and its rule has told at 5."""
    await desk.at(5)
    await joined_and_split(desk)
    first, second = await state(desk.api, "I1"), await state(desk.api, "I3")
    assert (first["unacknowledgedSince"], first["acknowledgedAt"]) == (None, minutes(-2).isoformat())
    assert second["unacknowledgedSince"] == minutes(0).isoformat()
    assert second["escalations"] == [{"rule": {"id": "R5"}, "at": minutes(5).isoformat()}], "once, and not again"


async def test_what_was_acknowledged_by_itself_stays_so(desk: Desk) -> None:
    await desk.at(3)
    await desk.say("acknowledgeIncident", incident="I2", by="王玉航")
    await joined_and_split(desk)
    second = await state(desk.api, "I3")
    assert (second["unacknowledgedSince"], second["acknowledgedAt"], second["acknowledgedBy"]) == (
        None, minutes(3).isoformat(), "王玉航",
    )  # fmt: skip


async def test_what_was_acknowledged_of_both_is_so_of_each(desk: Desk) -> None:
    await desk.at(15)
    await desk.say("joinIncident", incident="I1", other="I2")
    await desk.at(17)
    await desk.say("acknowledgeIncident", incident="I1", by="杨轩")
    await desk.at(20)
    await splits(desk)
    for id in ("I1", "I3"):
        shown = await state(desk.api, id)
        assert (shown["unacknowledgedSince"], shown["acknowledgedAt"]) == (None, minutes(17).isoformat())


async def test_what_was_raised_for_both_waits_in_each(desk: Desk) -> None:
    await desk.at(15)
    await desk.say("joinIncident", incident="I1", other="I2")
    await desk.say("acknowledgeIncident", incident="I1")
    await desk.at(18)
    await desk.say("amendIncident", incident="I1", level="II")
    await desk.at(20)
    await splits(desk)
    waits = [(await state(desk.api, id))["unacknowledgedSince"] for id in ("I1", "I3")]
    assert waits == [minutes(18).isoformat()] * 2


async def test_which_of_both_was_lost_first_does_not_matter(desk: Desk) -> None:
    """The first goes, and the other one, into which it came, has its own later loss again."""
    await desk.at(15)
    await desk.say("joinIncident", incident="I2", other="I1")
    await desk.at(20)
    await desk.say("splitIncident", incident="I2", id="I3", title="F1", equipment=["L1"], tripped=["CB1"])
    first, second = await state(desk.api, "I3"), await state(desk.api, "I2")
    assert (first["since"], second["since"]) == (minutes(-17).isoformat(), minutes(0).isoformat())
    assert (first["unacknowledgedSince"], second["unacknowledgedSince"]) == (None, minutes(0).isoformat())


async def test_a_work_order_alone_is_known_by_whose_it_was(desk: Desk) -> None:
    await desk.at(15)
    await desk.say("joinIncident", incident="I1", other="I2")
    await desk.at(20)
    await desk.say("splitIncident", incident="I1", id="I3", title="F2", workOrders=[2])
    assert (await state(desk.api, "I3"))["since"] == minutes(0).isoformat()


async def test_what_both_had_has_the_earlier_loss(desk: Desk) -> None:
    await desk.at(15)
    await desk.say("joinIncident", incident="I1", other="I2")
    await desk.say("sendWorkOrder", incident="I1", task="守候", team="T1")
    await desk.at(20)
    await splits(desk, equipment=["L1", "L2"], tripped=["CB2"], workOrders=[1, 2])
    shown = await state(desk.api, "I3")
    assert shown["since"] == minutes(-17).isoformat()
    due = {each["workOrder"]: each["dueAt"] for each in shown["clocks"] if each["commitment"]["id"] == "SITE"}
    assert due == {1: minutes(SITE - 17).isoformat(), 2: minutes(SITE).isoformat()}, "each order has its own limits"


async def test_a_correction_of_the_loss_holds_for_both(desk: Desk) -> None:
    await desk.at(15)
    await desk.say("joinIncident", incident="I1", other="I2")
    await desk.say("amendIncident", incident="I1", since=minutes(-20).isoformat())
    await desk.at(20)
    await splits(desk)
    assert [(await state(desk.api, id))["since"] for id in ("I1", "I3")] == [minutes(-20).isoformat()] * 2


async def until_43(desk: Desk) -> tuple[Any, Any]:
    """Nothing is switched until 25: then F2 is repaired and fed again, and F1 at 43."""
    await joined_and_split(desk)
    for minute, feeder, id in ((25, 2, "I3"), (43, 1, "I1")):
        await desk.at(minute)
        await desk.say("recordRepair", incident=id)
        await operate(desk.api, (f"CB{feeder}", "CLOSED"))
        await desk.at(minute)
    await desk.at(60)
    return await state(desk.api, "I1"), await state(desk.api, "I3")


async def test_a_split_brings_nobody_back(desk: Desk) -> None:
    first, second = await until_43(desk)
    assert (milestones(first)["FIRST_BACK"], milestones(first)["ALL_BACK"]) == (minutes(43).isoformat(),) * 2
    assert milestones(second)["FIRST_BACK"] == minutes(25).isoformat()


async def test_what_was_dark_is_counted_once_and_whole(desk: Desk) -> None:
    """EC1 is dark from -17 to 43, EC2 from 0 to 25, of which what follows the split at 20 counts with the other one.
    C1 and C9 are not fully fed for 60 min, C2 20 here and 5 there, where C9 is told of, too."""
    first, second = [each["figures"] for each in await until_43(desk)]
    assert (first["areaHours"], second["areaHours"]) == (round(80 / 60, 2), round(5 / 60, 2))
    assert (first["lostKwh"], second["lostKwh"]) == (round(100 + 50 * 20 / 60, 1), round(50 * 5 / 60, 1))
    assert (first["customerHours"], second["customerHours"]) == (round(140 / 60, 2), round(10 / 60, 2))
    assert first["peakAreas"] == 2


async def test_each_customer_has_its_own_time_without_supply(desk: Desk) -> None:
    """C2 went with what was split off: there it is told whole, from its own loss at 0 on."""
    first, second = await until_43(desk)
    at = {minute: minutes(minute).isoformat() for minute in (-17, 0, 25, 43)}
    assert told(first) == {
        "C1": (at[-17], at[43], 60, False), "C9": (at[-17], at[43], 60, False), "C2": (at[0], None, 20, True),
    }  # fmt: skip
    assert told(second) == {"C2": (at[0], at[25], 25, False), "C9": (at[0], at[25], 25, False)}


def told(shown: Any) -> dict[str, tuple[Any, ...]]:
    rows = shown["interruptions"]["nodes"]
    assert all(each["times"] == 1 for each in rows)
    return {each["customerId"]: (each["since"], each["until"], each["minutes"], each["went"]) for each in rows}


async def test_repairs_of_each_keep_their_time(desk: Desk) -> None:
    await desk.at(6)
    await desk.say("confirmFault", incident="I1", things=["L1"])
    await desk.say("confirmFault", incident="I2", things=["L2"])
    await desk.say("joinIncident", incident="I1", other="I2")
    for minute, line in ((10, "L2"), (12, "L1")):
        await desk.at(minute)
        await desk.say("recordRepair", incident="I1", things=[line])
    await desk.at(20)
    await splits(desk)
    repaired = [(await state(desk.api, id))["repairedAt"] for id in ("I1", "I3")]
    assert repaired == [minutes(12).isoformat(), minutes(10).isoformat()]
