"""Figures of an incident, against a night that is worked out by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from graph_api.app.incident_keeper import IncidentKeeper
from graph_api.live.graph import LiveGraph
from tests.graphql.conftest import Api
from tests.graphql.incident.test_escalation import Night, night  # noqa: F401  (a fixture)
from tests.graphql.incident.test_room import LOSS, done, opened, operate
from tests.graphql.incident.timed import api, live  # noqa: F401  (fixtures)

FIGURES = """query($at: DateTime) { incident(id: "I1") { stateAt(at: $at) { figures {
  milestones { kind at minutes } peakOut customerHours peakAreas areaHours lostKwh } } } }"""


async def figures(api: Api, **given: Any) -> Any:  # noqa: F811
    return (await api.data(FIGURES, **given))["incident"]["stateAt"]["figures"]


async def test_a_night_worked_out_by_hand(api: Api, live: LiveGraph, night: Night) -> None:  # noqa: F811
    """Lost at 0: both out. Opened at 40; C2 fed over the tie at 58, C1 from its feeder at 100; closed at 130 min."""
    keeper = IncidentKeeper(live, night)

    async def after(minutes: int) -> None:
        night.now = LOSS + timedelta(minutes=minutes)
        await keeper.once(live.pin())

    await opened(api)
    await after(45)
    await done(api, "acknowledgeIncident", incident="I1")
    await done(api, "sendWorkOrder", incident="I1", task="巡线", team="T1")
    await after(55)
    await done(api, "updateWorkOrder", incident="I1", workOrder=1, state="ARRIVED")
    await done(api, "confirmFault", incident="I1", things=["L1"])
    await after(58)
    await operate(api, ("LS1", "OPEN"), ("LS9", "CLOSED"), incident="I1")
    await after(58)
    await after(95)
    await done(api, "recordRepair", incident="I1")
    await after(100)
    await operate(api, ("CB1", "CLOSED"), incident="I1")
    await after(100)
    await after(130)
    await done(api, "closeIncident", incident="I1", reason="x")
    night.now = LOSS + timedelta(days=3)
    found = await figures(api)
    assert [(each["kind"], each["minutes"]) for each in found["milestones"]] == [
        ("LOSS", 0), ("OPENED", 40), ("ACKNOWLEDGED", 45), ("ARRIVED", 55), ("FAULT_CONFIRMED", 55), ("FIRST_BACK", 58),
        ("REPAIRED", 95), ("ALL_BACK", 100), ("CLOSED", 130),
    ]  # fmt: skip
    assert found["peakOut"] == 2
    assert found["customerHours"] == round((2 * 58 + 1 * 42) / 60, 2), "158 min"
    early = await figures(api, at=(LOSS + timedelta(minutes=70)).isoformat())
    assert early["customerHours"] == round((2 * 58 + 1 * 12) / 60, 2)
    assert [each["kind"] for each in early["milestones"]][-1] == "FIRST_BACK"


async def test_where_nothing_is_known_there_is_nothing_to_count(api: Api) -> None:  # noqa: F811
    await done(api, "openIncident", id="I1", title="报修")
    found = await figures(api)
    assert (found["peakOut"], found["customerHours"], [each["kind"] for each in found["milestones"]]) == (
        0, 0, ["LOSS", "OPENED"],
    )  # fmt: skip
