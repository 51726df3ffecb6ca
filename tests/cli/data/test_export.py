"""Answers as files."""

import csv

import openpyxl
import pytest

from loaders.drawing import batch

CITY = """
    F1 = CB1
    F2 = CB2
    G1 - B1 - CB1 - L1 - S1>C1
    B1 - CB2/ - S2>C2
"""


@pytest.fixture
def city(shell):
    shell.fill(
        batch(CITY, F1={"name": "10kV 滨江一线", "source_key": "901"}, C1={"source_key": "UC-1"}, S1={"nominal_kv": 10})
    )
    return shell


def read(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_upstream_begins_with_customer_feeder_transformer(city, tmp_path):
    out = tmp_path / "deep" / "up.csv"
    shown = city("export", "upstream", "--out", str(out))
    rows = read(out)
    assert list(rows[0])[:3] == ["customer", "feeder", "transformer"]
    assert [(row["customer"], row["feeder"]) for row in rows] == [("UC-1", "901"), ("C2", "")]
    assert rows[1]["finding"] == "not reached from any source now"
    assert "not reached from any source now" in shown.stdout
    assert "2 customers, 1 with a finding" in shown.stderr


def test_upstream_as_workbook_and_counts_as_json(city, tmp_path):
    out = tmp_path / "up.xlsx"
    counts = city.json("export", "upstream", "--out", str(out))
    assert counts["feeders"] == {"901": 1, "": 1}
    assert counts["customers"] == 2
    assert openpyxl.load_workbook(out).active["A2"].value == "UC-1"


def test_names_are_no_markup(shell):
    shell.fill(batch("G1 - EC1", EC1={"name": "[bold]水厂[/bold]"}))
    assert "[bold]水厂[/bold]" in shell("search", "水厂").stdout


def test_upstream_without_findings(shell, tmp_path):
    shell.fill(batch("F1 = CB1\nG1 - CB1 - S1>C1", S1={"nominal_kv": 10}))
    assert "Findings" not in shell("export", "upstream", "--out", str(tmp_path / "up.csv")).stdout


def test_unknown_suffix_says_which_are_known(city, tmp_path):
    assert ".xlsx" in city("export", "upstream", "--out", str(tmp_path / "up.docx"), code=2).stderr
