"""`baodian loads`: what was loaded, and what each load rejected."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Shell
from tests.loaders.tables import write

GRID = {
    "Substation.csv": "id,name\nS1,城东变\n",
    "Breaker.csv": "id,name,position,contained_in\nB1,开关一,CLOSED,S1\n"
    + "".join(f"B{n},开关,sideways,S1\n" for n in range(2, 27)),
}


@pytest.fixture
def loaded(shell: Shell, tmp_path: Path) -> Shell:
    shell("load", str(write(tmp_path / "grid", GRID)), "--system", "PMS")
    return shell


def test_the_files_that_were_loaded_the_newest_first(loaded: Shell):
    shown = loaded("loads")
    assert "Breaker.csv" in shown.stdout
    assert "baodian loads NUMBER" in shown.stderr
    assert [each["number"] for each in loaded.json("loads")["loads"]["nodes"]] == [2, 1]
    assert [each["file"] for each in loaded.json("loads", "--rejected")["loads"]["nodes"]] == ["Breaker.csv"]
    assert "There are 1 more" in loaded("loads", "--limit", "1").stderr
    assert "No load fits" in loaded("loads", "--system", "GIS").stderr


def test_what_a_load_rejected(loaded: Shell):
    found = loaded.json("loads", "--rejected")["loads"]["nodes"][0]
    number = str(found["number"])
    shown = loaded("loads", number)
    assert "sideways" in shown.stdout
    assert "5 more rows were rejected" in shown.stderr
    [load] = loaded.json("loads", number)["loads"]["nodes"]
    assert (load["rowsRejected"], load["rejects"]["totalCount"]) == (25, 20)
    assert load["rejects"]["nodes"][0]["row"] == 3
    chinese = loaded("--lang", "zh", "loads", number).stdout
    assert "未入库记录" in chinese


def test_a_load_without_rejects_and_none_of_that_number(loaded: Shell):
    [other] = (each for each in loaded.json("loads")["loads"]["nodes"] if not each["rowsRejected"])
    assert "rejected no row" in loaded("loads", str(other["number"])).stderr
    assert "There is no load 9" in loaded("loads", "9", code=2).stderr


def test_what_a_load_left_out_of_rows_that_it_took(shell: Shell, tmp_path: Path):
    rows = "张伟,运检部,0571-88\n李娜,,12900000002\n城东供电所,,\n\x07,,12900000003\n"
    people = write(tmp_path / "in", {"通讯录.csv": f"姓名,部门,手机\n{rows}"})
    shell("load", str(people), "--country", "CN")
    shown = shell("loads", "1", "--lang", "zh").stdout
    assert "未入库记录" in shown
    assert "未采用的内容" in shown
    [load] = shell.json("loads", "1")["loads"]["nodes"]
    assert {(each["row"], each["column"], each["value"]) for each in load["dropped"]["nodes"]} == {
        (2, "手机", "***8"),
        (2, "部门", "运检部"),
        (4, "姓名", "城东供电所"),
    }
    assert load["rejects"]["totalCount"] == load["rowsRejected"] == 1
