"""The board in a browser: what it shows, by keyboard alone, live, and while nothing answers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.console.conftest import Act
from tests.console.room import Room

OPEN = "mutation ($i: OpenIncidentInput!) { openIncident(input: $i) { incident { id number } userErrors { code } } }"
Enter = Callable[..., Room]


def test_the_first_paint_is_quick_and_light(room: Enter) -> None:
    page = room().at("board")
    weighs = page.evaluate(
        "performance.getEntriesByType('resource').reduce((sum, each) => sum + each.encodedBodySize, 0)"
    )
    assert weighs < 150_000, "bytes as sent, all modules and answers of the board"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("theme", ["day", "dark"])
def test_everybody_can_read_it(room: Enter, language: str, theme: str, act: Act) -> None:
    act(OPEN, i={"title": "没有地点的来电", "level": "IV"})
    mine = room(language=language, theme=theme)
    mine.at("board").wait_for_selector("text=没有地点的来电")
    assert mine.not_accessible() == []


def test_an_incident_is_opened_by_keyboard_alone(room: Enter) -> None:
    mine = room()
    page = mine.at("board")
    mine.press("n", ":东湖一线跳闸", "Tab", ":dhyx")
    page.wait_for_selector(".picker li")
    mine.press("Enter")
    page.wait_for_selector(".picker .taken")
    page.locator("#field-title").press("Enter")
    page.wait_for_url("**/#/incident/*")


def test_what_others_do_is_there_at_once(room: Enter, act: Act) -> None:
    page = room().at("board")
    act(OPEN, i={"title": "另一台席位立案"})
    page.wait_for_selector("text=另一台席位立案")


def test_a_broken_line_is_said_at_once_with_the_age(room: Enter) -> None:
    mine = room()
    page = mine.at("board")
    page.context.set_offline(True)
    page.wait_for_selector(".banner.late")
    assert "线路中断：所见为" in page.inner_text(".banner.late")
    page.context.set_offline(False)
    page.wait_for_selector(".line-live")
    mine.wrong[:] = [each for each in mine.wrong if "net::ERR" not in each and "WebSocket" not in each]


def test_search_groups_what_it_finds_and_opens_it(room: Enter) -> None:
    mine = room()
    page = mine.at("board")
    mine.press("/", ":linjianghuagong")
    page.wait_for_selector("[role=option]")
    assert page.locator(".search .kind").count() >= 1
    mine.press("ArrowDown", "ArrowUp", "Enter")
    page.wait_for_url("**/#/*/*")


def test_keys_are_listed_and_preferences_are_all_that_is_kept(room: Enter) -> None:
    mine = room()
    page = mine.at("board")
    mine.press("?")
    page.wait_for_selector("dialog[open] table.keys")
    assert "立案" in page.inner_text("dialog[open]")
    mine.press("Escape", "z", "d", "+")
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert page.evaluate("Object.keys(localStorage)") == ["baodian"]
    assert '\\"language\\":\\"en\\",\\"theme\\":\\"dark\\",\\"size\\":19' in kept
    assert page.get_attribute("html", "lang") == "en"


@pytest.mark.parametrize(("keys", "place"), [("Shift+Enter", ""), ("Alt+Enter", "who"), ("Control+Enter", "planner")])
def test_a_second_key_acts_on_what_is_found(room: Enter, keys: str, place: str) -> None:
    mine = room()
    page = mine.at("board")
    mine.press("/", ":1021")
    page.wait_for_selector("[role=option]")
    mine.press(keys)
    if place:
        page.wait_for_url(f"**/#/{place}/*")
    else:
        page.wait_for_selector("dialog[open] #field-title")
