"""The other screens: each can be read in both languages, and the printed plan holds its numbers."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from pypdf import PdfReader

from tests.console.conftest import Act
from tests.console.room import Room

Enter = Callable[..., Room]
PLANT, FEEDER = "LJ:CUS:6", "LJ:FDR:1021"
OPEN = "mutation ($i: OpenIncidentInput!) { openIncident(input: $i) { userErrors { message } } }"
SCREENS = [f"customer/{PLANT}", f"who/{FEEDER}", f"sheet/{FEEDER}", "roster", "drills", "admin"]
NUMBERS = """query ($id: ID!) { node(id: $id) { ... on Customer {
  receivingPoints { loads { name kw } supplySources { name } }
  plan { currentVersion { versionNumber procedures { steps { text } } guides { waypoints { text } } } }
  responsibility { byRole { first { person { name } number { value } } } } } } }"""


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("screen", SCREENS)
def test_everybody_can_read_it(room: Enter, screen: str, language: str) -> None:
    mine = room(language=language, who="administrator" if screen == "admin" else "dispatcher")
    page = mine.at(screen)
    assert len(page.inner_text("main")) > 10
    assert mine.not_accessible() == []


LEFT_OUT = """[...document.querySelectorAll('.picture svg :is(path, text, circle, rect)')]
  .filter((each) => getComputedStyle(each).display === 'none').map((each) => each.outerHTML.slice(0, 80))"""
"""What of a picture is not shown."""


def test_the_printed_plan_holds_its_numbers(room: Enter, act: Act) -> None:
    page = room().at(f"customer/{PLANT}")
    page.wait_for_selector(".picture svg .bar", state="attached")
    page.emulate_media(media="print")
    assert page.evaluate(LEFT_OUT) == [], "a busbar was, once"
    text = "".join(each.extract_text() for each in PdfReader(io.BytesIO(page.pdf(format="A4"))).pages)
    dense = "".join(text.split())
    customer = act(NUMBERS, id=PLANT)["node"]
    rows = [each["first"] for each in customer["responsibility"]["byRole"]]
    numbers = [row["number"]["value"] for row in rows if row["number"]]
    assert len(numbers) > 5
    assert [each for each in numbers if each not in dense] == []
    steps = [step["text"] for each in customer["plan"]["currentVersion"]["procedures"] for step in each["steps"]]
    digits = "".join(each for each in dense if each.isdigit())
    wanted = ["".join(sign for sign in step if sign.isdigit()) for step in steps]
    assert [each for each in wanted if each not in digits] == [], "every number of every step"


def test_a_week_of_a_roster_is_turned_by_keys(room: Enter) -> None:
    mine = room()
    page = mine.at("roster")
    page.locator("a[data-row]").first.press("Enter")
    page.wait_for_selector("table.rows tr.current")
    first = page.inner_text("table.rows tbody tr >> nth=0")
    mine.press("ArrowRight")
    page.wait_for_function("(old) => document.querySelector('table.rows tbody tr')?.innerText !== old", arg=first)
    assert "week=1" in page.url


def test_a_phone_shows_the_guide_without_scrolling_sideways(room: Enter, act: Act) -> None:
    act(OPEN, i={"title": "Nameof60characterswithoutanyplacetobreakitintotwolinesatallxx"})
    for screen in ("board", f"customer/{PLANT}"):
        page = room(width=390, height=844).at(screen)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390, screen


def test_an_administrator_gives_a_key_and_takes_it_back(room: Enter) -> None:
    mine = room(who="administrator")
    page = mine.at("admin")
    page.wait_for_selector("h2:has-text('密钥')")
    mine.press("K", ":desk-7", "Enter")
    page.wait_for_selector("main code")
    assert page.inner_text("main code").startswith("bd_")
    row = page.locator("li[data-row]:has(b:text-is('desk-7'))")
    row.focus()
    mine.press("u", "Enter")
    row.locator("text=已撤销").wait_for()
    page.reload()
    page.wait_for_selector("h2:has-text('密钥')")
    assert page.locator("main code").count() == 0, "it is kept nowhere"


def test_a_drill_is_begun_and_stays_apart(room: Enter) -> None:
    mine = room()
    page = mine.at("drills")
    mine.press("n", "Tab", ":beiguerxian")
    page.wait_for_selector(".picker li")
    mine.press("Enter")
    page.wait_for_selector(".picker .taken")
    page.locator("dialog[open] button[type=submit]").press("Enter")
    page.wait_for_url("**/#/incident/*")
    page.wait_for_selector("h1:has-text('演练')")


def test_a_viewer_sees_masked_numbers_and_logs_in_to_act(room: Enter) -> None:
    mine = room(who="")
    page = mine.at(f"customer/{PLANT}")
    assert page.locator("a[href^='tel:']").count() == 0
    mine.press("n")
    page.locator("dialog[open] button[type=submit]").press("Enter")
    page.wait_for_selector("#login-name")
    mine.press("Escape")
    page.wait_for_selector("dialog[open] .trouble")
