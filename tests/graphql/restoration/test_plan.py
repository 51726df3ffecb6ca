"""Restoration plans over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, datetime

import pytest

from graph_api.live.graph import LiveGraph
from graph_api.readmodel.model import ReadModel
from schema.batch import GraphBatch
from schema.people import Assignment, Contact, Person
from schema.relationships import Relationship, RelationshipKind
from schema.vocabulary import ResponsibilityRole, SwitchPosition
from tests.drawing import draw
from tests.graphql.city import NOW
from tests.graphql.conftest import Api, client_of
from tests.services.restoration.test_planning import TIE

PLAN = """
query Plan($equipment: [ID!]!, $fixed: [ID!]) {
  restoration(equipment: $equipment, fixed: $fixed) {
    objective revision operations restoredCount kw minutes starts
    steps { order action target { id } doer purpose text english: text(lang: EN) kw restored { id } areas { id }
      startMin endMin track opens { id } closes { id } supplies { id } reclosingBlocked { id }
      doneBy { role gap first { person { id } } } }
    cutOut { id } boundedBy { id } operatedBy { id } feedEndsAt { id } stillOut { thing { id } reason text }
    accounts { wasNotOut { id } back { thing { id } step minute at deadline inTime }
      onOwn { customer { id } step until sources { id } } stillOut { thing { id } } }
    afterRepair { action target { id } }
    alternatives { objective operations }
  }
}
"""


@pytest.fixture
async def tied() -> AsyncIterator[Api]:
    model = ReadModel.build(draw(TIE, **{"C3.1": {"load_kw": 300.0}, "CB1": {"reclosing": True}}))
    async with client_of(LiveGraph(None, model, lambda: NOW)) as client:  # type: ignore[arg-type]
        yield Api(client)


async def test_the_plan(tied: Api) -> None:
    plan = (await tied.data(PLAN, equipment=["L2"]))["restoration"]
    steps = {step["target"]["id"]: step for step in plan["steps"] if step["action"] != "LOCK"}
    assert {name: step["action"] for name, step in steps.items()} == {
        "LS1": "OPEN",
        "LS2": "OPEN",
        "CB1": "CLOSE",
        "LS9": "CLOSE",
        "L2": "EARTH",
    }
    assert (steps["CB1"]["reclosingBlocked"], steps["LS9"]["reclosingBlocked"]) == ([{"id": "CB1"}], [])
    assert {"action": "RECLOSING_ON", "target": {"id": "CB1"}} in plan["afterRepair"]
    assert steps["LS9"]["restored"] == [{"id": "C3"}]
    assert (plan["objective"], plan["operations"], plan["restoredCount"], plan["kw"]) == ("MOST_IMPORTANT", 4, 2, 300)
    assert [steps[name]["purpose"] for name in ("LS1", "CB1", "LS9")] == ["ISOLATE", "FEED_UPSTREAM", "RESUPPLY"]
    assert steps["LS1"]["text"] == "拉开LS1，隔离故障"
    assert steps["LS9"]["english"] == "Close LS9: feeds it from another supply"
    assert steps["LS9"]["doneBy"] == {"role": "DISTRIBUTION_REPAIR", "gap": "NOBODY", "first": {"person": None}}
    assert plan["stillOut"] == [{"thing": {"id": "C2"}, "reason": "CUT_OUT", "text": "位于隔离范围内，待抢修后恢复"}]
    assert {"id": "L2"} in plan["cutOut"]
    assert plan["boundedBy"] == plan["operatedBy"] == [{"id": "LS1"}, {"id": "LS2"}]
    assert {each["thing"]["id"] for each in plan["accounts"]["back"]} == {"C1", "C3"}
    assert all(each["inTime"] is None for each in plan["accounts"]["back"])
    assert plan["minutes"] == max(steps[name]["endMin"] for name in ("CB1", "LS9"))
    assert plan["alternatives"] == []


async def test_a_change_over_names_whom_the_feeder_that_is_left_has() -> None:
    two = "F1 = CB1\nF2 = CB2\nG1 - CB1 - L1 - S1>C1\nG2 - CB2 - L2 - S2>C1:standby"
    people = GraphBatch(
        entities=[
            Person(id="M"),
            Contact(id="T", value="+8612900000001", verified_on=date(2026, 1, 1)),
            Assignment(id="A", role=ResponsibilityRole.CUSTOMER_MANAGER),
        ],
        relationships=[
            Relationship(kind=RelationshipKind.COVERS, source="A", target="F1"),
            Relationship(kind=RelationshipKind.HELD_BY, source="A", target="M"),
            Relationship(kind=RelationshipKind.HAS_CONTACT, source="M", target="T"),
        ],
    )
    model = ReadModel.build(draw(two, people))
    async with client_of(LiveGraph(None, model, lambda: NOW)) as client:  # type: ignore[arg-type]
        plan = (await Api(client).data(PLAN, equipment=["L1"]))["restoration"]
    over = next(step for step in plan["steps"] if step["action"] == "TRANSFER")
    assert (over["target"]["id"], over["doer"]) == ("S2", "CUSTOMER_ELECTRICIAN")
    assert over["doneBy"] == {"role": "CUSTOMER_ELECTRICIAN", "gap": None, "first": {"person": {"id": "M"}}}


async def test_who_is_still_out_when_isolated(tied: Api) -> None:
    query = (
        '{ impact(equipment: ["L2"], cause: ISOLATED) { operatedBy { id } customers { nodes { customer { id } } } } }'
    )
    impact = (await tied.data(query))["impact"]
    assert [each["customer"]["id"] for each in impact["customers"]["nodes"]] == ["C2"]
    assert [each["id"] for each in impact["operatedBy"]] == ["LS1", "LS2"]


@pytest.mark.parametrize(
    ("equipment", "code"), [(["C2.1.x"], "UNKNOWN_ENTITY"), (["nobody"], "UNKNOWN_ENTITY"), ([], "BAD_INPUT")]
)
async def test_wrong_questions(tied: Api, equipment: list[str], code: str) -> None:
    assert await tied.code(PLAN, equipment=equipment) == code


async def test_after_the_trip_was_recorded() -> None:
    at = "2026-05-01T11:50:00+00:00"
    opened = {"CB1": {"position": SwitchPosition.OPEN, "position_at": datetime.fromisoformat(at)}}
    model = ReadModel.build(draw(TIE, **opened))
    query = """query After($tripped: [ID!]) {
      impact(equipment: ["L2"], tripped: $tripped) { since at mayHaveTripped { id } customers { totalCount } }
      restoration(equipment: ["L2"], tripped: $tripped) { mayHaveTripped { id } restoredCount }
    }"""
    async with client_of(LiveGraph(None, model, lambda: NOW)) as client:  # type: ignore[arg-type]
        now = await Api(client).data(query)
        then = await Api(client).data(query, tripped=["CB1"])
        wrong = """{ impact(equipment: ["L2"], tripped: ["C1"]) { at } }"""
        assert await Api(client).code(wrong) == "BAD_INPUT"
    assert now["impact"]["mayHaveTripped"] == now["restoration"]["mayHaveTripped"] == [{"id": "CB1"}]
    assert now["impact"]["customers"]["totalCount"] == now["restoration"]["restoredCount"] == 0
    assert then["impact"] == {"since": at, "at": NOW.isoformat(), "mayHaveTripped": [], "customers": {"totalCount": 3}}
    assert then["restoration"]["restoredCount"] == 2
