"""Whom switching takes while an incident is worked on: counted once, the same everywhere, each from its own loss."""

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
from schema.relationships import Relationship, RelationshipKind
from tests.graphql.city import NOW
from tests.graphql.conftest import Api
from tests.graphql.incident.test_room import done, operate, refused

GRID = """
F1 = CB3
F3 = CB5
F4 = CB4
G1 - CB8 - L1 - CB1 - B1 - CB9/ - B2 - CB2 - L2 - CB7 - G2
B1 - CB3 - L3 - n3 - S1>C1 - IB1 - LD1(80kW)
n3 - EC1(40kW)
B2 - CB5 - L5 - n5 - S3>C3 - IB3 - LD3(60kW)
n5 - FU1 - EC5(30kW)
B2 - CB4 - L4 - n4 - LS4 - L6 - n6 - LS9/ - n3
n4 - S4>C4 - IB4 - LD4(20kW)
n6 - S6>C6 - IB6 - LD6(10kW)
n6 - EC6(50kW)
"""
HAS: dict[str, dict[str, Any]] = {
    "CB1": {"auto_transfer_s": 3.0},
    "EC1": {"customer_count": 12},
    "EC5": {"customer_count": 7},
    "EC6": {"customer_count": 30},
    "C3.1": {"undervoltage_release": True},
    **{name: {"permitted_interruption_s": 600} for name in ("LD1", "LD3", "LD4", "LD6")},
}
LOSS = NOW - timedelta(hours=3)


def after(minutes: float) -> datetime:
    return LOSS + timedelta(minutes=minutes)


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[LiveGraph]:
    store = open_store(f"sqlite:///{tmp_path}/grid.db", lambda: NOW)
    drawn = batch(GRID, **HAS)
    pair = Relationship(kind=RelationshipKind.AUTO_CLOSES, source="CB1", target="CB9")
    await store.apply(GraphBatch(entities=drawn.entities, relationships=[*drawn.relationships, pair]))
    live = await LiveGraph.open(store)
    yield live
    await live.close()


ASK = """query($id: ID!) {
  board { lines { totalCount outCount backCount areaCount households lostKw passedCount } }
  incident(id: $id) { stateAt {
    left { kind count }
    recorded {
      totalCount outCount backCount areaCount households lostKw
      customers { nodes { customer { id } loadsFed back deadline } }
    }
    impact {
      summary { totalCount backCount lostKw areas { count households } mostUrgent { deadline } }
      customers { nodes { customer { id } loadsFed back
        mostUrgent { deadline } receivingPoints { deadlines { deadline } } } }
      takenSince { customer { id } } takenSinceAreas { count }
    }
    restoration { steps { action } accounts {
      back { thing { id } deadline } stillOut { thing { id } } wasNotOut { id } onOwn { customer { id } }
    } }
  } }
}"""


async def told(api: Api, live: LiveGraph, id: str) -> Any:
    """What is told of an incident; every screen has the same numbers."""
    await IncidentKeeper(live, lambda: NOW).once(live.pin())
    found = await api.data(ASK, id=id)
    state = found["incident"]["stateAt"]
    kept, summary = state["recorded"], state["impact"]["summary"]
    live_counts = (summary["totalCount"], summary["backCount"], *summary["areas"].values(), summary["lostKw"])
    counts = tuple(kept[name] for name in ("totalCount", "backCount", "areaCount", "households", "lostKw"))
    assert counts == live_counts, "the answer of now and what was kept"
    assert any(
        tuple(line[name] for name in ("totalCount", "backCount", "areaCount", "households", "lostKw")) == counts
        and line["outCount"] == kept["outCount"]
        for line in found["board"]["lines"]
    ), "the board"
    left = {each["kind"]: each["count"] for each in state["left"]}
    assert left.get("CUSTOMERS_OUT", 0) == kept["outCount"]
    assert left.get("AREAS_OUT", 0) == kept["areaCount"]
    return state


def out(state: Any) -> dict[str, str | None]:
    """Customers that are out with their deadlines; kept and of now alike."""
    kept = [each for each in state["recorded"]["customers"]["nodes"] if not each["back"] and each["loadsFed"] != "ALL"]
    found = {each["customer"]["id"]: each["deadline"] for each in kept}
    for each in state["impact"]["customers"]["nodes"]:
        if each["customer"]["id"] in found:
            deadline = (each["mostUrgent"] or {}).get("deadline")
            assert deadline == found[each["customer"]["id"]]
            assert [one["deadline"] for point in each["receivingPoints"] for one in point["deadlines"]] == [deadline]
    return found


def accounted(state: Any) -> set[str]:
    accounts = state["restoration"]["accounts"]
    things = [*accounts["back"], *accounts["stillOut"]]
    return {
        *(each["thing"]["id"] for each in things),
        *(each["id"] for each in accounts["wasNotOut"]),
        *(each["customer"]["id"] for each in accounts["onOwn"]),
    }


async def opened(api: Api, id: str, thing: str, tripped: str, at: datetime = LOSS) -> None:
    given = {"equipment": [thing], "tripped": [tripped], "since": at.isoformat(), "at": at.isoformat()}
    await done(api, "openIncident", id=id, title=id, **given)


@pytest.mark.parametrize("incident", ["I1", None])
async def test_a_transfer_that_never_acted_leaves_people_out_from_the_loss_on(
    api: Api, live: LiveGraph, incident: str | None
) -> None:
    """L1 fails: CB1 opens and CB9 closes by itself, as long as nobody says otherwise. 18 minutes later CB9 is seen to
    stand open, by telemetry or by who works on it: C1 (80 kW) and EC1 (40 kW) were dark all the time."""
    await opened(api, "I1", "L1", "CB8")
    assert out(await told(api, live, "I1")) == {}
    await operate(api, ("CB9", "OPEN"), at=after(18), incident=incident)
    state = await told(api, live, "I1")
    assert out(state) == {"C1": after(10).isoformat()}
    kept = state["recorded"]
    assert (kept["areaCount"], kept["households"], kept["lostKw"]) == (1, 12, 120.0)
    assert (state["impact"]["takenSince"], state["impact"]["takenSinceAreas"]) == ([], {"count": 0})
    assert {"C1", "EC1"} <= accounted(state)
    assert ("WORK_LEFT", "AREAS_OUT") not in await refused(api, "closeIncident", incident="I1")
    assert await refused(api, "closeIncident", incident="I1")


async def test_whom_it_switches_off_elsewhere_is_its_own(api: Api, live: LiveGraph) -> None:
    """A healthy feeder that trips, was found sound, and is fed again. Then CB5, another feeder's head, is opened for
    it (C3 60 kW, EC5 30 kW), closed again (the release of C3 is open still), and in the end FU1 alone is open."""
    await opened(api, "I1", "L4", "CB4")
    await done(api, "confirmFault", incident="I1", things=[], note="试送成功", at=after(15).isoformat())
    await operate(api, ("CB4", "CLOSED"), at=after(20), incident="I1")
    state = await told(api, live, "I1")
    assert (out(state), state["left"]) == ({}, [])
    await operate(api, ("CB5", "OPEN"), at=after(30), incident="I1")
    state = await told(api, live, "I1")
    assert out(state) == {"C3": after(40).isoformat()}
    assert (state["recorded"]["areaCount"], state["recorded"]["lostKw"]) == (1, 90.0)
    assert {"C3", "EC5"} <= accounted(state)
    await operate(api, ("CB5", "CLOSED"), at=after(50), incident="I1")
    state = await told(api, live, "I1")
    assert (set(out(state)), state["recorded"]["areaCount"]) == ({"C3"}, 0)
    assert [each["action"] for each in state["restoration"]["steps"]] == ["RELEASE"]
    await operate(api, ("S3", "CLOSED"), at=after(55), incident="I1")
    state = await told(api, live, "I1")
    assert (out(state), state["left"]) == ({}, [])
    assert {each["customer"]["id"] for each in state["recorded"]["customers"]["nodes"] if each["back"]} == {
        "C3", "C4", "C6"
    }  # fmt: skip
    await operate(api, ("FU1", "OPEN"), at=after(60), incident="I1")
    state = await told(api, live, "I1")
    assert state["left"] == [{"kind": "AREAS_OUT", "count": 1}]
    assert await refused(api, "closeIncident", incident="I1")
    await operate(api, ("FU1", "CLOSED"), at=after(70), incident="I1")
    await done(api, "closeIncident", incident="I1")


async def test_what_is_switched_for_nothing_that_is_known_is_nobodys(api: Api, live: LiveGraph) -> None:
    """CB5 feeds nothing that the event took: who opens it without a word of the incident works on something else."""
    await opened(api, "I1", "L3", "CB3")
    await operate(api, ("CB5", "OPEN"), at=after(30))
    state = await told(api, live, "I1")
    assert (set(out(state)), state["recorded"]["areaCount"]) == ({"C1"}, 1)
    assert [each["customer"]["id"] for each in state["impact"]["takenSince"]] == ["C3"]
    assert state["impact"]["takenSinceAreas"] == {"count": 1}


@pytest.mark.parametrize("incident", ["I1", None])
async def test_each_bears_its_time_from_its_own_last_loss(api: Api, live: LiveGraph, incident: str | None) -> None:
    """CB4 trips; C6 and EC6 are fed by the tie from n3 at minute 3. Two hours later CB3, which the tie hangs on, opens:
    C6 is out again since then, C1, which was never out, too; C4 has been out from the first."""
    await opened(api, "I1", "L4", "CB4")
    await operate(api, ("LS4", "OPEN"), ("LS9", "CLOSED"), at=after(3), incident="I1")
    state = await told(api, live, "I1")
    assert out(state) == {"C4": after(10).isoformat()}
    await operate(api, ("CB3", "OPEN"), at=after(123), incident=incident)
    state = await told(api, live, "I1")
    again = after(133).isoformat()
    assert out(state) == {"C4": after(10).isoformat(), "C6": again, "C1": again}
    assert (state["recorded"]["areaCount"], state["recorded"]["lostKw"]) == (2, 200.0)
    deadlines = {each["thing"]["id"]: each["deadline"] for each in state["restoration"]["accounts"]["back"]}
    assert deadlines.get("C6", again) == again
    assert {"C1", "C4", "C6", "EC1", "EC6"} <= accounted(state)


async def test_two_incidents_count_each_their_own(api: Api, live: LiveGraph) -> None:
    """C6 lives by the tie when CB3 trips on L3, another incident: C6 is out in the first, C1 and EC1 in the second."""
    await opened(api, "I1", "L4", "CB4")
    await operate(api, ("LS4", "OPEN"), ("LS9", "CLOSED"), at=after(3), incident="I1")
    await operate(api, ("CB3", "OPEN"), at=after(60))
    await opened(api, "I3", "L3", "CB3", at=after(60))
    first, second = await told(api, live, "I1"), await told(api, live, "I3")
    assert out(first) == {"C4": after(10).isoformat(), "C6": after(70).isoformat()}
    assert (first["recorded"]["areaCount"], first["recorded"]["lostKw"]) == (1, 80.0)
    assert out(second) == {"C1": after(70).isoformat(), "C6": after(70).isoformat()}


JOINED = """query($since: DateTime) {
  impact(equipment: ["L4", "L3"], tripped: ["CB4", "CB3"], since: $since) {
    customers { nodes { customer { id } mostUrgent { deadline } } }
  }
}"""


async def test_of_two_faults_each_customer_counts_from_its_own(api: Api, live: LiveGraph) -> None:
    await opened(api, "I1", "L4", "CB4")
    await opened(api, "I3", "L3", "CB3", at=after(37))
    own = {"C4": after(10).isoformat(), "C6": after(10).isoformat(), "C1": after(47).isoformat()}
    await done(api, "joinIncident", incident="I1", other="I3")
    assert out(await told(api, live, "I1")) == own
    for since in (LOSS.isoformat(), None):
        found = (await api.data(JOINED, since=since))["impact"]["customers"]["nodes"]
        assert {each["customer"]["id"]: each["mostUrgent"]["deadline"] for each in found} == own
