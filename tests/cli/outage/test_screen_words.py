"""What the screen of an impact says in words: of what was dead before, and beside each affected customer."""

from __future__ import annotations

from typing import Any

import pytest

from graph_api.cli.outage.screen import dead_before, notes
from schema.words import Language, text_of

LINE = {"id": "L1", "name": "滨江一线"}
SWITCH = {"id": "K1", "name": "K1"}


def _said(**why: Any) -> str:
    found = {"thing": LINE, "outOfService": [], "noSource": False, "cutOffBy": [], **why}
    return " ".join(text_of(line, Language.EN) for line in dead_before([found]))


def test_each_reason_has_its_sentence() -> None:
    assert "out of service before: K1" in _said(outOfService=[SWITCH])
    assert "No source" in _said(noSource=True)
    assert _said() not in ("", _said(noSource=True))


PLAIN: dict[str, Any] = {
    "back": False, "restoredBy": [], "before": "NORMAL", "limitsNotRecorded": [], "awaitingTransfer": None,
    "receivingPoints": [], "ownSources": [], "onEmergencySource": False, "withoutInterlock": [], "released": [],
    "singlePoint": None, "planUnapproved": False, "placeUnknown": [], "dependsOn": [],
}  # fmt: skip
POINT = {"transfer": None, "liveSources": [SWITCH, LINE]}
WAITS = {"opens": [], "suppliesOpened": [], "switches": [], "suppliesClosed": [], "supplies": [LINE],
         "doer": "CUSTOMER_ELECTRICIAN"}  # fmt: skip


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ({"back": True}, "back"),
        ({"back": True, "restoredBy": [SWITCH]}, "back, by K1"),
        ({"before": "LOST"}, "before: "),
        ({"limitsNotRecorded": [SWITCH]}, "urgent, limit not recorded: K1"),
        ({"awaitingTransfer": WAITS}, "transfer by hand: 滨江一线"),
        ({"awaitingTransfer": {**WAITS, "opens": [SWITCH]}}, "transfer by hand: open K1 ("),
        ({"awaitingTransfer": {**WAITS, "opens": [SWITCH], "switches": [LINE]}}, "open K1, then close 滨江一线"),
        ({"receivingPoints": [{**POINT, "transfer": {"automatic": True, "seconds": None}}]}, "automatic transfer"),
        ({"receivingPoints": [{**POINT, "transfer": {"automatic": True, "seconds": 2.5}}]}, "automatic transfer 2.5 s"),
        ({"onEmergencySource": True}, "on its own source"),
        ({"withoutInterlock": [SWITCH]}, "no interlock, mind back-feed: K1"),
        ({"released": [LINE]}, "live, but released: the electrician closes 滨江一线"),
        ({"singlePoint": SWITCH, "receivingPoints": [POINT]}, "all supplies hang on one element: K1"),
        ({"planUnapproved": True}, "plan not approved: no procedure counts"),
        ({"placeUnknown": [LINE]}, "if it hangs there on 滨江一线: its place is not recorded"),
        ({"dependsOn": [SWITCH]}, "depends on K1 (position unknown)"),
    ],
)
def test_each_thing_to_know_of_a_customer_is_one_line(known: dict[str, Any], told: str) -> None:
    assert list(notes(PLAIN)) == []
    (line,) = notes({**PLAIN, **known})
    assert told in text_of(line, Language.EN)


def test_who_opened_it_and_since_when_is_said_as_far_as_it_is_known() -> None:
    act = {"switch": SWITCH, "by": None, "source": None, "at": None}
    assert "K1 stood open, since when is not recorded" in _said(cutOffBy=[act])
    known = {**act, "at": "2026-11-23T02:00:00+08:00"}
    assert "K1 stood open since " in _said(cutOffBy=[known])
    assert "(李 电话)" in _said(cutOffBy=[{**known, "by": "李", "source": "电话"}])
