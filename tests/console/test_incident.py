"""An incident played at the keyboard: evidence by two keys, steps read back and ticked, as it was before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.console.conftest import Act
from tests.console.room import Room

Enter = Callable[..., Room]
OPEN = "mutation ($i: OpenIncidentInput!) { openIncident(input: $i) { incident { id } userErrors { message } } }"
STATE = """query ($id: ID!) { incident(id: $id) { stateAt {
  evidence { evidenceKind positive things { id } } acknowledgedAt offNormal { id }
  checklists { steps { outcome } } } } }"""
LEFT = "query ($id: ID!) { incident(id: $id) { stateAt { left { zh: text en: text(lang: EN) } } } }"
CABLE, BREAKER = "LJ:SEG:1021:4", "LJ:CB:1021"


@pytest.fixture(scope="module")
def incident(act: Act) -> str:
    """An incident on the feeder with a chemical plant, as the reader of the README knows it."""
    made = act(OPEN, i={"title": "滨江一线跳闸", "equipment": [CABLE], "tripped": [BREAKER], "evenIfOpen": True})
    return str(made["openIncident"]["incident"]["id"])


def state(act: Act, incident: str) -> dict[str, Any]:
    return dict(act(STATE, id=incident)["incident"]["stateAt"])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_everybody_can_read_it(room: Enter, incident: str, language: str) -> None:
    mine = room(language=language)
    page = mine.at(f"incident/{incident}")
    page.wait_for_selector("table.customers tbody tr")
    page.wait_for_selector(".steps li")
    assert "临江化工二厂" in page.inner_text("table.customers tbody tr >> nth=0"), "people in danger first"
    assert mine.not_accessible() == []


def test_no_state_is_told_by_colour_alone(room: Enter, incident: str) -> None:
    page = room().at(f"incident/{incident}")
    page.wait_for_selector("table.customers tbody tr")
    for kind, marks in ((".late, .unacknowledged, .banner.late", "▲"), (".soon", "◆"), (".supply", "✕◐●")):
        told = page.locator(f"main :is({kind})").all_inner_texts()
        assert [each for each in told if not any(mark in each for mark in marks)] == [], kind


def test_the_night_by_keyboard_alone(room: Enter, act: Act, incident: str) -> None:
    mine = room()
    page = mine.at(f"incident/{incident}")
    page.wait_for_selector("table.customers tbody tr")
    mine.press("a")
    page.wait_for_selector(".said:not(:empty)")
    assert state(act, incident)["acknowledgedAt"]
    plant = page.locator("table.customers a[data-row]").first
    plant.focus()
    mine.press("e", "1")
    page.wait_for_selector("text=已收到的故障信息")
    (told,) = state(act, incident)["evidence"]
    assert (told["evidenceKind"], told["positive"]) == ("CALL", True)
    plant.focus()
    mine.press("p")
    page.wait_for_selector("h2:has-text('处置步骤')")
    page.locator("section:has(h2:has-text('处置步骤')) li[data-row]").first.focus()
    mine.press("t")
    page.wait_for_selector("text=☑")
    assert "DONE" in [step["outcome"] for step in state(act, incident)["checklists"][0]["steps"]]


def test_a_step_of_the_plan_is_read_back_before_it_is_recorded(room: Enter, act: Act, incident: str) -> None:
    mine = room()
    page = mine.at(f"incident/{incident}")
    step = page.locator("section:has(h2:has-text('恢复方案')) li[data-row]").first
    step.wait_for()
    before, text = len(state(act, incident)["offNormal"]), step.locator(".text").inner_text().splitlines()[0]
    step.focus()
    mine.press("t")
    assert page.locator("dialog[open] .readback").inner_text() == text
    mine.press("Enter")
    page.wait_for_selector("dialog[open]", state="hidden")
    assert len(state(act, incident)["offNormal"]) == before + 1


def test_a_step_that_cannot_be_done_is_planned_around(room: Enter, act: Act, incident: str) -> None:
    mine = room()
    page = mine.at(f"incident/{incident}")
    step = page.locator("section:has(h2:has-text('恢复方案')) li[data-row]", has_text="拉开").first
    step.wait_for()
    step.focus()
    mine.press("u")
    page.wait_for_selector("dialog[open] #field-note")
    mine.press(":机构卡涩", "Control+Enter")
    page.wait_for_selector("dt:has-text('无法操作的开关')")
    (refused,) = act("query ($id: ID!) { incident(id: $id) { stateAt { refused { id name } } } }", id=incident)[
        "incident"
    ]["stateAt"]["refused"]
    assert refused["name"] in page.inner_text(".facts")


def test_what_is_missing_is_shown_before_it_is_closed(room: Enter, incident: str) -> None:
    mine = room(language="en")
    page = mine.at(f"incident/{incident}")
    page.wait_for_selector(".acts")
    mine.press("w")
    assert "Left to do" in page.inner_text("dialog[open] .readback")
    mine.press("Escape")
    page.wait_for_selector("dialog[open]", state="hidden")


def test_a_session_that_ends_in_the_middle_loses_nothing(room: Enter, incident: str) -> None:
    mine = room()
    page = mine.at(f"incident/{incident}")
    page.wait_for_selector(".acts")
    mine.press("m", ":记一笔")
    page.context.clear_cookies()
    page.locator("dialog[open] button[type=submit]").press("Enter")
    page.wait_for_selector("#login-name")
    page.locator(".demo button", has_text="dispatcher").press("Enter")
    page.wait_for_selector("text=已登记。")
    page.wait_for_selector(".timeline >> text=记一笔")
    mine.wrong[:] = [each for each in mine.wrong if "403" not in each and "401" not in each]


def test_as_it_was_is_in_the_address_and_read_only(room: Enter, act: Act, incident: str) -> None:
    opened = act("query ($id: ID!) { incident(id: $id) { stateAt { openedAt } } }", id=incident)
    at = opened["incident"]["stateAt"]["openedAt"]
    page = room().at(f"incident/{incident}?at={at.replace('+', '%2B')}")
    page.wait_for_selector("text=所示为")
    assert page.locator(".acts, .rowacts button").count() == 0


def test_the_map_stands_beside_the_one_line(room: Enter, incident: str) -> None:
    mine = room()
    page = mine.at(f"incident/{incident}")
    page.wait_for_selector(".picture svg")
    mine.press("M")
    page.wait_for_selector("section[aria-label='地理位置图'] .picture svg")
    assert "map=1" in page.url
    assert page.locator("section[aria-label='地理位置图'] .picture [data-id]").count() > 10
    assert mine.not_accessible() == []
    mine.press("M")
    page.wait_for_selector("section[aria-label='地理位置图']", state="detached")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_hand_over_sheet_holds_what_is_open(room: Enter, act: Act, incident: str, language: str) -> None:
    mine = room(language=language)
    page = mine.at(f"incident/{incident}")
    page.wait_for_selector(".acts")
    mine.press("H")
    page.wait_for_selector("table.signatures")
    left = act(
        "query ($id: ID!) { incident(id: $id) { stateAt { left { zh: text en: text(lang: EN) } } } }", id=incident
    )
    for each in left["incident"]["stateAt"]["left"]:
        assert each[language] in page.inner_text("main")
    assert mine.not_accessible() == []
