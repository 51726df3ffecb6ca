"""Escalation: who is told when nobody acknowledges, once for each wait, whoever looks and however clocks stand."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from graph_api.app.assembly import Application
from graph_api.app.incident_keeper import IncidentKeeper
from graph_api.live.graph import LiveGraph
from graph_api.stores import open_store
from loaders.drawing import batch
from schema.batch import GraphBatch
from schema.commitment import EscalationRule
from schema.incident_terms import IncidentLevel
from schema.people import Assignment, Person, Shift, Team
from schema.relationships import Relationship, RelationshipKind
from schema.vocabulary import Importance, ResponsibilityRole, ShiftType
from tests.graphql.city import NOW
from tests.graphql.conftest import Api, settings_of
from tests.graphql.incident.test_room import done, opened, refused

GRID = """
F1 = CB1
G1 - B1 - CB1 - L1 - n1 - LS1 - L2
n1 - S1>C1
"""
TOLD = """{ incident(id: "I1") { stateAt {
  unacknowledgedSince acknowledgedBy escalations { at dueAt rule { id } people { id } }
  waiting { rule { id } dueAt } } } }"""
_TO, _BY, _OF = RelationshipKind.ESCALATES_TO, RelationshipKind.WORKED_BY, RelationshipKind.OF_TEAM


def minutes(count: float) -> datetime:
    return NOW + timedelta(minutes=count)


RULES = GraphBatch(
    entities=[
        EscalationRule(id="R5", name="5分钟", after_min=5),
        EscalationRule(id="R15", name="15分钟Ⅲ级", after_min=15, level=IncidentLevel.III),
        EscalationRule(id="R20", name="20分钟一级客户", after_min=20, importance=Importance.FIRST),
        EscalationRule(id="R30", name="30分钟岗位", after_min=30, role=ResponsibilityRole.DISPATCHER),
        *(Person(id=f"P{number}", name=f"人员{number}") for number in range(1, 6)),
        Team(id="T1", name="调度班"),
        Assignment(id="A1", role=ResponsibilityRole.DISPATCHER),
        Shift(id="D2", shift_type=ShiftType.DUTY, start=minutes(-600), end=minutes(600)),
        Shift(id="D3", shift_type=ShiftType.DUTY, start=minutes(600), end=minutes(1200)),
        Shift(id="L4", shift_type=ShiftType.LEAVE, start=minutes(-600), end=minutes(600)),
    ],
    relationships=[
        Relationship(kind=kind, source=source, target=target)
        for kind, source, target in (
            (_TO, "R5", "T1"), (_TO, "R15", "P1"), (_TO, "R15", "P4"), (_TO, "R20", "P1"),
            (_BY, "D2", "P2"), (_OF, "D2", "T1"), (_BY, "D3", "P3"), (_OF, "D3", "T1"), (_BY, "L4", "P4"),
            (RelationshipKind.HELD_BY, "A1", "P5"), (RelationshipKind.COVERS, "A1", "F1"),
        )
    ],
)  # fmt: skip


class Night:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def night() -> Night:
    return Night()


@pytest.fixture
async def live(tmp_path: Path, night: Night) -> AsyncIterator[LiveGraph]:
    store = open_store(f"sqlite:///{tmp_path}/grid.db", night)
    drawn = batch(GRID, C1={"importance": Importance.SECOND})
    entities, links = [*drawn.entities, *RULES.entities], [*drawn.relationships, *RULES.relationships]
    await store.apply(GraphBatch(entities=entities, relationships=links))
    live = await LiveGraph.open(store, clock=night)
    yield live
    await live.close()
    await store.close()


@pytest.fixture
async def api(live: LiveGraph, night: Night) -> AsyncIterator[Api]:
    web = Application(settings_of(), live.store, live, night).asgi
    transport = httpx.ASGITransport(app=web, raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield Api(client)


async def told(api: Api) -> list[tuple[str, list[str]]]:
    found: Any = (await api.data(TOLD))["incident"]["stateAt"]["escalations"]
    return [(each["rule"]["id"], [one["id"] for one in each["people"]]) for each in found]


async def waits(api: Api) -> list[str]:
    found: Any = (await api.data(TOLD))["incident"]["stateAt"]["waiting"]
    return [each["rule"]["id"] for each in found]


async def test_by_time_level_class_and_who_is_on_duty(api: Api, live: LiveGraph, night: Night) -> None:
    keeper = IncidentKeeper(live, night)
    await opened(api, level="IV")
    await keeper.once(live.pin())
    assert await told(api) == []
    assert await waits(api) == ["R5", "R30"], "level IV is below III; no first-class customer is hit"
    night.now = minutes(4.9)
    await keeper.once(live.pin())
    assert await told(api) == []
    night.now = minutes(5)
    await keeper.once(live.pin())
    assert await told(api) == [("R5", ["P2"])], "of the team who is on duty"
    night.now = minutes(45)
    await keeper.once(live.pin())
    assert await told(api) == [("R5", ["P2"]), ("R30", ["P5"])]
    await done(api, "amendIncident", incident="I1", level="II")
    assert await waits(api) == ["R5", "R15", "R30"], "a graver level is to be acknowledged anew"
    night.now = minutes(61)
    await keeper.once(live.pin())
    assert (await told(api))[2:] == [("R5", ["P2"]), ("R15", ["P1"])], "who is on leave is not told"


async def test_acknowledged_nobody_else_is_told_until_it_is_opened_again(
    api: Api, live: LiveGraph, night: Night
) -> None:
    keeper = IncidentKeeper(live, night)
    await opened(api)
    assert await refused(api, "acknowledgeIncident", incident="I1", person="P2") == [("BAD_INPUT", "person")]
    night.now = minutes(6)
    await keeper.once(live.pin())
    early = minutes(-5).isoformat()
    assert await refused(api, "acknowledgeIncident", incident="I1", at=early) == [("BAD_INPUT", "at")]
    assert await refused(api, "acknowledgeIncident", incident="I1", person="T1") == [("BAD_INPUT", "person")]
    assert await refused(api, "acknowledgeIncident", incident="I1", person="P1") == [("BAD_INPUT", "person")]
    await done(api, "acknowledgeIncident", incident="I1", person="P2", by="人员2")
    found = (await api.data(TOLD))["incident"]["stateAt"]
    assert (found["unacknowledgedSince"], found["acknowledgedBy"], found["waiting"]) == (None, "人员2", [])
    assert await refused(api, "acknowledgeIncident", incident="I1") == [("BAD_INPUT", "incident")]
    night.now = minutes(300)
    await keeper.once(live.pin())
    assert [rule for rule, _ in await told(api)] == ["R5"]
    await done(api, "closeIncident", incident="I1", reason="x")
    await done(api, "reopenIncident", incident="I1", note="又停电")
    night.now = minutes(304)
    await keeper.once(live.pin())
    assert [rule for rule, _ in await told(api)] == ["R5"]
    night.now = minutes(305)
    await keeper.once(live.pin())
    assert [rule for rule, _ in await told(api)] == ["R5", "R5"]


async def test_whoever_waits_goes_on_waiting_in_what_it_is_joined_into(api: Api, live: LiveGraph, night: Night) -> None:
    """I1 is taken in hand; I2, of 1 min later, is not: joined they wait since then, and no rule tells twice."""
    keeper = IncidentKeeper(live, night)
    await opened(api)
    await done(api, "acknowledgeIncident", incident="I1")
    night.now = minutes(1)
    await done(api, "openIncident", id="I2", title="L2", equipment=["L2"], evenIfOpen=True)
    night.now = minutes(6)
    await keeper.once(live.pin())
    night.now = minutes(7)
    await done(api, "joinIncident", incident="I1", other="I2", sameFault=True)
    await keeper.once(live.pin())
    found = (await api.data(TOLD))["incident"]["stateAt"]
    assert found["unacknowledgedSince"] == minutes(1).isoformat()
    assert await told(api) == [("R5", ["P2"])], "by I2, before"
    night.now = minutes(30.9)
    await keeper.once(live.pin())
    assert len(await told(api)) == 1
    night.now = minutes(31)
    await keeper.once(live.pin())
    assert await told(api) == [("R5", ["P2"]), ("R30", ["P5"])]
    await done(api, "acknowledgeIncident", incident="I1", person="P2")
    assert await waits(api) == []


async def test_closed_nobody_is_told(api: Api, live: LiveGraph, night: Night) -> None:
    await opened(api)
    await done(api, "closeIncident", incident="I1", reason="x")
    night.now = minutes(600)
    await IncidentKeeper(live, night).once(live.pin())
    assert await told(api) == []


@pytest.mark.parametrize("seed", range(8))
async def test_each_once_with_several_who_look_and_clocks_that_jump(
    api: Api, live: LiveGraph, night: Night, tmp_path: Path, seed: int
) -> None:
    """Counted plainly: a rule tells at the first look at which its time has passed since the wait began, once."""
    dice = random.Random(seed)
    store = open_store(f"sqlite:///{tmp_path}/grid.db", night)
    other = await LiveGraph.open(store, clock=night)
    keepers = [(IncidentKeeper(each, night), each) for each in (live, other)]
    await opened(api)
    due = {"R5": minutes(5), "R30": minutes(30)}
    expected = list[str]()
    for _ in range(40):
        night.now += timedelta(minutes=dice.choice([-7, -1, 0, 1, 2, 3, 4]))
        if dice.random() < 0.2:  # a process begins anew
            place = dice.randrange(2)
            keepers[place] = (IncidentKeeper(keepers[place][1], night), keepers[place][1])
        expected += [rule for rule, at in due.items() if at <= night.now and rule not in expected]
        dice.shuffle(keepers)
        for keeper, graph in keepers:
            await keeper.once(graph.pin())  # the second one knows of nothing that the first has written
            await graph.refresh()
    assert sorted(rule for rule, _ in await told(api)) == sorted(expected)
    await other.close()
    await store.close()
