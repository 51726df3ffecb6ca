"""`baodian risks`."""

from __future__ import annotations

from graph_api.cli.risk import screen
from graph_api.cli.risk.risks import Risk
from graph_api.services.risk.supply_risks import RiskKind
from loaders.drawing import batch
from schema.supply_rules import SupplyDemand
from schema.vocabulary import Importance
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
    assert "supplies in service:" in text
    assert "1 < 2" in text
    found = shell.json("risks", "C1", "--kind", "SINGLE_POINT")["supplyRisks"]
    assert found["totalCount"] == 1
    assert [each["id"] for each in found["nodes"][0]["things"]] == ["B1", "CB9", "G1"]
    assert "1 more are not shown: --first 2" in shell("risks", "--first", "1").stderr
    assert len(shell.json("risks", "--first", "1")["supplyRisks"]["nodes"]) == 2


def test_what_is_weak_in_chinese(shell: Shell):
    shell.fill(batch(CITY, C2={"importance": "SECOND"}))
    text = shell("--lang", "zh", "risks").stdout
    assert "供电隐患 2 项" in text
    assert "各路电源共用单一元件" in text
    assert "供电电源路数" in text
    assert "二级" in text


def test_shares_are_percent():
    risk = {"demand": "BRIDGED_IN_TIME", "found": 0.5, "required": 1, "source": "practice: by hand (K)"}
    assert screen.demand(risk) == "security loads fed again in time:\n50% < 100%\n(practice, clause not verified)"


def test_what_the_service_knows_has_its_word():
    assert set(screen.RISKS) == {each.value for each in RiskKind} == {each.value for each in Risk}
    assert set(screen.DEMANDS) == {each.value for each in SupplyDemand}
    assert set(screen.CLASSES) == {each.value for each in Importance}


def test_every_single_fault(shell: Shell):
    shell.fill(batch(CITY))
    text = shell("risks", "--sweep", "--first", "2").stdout
    assert "single faults" in text
    assert "are not shown: --first" in shell("risks", "--sweep", "--first", "2").stderr
    found = shell.json("risks", "--sweep")
    assert found["contingencies"]["nodes"][0]["lost"] == [{"importance": "ORDINARY", "count": 2}]
    assert found["screening"]["swept"] == 9
    assert "leave" in shell("risks", "C1", "--sweep", code=2).stderr


def test_pairs_and_ties(shell: Shell):
    shell.fill(batch("G1 - CB1 - L1 - LS1 - L2 - S1>C1\nL2 - LS9/ - B2 - G2\nB2 - S2>C1", C1={"importance": "SPECIAL"}))
    assert "pairs cut it off" in shell("risks", "--pairs").stdout
    [point] = shell.json("risks", "--pairs")["cutPairs"]["nodes"]
    assert point["customer"]["id"] == "C1"
    assert point["pairCount"] == len(point["pairs"]) == 18
    assert "16 more are not shown" in shell("risks", "--pairs", "--first", "2").stderr
    assert "LS9" in shell("risks", "--ties").stdout
    [tie] = shell.json("risks", "--ties")["tieWorths"]["nodes"]
    assert tie["tie"]["id"] == "LS9"
    assert "leave --kind" in shell("risks", "--pairs", "--kind", "COMMON_CAUSE", code=2).stderr
    assert "one of" in shell("risks", "--ties", "--pairs", code=2).stderr


def test_a_customer_by_part_of_the_name(shell: Shell):
    """What one alone holds is enough; what several hold is listed; what is no customer is called what it is."""
    names = {"C1": {"name": "临江市丹溪行政中心"}, "C2": {"name": "临江市义坊行政中心"}, "B1": {"name": "城中一母"}}
    shell.fill(batch(CITY, **names))
    assert {each["customer"]["id"] for each in shell.json("risks", "丹溪行政中心")["supplyRisks"]["nodes"]} == {"C1"}
    refused = shell("risks", "行政中心", code=2).stderr
    assert "C1  " in refused
    assert "临江市丹溪行政中心" in refused
    assert "C2  " in refused
    assert "临江市义坊行政中心" in refused
    assert "城中一母" in shell("risks", "城中一母", code=2).stderr
    assert "Nothing in the graph" in shell("risks", "没有的东西", code=2).stderr
