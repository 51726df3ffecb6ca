"""The explorer: from thing to thing by meaning, ways between two, and where facts come from."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.console.conftest import Act
from tests.console.room import Room

Enter = Callable[..., Room]
FEEDER, HEAD, CUSTOMER = "LJ:FDR:1021", "LJ:CB:1021", "LJ:CUS:1"
WAYS = "query ($a: ID!, $b: ID!) { paths(from: $a, to: $b, maxHops: 12, first: 1) { nodes { length } } }"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_links_lead_on_by_meaning(room: Enter, language: str) -> None:
    mine = room(language=language)
    page = mine.at(f"explore/{FEEDER}")
    page.wait_for_selector(f"li[data-thing='{HEAD}']")
    assert mine.not_accessible() == []
    page.locator(f"li[data-thing='{HEAD}'] a[data-row]").first.press("Enter")
    page.wait_for_url(f"**/#/explore/{HEAD.replace(':', '%3A')}")
    page.wait_for_selector(f"li[data-thing='{FEEDER}']")


def test_a_way_between_two_things_is_as_long_as_the_service_says(room: Enter, act: Act) -> None:
    page = room().at(f"explore/{FEEDER}?to={CUSTOMER}")
    page.wait_for_selector(f"ol li[data-thing='{CUSTOMER}']")
    (way,) = act(WAYS, a=FEEDER, b=CUSTOMER)["paths"]["nodes"]
    assert page.locator("ol").first.locator("li").count() == way["length"] + 1
