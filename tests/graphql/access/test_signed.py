"""Acts are signed: by who is known to have asked, and for whom."""

from __future__ import annotations

from typing import Any

import pytest

from graph_api.access.passwords import digest_of
from schema.access import AccessRole
from tests.graphql.access.conftest import BY, Door
from tests.graphql.city import NOW

TYPED = "four diesel engines"
SET = """mutation($by: String!) { setSwitchPosition(input: {switch: "B2", position: OPEN, by: $by, source: "y"}) {
  switch { positionBy } userErrors { path } } }"""
RECORD = """mutation($by: String!) {
  recordSwitching(input: {operations: [{switch: "B2", position: OPEN}], by: $by, source: "y"}) {
  switches { positionBy } userErrors { path } } }"""
LEFT_OUT = """mutation { setSwitchPosition(input: {switch: "B2", position: OPEN}) { switch { positionBy } } }"""


async def person(door: Door) -> dict[str, str]:
    """P1, 王芳, who is logged in."""
    await door.change(
        lambda register: register.with_account(
            "wang", [AccessRole.DISPATCHER], person="P1", by=BY, now=NOW, password=digest_of(TYPED)
        )
    )
    begun = await door.http.post("/login", json={"name": "wang", "password": TYPED})
    return {"X-Session-Token": begun.json()["token"]}


async def name_of(door: Door, headers: dict[str, str]) -> str:
    found = (await door.ask(headers, '{ node(id: "P1") { ... on Person { name } } }')).json()
    return str(found["data"]["node"]["name"])


async def signed(door: Door, headers: dict[str, str], query: str = SET, **variables: Any) -> tuple[str, str, str]:
    """Whose act it is in the graph; who asked and for whom in the audit."""
    answer = (await door.ask(headers, query, **variables)).json()
    (changed,) = answer["data"].values()
    (switch,) = changed.get("switches") or [changed["switch"]]
    (line,) = door.audit.newest(1)
    return switch["positionBy"], line.entry.who, line.entry.on_behalf_of


async def test_a_person_signs_with_the_name_that_the_graph_knows(door: Door) -> None:
    wang = await person(door)
    name = await name_of(door, wang)
    for said in ("", name, f" {name} "):
        assert await signed(door, wang, by=said) == (name, "ACCOUNT:wang", "")
    assert await signed(door, wang, LEFT_OUT) == (name, "ACCOUNT:wang", "")
    assert await signed(door, wang, RECORD, by="") == (name, "ACCOUNT:wang", "")


@pytest.mark.parametrize("query", [SET, RECORD])
async def test_who_acts_for_another_is_kept_beside(door: Door, query: str) -> None:
    wang = await person(door)
    name = await name_of(door, wang)
    assert await signed(door, wang, query, by="李建军") == (f"李建军 / {name}", "ACCOUNT:wang", "李建军")
    assert await signed(door, wang, query, by="长" * 100) == (f"{'长' * 100} / {name}", "ACCOUNT:wang", "长" * 100)
    for wrong in ("长" * 101, " ", "a\nb", "a\u202eb"):
        (refused,) = (await door.ask(wang, query, by=wrong)).json()["data"].values()
        assert refused["userErrors"] == [{"path": ["input", "by"]}]


async def test_a_key_that_is_nobodys_says_who_it_was_and_one_of_a_person_is_signed(door: Door) -> None:
    machine = await door.key(AccessRole.INTEGRATOR)
    by, who, behalf = await signed(door, machine, by="李建军")
    assert (by, who[:14], behalf) == ("李建军", "KEY:INTEGRATOR", "")
    by, who, _ = await signed(door, machine, LEFT_OUT)
    assert f"KEY:{by}" == who
    own = await door.key(AccessRole.DISPATCHER, person="P1")
    by, _, behalf = await signed(door, own, by="李建军")
    assert (by, behalf) == (f"李建军 / {await name_of(door, own)}", "李建军")


async def test_before_any_key_the_user_of_the_service_signs(door: Door) -> None:
    by, who, _ = await signed(door, {}, LEFT_OUT)
    assert f"LOCAL:{by}" == who


async def test_the_same_request_of_another_person_is_another_one(door: Door) -> None:
    wang, query = await person(door), SET.replace("{switch", '{requestId: "r-1", switch')
    for _ in range(2):
        assert (await door.ask(wang, query, by="")).json()["data"]["setSwitchPosition"]["userErrors"] == []
    key = await door.key(AccessRole.DISPATCHER, person="P2")
    (refused,) = (await door.ask(key, query, by="")).json()["data"]["setSwitchPosition"]["userErrors"]
    assert refused["path"] == ["input", "requestId"]
