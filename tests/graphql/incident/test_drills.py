"""Drills over HTTP: each script is begun and played, and nothing real sees it."""

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
from schema.commitment import ServiceCommitment
from schema.incident_terms import WorkOrderState
from schema.people import Team
from schema.relationships import Relationship, RelationshipKind
from schema.vocabulary import Construction
from tests.graphql.conftest import Api
from tests.graphql.incident.test_escalation import Night, api, minutes, night
from tests.graphql.incident.test_room import done, refused

__all__ = ["api", "night"]

#   SUB1 feeds F1 (13 overhead spans, customer C1 at the end) and F2 (a cable, the second supply of C1)
SPANS = " - ".join(f"L{number}" for number in range(1, 14))
GRID = f"""
F1 = CB1
F2 = CB2
G1 - B1 - CB1 - {SPANS} - S1>C1
B1 - CB2 - L20 - S2>C1
F1 @ SUB1
F2 @ SUB1
B1 @ SUB1
B7 - G7
B7 @ SUB2
"""
SHOWN = """query($id: ID!) { incident(id: $id) { exercise
  timeline { nodes { entryType note } }
  stateAt { isOpen title equipment { id } clocks { commitment { id } state dueAt endedAt }
    recorded { customers { nodes { customerId state } } } } }
  real: board { incidents { id } clocks { clock { workOrder } } workOrders { workOrder { number } } }
  drills: board(exercise: true) { incidents { id } workOrders { workOrder { number } } }
  switchesOffNormal { totalCount }
  customer: node(id: "C1") { ... on Customer { supplyState incidents { id } } } }"""
FAILS = {
    "FEEDER_TRIP": ("F1", ["F1"], "DEGRADED"),
    "DUAL_LOSS": ("C1", ["S1", "S2"], "LOST"),
    "BLACKOUT": ("SUB1", ["SUB1"], None),
    "TYPHOON": ("SUB1", sorted(f"L{number}" for number in range(1, 14))[:12], "DEGRADED"),
}


@pytest.fixture
async def live(tmp_path: Path, night: Night) -> AsyncIterator[LiveGraph]:
    store = open_store(f"sqlite:///{tmp_path}/grid.db", night)
    overhead = {f"L{number}": {"construction": Construction.OVERHEAD} for number in range(1, 14)}
    drawn = batch(GRID, **overhead)
    on_feeder = [
        Relationship(kind=RelationshipKind.CONTAINED_IN, source=f"L{number}", target="F1") for number in range(1, 14)
    ]
    limits = ServiceCommitment(
        id="SITE", begins=WorkOrderState.REPORTED, ends=WorkOrderState.ARRIVED, limit_min=45, name="45分钟到场"
    )
    things = [*drawn.entities, Team(id="T1", name="抢修班"), limits]
    await store.apply(GraphBatch(entities=things, relationships=[*drawn.relationships, *on_feeder]))
    live = await LiveGraph.open(store, clock=night)
    yield live
    await live.close()
    await store.close()


async def shown(api: Api) -> Any:
    return await api.data(SHOWN, id="D1")


@pytest.mark.parametrize("script", FAILS)
async def test_a_drill_is_played_and_nothing_real_sees_it(api: Api, live: LiveGraph, night: Night, script: str) -> None:
    of, equipment, state = FAILS[script]
    await done(api, "startDrill", id="D1", script=script, of=of)
    found = await shown(api)
    drill = found["incident"]
    assert drill["exercise"]
    assert sorted(each["id"] for each in drill["stateAt"]["equipment"]) == equipment
    assert drill["stateAt"]["title"].startswith("演练 ")
    assert drill["timeline"]["nodes"][0]["note"].startswith("+0 min：")
    affected = {each["customerId"]: each["state"] for each in drill["stateAt"]["recorded"]["customers"]["nodes"]}
    assert state is None or affected == {"C1": state}
    await done(api, "sendWorkOrder", incident="D1", task="抢修", team="T1", state="REPORTED")
    night.now = minutes(46)
    await IncidentKeeper(live, night).once(live.pin())
    await done(api, "updateWorkOrder", incident="D1", workOrder=1, state="ARRIVED")
    found = await shown(api)
    (clock,) = found["incident"]["stateAt"]["clocks"]
    assert clock["state"] == "BREACHED", "46 minutes where 45 are promised"
    assert found["drills"]["incidents"] == [{"id": "D1"}]
    assert found["real"] == {"incidents": [], "clocks": [], "workOrders": []}
    assert found["switchesOffNormal"]["totalCount"] == 0
    assert found["customer"] == {"supplyState": "NORMAL", "incidents": []}
    await done(api, "closeIncident", incident="D1", reason="演练结束")
    assert not (await shown(api))["incident"]["stateAt"]["isOpen"]


async def test_a_script_is_played_on_what_it_takes(api: Api) -> None:
    wrong = (("FEEDER_TRIP", "C1"), ("DUAL_LOSS", "F1"), ("BLACKOUT", "F1"), ("TYPHOON", "F1"), ("TYPHOON", "SUB2"))
    for script, of in wrong:
        assert await refused(api, "startDrill", script=script, of=of) == [("BAD_INPUT", "of")], (script, of)
    assert await refused(api, "startDrill", script="TYPHOON", of="X") == [("UNKNOWN_ENTITY", "of")]
    await done(api, "startDrill", script="FEEDER_TRIP", of="F2")
