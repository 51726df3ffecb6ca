"""The table of several things over HTTP: of customers, of a feeder, of an incident, of the whole city."""

from __future__ import annotations

import pytest

from tests.graphql.conftest import Api
from tests.graphql.incident.test_room import done

TABLE = """
query Table($of: [ID!]!, $form: ResponsibilityForm, $at: DateTime) {
  responsibilityTable(of: $of, form: $form, at: $at) {
  at of { ... on Entity { id } } rows { role person { name } } gaps { role gap }
  groups { role team { name } leader { person { name } number { value } } deputies { person { name } }
           others { person { name } } members { name } areas { ... on Entity { id } } about { ... on Entity { id } }
           substitutes { person { name } } validTo gap }
  parts { of { ... on Entity { id } } rows { role person { name } } }
  calls { person { name } number { value } gap tasks { role about { ... on Entity { id } } } }
} }
"""
OPEN = """mutation { openIncident(input: {
  id: "I1", title: "跳闸", equipment: ["L1"], by: "调度", since: "2026-07-30T05:00:00Z"}) {
  revision userErrors { message } } }"""


async def test_the_feeder_and_its_customer_stand_in_one_table(api: Api) -> None:
    table = (await api.data(TABLE, of=["FD1"]))["responsibilityTable"]
    assert [each["id"] for each in table["of"]] == ["FD1", "C1"]
    (manager,) = [each for each in table["groups"] if each["role"] == "CUSTOMER_MANAGER"]
    assert manager["leader"] == {"person": {"name": "张卫国"}, "number": {"value": "+8657188880000"}}
    assert (manager["areas"], manager["about"]) == ([{"id": "C1"}], [{"id": "C1"}])
    dispatchers = [each for each in table["groups"] if each["role"] == "DISPATCHER"]
    assert [(each["leader"], each["gap"], each["about"]) for each in dispatchers] == [
        (None, "NOBODY", [{"id": "FD1"}, {"id": "C1"}])
    ]
    called = [each for each in table["calls"] if each["person"] is not None]
    assert [each["person"]["name"] for each in called] == list(dict.fromkeys(each["person"]["name"] for each in called))
    assert [part["of"][0]["id"] for part in table["parts"]] == ["FD1", "C1"]


async def test_of_nothing_is_of_the_whole_city(api: Api) -> None:
    table = (await api.data(TABLE, of=[], form="CUSTOMERS"))["responsibilityTable"]
    assert table["of"] == [{"id": "C1"}]


async def test_an_incident_brings_its_equipment_and_whom_it_hits(api: Api) -> None:
    opened = (await api.data(OPEN))["openIncident"]
    assert opened["userErrors"] == []
    table = (await api.data(TABLE, of=["I1"]))["responsibilityTable"]
    assert [each["id"] for each in table["of"]] == ["L1", "C1"]


async def test_an_incident_of_calls_alone_brings_who_called(api: Api) -> None:
    await done(api, "openIncident", id="I2", title="报修")
    await done(api, "addEvidence", incident="I2", kind="CALL", things=["C1"])
    table = (await api.data(TABLE, of=["I2"]))["responsibilityTable"]
    assert [each["id"] for each in table["of"]] == ["C1"]


@pytest.mark.parametrize(
    ("of", "code"), [(["P1"], "BAD_INPUT"), (["nowhere"], "UNKNOWN_ENTITY"), (["C1", ""], "UNKNOWN_ENTITY")]
)
async def test_what_has_no_table_is_said(api: Api, of: list[str], code: str) -> None:
    answer = await api.ask(TABLE, of=of)
    assert answer["data"] == {"responsibilityTable": None}
    assert answer["errors"][0]["extensions"]["code"] == code
