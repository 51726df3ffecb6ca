"""Pictures in the page: chosen by key and click, what is clicked is assumed and not recorded, states without colour."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.console.conftest import Act
from tests.console.room import Room

Enter = Callable[..., Room]
FEEDER, CUSTOMER = "LJ:FDR:1051", "LJ:CUS:1"
SECTION = "LJ:SW:1051:O2"
POSITION = "query ($id: ID!) { node(id: $id) { ... on Switch { currentPosition } } }"
OUT = """query ($assume: [SwitchAssumption!]!) {
  impact(equipment: [], cause: OPENED, assume: $assume) { customers(first: 1) { totalCount } } }"""


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("screen", [f"planner/{FEEDER}", f"customer/{CUSTOMER}"])
def test_everybody_can_read_it(room: Enter, screen: str, language: str) -> None:
    mine = room(language=language)
    page = mine.at(screen)
    page.wait_for_selector(".picture svg")
    assert mine.not_accessible() == []


def test_a_clicked_switch_is_assumed_and_nothing_is_recorded(room: Enter, act: Act) -> None:
    page = room().at(f"planner/{FEEDER}")
    page.locator(f'.picture [data-id="{SECTION}"] > g').click()
    page.wait_for_selector(".banner.note")
    page.wait_for_selector(f'.picture [data-id="{SECTION}"] .halo')
    falls = act(OUT, assume=[{"switch": SECTION, "position": "OPEN"}])["impact"]["customers"]["totalCount"]
    assert falls > 0
    page.wait_for_selector(f".panel .count:text-is('{falls}')")
    assert act(POSITION, id=SECTION)["node"]["currentPosition"] == "CLOSED"
    assert "assume=" in page.url
    page.locator(f'.picture [data-id="{SECTION}"] > g').click()
    page.wait_for_function("!document.querySelector('.banner.note')")


def test_what_is_assumed_stands_in_the_address_and_is_cleared_by_key(room: Enter) -> None:
    mine = room()
    page = mine.at(f"planner/{FEEDER}?assume=%2F{SECTION}")
    page.wait_for_selector(f'.picture .node.lost, .picture [data-id="{SECTION}"] .halo')
    mine.press("x")
    page.wait_for_function("!document.querySelector('.banner.note')")


def test_weak_spots_lead_to_their_picture(room: Enter) -> None:
    mine = room()
    page = mine.at("planner")
    page.wait_for_selector("ol.list a[data-row]")
    assert mine.not_accessible() == []
    page.locator("ol.list a[data-row]").first.press("Enter")
    page.wait_for_selector(".picture svg, .trouble")


def test_a_picture_is_walked_by_arrows_and_zoomed_by_keys(room: Enter) -> None:
    mine = room()
    page = mine.at(f"customer/{CUSTOMER}")
    sheet = page.locator(".picture .sheet")
    page.wait_for_selector(".picture svg")
    sheet.focus()
    size = "document.querySelector('.picture svg').getBoundingClientRect().width"
    wide = page.evaluate(size)
    mine.press("+")
    page.wait_for_function(f"(old) => {size} > old", arg=wide)
    mine.press("ArrowRight", "ArrowRight")
    page.wait_for_selector(".chosen-part[data-thing]")
    first = page.locator(".chosen-part").get_attribute("data-thing")
    mine.press("ArrowRight")
    page.wait_for_function("(old) => document.querySelector('.chosen-part').dataset.thing !== old", arg=first)
    assert page.locator(".picture .chosen").count() == 1


def test_the_policy_of_the_page_lets_the_picture_be_drawn(room: Enter) -> None:
    mine = room(bypass=False)
    mine.page.goto(f"{mine.address}/#/customer/{CUSTOMER}")
    mine.page.wait_for_selector(".picture svg .bar", state="attached")
    assert mine.page.locator(".picture [data-id]").count() > 10


def test_two_states_stand_beside_each_other_and_are_kept_as_a_file(room: Enter, act: Act) -> None:
    mine = room()
    page = mine.at(f"planner/{FEEDER}?assume=%2F{SECTION}")
    page.wait_for_selector("h2:has-text('变化的设备')")
    mine.press("c")
    page.wait_for_function("document.querySelectorAll('.picture svg').length === 2")
    now, then = page.locator(f'.picture [data-id="{SECTION}"]').all()
    assert now.locator(".halo").count() == 0
    assert then.locator(".halo").count() == 1
    assert page.inner_text("table.changed tbody tr >> nth=0").split("\n")[0].strip()
    falls = act(OUT, assume=[{"switch": SECTION, "position": "OPEN"}])["impact"]["customers"]["totalCount"]
    with page.expect_download() as kept:
        page.locator("section[aria-label='受影响客户'] a[download]").press("Enter")
    rows = kept.value.path().read_text("utf-8-sig").splitlines()
    assert len(rows) == falls + 1, "all whom it changes, and a heading"
    assert mine.not_accessible() == []


def test_weak_spots_have_supplies_and_findings_beside_faults(room: Enter) -> None:
    page = room().at("planner")
    for name in ("单一故障", "电源薄弱点", "应急准备问题"):
        page.wait_for_selector(f"section[aria-label*='{name}'] a[download]")
