"""Outages, hazards, measures and vehicles over HTTP: what supply leads over is told with what is wrong on it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from graph_api.live.graph import LiveGraph
from graph_api.stores import open_store
from loaders.drawing import batch
from schema.batch import GraphBatch
from schema.grid import Corridor, Tower
from schema.people import Assignment, Person, Team
from schema.plan import NonElectricalMeasure
from schema.record_terms import HazardGrade, OutageType, VehicleState, VehicleType
from schema.records import Hazard, OutageRecord
from schema.relationships import Relationship, RelationshipKind
from schema.vehicle import Vehicle
from schema.vocabulary import ResponsibilityRole
from tests.graphql.conftest import Api, client_of

#    C1 hangs on L1, which lies in trench K1 and hangs on tower P1; L9 behind the open LS9 feeds nobody here
GRID = """
F1 = CB1
G1 - B1 - CB1 - L1 - n1 - S1>C1 - IB1 - LD1(80kW)
n1 - LS9/ - L9 - B9 - G9
"""
AUGUST = date(2026, 8, 1)
R = RelationshipKind


def _hazard(
    code: str, grade: HazardGrade | None = None, found: date | None = AUGUST, closed: date | None = None
) -> Hazard:
    return Hazard(id=code, name=code, grade=grade, found_on=found, closed_on=closed)


THINGS = [
    Corridor(id="K1", name="过江电缆沟"),
    Tower(id="P1", name="1号杆"),
    _hazard("H-line", HazardGrade.MINOR),
    _hazard("H-trench", HazardGrade.CRITICAL),
    _hazard("H-tower", HazardGrade.SERIOUS),
    _hazard("H-tower-older", HazardGrade.SERIOUS, date(2026, 7, 1)),
    _hazard("H-feeder", None, None),
    _hazard("H-mended", HazardGrade.CRITICAL, closed=AUGUST),
    _hazard("H-elsewhere", HazardGrade.CRITICAL),
    OutageRecord(id="O1", outage_type=OutageType.ARREARS, start=datetime(2026, 8, 1, tzinfo=UTC), reason="欠费"),
    NonElectricalMeasure(id="M1", text="打开高位水箱", role=ResponsibilityRole.CUSTOMER_DUTY_MANAGER, takes_minutes=2),
    NonElectricalMeasure(id="M2", text="疏散"),
    NonElectricalMeasure(id="M3", text="无对象", role=ResponsibilityRole.CUSTOMER_DUTY_MANAGER),
    Person(id="P2", name="王芳"),
    Assignment(id="A1", role=ResponsibilityRole.CUSTOMER_DUTY_MANAGER),
    Team(id="T1", name="应急发电班"),
    Vehicle(id="V1", vehicle_type=VehicleType.GENERATOR_TRUCK, state=VehicleState.STANDBY, kw=400),
]
LINKS = (
    (R.ROUTED_IN, "L1", "K1"), (R.CARRIED_BY, "L1", "P1"), (R.CONTAINED_IN, "L1", "F1"),
    (R.HAZARD_OF, "H-line", "L1"), (R.HAZARD_OF, "H-trench", "K1"), (R.HAZARD_OF, "H-tower", "P1"),
    (R.HAZARD_OF, "H-tower-older", "P1"), (R.HAZARD_OF, "H-feeder", "F1"), (R.HAZARD_OF, "H-mended", "L1"),
    (R.HAZARD_OF, "H-elsewhere", "L9"), (R.CUTS, "O1", "C1"),
    (R.SAFEGUARDS, "M1", "LD1"), (R.SAFEGUARDS, "M1", "C1"), (R.SAFEGUARDS, "M2", "C1"),
    (R.HELD_BY, "A1", "P2"), (R.COVERS, "A1", "C1"), (R.CREWED_BY, "V1", "T1"),
)  # fmt: skip


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[Api]:
    store = open_store(f"sqlite:///{tmp_path}/grid.db")
    drawn = batch(GRID)
    links = [Relationship(kind=kind, source=source, target=target) for kind, source, target in LINKS]
    await store.apply(GraphBatch(entities=[*drawn.entities, *THINGS], relationships=[*drawn.relationships, *links]))
    live = await LiveGraph.open(store)
    async with client_of(live) as client:
        yield Api(client)
    await live.close()


async def test_open_hazards_on_the_way_are_told_the_gravest_first(api: Api) -> None:
    asked = '{ trace(from: "C1", direction: UP) { hazards { totalCount nodes { id grade foundAt { id } } } } }'
    hazards = (await api.data(asked))["trace"]["hazards"]
    # of one grade the one that was found first; without a grade last; mended ones and those off the way not at all
    assert [each["id"] for each in hazards["nodes"]] == ["H-trench", "H-tower-older", "H-tower", "H-line", "H-feeder"]
    assert hazards["totalCount"] == 5
    assert hazards["nodes"][0]["foundAt"] == [{"id": "K1"}]


async def test_a_measure_names_who_does_it_now(api: Api) -> None:
    asked = """{ node(id: "LD1") { ... on Load {
      measures { id takesMinutes safeguards { id } doer { first { person { id } } } } } } }"""
    (measure,) = (await api.data(asked))["node"]["measures"]
    assert measure["doer"] == {"first": {"person": {"id": "P2"}}}
    assert {each["id"] for each in measure["safeguards"]} == {"C1", "LD1"}
    doer = '{ node(id: "M2") { ... on NonElectricalMeasure { doer { gap } } } }'
    assert (await api.data(doer))["node"] == {"doer": None}, "no role"
    assert (await api.data(doer.replace("M2", "M3")))["node"] == {"doer": {"gap": "NOBODY"}}, "keeps nothing safe"


async def test_records_stand_at_what_they_are_of(api: Api) -> None:
    asked = """{ node(id: "C1") { ... on Customer {
      measures { id } outageRecords { outageType end reason cuts { id } } } }
      crew: node(id: "T1") { ... on Team { vehicles { id state crew { id } } } } }"""
    data = await api.data(asked)
    assert [each["id"] for each in data["node"]["measures"]] == ["M1", "M2"]
    record = {"outageType": "ARREARS", "end": None, "reason": "欠费", "cuts": [{"id": "C1"}]}
    assert data["node"]["outageRecords"] == [record]
    assert data["crew"]["vehicles"] == [{"id": "V1", "state": "STANDBY", "crew": [{"id": "T1"}]}]


def test_an_outage_holds_from_its_start_until_its_end() -> None:
    start, end = datetime(2026, 8, 1, tzinfo=UTC), datetime(2026, 8, 2, tzinfo=UTC)
    closed = OutageRecord(id="O2", outage_type=OutageType.PLANNED, start=start, end=end)
    assert closed.holds(start)
    assert not closed.holds(end)
    assert OutageRecord(id="O3", outage_type=OutageType.PLANNED, start=start).holds(end)
    with pytest.raises(ValidationError, match="after the start of the outage"):
        OutageRecord(id="O4", outage_type=OutageType.PLANNED, start=end, end=start)
    with pytest.raises(ValidationError, match="before the day"):
        _hazard("H-wrong", closed=date(2026, 7, 1))
