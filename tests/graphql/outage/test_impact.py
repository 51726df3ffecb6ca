"""The question of an incident, over HTTP."""

from __future__ import annotations

import pytest

from tests.graphql.conftest import Api

QUESTION = """
query Incident($equipment: [ID!]!, $cause: Cause! = FAULTED, $at: DateTime) {
  impact(equipment: $equipment, cause: $cause, at: $at) {
    cause revision asOf at
    equipment { id } operatedBy { id name } singlePhase { id }
    summary {
      totalCount customers { state count } byImportance { importance count } byLoadsFed { loadsFed count }
      lostKw kwUnknown transformers feeders { name } stations { name }
      mostUrgent { deadline remainingSeconds } mostUrgentCustomer { id }
    }
    customers(first: 50) { totalCount nodes {
      customer { id name importance }
      state before loadsFed onEmergencySource
      awaitingTransfer {
        automatic switches { id } suppliesOpened { id } suppliesClosed { id } supplies { id } doer
      }
      receivingPoints {
        receivingPoint { id } state before lostSources { id } liveSources { id } deadlines { deadline }
      }
      dependsOn { id } notRedundant singlePoint { id }
      mostUrgent { load { name } remainingSeconds }
      procedure { title steps { order text role } }
    } }
    equipmentWithoutSupply(first: 3) { totalCount nodes { id } pageInfo { hasNextPage } }
  }
}
"""


async def test_one_request_says_who_is_hit(api: Api) -> None:
    impact = (await api.data(QUESTION, equipment=["L1"]))["impact"]
    assert [each["id"] for each in impact["operatedBy"]] == ["B1"]
    assert impact["revision"] == "7"
    assert impact["at"] == impact["asOf"] == "2026-07-30T06:00:00+00:00"
    assert impact["summary"]["totalCount"] == 1
    assert {"state": "DEGRADED", "count": 1} in impact["summary"]["customers"]
    assert impact["summary"]["feeders"] == [{"name": "10kV 滨江一线"}]
    (hit,) = impact["customers"]["nodes"]
    assert hit["customer"]["name"] == "临江市第一人民医院"
    assert (hit["before"], hit["state"], hit["loadsFed"]) == ("NORMAL", "DEGRADED", "NONE")
    assert hit["awaitingTransfer"] == {
        "automatic": False,
        "switches": [],
        "suppliesOpened": [{"id": "M1"}],
        "suppliesClosed": [{"id": "M2"}],
        "supplies": [{"id": "M2"}],
        "doer": "CUSTOMER_ELECTRICIAN",
    }
    (point,) = hit["receivingPoints"]
    assert (point["lostSources"], point["liveSources"]) == ([{"id": "M1"}], [{"id": "M2"}])
    assert (hit["notRedundant"], hit["singlePoint"]) == (True, {"id": "M2"})
    assert hit["procedure"] is None  # the plan has one for LOST only


async def test_the_procedure_is_the_one_for_the_state(api: Api) -> None:
    impact = (await api.data(QUESTION, equipment=["C1"], cause="OPENED"))["impact"]
    (hit,) = impact["customers"]["nodes"]
    assert hit["state"] == "LOST"
    assert hit["procedure"]["title"] == "失电处置"
    assert [step["order"] for step in hit["procedure"]["steps"]] == [1, 2]


async def test_equipment_without_supply_is_paged(api: Api) -> None:
    impact = (await api.data(QUESTION, equipment=["L1"]))["impact"]
    lost = impact["equipmentWithoutSupply"]
    assert lost["totalCount"] == 4
    assert [each["id"] for each in lost["nodes"]] == ["B1", "F1", "L1"]
    assert lost["pageInfo"]["hasNextPage"]


async def test_what_if_a_switch_stood_otherwise(api: Api) -> None:
    query = """{ impact(equipment: ["M1"], cause: OPENED, assume: [{switch: "B2", position: OPEN}])
        { customers(filter: {states: [LOST]}) { totalCount } } }"""
    assert (await api.data(query))["impact"]["customers"]["totalCount"] == 1


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ('{ impact(equipment: ["NOBODY"]) { cause } }', "UNKNOWN_ENTITY"),
        ("{ impact(equipment: []) { cause } }", "BAD_INPUT"),
        ('{ impact(equipment: ["P1"]) { cause } }', "BAD_INPUT"),
        ('{ impact(equipment: ["L1"], cause: OPENED, stuck: ["B1"]) { cause } }', "BAD_INPUT"),
        ('{ impact(equipment: ["L1"], assume: [{switch: "L1", position: OPEN}]) { cause } }', "BAD_INPUT"),
        ('{ impact(equipment: ["L1"], at: "yesterday") { cause } }', "BAD_INPUT"),
        ('{ impact(equipment: ["L1"]) { customers(after: "x") { totalCount } } }', "BAD_CURSOR"),
    ],
)
async def test_wrong_questions_get_a_code(api: Api, query: str, code: str) -> None:
    answer = await api.ask(query)
    assert [error["extensions"]["code"] for error in answer["errors"]] == [code]


@pytest.mark.parametrize(
    "question",
    [
        'impact(equipment: ["M1"], cause: OPENED, assume: %s) { cause }',
        'restoration(equipment: ["L1"], assume: %s) { __typename }',
        'locateFault(evidence: [{kind: METER, things: ["C1"]}], assume: %s) { oneCause }',
        'trace(from: "M1", direction: UP, assume: %s) { energised }',
    ],
)
async def test_a_switch_is_assumed_in_one_position(api: Api, question: str) -> None:
    said = '{switch: "B2", position: %s}'
    query = "{ " + question + " }"
    answer = await api.ask(query % f"[{said % 'OPEN'}, {said % 'CLOSED'}]")
    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "BAD_INPUT"
    assert error["message"].startswith("B2 is assumed OPEN and CLOSED")
    assert await api.data(query % f"[{said % 'OPEN'}, {said % 'OPEN'}]")
