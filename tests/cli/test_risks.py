"""`baodian risks`."""

from __future__ import annotations

from tests.cli.conftest import Shell
from tests.drawing import batch

CITY = """
    G1 - CB9 - B1 - CB1 - S1>C1
    B1 - CB2 - S2>C1
    B1 - CB3 - S3>C2
"""


def test_what_is_weak(shell: Shell):
    shell.fill(batch(CITY, C2={"importance": "SECOND"}))
    text = shell("risks").stdout
    assert "2 supply risks" in text
    assert "single point" in text
    assert "SUPPLIES: 1 < 2" in text
    found = shell.json("risks", "C1", "--kind", "SINGLE_POINT")
    assert found["total"] == 1
    assert [each["id"] for each in found["risks"][0]["things"]] == ["B1", "CB9", "G1"]
    assert "1 more: --first 2" in shell("risks", "--first", "1").stdout


def test_every_single_fault(shell: Shell):
    shell.fill(batch(CITY))
    text = shell("risks", "--sweep", "--first", "2").stdout
    assert "single faults" in text
    assert "more: --first" in text
    found = shell.json("risks", "--sweep")
    assert found["contingencies"][0]["lost"]["ORDINARY"] == 2
    assert found["swept"] == 9
    assert "leave" in shell("risks", "C1", "--sweep", code=2).stderr
