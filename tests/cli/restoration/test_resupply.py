"""`baodian resupply`."""

from __future__ import annotations

from loaders.drawing import batch
from tests.cli.conftest import Shell
from tests.services.restoration.test_planning import TIE


def test_the_plan_is_read_from_the_top(shell: Shell):
    shell.fill(batch(TIE))
    text = shell("resupply", "L2").stdout
    assert text.index("LS1") < text.index("close")
    assert "Still out" in text
    assert "4 operations" in text
    found = shell.json("resupply", "L2", "--fixed", "LS2")
    assert found["plans"][0]["steps"][0]["target"]["id"] == "LS1"
    assert {each["customer"]["id"] for each in found["plans"][0]["stillOut"]} >= {"C2", "C3"}


def test_a_feeder_names_no_place(shell: Shell):
    shell.fill(batch(TIE))
    assert "no place to cut out" in shell("resupply", "F1", code=2).stderr


def test_impact_when_isolated(shell: Shell):
    shell.fill(batch(TIE))
    text = shell("impact", "L2", "--isolated").stdout
    assert "isolated" in text
    assert "Opens" in text
    assert "one of" in shell("impact", "L2", "--isolated", "--opened", code=2).stderr
