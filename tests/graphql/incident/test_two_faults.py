"""Two faults in one incident, repaired one after the other through the API: impact, plan, what is left and the words.

Worked out by hand on the grid of `test_several`: L1 and L5 of one night; CB1 and CB2 have tripped.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from graph_api.live.graph import LiveGraph
from tests.graphql.city import NOW
from tests.graphql.conftest import Api
from tests.graphql.incident.test_room import done, operate, refused
from tests.graphql.incident.test_several import live  # noqa: F401 (fixtures)

LOSS = NOW - timedelta(minutes=40)
ASK = """{ incident(id: "I1") {
  timeline { nodes { entryType text(lang: EN) } }
  stateAt { fault { id } sound { id } repairedAt left { kind count text(lang: EN) }
    impact { customers { nodes { customer { id } back } } }
    restoration {
      steps { action target { id } } afterRepair { action target { id } }
      stillOut { thing { id } reason }
    }
  }
} }"""


async def told(api: Api) -> Any:
    return (await api.data(ASK))["incident"]


def acts(steps: Any) -> set[str]:
    return {f"{each['action']} {each['target']['id']}" for each in steps}


async def begun(api: Api) -> None:
    await done(
        api, "openIncident", id="I1", title="两处故障", equipment=["L1", "L5"], tripped=["CB1", "CB2"],
        since=LOSS.isoformat(),
    )  # fmt: skip
    await done(api, "confirmFault", incident="I1", things=["L1", "L5"])


async def test_one_is_repaired_then_the_other(api: Api, live: LiveGraph) -> None:  # noqa: ARG001, F811
    await begun(api)
    await operate(api, ("LS4", "OPEN"), ("CB2", "CLOSED"), incident="I1")
    await done(api, "recordRepair", incident="I1", things=["L1"])
    found = await told(api)
    state = found["stateAt"]
    assert (state["sound"], state["repairedAt"]) == ([{"id": "L1"}], None)
    (left,) = (each for each in state["left"] if each["kind"] == "NOT_REPAIRED")
    assert (left["count"], left["text"]) == (1, "Not repaired yet: L5.")
    assert "Repaired: L1." in [each["text"] for each in found["timeline"]["nodes"]]
    plan = acts(state["restoration"]["steps"])
    assert {"CLOSE CB1", "REMOVE_EARTH L1", "UNLOCK CB1"} <= plan
    assert not {"CLOSE LS4", "CLOSE LS5", "REMOVE_EARTH L5", "UNLOCK LS4"} & plan
    await operate(api, ("CB1", "CLOSED"), incident="I1")
    state = (await told(api))["stateAt"]
    back = {each["customer"]["id"]: each["back"] for each in state["impact"]["customers"]["nodes"]}
    assert back == {"C2": True, "C3": True, "C4": True, "C6": False}
    await done(api, "recordRepair", incident="I1", things=["L5"])
    state = (await told(api))["stateAt"]
    assert state["repairedAt"] is not None
    assert "CLOSE LS4" in acts(state["restoration"]["steps"])
    await operate(api, ("LS4", "CLOSED"), incident="I1")
    state = (await told(api))["stateAt"]
    assert all(each["back"] for each in state["impact"]["customers"]["nodes"])
    assert state["left"] == []
    await done(api, "closeIncident", incident="I1")


async def test_only_what_is_confirmed_is_repaired(api: Api) -> None:
    await begun(api)
    assert await refused(api, "recordRepair", incident="I1", things=["L4"]) == [("BAD_INPUT", "things")]
    await done(api, "recordRepair", incident="I1")
    assert (await told(api))["stateAt"]["sound"] == [{"id": "L1"}, {"id": "L5"}]
    await done(api, "confirmFault", incident="I1", things=["L1", "L5"])
    assert (await told(api))["stateAt"]["sound"] == [], "faulty anew"


async def test_what_is_confirmed_anew_after_its_repair_is_cut_out_anew(api: Api, live: LiveGraph) -> None:  # noqa: ARG001, F811
    await begun(api)
    await operate(api, ("LS4", "OPEN"), ("CB2", "CLOSED"), incident="I1")
    await done(api, "recordRepair", incident="I1", things=["L1"])
    assert "CLOSE CB1" in acts((await told(api))["stateAt"]["restoration"]["steps"])
    await done(api, "confirmFault", incident="I1", things=["L1", "L5"])
    state = (await told(api))["stateAt"]
    assert (state["sound"], state["repairedAt"]) == ([], None)
    assert {each["kind"]: each["count"] for each in state["left"]}["NOT_REPAIRED"] == 2
    assert "CLOSE CB1" not in acts(state["restoration"]["steps"]), "nobody closes onto L1"
    assert "EARTH L1" in acts(state["restoration"]["steps"])
    assert "PATROL L1" in acts(state["restoration"]["afterRepair"])


async def opened(api: Api, equipment: list[str]) -> None:
    await done(
        api, "openIncident", id="I1", title="两处故障", equipment=equipment, tripped=["CB1", "CB2"],
        since=LOSS.isoformat(),
    )  # fmt: skip


async def test_one_of_two_is_confirmed_the_other_is_taken_as_faulty_on(api: Api) -> None:
    """CB2 tripped on no fault that is confirmed: whoever hangs on L5 is out, and nothing feeds it."""
    await opened(api, ["L1", "L5"])
    await done(api, "confirmFault", incident="I1", things=["L1"])
    state = (await told(api))["stateAt"]
    assert {each["customer"]["id"] for each in state["impact"]["customers"]["nodes"]} == {"C2", "C3", "C4", "C6"}
    assert {"EARTH L1", "EARTH L5"} <= acts(state["restoration"]["steps"])
    left = {each["kind"]: each["text"] for each in state["left"]}
    assert "L5" in left["FAULT_NOT_CONFIRMED"]
    await done(api, "recordRepair", incident="I1")
    state = (await told(api))["stateAt"]
    plan = acts(state["restoration"]["steps"])
    assert "CLOSE CB1" in plan
    assert not {"CLOSE LS5", "REMOVE_EARTH L5"} & plan
    assert "FAULT_NOT_CONFIRMED" in {each["kind"] for each in state["left"]}
    assert await refused(api, "closeIncident", incident="I1")
    await done(api, "confirmFault", incident="I1", things=["L1", "L5"])
    assert "FAULT_NOT_CONFIRMED" not in {each["kind"] for each in (await told(api))["stateAt"]["left"]}


async def test_another_fault_that_the_rest_tripped_on_takes_the_place_of_what_was_guessed(api: Api) -> None:
    await opened(api, ["L1", "L5"])
    await done(api, "confirmFault", incident="I1", things=["L1", "L4"])
    state = (await told(api))["stateAt"]
    assert {"EARTH L1", "EARTH L4"} <= acts(state["restoration"]["steps"])
    assert "EARTH L5" not in acts(state["restoration"]["steps"])
    assert "FAULT_NOT_CONFIRMED" not in {each["kind"] for each in state["left"]}
