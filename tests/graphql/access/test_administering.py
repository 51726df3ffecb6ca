"""Keys and accounts by the API: what an administrator gives opens, what is taken opens nothing, the audit has it."""

from __future__ import annotations

from typing import Any

import pytest

from graph_api.live.graph import LiveGraph
from schema.access import CHANGES, AccessRole, Act
from schema.batch import GraphBatch
from schema.people import Person
from tests.graphql.access.conftest import MOBILE, NUMBERS, Door
from tests.graphql.access.test_audited import text_of

ACTS = {
    "addKey": 'addKey(input: {name: "屏", roles: [VIEWER]})',
    "addAccount": 'addAccount(input: {name: "wang", roles: [VIEWER], person: "P3"})',
    "changeAccount": 'changeAccount(input: {name: "wang", roles: [PLANNER]})',
    "resetPassword": 'resetPassword(input: {name: "wang"})',
    "revokeAccess": 'revokeAccess(input: {name: "wang"})',
}
REGISTER = "{ accessRegister { keys { name roles holds } accounts { name roles person hasPassword holds } } }"


async def done(door: Door, key: dict[str, str], asked: str) -> dict[str, Any]:
    """What came of an act, and the register as the process knows it from then on."""
    shown = "secret key { id name } account { id name } userErrors { code path message }"
    query = f"mutation {{ {asked} {{ {shown} }} }}"
    body = (await door.ask(key, query)).json()
    await door.book.refresh()
    (found,) = body["data"].values()
    assert found is not None, body
    made: dict[str, Any] = found
    return made


async def log_in(door: Door, name: str, password: str) -> int:
    return (await door.http.post("/login", json={"name": name, "password": password})).status_code


async def test_a_key_that_was_given_opens_until_it_is_revoked(door: Door) -> None:
    admin = await door.key(AccessRole.ADMINISTRATOR)
    made = await done(door, admin, 'addKey(input: {name: "调度台", roles: [DISPATCHER], person: "P2", days: 30})')
    key = {"Authorization": f"Bearer {made['secret']}"}
    viewer = (await door.ask(key, "{ viewer { name roles person } }")).json()["data"]["viewer"]
    assert viewer == {"name": "调度台", "roles": ["DISPATCHER"], "person": "P2"}
    assert MOBILE in (await door.ask(key, NUMBERS)).text
    await done(door, admin, 'revokeAccess(input: {name: "调度台"})')
    assert (await door.ask(key, "{ viewer { name } }")).status_code == 401
    lines = [line.entry for line in door.audit.lines() if line.entry.act == "CHANGE"]
    assert [(each.what, each.things) for each in lines] == [
        ("addKey", (made["key"]["id"],)), ("revokeAccess", (made["key"]["id"],)),
    ]  # fmt: skip
    assert {each.who[:17] for each in lines} == {"KEY:ADMINISTRATOR"}
    assert made["secret"] not in text_of(door.audit)


async def test_an_account_opens_with_the_password_that_was_told_last(door: Door) -> None:
    admin = await door.key(AccessRole.ADMINISTRATOR)
    first = (await done(door, admin, ACTS["addAccount"]))["secret"]
    assert await log_in(door, "wang", first) == 200
    second = (await done(door, admin, ACTS["resetPassword"]))["secret"]
    assert second != first
    assert await log_in(door, "wang", first) == 401
    assert await log_in(door, "wang", second) == 200
    await done(door, admin, 'changeAccount(input: {name: "wang", roles: [PLANNER, AUDITOR]})')
    (account,) = (await door.ask(admin, REGISTER)).json()["data"]["accessRegister"]["accounts"]
    assert account == {
        "name": "wang", "roles": ["PLANNER", "AUDITOR"], "person": "P3", "hasPassword": True, "holds": True,
    }  # fmt: skip
    await done(door, admin, ACTS["revokeAccess"])
    assert await log_in(door, "wang", second) == 401


@pytest.mark.parametrize(
    ("asked", "code", "path"),
    [
        ('addKey(input: {name: "m", roles: [ACCOUNT_MANAGER]})', "BAD_INPUT", "name"),
        ('addKey(input: {name: "m", roles: []})', "BAD_INPUT", "name"),
        ('addKey(input: {name: "m", roles: [VIEWER], days: 0})', "BAD_INPUT", "name"),
        ('addKey(input: {name: "m", roles: [VIEWER], document: " "})', "BAD_INPUT", "name"),
        ('addKey(input: {name: "m", roles: [VIEWER], person: "C1"})', "BAD_INPUT", "person"),
        ('addAccount(input: {name: "m", roles: [VIEWER], person: "NOBODY"})', "UNKNOWN_ENTITY", "person"),
        ('addAccount(input: {name: "m", roles: [VIEWER], person: "GONE"})', "BAD_INPUT", "person"),
        ('changeAccount(input: {name: "m"})', "BAD_INPUT", "name"),
        ('changeAccount(input: {name: "m", roles: [VIEWER]})', "BAD_INPUT", "name"),
        ('resetPassword(input: {name: "m"})', "BAD_INPUT", "name"),
        ('revokeAccess(input: {name: "m"})', "BAD_INPUT", "name"),
    ],
)
async def test_what_cannot_be_given_is_refused_and_told_why(
    door: Door, live: LiveGraph, asked: str, code: str, path: str
) -> None:
    await live.apply(GraphBatch(entities=[Person(id="GONE", active=False)]), "gone", None, None)
    admin = await door.key(AccessRole.ADMINISTRATOR)
    before = door.book.register
    found = await done(door, admin, asked)
    assert (found["secret"], found["key"], found["account"]) == (None, None, None)
    assert [(each["code"], each["path"]) for each in found["userErrors"]] == [(code, ["input", path])]
    assert door.book.register == before
    assert [*door.audit.lines()] == []


@pytest.mark.parametrize("role", sorted(set(AccessRole) - {AccessRole.ADMINISTRATOR}))
async def test_administrators_alone_administer(door: Door, role: AccessRole) -> None:
    assert {*ACTS} == {name for name, act in CHANGES.items() if act is Act.ADMINISTER}
    key = await door.key(role)
    before = door.book.register
    for name, asked in ACTS.items():
        body = (await door.ask(key, f"mutation {{ {asked} {{ secret }} }}")).json()
        assert body["data"] == {name: None}
        assert body["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert (await door.ask(key, REGISTER)).json()["data"] == {"accessRegister": None}
    await door.book.refresh()
    assert door.book.register == before


async def test_the_register_tells_nothing_that_opens(door: Door) -> None:
    admin = await door.key(AccessRole.ADMINISTRATOR)
    secret = (await done(door, admin, ACTS["addKey"]))["secret"]
    told = (await door.ask(admin, REGISTER)).text
    register = door.book.register
    assert "屏" in told
    assert not any(each.digest in told for each in register.keys)
    assert secret not in told


SCOPES = "{ accessRegister { keys { name scope } accounts { name scope } } }"


async def test_a_scope_is_given_and_taken_by_the_api(door: Door) -> None:
    admin = await door.key(AccessRole.ADMINISTRATOR)
    made = await done(door, admin, 'addKey(input: {name: "屏", roles: [VIEWER], scope: ["ORG"]})')
    key = {"Authorization": f"Bearer {made['secret']}"}
    seen = (await door.ask(key, "{ viewer { scope roles } customers { totalCount } }")).json()["data"]
    assert seen == {"viewer": {"scope": ["ORG"], "roles": ["VIEWER"]}, "customers": {"totalCount": 0}}
    await done(door, admin, 'addAccount(input: {name: "wang", roles: [VIEWER], person: "P3", scope: ["ORG"]})')
    register = (await door.ask(admin, SCOPES)).json()["data"]["accessRegister"]
    assert register["keys"][-1] == {"name": "屏", "scope": ["ORG"]}
    assert register["accounts"] == [{"name": "wang", "scope": ["ORG"]}]
    await done(door, admin, 'changeAccount(input: {name: "wang", whole: true})')
    register = (await door.ask(admin, SCOPES)).json()["data"]["accessRegister"]
    assert register["accounts"] == [{"name": "wang", "scope": None}]


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ('addKey(input: {name: "k", roles: [VIEWER], scope: ["GONE"]})', ["input", "scope", "0"]),
        ('addKey(input: {name: "k", roles: [VIEWER], scope: ["ORG", "FD1"]})', ["input", "scope", "1"]),
        ('addKey(input: {name: "k", roles: [VIEWER], scope: []})', ["input", "name"]),
        ('addKey(input: {name: "k", roles: [AUDITOR], scope: ["ORG"]})', ["input", "name"]),
    ],
)
async def test_a_scope_that_is_none_gives_nothing(door: Door, asked: str, path: list[str]) -> None:
    admin = await door.key(AccessRole.ADMINISTRATOR)
    made = await done(door, admin, asked)
    assert made["key"] is None
    assert [each["path"] for each in made["userErrors"]] == [path]
