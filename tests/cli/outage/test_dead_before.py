"""What the screen says of things that were dead before they were asked about."""

from __future__ import annotations

from typing import Any

from graph_api.cli.outage.screen import dead_before
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
