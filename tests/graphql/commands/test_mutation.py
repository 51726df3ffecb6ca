"""Changes over HTTP, on a real store: made once, seen at once, refused with words."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import apsw
import pytest

from graph_api.access.principal import local_user
from graph_api.live.graph import LiveGraph
from graph_api.stores import open_store
from graph_api.stores.contract import Store
from schema.batch import GraphBatch
from schema.grid import Breaker
from schema.people import Person
from tests.graphql.city import ENTITIES
from tests.graphql.conftest import Api, check_shape

ERRORS = "userErrors { code path message id currentVersion }"
SET = f"""
mutation Set($input: SetSwitchPositionInput!) {{ setSwitchPosition(input: $input) {{
  switch {{ id version currentPosition normalPosition positionBy positionAt positionSource energised }}
  revision repeated {ERRORS}
}} }}
"""
UPSERT = f"""
mutation Upsert($input: UpsertAssignmentInput!) {{ upsertAssignment(input: $input) {{
  assignment {{ id version role rank validFrom validTo person {{ id }} team {{ id }} covers {{ nodes {{ id }} }} }}
  revision repeated {ERRORS}
}} }}
"""
END = f"""
mutation End($input: EndAssignmentInput!) {{ endAssignment(input: $input) {{
  assignment {{ id validTo }} revision repeated {ERRORS}
}} }}
"""
WHO = """
query Who($id: ID!, $role: ResponsibilityRole!) { node(id: $id) { ... on Entity { responsibility(roles: [$role]) {
  rows { person { id } group { id } rank through { id } }
} } } }
"""
OPENED = '{ impact(equipment: ["B2"], cause: OPENED) { customers { nodes { customer { id } state before } } } }'
AT = "2026-07-30T13:50:00+08:00"


async def refused(api: Api, document: str, **input: Any) -> tuple[str, list[str]]:
    """Code and path of the only thing that is wrong with an input; nothing was changed."""
    before = await api.data("{ graph { revision } }")
    (payload,) = (await api.data(document, input=input)).values()
    (error,) = payload.pop("userErrors")
    assert error["message"]
    assert len(error["message"]) < 300
    assert {value for value in payload.values() if value is not None} == {False}
    assert await api.data("{ graph { revision } }") == before
    return error["code"], error["path"]


def opened(**more: Any) -> dict[str, Any]:
    return {"switch": "B1", "position": "OPEN", "by": "李建军", **more}


def repair(**more: Any) -> dict[str, Any]:
    return {"role": "DISTRIBUTION_REPAIR", "person": "P2", "covers": ["FD1"], **more}


async def holders(api: Api, role: str = "DISTRIBUTION_REPAIR", of: str = "C1") -> list[str]:
    rows = (await api.data(WHO, id=of, role=role))["node"]["responsibility"]["rows"]
    return [row["person"]["id"] for row in rows if row["person"]]


async def test_a_position_is_set_with_who_when_and_source(api: Api) -> None:
    answer = (await api.data(SET, input=opened(source="现场汇报", at=AT)))["setSwitchPosition"]
    assert answer == {
        "switch": {
            "id": "B1",
            "version": "2",
            "currentPosition": "OPEN",
            "normalPosition": "CLOSED",
            "positionBy": "李建军",
            "positionAt": "2026-07-30T05:50:00+00:00",
            "positionSource": "现场汇报",
            "energised": False,
        },
        "revision": "2",
        "repeated": False,
        "userErrors": [],
    }


async def test_the_impact_follows_at_once(api: Api) -> None:
    hit = (await api.data(OPENED))["impact"]["customers"]["nodes"]
    assert hit == [{"customer": {"id": "C1"}, "state": "DEGRADED", "before": "NORMAL"}]
    await api.data(SET, input=opened())
    hit = (await api.data(OPENED))["impact"]["customers"]["nodes"]
    assert hit == [{"customer": {"id": "C1"}, "state": "LOST", "before": "DEGRADED"}]


async def test_the_answer_tells_the_revision_of_the_commit(api: Api) -> None:
    response = await api.http.post("/graphql", json={"query": SET, "variables": {"input": opened()}})
    assert response.headers["X-Revision"] == response.json()["data"]["setSwitchPosition"]["revision"] == "2"


async def test_several_in_one_request_run_in_order(api: Api) -> None:
    query = """mutation($a: SetSwitchPositionInput!, $b: SetSwitchPositionInput!) {
      first: setSwitchPosition(input: $a) { revision switch { currentPosition } }
      second: setSwitchPosition(input: $b) { revision switch { currentPosition } }
    }"""
    answer = await api.data(query, a=opened(), b=opened(position="CLOSED"))
    assert answer == {
        "first": {"revision": "2", "switch": {"currentPosition": "OPEN"}},
        "second": {"revision": "3", "switch": {"currentPosition": "CLOSED"}},
    }


async def test_the_same_request_has_one_effect(api: Api, store: Store) -> None:
    first = (await api.data(SET, input=opened(requestId="r-1")))["setSwitchPosition"]
    await api.data(SET, input=opened(position="CLOSED"))
    again = (await api.data(SET, input=opened(requestId="r-1")))["setSwitchPosition"]
    assert (again["revision"], again["repeated"], first["repeated"]) == ("2", True, False)
    assert again["switch"]["currentPosition"] == "CLOSED", "the switch as it is now"
    assert await store.revision() == 3
    assert await refused(api, SET, **opened(position="UNKNOWN", requestId="r-1")) == (
        "REQUEST_ID_CONFLICT",
        ["input", "requestId"],
    )


async def test_a_repeated_request_for_a_new_assignment_finds_the_one_it_made(api: Api) -> None:
    first = (await api.data(UPSERT, input=repair(requestId="r-2")))["upsertAssignment"]
    again = (await api.data(UPSERT, input=repair(requestId="r-2")))["upsertAssignment"]
    assert again == {**first, "repeated": True}
    other = (await api.data(UPSERT, input=repair()))["upsertAssignment"]["assignment"]["id"]
    assert other != first["assignment"]["id"]


async def test_a_repeated_request_is_not_refused_for_what_it_did_itself(api: Api) -> None:
    first = (await api.data(END, input={"id": "A1", "requestId": "r-3"}))["endAssignment"]
    again = (await api.data(END, input={"id": "A1", "requestId": "r-3"}))["endAssignment"]
    assert again == {**first, "repeated": True}
    assert (await refused(api, END, id="A1", requestId="r-4"))[1] == ["input", "at"]
    assert (await refused(api, END, id="A1", at="2026-07-30T07:00:00Z", requestId="r-3"))[0] == "BAD_INPUT"


async def test_an_expected_version_holds_or_nothing_is_changed(api: Api) -> None:
    right = [{"id": "B1", "version": "1"}, {"id": "NEW", "version": "0"}]
    assert (await api.data(SET, input=opened(expected=right)))["setSwitchPosition"]["revision"] == "2"
    (error,) = (await api.data(SET, input=opened(expected=right)))["setSwitchPosition"]["userErrors"]
    assert (error["code"], error["id"], error["currentVersion"]) == ("CONFLICT", "B1", "2")
    assert error["path"] == ["input", "expected"]


@pytest.mark.parametrize(("id", "version", "now"), [("C1", "9", "1"), ("NOBODY", "1", "0"), ("C1-OLD", "9", "1")])
async def test_versions_of_other_things_can_be_expected_too(api: Api, id: str, version: str, now: str) -> None:
    expected = [{"id": id, "version": version}]
    (error,) = (await api.data(SET, input=opened(expected=expected)))["setSwitchPosition"]["userErrors"]
    assert (error["code"], error["currentVersion"]) == ("CONFLICT", now)


async def test_what_another_program_changed_meanwhile_is_kept(api: Api, tmp_path: Path) -> None:
    other = open_store(f"sqlite:///{tmp_path}/city.db")
    breaker = next(each for each in ENTITIES if isinstance(each, Breaker))
    await other.apply(GraphBatch(entities=[replace(breaker, note="检修中")]))
    await other.close()
    query = SET.replace("switch {", "switch { note")
    switch = (await api.data(query, input=opened()))["setSwitchPosition"]["switch"]
    assert (switch["note"], switch["currentPosition"]) == ("检修中", "OPEN")


async def test_a_version_that_this_process_has_not_seen_yet_can_be_expected(api: Api, tmp_path: Path) -> None:
    other = open_store(f"sqlite:///{tmp_path}/city.db")
    breaker = next(each for each in ENTITIES if isinstance(each, Breaker))
    commit = await other.apply(GraphBatch(entities=[replace(breaker, note="检修中")]))
    await other.close()
    expected = [{"id": "B1", "version": str(commit.revision)}]
    assert (await api.data(SET, input=opened(expected=expected)))["setSwitchPosition"]["userErrors"] == []


async def test_many_at_once_all_take_effect(api: Api, store: Store) -> None:
    places = ["CLOSED", "OPEN"] * 4
    await asyncio.gather(*(api.data(SET, input=opened(position=place)) for place in places))
    assert await store.revision() == 1 + len(places)


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"switch": "NOBODY"}, "UNKNOWN_ENTITY", "switch"),
        ({"switch": ""}, "UNKNOWN_ENTITY", "switch"),
        ({"switch": "x" * 10_000}, "UNKNOWN_ENTITY", "switch"),
        ({"switch": "开关💥" * 50}, "UNKNOWN_ENTITY", "switch"),
        ({"switch": "L1"}, "BAD_INPUT", "switch"),
        ({"by": " "}, "BAD_INPUT", "by"),
        ({"by": "x" * 101}, "BAD_INPUT", "by"),
        ({"by": "李\u0000"}, "BAD_INPUT", "by"),
        ({"by": "李\u202e建军"}, "BAD_INPUT", "by"),
        ({"source": "\u200b电话"}, "BAD_INPUT", "source"),
        ({"switch": "B1\u2066"}, "UNKNOWN_ENTITY", "switch"),
        ({"source": ""}, "BAD_INPUT", "source"),
        ({"at": "9999-12-31T23:59:59-23:59"}, "BAD_INPUT", "at"),
        ({"at": "0001-01-01T00:00:00+23:59"}, "BAD_INPUT", "at"),
        ({"at": "2026-07-30T06:02:00Z"}, "BAD_INPUT", "at"),
        ({"requestId": ""}, "BAD_INPUT", "requestId"),
        ({"requestId": "x" * 10_000}, "BAD_INPUT", "requestId"),
        ({"expected": [{"id": "B1", "version": "1"}, {"id": "B1", "version": "2"}]}, "BAD_INPUT", "expected"),
        ({"expected": [{"id": f"x{n}", "version": "0"} for n in range(101)]}, "BAD_INPUT", "expected"),
        ({"expected": [{"id": "B1", "version": "9" * 19}]}, "CONFLICT", "expected"),
        ({"expected": [{"id": "x" * 10_000, "version": "9" * 19}]}, "CONFLICT", "expected"),
    ],
)
async def test_a_wrong_report_is_refused_with_its_field(api: Api, wrong: dict[str, Any], code: str, field: str) -> None:
    assert await refused(api, SET, **opened(**wrong)) == (code, ["input", field])


@pytest.mark.parametrize(
    "input",
    [
        {},
        opened(position="AJAR"),
        opened(position=None),
        opened(at="yesterday"),
        opened(at="2026-07-30T13:50:00"),
        opened(at="2026-07-30T13:50:00+08:00:30"),
        opened(switch=["B1"]),
        opened(by=7),
        opened(requestId={"a": 1}),
        opened(expected=[{"id": "B1", "version": 1}]),
        opened(expected=[{"id": "B1", "version": "9" * 20}]),
        opened(surplus=1),
    ],
)
async def test_what_does_not_fit_the_schema_is_refused_as_such(api: Api, input: dict[str, Any]) -> None:
    answer = await api.ask(SET, input=input)
    assert {error["extensions"]["code"] for error in answer["errors"]} <= {"GRAPHQL_VALIDATION_FAILED", "BAD_INPUT"}
    assert "data" not in answer


async def test_an_assignment_is_made_changed_and_ended(api: Api) -> None:
    made = (await api.data(UPSERT, input=repair()))["upsertAssignment"]["assignment"]
    assert await holders(api) == ["P2"]
    change = repair(id=made["id"], person="P3", team="TEAM", covers=["C1", "FD2"], rank="B", validFrom=AT)
    changed = (await api.data(UPSERT, input=change))["upsertAssignment"]["assignment"]
    assert changed == {
        "id": made["id"],
        "version": "3",
        "role": "DISTRIBUTION_REPAIR",
        "rank": "B",
        "validFrom": "2026-07-30T05:50:00+00:00",
        "validTo": None,
        "person": {"id": "P3"},
        "team": {"id": "TEAM"},
        "covers": {"nodes": [{"id": "FD2"}, {"id": "C1"}]},
    }
    assert await holders(api) == ["P3"]
    ended = (await api.data(END, input={"id": made["id"]}))["endAssignment"]["assignment"]
    assert ended["validTo"] == "2026-07-30T06:00:00+00:00"
    assert await holders(api) == []


async def test_an_assignment_may_bring_its_own_id_and_go_by_an_older_one_of_a_thing(api: Api) -> None:
    made = (await api.data(UPSERT, input=repair(id="排班:7", covers=["C1-OLD", "C1"])))["upsertAssignment"][
        "assignment"
    ]
    assert (made["id"], made["covers"]["nodes"]) == ("排班:7", [{"id": "C1"}])


@pytest.mark.parametrize(
    ("wrong", "code", "path"),
    [
        ({"id": "B1"}, "BAD_INPUT", ["id"]),
        ({"id": ""}, "BAD_INPUT", ["id"]),
        ({"id": " A1 "}, "BAD_INPUT", ["id"]),
        ({"id": "x" * 10_000}, "BAD_INPUT", ["id"]),
        ({"id": "A\u00001"}, "BAD_INPUT", ["id"]),
        ({"id": "A\u200d1"}, "BAD_INPUT", ["id"]),
        ({"id": "\u202eA1"}, "BAD_INPUT", ["id"]),
        ({"person": "P9"}, "UNKNOWN_ENTITY", ["person"]),
        ({"person": "TEAM"}, "BAD_INPUT", ["person"]),
        ({"person": "GONE"}, "BAD_INPUT", ["person"]),
        ({"person": None}, "BAD_INPUT", ["person"]),
        ({"team": "x" * 10_000}, "UNKNOWN_ENTITY", ["team"]),
        ({"covers": []}, "BAD_INPUT", ["covers"]),
        ({"covers": ["FD1"] * 101}, "BAD_INPUT", ["covers"]),
        ({"covers": ["FD1", "NOWHERE"]}, "UNKNOWN_ENTITY", ["covers", "1"]),
        ({"covers": ["P1"]}, "BAD_INPUT", ["covers", "0"]),
        ({"validFrom": AT, "validTo": AT}, "BAD_INPUT", ["validTo"]),
        ({"validFrom": "0001-01-01T00:00:00+23:59"}, "BAD_INPUT", ["validFrom"]),
        ({"validTo": "9999-12-31T23:59:59-23:59"}, "BAD_INPUT", ["validTo"]),
    ],
)
async def test_a_wrong_assignment_is_refused_with_its_field(
    api: Api, live: LiveGraph, wrong: dict[str, Any], code: str, path: list[str]
) -> None:
    await live.apply(GraphBatch(entities=[Person(id="GONE", name="周平", active=False)]))
    assert await refused(api, UPSERT, **repair(**wrong)) == (code, ["input", *path])


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"id": "A9"}, "UNKNOWN_ENTITY", "id"),
        ({"id": "P1"}, "BAD_INPUT", "id"),
        ({"at": "9999-12-31T23:59:59Z"}, "BAD_INPUT", "at"),
        ({"at": "2026-07-01T00:00:00Z"}, "BAD_INPUT", "at"),
    ],
)
async def test_a_wrong_end_is_refused_with_its_field(api: Api, wrong: dict[str, Any], code: str, field: str) -> None:
    await api.data(UPSERT, input=repair(id="A1", validFrom="2026-07-02T00:00:00Z"))
    assert await refused(api, END, **{"id": "A1", **wrong}) == (code, ["input", field])


async def test_what_another_program_deleted_meanwhile_is_named(api: Api, tmp_path: Path) -> None:
    other = open_store(f"sqlite:///{tmp_path}/city.db")
    await other.apply(GraphBatch(delete_entities=["FD1"]))
    await other.close()
    (error,) = (await api.data(UPSERT, input=repair()))["upsertAssignment"]["userErrors"]
    assert (error["code"], error["path"]) == ("UNKNOWN_ENTITY", ["input", "covers", "0"])


async def test_a_character_that_nobody_sees_is_named_and_repeated_to_nobody(api: Api) -> None:
    wrong = opened(by="李\u202e建军", switch="B1\u200b")
    told = [each["message"] for each in (await api.data(SET, input=wrong))["setSwitchPosition"]["userErrors"]]
    assert any("U+202E" in each for each in told)
    assert any("'B1\\u200b'" in each for each in told)
    assert all(each.isprintable() for each in told)
    family = await api.data(SET, input=opened(by="李👨\u200d👩"))  # what joins belongs to it
    assert family["setSwitchPosition"]["switch"]["positionBy"] == "李👨\u200d👩"


async def test_all_that_is_wrong_is_told_at_once(api: Api) -> None:
    payload = (await api.data(UPSERT, input=repair(person="P9", covers=["X", "Y"])))["upsertAssignment"]
    assert [error["path"][1:] for error in payload["userErrors"]] == [["person"], ["covers", "0"], ["covers", "1"]]


async def test_while_the_store_is_busy_the_sender_is_told_to_try_again(api: Api, tmp_path: Path) -> None:
    blocker = apsw.Connection(f"{tmp_path}/city.db")
    blocker.execute("BEGIN IMMEDIATE")
    try:
        async with asyncio.timeout(3):
            answer = await api.ask(SET, input=opened(requestId="r-9"))
    finally:
        blocker.close()
    (error,) = answer["errors"]
    check_shape(error)
    assert answer["data"] == {"setSwitchPosition": None}
    assert error["extensions"]["code"] == "STORE_UNAVAILABLE"
    assert error["extensions"]["retryable"]
    assert (await api.data(SET, input=opened(requestId="r-9")))["setSwitchPosition"]["repeated"] is False


async def test_a_closed_store_is_an_error_to_retry_and_reads_go_on(api: Api, store: Store) -> None:
    await store.close()
    assert await api.code(SET, input=opened()) == "STORE_UNAVAILABLE"
    assert (await api.data('{ node(id: "B1") { id } }'))["node"] == {"id": "B1"}


async def test_changes_are_not_taken_by_get(api: Api) -> None:
    response = await api.http.get(
        "/graphql", params={"query": 'mutation { endAssignment(input: {id: "A1"}) { revision } }'}
    )
    assert response.status_code == 405
    assert await holders(api, "CUSTOMER_MANAGER") == ["P1"]


async def test_who_asks_stands_in_the_log(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "baodian.commands")
    await api.data(SET, input=opened(requestId="r-1"))
    facts = [vars(record)["facts"] for record in caplog.records if record.name == "baodian.commands"]
    assert [(each["command"], each["actor"], each["request_id"]) for each in facts] == [
        ("setSwitchPosition", str(local_user().actor), "r-1")
    ]
