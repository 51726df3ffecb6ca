"""What somebody wrote may hold a number: masked for whoever has no need, also in incidents and reports of switches."""

from __future__ import annotations

import json
from typing import Any

import pytest

from schema.access import AccessRole
from tests.graphql.access.conftest import Door

NUMBER = "13955550001"
CHANGES = [
    'openIncident(input: {id: "I1", title: "全停", equipment: ["B1"], by: "张三 %s", source: "热线 %s", note: "%s"})',
    'addEvidence(input: {incident: "I1", kind: CALL, things: ["C1"], source: "热线 %s", by: "张三 %s", note: "%s"})',
    'recordCall(input: {incident: "I1", person: "P1", outcome: REACHED, by: "张三 %s", source: "手机 %s", note: "%s"})',
    'setSwitchPosition(input: {switch: "B2", position: OPEN, by: "李 %s", source: "电话 %s"})',
]
ASKED = """{ incident(id: "I1") { name stateAt { openedBy evidence { source } calls { by } }
  timeline { nodes { by source details text note } } }
  switchesOffNormal { nodes { by source } } node(id: "B2") { ... on Switch { positionBy positionSource } } }"""


async def changed(door: Door, key: dict[str, str], change: str) -> Any:
    asked = change.replace("%s", NUMBER)
    return (await door.ask(key, f"mutation {{ {asked} {{ userErrors {{ code path message }} }} }}")).json()


async def test_who_has_no_need_sees_no_number_that_was_written(door: Door) -> None:
    dispatcher = await door.key(AccessRole.DISPATCHER)
    for each in CHANGES:
        (made,) = (await changed(door, dispatcher, each))["data"].values()
        assert made["userErrors"] == []
    seen = json.dumps((await door.ask(dispatcher, ASKED)).json()["data"], ensure_ascii=False)
    assert seen.count(NUMBER) > 8
    for role in (AccessRole.VIEWER, AccessRole.AUDITOR, AccessRole.INTEGRATOR):
        hidden = (await door.ask(await door.key(role), ASKED)).json()
        assert "errors" not in hidden
        assert NUMBER not in json.dumps(hidden, ensure_ascii=False), role


@pytest.mark.parametrize(
    "title", [NUMBER, "致电 139 5555 0001", "139-5555-0001 来电", "(139)5555(0001)", "写信 a.b@x.cn"]
)
async def test_a_title_holds_no_number(door: Door, title: str) -> None:
    dispatcher = await door.key(AccessRole.DISPATCHER)
    made = await changed(door, dispatcher, f'openIncident(input: {{title: "{title}"}})')
    (wrong,) = made["data"]["openIncident"]["userErrors"]
    assert wrong["path"] == ["input", "title"]


async def test_switching_for_an_incident_is_work_on_it(door: Door) -> None:
    dispatcher, machine = await door.key(AccessRole.DISPATCHER), await door.key(AccessRole.INTEGRATOR)
    await changed(door, dispatcher, 'openIncident(input: {id: "I1", title: "全停", equipment: ["B1"]})')
    act = 'operations: [{switch: "B2", position: OPEN}]'
    refused = await changed(door, machine, f'recordSwitching(input: {{{act}, incident: "I1"}})')
    assert refused["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert (await changed(door, machine, f"recordSwitching(input: {{{act}}})"))["data"]["recordSwitching"] is not None


async def test_a_call_goes_to_a_number_of_whom_it_names(door: Door) -> None:
    dispatcher = await door.key(AccessRole.DISPATCHER)
    await changed(door, dispatcher, 'openIncident(input: {id: "I1", title: "全停", equipment: ["B1"]})')
    call = 'recordCall(input: {incident: "I1", person: "%P", contact: "K1", outcome: REACHED})'
    other = await changed(door, dispatcher, call.replace("%P", "P2"))
    assert other["data"]["recordCall"]["userErrors"][0]["path"] == ["input", "contact"]
    own = await changed(door, dispatcher, call.replace("%P", "P1"))
    assert own["data"]["recordCall"]["userErrors"] == []
