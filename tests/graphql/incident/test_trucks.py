"""Generator trucks over HTTP: which fit a customer's access point, and what a work order takes with it."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from graph_api.live.graph import LiveGraph
from graph_api.stores import open_store
from loaders.drawing import batch
from schema.batch import GraphBatch
from schema.customer import AccessPoint
from schema.people import Team
from schema.record_terms import VehicleState, VehicleType
from schema.relationships import Relationship, RelationshipKind
from schema.vehicle import Vehicle
from tests.graphql.conftest import Api, client_of
from tests.graphql.incident.test_room import done, opened, refused

#   C1: 10 kV bus IB1, transformer CT1, 0.4 kV bus IB2 with LD1 (security, 100 kW), LD2 (200 kW);
#   LD3 behind an open bay; LD4 (security) on the 10 kV bus. AP1 is at 0.4 kV on IB2, AP2 at 10 kV on IB1.
GRID = """
F1 = CB1
F2 = CB2
G1 - B1 - CB1 - L1 - n1 - LS1 - L2 - n2 - LS9/ - B9 - CB2 - B2 - G2
n1 - S1>C1 - SB1 - IB1 - CT1 - IB2 - LD1(100kW)
IB2 - LD2(200kW)
IB2 - SB3/ - LD3(500kW)
IB1 - LD4(50kW)
n2 - S2>C2
"""
QUICK, LUGS = "快速接头 400A×4", "铜排压接"
ASKED = """query($of: ID!, $kw: Float, $exercise: Boolean! = false) {
  generatorTrucks(of: $of, kw: $kw, exercise: $exercise) {
    accessPoint { id } loads { id } neededKw least
    trucks { vehicle { id } fit distanceKm spareKw reasons { kind text(lang: EN) } } } }"""
R = RelationshipKind


def truck(id: str, **given: Any) -> Vehicle:
    fitting = {"nominal_kv": 0.4, "kw": 150, "cable_m": 50, "connector": QUICK, "state": VehicleState.STANDBY}
    kind = given.pop("vehicle_type", VehicleType.GENERATOR_TRUCK)
    return Vehicle(id=id, vehicle_type=kind, **{**fitting, **given})


POINT = {"nominal_kv": 0.4, "cable_m": 30, "longitude": 118.0, "latitude": 29.0}
FLEET = [
    truck("V-far", longitude=118.0, latitude=29.1),
    truck("V-near", longitude=118.0, latitude=29.01),
    truck("V-reserve", longitude=118.0, latitude=29.0, state=VehicleState.RESERVE),
    truck("V-ups", vehicle_type=VehicleType.UPS_TRUCK, connector=f"{LUGS}、 快速接头 400a x4"),
    truck("V-medium", nominal_kv=10),
    truck("V-small", kw=99.9),
    truck("V-short", cable_m=29),
    truck("V-lugs", connector=LUGS),
    truck("V-out", state=VehicleState.OUT),
    truck("V-broken", state=VehicleState.UNAVAILABLE, kw=20),
    truck("V-unknown", kw=None, state=None),
    truck("V-repair", vehicle_type=VehicleType.REPAIR),
]


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[Api]:
    store = open_store(f"sqlite:///{tmp_path}/grid.db")
    drawn = batch(GRID, LD1={"security": True}, LD4={"security": True}, CT1={"secondary_kv": 0.4})
    things = [
        AccessPoint(id="AP1", connector="快速接头400A×4", **POINT),
        AccessPoint(id="AP2", **{**POINT, "nominal_kv": 10}),
        Team(id="T1", name="应急发电班"),
        *FLEET,
    ]
    links = [(R.ATTACHES_TO, "AP1", "IB2"), (R.ATTACHES_TO, "AP2", "IB1")]
    links += [(R.CONTAINED_IN, each, "C1.1") for each in ("AP1", "AP2")]
    made = [Relationship(kind=kind, source=source, target=target) for kind, source, target in links]
    await store.apply(GraphBatch(entities=[*drawn.entities, *things], relationships=[*drawn.relationships, *made]))
    live = await LiveGraph.open(store)
    async with client_of(live) as client:
        yield Api(client)
    await live.close()


async def trucks(api: Api, of: str = "AP1", **given: Any) -> dict[str, Any]:
    (found,) = (await api.data(ASKED, of=of, **given))["generatorTrucks"]
    return found


def reasons(found: dict[str, Any]) -> dict[str, list[str]]:
    return {each["vehicle"]["id"]: [reason["kind"] for reason in each["reasons"]] for each in found["trucks"]}


async def test_each_truck_fits_or_says_why_not(api: Api) -> None:
    found = await trucks(api)
    # behind AP1 on its side of the transformer, not behind the open bay; of these one is a security load: 100 kW
    assert [each["id"] for each in found["loads"]] == ["LD1", "LD2"]
    assert (found["neededKw"], found["least"]) == (100, False)
    assert reasons(found) == {
        "V-near": [], "V-far": [], "V-ups": [], "V-reserve": [],
        "V-unknown": ["NOT_RECORDED", "NOT_RECORDED"],
        "V-medium": ["VOLTAGE"], "V-small": ["POWER"], "V-short": ["CABLE"], "V-lugs": ["CONNECTOR"],
        "V-out": ["SENT_OUT"], "V-broken": ["UNAVAILABLE", "POWER"],
    }  # fmt: skip
    fits = {each["vehicle"]["id"]: each["fit"] for each in found["trucks"]}
    assert {id for id, fit in fits.items() if fit == "FITS"} == {"V-near", "V-far", "V-ups", "V-reserve"}
    assert fits["V-unknown"] == "UNSURE"
    # standing by before in reserve, the nearest first, without a place last; a degree of latitude is 111.2 km
    first = [each["vehicle"]["id"] for each in found["trucks"]][:5]
    assert first == ["V-near", "V-far", "V-ups", "V-reserve", "V-unknown"]
    assert [each["distanceKm"] for each in found["trucks"]][:4] == [1.11, 11.12, None, 0]
    assert found["trucks"][0]["spareKw"] == 50


async def test_the_power_can_be_asked_for(api: Api) -> None:
    assert reasons(await trucks(api, kw=150.5))["V-near"] == ["POWER"]
    text = (await trucks(api, kw=150.5))["trucks"][-1]["reasons"]
    assert all(each["text"] for each in text)
    for kw in (0, -1, 1e6):
        assert await api.code(ASKED, of="AP1", kw=kw) == "BAD_INPUT"


async def test_a_customer_stands_for_its_access_points(api: Api) -> None:
    found = (await api.data(ASKED, of="C1"))["generatorTrucks"]
    # at 10 kV a truck feeds down through the transformer, too: LD1 and LD4 are security loads
    assert [(each["accessPoint"]["id"], each["neededKw"]) for each in found] == [("AP1", 100), ("AP2", 150)]
    assert [load["id"] for load in found[1]["loads"]] == ["LD1", "LD2", "LD4"]
    assert (await api.data(ASKED, of="C2"))["generatorTrucks"] == []
    assert await api.code(ASKED, of="L1") == "BAD_INPUT"


async def test_a_work_order_takes_a_truck_that_fits_and_no_other_has_it_then(api: Api) -> None:
    await opened(api)
    order = {"incident": "I1", "task": "接入发电车", "team": "T1", "things": ["C1"]}
    assert await refused(api, "sendWorkOrder", vehicle="V-short", **order) == [("BAD_INPUT", "vehicle")]
    assert await refused(api, "sendWorkOrder", vehicle="V-broken", **order) == [("BAD_INPUT", "vehicle")]
    assert await refused(api, "sendWorkOrder", vehicle="T1", **order) == [("BAD_INPUT", "vehicle")]
    assert await refused(api, "sendWorkOrder", vehicle="V-short", evenIfUnfit=True, **order) == [("BAD_INPUT", "note")]
    await done(api, "sendWorkOrder", vehicle="V-near", **order)
    asked = '{ incident(id: "I1") { stateAt { workOrders { vehicle { id } } } timeline { nodes { text(lang: EN) } } } }'
    incident = (await api.data(asked))["incident"]
    assert incident["stateAt"]["workOrders"] == [{"vehicle": {"id": "V-near"}}]
    assert "V-near" in incident["timeline"]["nodes"][-1]["text"]
    assert reasons(await trucks(api))["V-near"] == ["AT_WORK"]
    assert reasons(await trucks(api, exercise=True))["V-near"] == [], "an exercise knows nothing of what is real"
    assert await refused(api, "sendWorkOrder", vehicle="V-near", **order) == [("BAD_INPUT", "vehicle")]
    await done(api, "sendWorkOrder", vehicle="V-short", evenIfUnfit=True, note="现场有 20 m 延长电缆", **order)
    await done(api, "sendWorkOrder", vehicle="V-repair", **{**order, "things": ["L1"]})
    await done(api, "updateWorkOrder", incident="I1", workOrder=1, state="REPORTED_BACK")
    assert reasons(await trucks(api))["V-near"] == [], "free again"
    await done(api, "updateWorkOrder", incident="I1", workOrder=2, state="ARRIVED", vehicle="V-far")
    assert (await api.data(asked))["incident"]["stateAt"]["workOrders"][1] == {"vehicle": {"id": "V-far"}}


async def test_random_fleets_against_the_plain_rules(tmp_path: Path) -> None:
    """Four comparisons and a state, for 300 trucks, as a crew would make them by hand."""
    dice = random.Random(13)
    store = open_store(f"sqlite:///{tmp_path}/fleet.db")
    drawn = batch("G1 - n1 - S1>C1 - IB1 - LD1(120kW)")
    point = AccessPoint(id="AP1", connector=QUICK, nominal_kv=0.4, cable_m=40)
    fleet = [
        truck(
            f"V{number:03}",
            nominal_kv=dice.choice((0.4, 0.4, 10, None)),
            kw=dice.choice((100, 120, 400, None)),
            cable_m=dice.choice((20, 40, 60, None)),
            connector=dice.choice((QUICK, LUGS, f"{LUGS}/{QUICK}", None)),
            state=dice.choice((*VehicleState, None)),
        )
        for number in range(300)
    ]
    attached = Relationship(kind=R.ATTACHES_TO, source="AP1", target="IB1")
    things, links = [*drawn.entities, point, *fleet], [*drawn.relationships, attached]
    await store.apply(GraphBatch(entities=things, relationships=links))
    live = await LiveGraph.open(store)
    async with client_of(live) as client:
        found = {each["vehicle"]["id"]: each["fit"] for each in (await trucks(Api(client)))["trucks"]}
    await live.close()
    for each in fleet:
        known = (
            None if each.nominal_kv is None else each.nominal_kv == 0.4,
            None if each.kw is None else each.kw >= 120,
            None if each.cable_m is None else each.cable_m >= 40,
            None if each.connector is None else QUICK in each.connector,
            None if each.state is None else each.state in (VehicleState.STANDBY, VehicleState.RESERVE),
        )
        expected = "UNFIT" if False in known else "UNSURE" if None in known else "FITS"
        assert found[each.id] == expected, each
    assert set(found.values()) == {"FITS", "UNSURE", "UNFIT"}
