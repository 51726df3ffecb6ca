"""Keys, accounts and elevations: what is sent twice by one requestId has one effect, and a secret is told once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from graph_api.access.asked import MOST
from schema.access import AccessRole
from tests.graphql.access.conftest import Door

ANSWER = "secret repeated key { id } account { id } userErrors { code path }"
ACTS = {
    "addKey": 'name: "屏", roles: [VIEWER]',
    "addAccount": 'name: "li", roles: [VIEWER], person: "P3"',
    "changeAccount": 'name: "wang", roles: [PLANNER]',
    "resetPassword": 'name: "wang"',
    "revokeAccess": 'name: "wang"',
}


async def act(door: Door, key: dict[str, str], name: str, given: str) -> dict[str, Any]:
    query = f"mutation {{ {name}(input: {{{given}}}) {{ {ANSWER} }} }}"
    found: dict[str, Any] = (await door.ask(key, query)).json()["data"][name]
    return found


async def admin_of(door: Door) -> dict[str, str]:
    admin = await door.key(AccessRole.ADMINISTRATOR)
    await act(door, admin, "addAccount", 'name: "wang", roles: [VIEWER], person: "P2"')
    return admin


def changes(door: Door) -> list[str]:
    return [line.entry.what for line in door.audit.lines() if line.entry.act == "CHANGE"]


@pytest.mark.parametrize("name", ACTS)
async def test_one_id_has_one_effect(door: Door, name: str) -> None:
    admin, before = await admin_of(door), len(changes(door))
    given = f'{ACTS[name]}, requestId: "r-1"'
    first, second = [await act(door, admin, name, given) for _ in range(2)]
    assert (first["repeated"], second["repeated"], second["userErrors"]) == (False, True, [])
    assert (first["secret"] is not None) == (name in ("addKey", "addAccount", "resetPassword"))
    assert second["secret"] is None, "told once"
    assert (first["key"], first["account"]) == (second["key"], second["account"])
    assert changes(door)[before:] == [name]
    other = await act(door, admin, name, given.replace("VIEWER", "AUDITOR").replace("PLANNER", "AUDITOR"))
    if "roles" in given:
        assert other["userErrors"] == [{"code": "REQUEST_ID_CONFLICT", "path": ["input", "requestId"]}]


async def test_without_an_id_or_with_another_one_it_is_another_change(door: Door) -> None:
    admin = await admin_of(door)
    secrets = [(await act(door, admin, "resetPassword", f'name: "wang"{more}'))["secret"]
               for more in ("", "", ', requestId: "a"', ', requestId: "b"')]  # fmt: skip
    assert len(set(secrets) - {None}) == 4
    wrong = await act(door, admin, "addKey", f'{ACTS["addKey"]}, requestId: "a b"')
    assert wrong["userErrors"] == [{"code": "BAD_INPUT", "path": ["input", "requestId"]}]


async def test_an_id_is_of_whoever_sent_it(door: Door) -> None:
    admin, other = await admin_of(door), await door.key(AccessRole.ADMINISTRATOR)
    given = f'{ACTS["addKey"]}, requestId: "r"'
    await act(door, admin, "addKey", given)
    found = await act(door, other, "addKey", given)
    assert found["userErrors"] == [{"code": "REQUEST_ID_CONFLICT", "path": ["input", "requestId"]}]


async def test_what_was_refused_may_be_sent_again(door: Door) -> None:
    admin = await admin_of(door)
    given = 'name: "wang", roles: [VIEWER], requestId: "r"'
    assert (await act(door, admin, "addKey", given))["userErrors"][0]["code"] == "BAD_INPUT", "the name is taken"
    await act(door, admin, "revokeAccess", 'name: "wang"')
    assert (await act(door, admin, "addKey", given))["secret"]


async def test_of_many_at_once_one_tells_the_secret(door: Door) -> None:
    admin = await admin_of(door)
    given = f'{ACTS["addKey"]}, requestId: "r"'
    found = await asyncio.gather(*(act(door, admin, "addKey", given) for _ in range(6)))
    assert len([each for each in found if each["secret"]]) == 1
    assert len({each["key"]["id"] for each in found}) == 1


async def test_ids_are_forgotten_after_thirty_days_or_a_thousand(door: Door) -> None:
    assert MOST == 1_000
    admin = await admin_of(door)
    given = 'name: "wang", requestId: "r"'
    await act(door, admin, "resetPassword", given)
    door.now += timedelta(days=30)
    await act(door, admin, "resetPassword", 'name: "wang", requestId: "later"')
    assert (await act(door, admin, "resetPassword", given))["repeated"] is False


ELEVATE = """mutation($id: String, $minutes: Int! = 30) {
  elevate(input: {reason: "失联", minutes: $minutes, requestId: $id}) { until repeated userErrors { code path } } }"""
END = "mutation($id: String) { endElevation(requestId: $id) { until repeated userErrors { code path } } }"


async def test_elevating_twice_by_one_id_does_not_last_longer(door: Door) -> None:
    key = await door.key(AccessRole.PLANNER)
    until = (door.now + timedelta(minutes=30)).isoformat()
    for repeated in (False, True, True):
        found = (await door.ask(key, ELEVATE, id="e")).json()["data"]["elevate"]
        assert found == {"until": until, "repeated": repeated, "userErrors": []}
        door.now += timedelta(minutes=20)
    seen = (await door.ask(key, "{ viewer { elevatedFor } }")).json()["data"]["viewer"]
    assert seen == {"elevatedFor": ""} or seen == {"elevatedFor": None}, "over, and not begun again"
    assert [line.entry.what for line in door.audit.lines()] == ["elevate 30 min"]
    wrong = (await door.ask(key, ELEVATE, id="e", minutes=5)).json()["data"]["elevate"]
    assert wrong["userErrors"] == [{"code": "REQUEST_ID_CONFLICT", "path": ["input", "requestId"]}]


async def test_a_late_repeat_of_an_end_does_not_end_the_next_one(door: Door) -> None:
    key = await door.key(AccessRole.PLANNER)
    await door.ask(key, ELEVATE, id="1")
    assert (await door.ask(key, END, id="2")).json()["data"]["endElevation"]["repeated"] is False
    await door.ask(key, ELEVATE, id="3")
    assert (await door.ask(key, END, id="2")).json()["data"]["endElevation"]["repeated"] is True
    assert (await door.ask(key, "{ viewer { elevatedFor } }")).json()["data"]["viewer"] == {"elevatedFor": "失联"}
    door.now += timedelta(days=2)
    assert (await door.ask(key, END, id="2")).json()["data"]["endElevation"]["repeated"] is False, "forgotten"
    wrong = (await door.ask(key, END, id="a b")).json()["data"]["endElevation"]
    assert wrong["userErrors"] == [{"code": "BAD_INPUT", "path": ["input", "requestId"]}]
