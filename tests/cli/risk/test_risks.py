"""`baodian risks`."""

from __future__ import annotations

from loaders.drawing import batch
from tests.cli.conftest import Shell

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


def test_pairs_and_ties(shell: Shell):
    shell.fill(batch("G1 - CB1 - L1 - LS1 - L2 - S1>C1\nL2 - LS9/ - B2 - G2\nB2 - S2>C1", C1={"importance": "SPECIAL"}))
    assert "pairs cut it off" in shell("risks", "--pairs").stdout
    [point] = shell.json("risks", "--pairs")["points"]
    assert point["customer"]["id"] == "C1"
    assert point["total"] == 18
    assert "LS9" in shell("risks", "--ties").stdout
    [tie] = shell.json("risks", "--ties")["ties"]
    assert tie["tie"]["id"] == "LS9"
    assert "one of" in shell("risks", "--ties", "--pairs", code=2).stderr


def test_a_customer_by_part_of_the_name(shell: Shell):
    """What one alone holds is enough; what several hold is listed; what is no customer is called what it is."""
    names = {"C1": {"name": "临江市丹溪行政中心"}, "C2": {"name": "临江市义坊行政中心"}, "B1": {"name": "城中一母"}}
    shell.fill(batch(CITY, **names))
    assert {each["customer"]["id"] for each in shell.json("risks", "丹溪行政中心")["risks"]} == {"C1"}
    refused = shell("risks", "行政中心", code=2).stderr
    assert "C1  临江市丹溪行政中心" in refused
    assert "C2  临江市义坊行政中心" in refused
    assert "B1  城中一母" in shell("risks", "城中一母", code=2).stderr
    assert "Nothing in the graph" in shell("risks", "没有的东西", code=2).stderr
