"""Who answers, over HTTP; and the question that everything is measured by, in one request."""

from __future__ import annotations

import pytest

from tests.graphql.conftest import Api
from tests.measured import MEASURED

TABLE = """
query Who($id: ID!, $at: DateTime, $roles: [ResponsibilityRole!]) {
  node(id: $id) { ... on Entity { responsibility(at: $at, roles: $roles) {
    at
    rows { role group { name } person { name } rank onDuty area { name } through { name } distance gap
           contacts { contactType value verifiedOn } backup { person { name } } }
    gaps { role gap }
  } } }
}
"""


async def test_the_manager_is_there_at_noon(api: Api) -> None:
    table = (await api.data(TABLE, id="C1", roles=["CUSTOMER_MANAGER"]))["node"]["responsibility"]
    (row,) = table["rows"]
    assert (row["person"]["name"], row["onDuty"], row["distance"]) == ("张卫国", True, 0)
    assert row["through"]["name"] == "临江市第一人民医院"
    assert [each["contactType"] for each in row["contacts"]] == ["DUTY_PHONE", "MOBILE"]
    assert table["gaps"] == []


async def test_and_off_duty_at_night_which_is_a_gap(api: Api) -> None:
    table = (await api.data(TABLE, id="C1", at="2026-07-31T03:00:00+08:00", roles=["CUSTOMER_MANAGER"]))["node"]
    assert table["responsibility"]["gaps"] == [{"role": "CUSTOMER_MANAGER", "gap": "OFF_DUTY"}]


WHY = """
query Why($id: ID!) { node(id: $id) { ... on Entity {
  responsibility(roles: [CUSTOMER_MANAGER, DISPATCHER]) {
    rows { role duty shift { id } zh: because en: because(lang: EN) }
  }
} } }
"""


async def test_every_row_says_why_it_stands_there(api: Api) -> None:
    manager, dispatcher = (await api.data(WHY, id="C1"))["node"]["responsibility"]["rows"]
    assert (manager["duty"], manager["shift"] is not None) == ("DUTY", True)
    assert manager["zh"].startswith("直接分配至该对象；当班至 2026-")
    assert manager["en"].startswith("assigned to it directly; on duty until 2026-")
    assert (dispatcher["duty"], dispatcher["shift"]) == ("NOT_ROSTERED", None)
    assert dispatcher["en"] == "nobody is assigned to it, nor to what it lies in or is supplied from"


STEPS = """
query Steps($at: DateTime) { node(id: "PROC") { ... on Procedure { steps { order role doer(at: $at) {
  role first { person { name } number { value } onDuty because(lang: EN) } deputy { person { name } } gap
} } } } }
"""


async def test_a_step_carries_who_does_it_now_and_at_which_number(api: Api) -> None:
    told, started = (await api.data(STEPS))["node"]["steps"]
    doer = told["doer"]
    assert (doer["role"], doer["gap"], doer["deputy"]) == ("CUSTOMER_MANAGER", None, None)
    assert (doer["first"]["person"]["name"], doer["first"]["onDuty"]) == ("张卫国", True)
    assert doer["first"]["number"] == {"value": "+8657188880000"}
    assert doer["first"]["because"].startswith("assigned to it directly; on duty until")
    assert started == {"order": 2, "role": None, "doer": None}


async def test_and_that_nobody_can_where_they_are_off_duty(api: Api) -> None:
    told, _ = (await api.data(STEPS, at="2026-07-31T03:00:00+08:00"))["node"]["steps"]
    assert told["doer"]["gap"] == "OFF_DUTY"


async def test_roles_that_nobody_holds_are_gaps(api: Api) -> None:
    table = (await api.data(TABLE, id="C1"))["node"]["responsibility"]
    assert {"role": "DISPATCHER", "gap": "NOBODY"} in table["gaps"]


async def test_what_a_customer_is_now(api: Api) -> None:
    query = '{ node(id: "C1") { ... on Customer { supplyState loadsFed manager { name } } } }'
    assert (await api.data(query))["node"] == {
        "supplyState": "NORMAL",
        "loadsFed": "ALL",
        "manager": {"name": "张卫国"},
    }


@pytest.mark.parametrize(("thing", "energised", "feeders"), [("L1", True, ["FD1"]), ("B2", True, ["FD2"])])
async def test_what_feeds_equipment_now(api: Api, thing: str, energised: bool, feeders: list[str]) -> None:
    query = "query Q($id: ID!) { node(id: $id) { ... on ConductingEquipment { energised feeders { id } } } }"
    node = (await api.data(query, id=thing))["node"]
    assert node == {"energised": energised, "feeders": [{"id": each} for each in feeders]}


async def test_the_question_that_everything_is_measured_by(api: Api) -> None:
    impact = (await api.data(MEASURED, equipment=["L1"]))["impact"]
    (hit,) = impact["customers"]["nodes"]
    assert hit["customer"]["manager"] == {"name": "张卫国"}
    assert hit["singlePoint"] == {"name": "市一医院备供"}
    (row,) = (row for row in hit["responsibility"]["rows"] if row["role"] == "CUSTOMER_MANAGER")
    assert row["through"] == {"name": "临江市第一人民医院"}
    assert {"role": "DISPATCHER", "gap": "NOBODY"} in hit["responsibility"]["gaps"]
