"""A customer's procedure as a check list: started for its state now, taken step by step, followed by another one."""

from __future__ import annotations

from typing import Any

import pytest

from graph_api.live.graph import LiveGraph
from tests.graphql.conftest import Api

LISTS = """{ incident(id: "I1") { stateAt { left { kind count } checklists {
  customer { id } procedure { id } startedBy runs openCount
  steps { step { id doer { role } } dueAt late outcome by reason }
} } timeline { nodes { entryType text(lang: EN) } } } }"""


async def done(api: Api, name: str, **given: Any) -> list[tuple[str, str]]:
    kind = f"{name[0].upper()}{name[1:]}Input"
    asked = f"mutation($i: {kind}!) {{ {name}(input: $i) {{ userErrors {{ code path message }} }} }}"
    found = (await api.data(asked, i={"by": "李建军", **given}))[name]["userErrors"]
    return [(each["code"], each["path"][-1]) for each in found]


@pytest.fixture
async def opened(api: Api, live: LiveGraph) -> Api:  # noqa: ARG001  (the city that the client asks)
    assert await done(api, "openIncident", id="I1", title="全停", equipment=["S1", "S2"], cause="OPENED") == []
    return api


async def test_step_by_step(opened: Api) -> None:
    assert await done(opened, "startProcedure", incident="I1", customer="C1") == []
    found = (await opened.data(LISTS))["incident"]["stateAt"]
    (checklist,) = found["checklists"]
    assert (checklist["customer"], checklist["procedure"], checklist["runs"]) == ({"id": "C1"}, {"id": "PROC"}, True)
    assert [each["step"]["id"] for each in checklist["steps"]] == ["STEP1", "STEP2"]
    assert {"kind": "STEPS_OPEN", "count": 2} in found["left"]
    assert await done(opened, "completeStep", incident="I1", customer="C1", step="STEP1") == []
    assert await done(opened, "skipStep", incident="I1", customer="C1-OLD", step="STEP2", note="发电机停用") == []
    found = (await opened.data(LISTS))["incident"]
    steps = found["stateAt"]["checklists"][0]["steps"]
    assert [(each["outcome"], each["by"], each["reason"]) for each in steps] == [
        ("DONE", "李建军", None),
        ("SKIPPED", "李建军", "发电机停用"),
    ]
    assert "STEPS_OPEN" not in {each["kind"] for each in found["stateAt"]["left"]}
    texts = [each["text"] for each in found["timeline"]["nodes"] if each["entryType"] in ("PROCEDURE", "STEP")]
    assert texts == [
        "临江市第一人民医院: 失电处置 started.",
        "临江市第一人民医院: done, 电话告知客户.",
        "临江市第一人民医院: skipped, with the reason, 启动应急发电.",
    ]


async def test_another_one_ends_the_one_before_and_keeps_what_was_done(opened: Api) -> None:
    await done(opened, "startProcedure", incident="I1", customer="C1")
    await done(opened, "completeStep", incident="I1", customer="C1", step="STEP1")
    await done(opened, "startProcedure", incident="I1", customer="C1", procedure="PROC")
    first, second = (await opened.data(LISTS))["incident"]["stateAt"]["checklists"]
    assert (first["runs"], first["steps"][0]["outcome"], first["openCount"]) == (False, "DONE", 0)
    assert (second["runs"], second["steps"][0]["outcome"], second["openCount"]) == (True, None, 2)


@pytest.mark.parametrize(
    ("name", "given", "told"),
    [
        ("startProcedure", {"customer": "?"}, [("UNKNOWN_ENTITY", "customer")]),
        ("startProcedure", {"customer": "R1"}, [("BAD_INPUT", "customer")]),
        ("startProcedure", {"customer": "C1", "procedure": "STEP1"}, [("BAD_INPUT", "procedure")]),
        ("completeStep", {"customer": "C1", "step": "STEP1"}, [("BAD_INPUT", "step")]),
        ("skipStep", {"customer": "C1", "step": "STEP1", "note": ""}, [("BAD_INPUT", "note"), ("BAD_INPUT", "step")]),
    ],
)
async def test_what_is_wrong_is_told(
    opened: Api, name: str, given: dict[str, Any], told: list[tuple[str, str]]
) -> None:
    assert await done(opened, name, incident="I1", **given) == told
