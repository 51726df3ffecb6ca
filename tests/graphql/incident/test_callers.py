"""Incidents of which only calls are known: who called is out until he says otherwise, and is nobody's gap."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from graph_api.app.incident_keeper import IncidentKeeper
from graph_api.live.graph import LiveGraph
from tests.graphql.city import NOW
from tests.graphql.conftest import Api
from tests.graphql.incident.test_room import done, live, opened, operate, refused, tripped  # noqa: F401 (fixtures)

CALLERS = """{ incident(id: "I1") { stateAt { reportedOut { id } left { kind count text(lang: EN) } } } }"""


async def told(api: Api) -> tuple[list[str], list[str]]:
    state: Any = (await api.data(CALLERS))["incident"]["stateAt"]
    return [each["id"] for each in state["reportedOut"]], [each["kind"] for each in state["left"]]


async def call(api: Api, customer: str, minutes: int, **given: Any) -> None:
    at = (NOW - timedelta(minutes=minutes)).isoformat()
    await done(api, "addEvidence", incident="I1", kind="CALL", things=[customer], at=at, **given)


async def test_a_caller_is_out_until_he_says_otherwise(api: Api) -> None:
    await done(api, "openIncident", id="I1", title="报修")
    assert await told(api) == ([], ["FAULT_NOT_CONFIRMED"])
    await call(api, "C1", 30)
    await call(api, "C2", 20)
    assert await told(api) == (["C1", "C2"], ["FAULT_NOT_CONFIRMED", "CALLERS_OUT"])
    await call(api, "C1", 10, positive=False)
    assert (await told(api))[0] == ["C2"]
    await call(api, "C1", 25)  # recorded late: what was said last counts
    assert (await told(api))[0] == ["C2"]
    await done(api, "addEvidence", incident="I1", kind="ARREARS", things=["C2"])
    assert await told(api) == ([], ["FAULT_NOT_CONFIRMED"])


async def test_who_is_known_to_be_hit_is_told_with_the_others(api: Api) -> None:
    await opened(api)
    await call(api, "C1", 10)
    assert await told(api) == ([], ["FAULT_NOT_CONFIRMED", "CUSTOMERS_OUT"])


async def test_a_supply_calls_for_its_customer_and_an_area_for_itself(api: Api) -> None:
    await done(api, "openIncident", id="I1", title="报修")
    await call(api, "S2", 20)
    assert await told(api) == (["C2"], ["FAULT_NOT_CONFIRMED", "CALLERS_OUT"])
    await call(api, "C2", 10)
    assert (await told(api))[0] == ["C2"], "once"


async def test_who_was_taken_to_be_back_and_calls_again_is_told(api: Api, live: LiveGraph) -> None:  # noqa: F811
    """A nested outage: another fault lies behind the first."""
    keeper = IncidentKeeper(live, lambda: NOW)
    await opened(api)
    await call(api, "C1", 30)
    await done(api, "confirmFault", incident="I1", things=["L1"])
    await done(api, "recordRepair", incident="I1")
    await operate(api, ("CB1", "CLOSED"), incident="I1")
    await keeper.once(live.pin())
    assert (await told(api))[0] == [], "what was said before it was back is over"
    await done(api, "addEvidence", incident="I1", kind="CALL", things=["C1"])
    assert await told(api) == (["C1"], ["CALLERS_OUT"])


async def test_calls_alone_weigh_in_the_order_of_incidents(api: Api) -> None:
    for number in ("I1", "I2"):
        await done(api, "openIncident", id=number, title=number)
    await done(api, "addEvidence", incident="I2", kind="CALL", things=["C1"])
    found = await api.data("{ incidents { nodes { id } } }")
    assert [each["id"] for each in found["incidents"]["nodes"]] == ["I2", "I1"]


async def test_nobody_amends_away_all_that_is_known(api: Api) -> None:
    await tripped(api)
    await opened(api)
    nothing = {"incident": "I1", "equipment": [], "tripped": []}
    assert await refused(api, "amendIncident", **nothing) == [("BAD_INPUT", "equipment")]
    await done(api, "amendIncident", incident="I1", equipment=[])
    assert await refused(api, "amendIncident", incident="I1", tripped=[]) == [("BAD_INPUT", "equipment")]
    await done(api, "confirmFault", incident="I1", things=["L1"])
    await done(api, "amendIncident", incident="I1", tripped=[])
