"""The board in one request: a line for each open incident, by harm, and who works until when."""

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
from schema.batch import GraphBatch
from schema.commitment import ServiceCommitment
from schema.incident_terms import WorkOrderState
from schema.people import Person, Shift, Team
from schema.relationships import Relationship, RelationshipKind
from schema.vocabulary import Importance, ShiftType
from tests.graphql.city import NOW
from tests.graphql.conftest import Api
from tests.graphql.incident.test_escalation import Night
from tests.graphql.incident.test_room import done
from tests.graphql.incident.timed import api  # noqa: F401  (fixture)

GRID = """
F1 = CB1
F2 = CB2
F3 = CB3
G1 - B1 - CB1 - L1 - n1 - L11
B1 - CB2 - L2 - n2
B1 - CB3 - L3 - n3
n1 - S1>C1 - IB1 - SB1 - LD1(50kW)
n1 - S3>C3
n2 - S2>C2 - IB2 - SB2 - LD2(50kW)
n2 - S4>C4
n2 - S5>C5
n3 - S6>C6
L11 @ DST1
DST1 @ F1
CB3 @ SUB1
B1 @ SUB1
"""
FIELDS = {
    "C1": {"importance": Importance.SPECIAL}, "C2": {"importance": Importance.FIRST},
    "C3": {"importance": Importance.SECOND}, "C4": {"importance": Importance.FIRST},
    "LD1": {"permitted_interruption_s": 600}, "LD2": {"permitted_interruption_s": 300},
}  # fmt: skip
BOARD = """{ board { incidents { id } lines { incident { id } title level since places { id } commander { id }
  unacknowledgedSince unsigned repairedAt byImportance { importance count } reportedCount affectedAt totalCount outCount
  backCount areaCount households lostKw nextDeadline { at customer { id } } passedCount
  nextClock { workOrder dueAt commitment { id } } overdueCount openOrders }
  onDuty { team { id } onDuty { id } standby { id } until nextOnDuty { id } } } }"""


def minutes(count: float) -> datetime:
    return NOW + timedelta(minutes=count)


def _roster() -> GraphBatch:
    """T1: P1 until +60, then P2 until +120, then nobody; P3 stands by. T2: nobody, P1 from +600. T3: none."""
    rows = [
        ("D1", ShiftType.DUTY, -60, 60, "P1", "T1"),
        ("D2", ShiftType.DUTY, 60, 120, "P2", "T1"),
        ("D3", ShiftType.STANDBY, -60, 120, "P3", "T1"),
        ("D4", ShiftType.DUTY, 600, 700, "P1", "T2"),
    ]
    shifts = [Shift(id=id, shift_type=kind, start=minutes(a), end=minutes(b)) for id, kind, a, b, *_ in rows]
    links = [
        Relationship(kind=kind, source=id, target=target)
        for id, _, _, _, person, team in rows
        for kind, target in ((RelationshipKind.WORKED_BY, person), (RelationshipKind.OF_TEAM, team))
    ]
    people = [
        *(Person(id=f"P{n}", name=f"人员{n}") for n in (1, 2, 3)),
        *(Team(id=f"T{n}", name="班") for n in (1, 2, 3)),
    ]
    return GraphBatch(entities=[*people, *shifts], relationships=links)


@pytest.fixture
def night() -> Night:
    return Night()


@pytest.fixture
async def live(tmp_path: Path, night: Night) -> AsyncIterator[LiveGraph]:
    store = open_store(f"sqlite:///{tmp_path}/grid.db", night)
    drawn, roster = batch(GRID, **FIELDS), _roster()
    limit = ServiceCommitment(
        id="SITE", begins=WorkOrderState.REPORTED, ends=WorkOrderState.ARRIVED, limit_min=45, warn_min=10
    )
    await store.apply(
        GraphBatch(
            entities=[*drawn.entities, *roster.entities, limit],
            relationships=[*drawn.relationships, *roster.relationships],
        )
    )
    live = await LiveGraph.open(store, clock=night)
    yield live
    await live.close()
    await store.close()


async def board(api: Api) -> dict[str, Any]:  # noqa: F811
    found: dict[str, Any] = (await api.data(BOARD))["board"]
    return found


async def lines(api: Api) -> dict[str, dict[str, Any]]:  # noqa: F811
    shown = await board(api)
    found = {each["incident"]["id"]: each for each in shown["lines"]}
    assert [*found] == [each["id"] for each in shown["incidents"]], "one order"
    return found


async def test_a_line_tells_who_is_out_until_when_and_who_works(api: Api, live: LiveGraph, night: Night) -> None:  # noqa: F811
    await done(
        api, "openIncident", id="I1", title="一线跳闸", equipment=["L11"], tripped=["CB1"], level="III", commander="P1"
    )
    await done(api, "openIncident", id="I2", title="二线故障", equipment=["L2"])
    await done(api, "openIncident", id="I3", title="报修")
    await done(api, "addEvidence", incident="I3", kind="CALL", things=["C6"])
    await done(api, "openIncident", id="X", title="演练", equipment=["L3"], exercise=True)
    await done(api, "sendWorkOrder", incident="I2", task="巡线", team="T1")
    await IncidentKeeper(live, night).once(live.pin())
    await live.refresh()
    found = await lines(api)
    assert [*found] == ["I2", "I1", "I3"], "C2 comes to harm first; who only calls has no deadline"
    first, second, third = found.values()
    assert second["places"] == [{"id": "F1"}], "what lies in a station on a feeder, and what trips at its head"
    assert (second["level"], second["commander"], second["since"]) == ("III", {"id": "P1"}, NOW.isoformat())
    assert second["byImportance"] == [{"importance": "SPECIAL", "count": 1}, {"importance": "SECOND", "count": 1}]
    assert second["nextDeadline"] == {"at": minutes(10).isoformat(), "customer": {"id": "C1"}}
    assert first["byImportance"] == [{"importance": "FIRST", "count": 2}, {"importance": "ORDINARY", "count": 1}]
    assert (first["totalCount"], first["outCount"], first["backCount"], first["reportedCount"]) == (3, 3, 0, 0)
    assert (first["openOrders"], first["overdueCount"], first["lostKw"]) == (1, 0, 50.0)
    assert first["nextClock"] == {"workOrder": 1, "dueAt": minutes(45).isoformat(), "commitment": {"id": "SITE"}}
    assert (third["places"], third["reportedCount"]) == ([{"id": "F3"}], 1)
    assert third["byImportance"] == [{"importance": "ORDINARY", "count": 1}]
    assert (third["affectedAt"], third["totalCount"], third["nextDeadline"], third["nextClock"]) == (
        None,
        0,
        None,
        None,
    )


async def test_time_passes_on_the_board(api: Api, live: LiveGraph, night: Night) -> None:  # noqa: F811
    await done(api, "openIncident", id="I1", title="二线故障", equipment=["L2"])
    await done(api, "sendWorkOrder", incident="I1", task="巡线", team="T1")
    await IncidentKeeper(live, night).once(live.pin())
    await live.refresh()
    for now, passed, late in ((5, 0, 0), (5.1, 1, 0), (45, 1, 0), (46, 1, 1)):
        night.now = minutes(now)
        line = (await lines(api))["I1"]
        assert (line["passedCount"], line["overdueCount"]) == (passed, late), now
        assert (line["nextDeadline"] is None) == (passed == 1)
    await done(api, "acknowledgeIncident", incident="I1")
    await done(api, "confirmFault", incident="I1", things=["L2"])
    await done(api, "recordRepair", incident="I1")
    await IncidentKeeper(live, night).once(live.pin())
    await live.refresh()
    line = (await lines(api))["I1"]
    assert (line["unacknowledgedSince"], line["repairedAt"]) == (None, minutes(46).isoformat())
    assert (line["outCount"], line["backCount"], line["byImportance"], line["passedCount"]) == (0, 3, [], 0)
    await done(api, "updateWorkOrder", incident="I1", workOrder=1, state="REPORTED_BACK")
    line = (await lines(api))["I1"]
    assert (line["openOrders"], line["nextClock"], line["overdueCount"]) == (0, None, 0)


async def test_a_class_that_changed_counts_as_it_is_now(api: Api, live: LiveGraph, night: Night) -> None:  # noqa: F811
    """What is kept of an affected set over commits is worked out anew where a customer changed."""
    await done(api, "openIncident", id="I1", title="三线", equipment=["L3"])
    await IncidentKeeper(live, night).once(live.pin())
    await live.refresh()
    assert (await lines(api))["I1"]["byImportance"] == [{"importance": "ORDINARY", "count": 1}]
    graded = batch(GRID, C6={"importance": Importance.SPECIAL})
    await live.store.apply(GraphBatch(entities=[each for each in graded.entities if each.id == "C6"]))
    await live.refresh()
    assert (await lines(api))["I1"]["byImportance"] == [{"importance": "SPECIAL", "count": 1}]


async def test_a_station_stands_for_what_lies_on_no_feeder(api: Api) -> None:  # noqa: F811
    await done(api, "openIncident", id="I1", title="母线", equipment=["B1"])
    assert (await lines(api))["I1"]["places"] == [{"id": "SUB1"}]


async def test_who_works_until_when_and_who_comes_then(api: Api, night: Night) -> None:  # noqa: F811
    def shown(each: dict[str, Any]) -> tuple[Any, ...]:
        names = [[one["id"] for one in each[name]] for name in ("onDuty", "standby", "nextOnDuty")]
        return each["team"]["id"], *names, each["until"]

    later = ("T2", [], [], ["P1"], minutes(600).isoformat())
    assert [shown(each) for each in (await board(api))["onDuty"]] == [
        ("T1", ["P1"], ["P3"], ["P2"], minutes(60).isoformat()),
        later,
    ]
    night.now = minutes(60)
    assert [shown(each) for each in (await board(api))["onDuty"]] == [
        ("T1", ["P2"], ["P3"], [], minutes(120).isoformat()),
        later,
    ]
    night.now = minutes(650)
    assert [shown(each) for each in (await board(api))["onDuty"]] == [("T2", ["P1"], [], [], minutes(700).isoformat())]
    night.now = minutes(700)
    assert (await board(api))["onDuty"] == []
