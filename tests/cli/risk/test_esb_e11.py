"""ESB E11: the published cases and every other pattern, against the order of the devices along the feeder."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import pytest

from graph_api.benchmarks.esb_e11 import CASES, MODEL, read_esb_e11
from graph_api.errors import LoadError
from tests.cli.conftest import Shell
from tests.shared_data import shared_data

# the six devices that the operator asks, from the station on; R518 is a recloser: what lies behind it makes neither the
# breaker trip nor those before it lose supply
ASKED = ("E11:CB", "S696", "S507", "S508", "R518", "S509")
# the operator's decision tree (E11_circuit_decision_tree.xlsx): signals, and the devices that it names around the fault
DECISION_TREE = {
    ("E11:CB",): {"E11:CB", "S696"},
    ("E11:CB", "S696"): {"S696", "S507"},
    ("E11:CB", "S696", "S507"): {"S507", "S508"},
    ("E11:CB", "S696", "S507", "S508"): {"S508", "R518"},
    ("R518",): {"R518", "S509"},
    ("R518", "S509"): {"S509"},
}
# the tree says "Mal Operation" of all others; of these one fault is possible behind R518 while it refuses: the breaker
# trips, and all before it signal
REFUSED = {
    ("E11:CB", "S696", "S507", "S508", "R518"),
    ("E11:CB", "S696", "S507", "S508", "S509"),
    ("E11:CB", "S696", "S507", "S508", "R518", "S509"),
}


def test_every_pattern_is_as_the_operator_decides(shell: Shell) -> None:
    found = {
        frozenset(each["pattern"]): each for each in shell.json("benchmark", "esb-e11", str(shared_data("esb-e11")))
    }
    assert len(found) == 64
    one_fault = {frozenset(pattern): ends for pattern, ends in DECISION_TREE.items()}
    refused = set(map(frozenset, REFUSED))
    for size in range(7):
        for pattern in map(frozenset, combinations(ASKED, size)):
            verdict = found[pattern]["verdict"]
            if not pattern:
                assert verdict == "NO_FAULT"
            elif pattern in one_fault:
                assert verdict == "ONE_FAULT", pattern
                assert set(found[pattern]["between"]) == one_fault[pattern]
            elif pattern in refused:
                assert verdict == "ONE_FAULT_REFUSED", pattern
            else:
                assert verdict == "MISREPORT", pattern
                assert found[pattern]["misreports"]
    named = {each["case"]: set(each["pattern"]) for each in found.values() if each["case"]}
    assert named == {
        "fault_case_1": {"E11:CB", "S696"},
        "fault_case_2": {"E11:CB", "S696", "S507"},
        "fault_case_3": {"E11:CB", "S696", "S507", "S508"},
        "fault_case_4": {"R518"},
        "fault_case_5": {"R518", "S509"},
    }


def test_the_table_names_the_cases(shell: Shell) -> None:
    result = shell("benchmark", "esb-e11", str(shared_data("esb-e11")))
    assert "fault_case_5" in result.stdout
    assert "not explicable" in result.stderr


def test_what_is_not_the_published_model_is_said(shell: Shell, tmp_path: Path) -> None:
    assert "holds cim/" in shell("benchmark", "esb-e11", str(tmp_path), code=2).stderr
    (tmp_path / "cim").mkdir()
    for content in ("[]", "{", '{"equipments": []}', '{"equipments": [{"sections": [{"mRID": "1"}]}]}'):
        (tmp_path / MODEL).write_text(content, encoding="utf-8")
        with pytest.raises(LoadError, match="not the published model"):
            read_esb_e11(tmp_path)


def small(tmp_path: Path, **gear: object) -> Path:
    nodes = [{"mRID": "F2_1"}, {"mRID": "2"}]
    cable = {
        "mRID": "10",
        "description": "100.00 m 185 XLP  3Ph UG (GIS)",
        "connectivityNodes": nodes,
        "equipments": [],
    }
    switch = {"name": "Soule", "description": "SCADA ID: S1", "normallyOpen": 0} | gear
    line = {
        "mRID": "11",
        "description": "50.00 m 50 SCA 3Ph OH (GIS)",
        "connectivityNodes": [{"mRID": "2"}, {"mRID": "3"}],
        "equipments": [switch],
    }
    (tmp_path / "cim").mkdir()
    (tmp_path / MODEL).write_text(json.dumps({"equipments": [{"sections": [cable, line]}]}), encoding="utf-8")
    (tmp_path / CASES / "one").mkdir(parents=True)
    (tmp_path / CASES / "one" / "seed.txt").write_text("# fault devices - S1\n", encoding="utf-8")
    return tmp_path


def test_a_small_feeder(shell: Shell, tmp_path: Path) -> None:
    folder = small(tmp_path)
    feeder = read_esb_e11(folder)
    assert (feeder.addressable, [case.devices for case in feeder.cases]) == (["E11:CB", "S1"], [("S1",)])
    found = {tuple(each["pattern"]): each for each in shell.json("benchmark", "esb-e11", str(folder))}
    assert found["E11:CB", "S1"]["between"] == ["S1"]
    assert found["E11:CB", "S1"]["verdict"] == "ONE_FAULT"
    assert found["E11:CB", "S1"]["case"] == "one"
    assert "S1" in shell("benchmark", "esb-e11", str(folder), "--all").stdout


def test_a_tie_is_open_and_not_asked(tmp_path: Path) -> None:
    feeder = read_esb_e11(small(tmp_path, normallyOpen=1))
    assert feeder.addressable == ["E11:CB"]
    (folder := tmp_path / CASES / "two").mkdir()
    (folder / "seed.txt").write_text("nothing", encoding="utf-8")
    with pytest.raises(LoadError, match="names no fault devices"):
        read_esb_e11(tmp_path)
