"""`baodian check`: which questions files can answer, and what is missing for the others."""

from __future__ import annotations

import json
from pathlib import Path

from openpyxl import Workbook

from tests.cli.conftest import Shell
from tests.loaders.tables import write


def missing(shell: Shell, *arguments: str) -> dict[str, list[str]]:
    found = shell.json("check", *arguments)
    return {each["question"]: each["missing"] for each in found["questions"]}


def test_the_worked_example_answers_the_first_questions(shell: Shell, tmp_path: Path):
    shell("template", str(tmp_path / "mine.xlsx"))
    found = missing(shell, str(tmp_path / "mine-example.xlsx"))
    for question in ("Who is hit when a piece fails?", "Who answers for it, at which number?", "Who is on duty?"):
        assert found[question] == []
    assert "normally open" in found["How can the rest be fed again?"][0]
    assert "fill the sheet Load" in found["How long can each one hold out?"][0]
    told = shell("check", str(tmp_path / "mine-example.xlsx"))
    assert "What these files can answer" in told.stdout
    assert "Nothing was kept" in told.stderr
    assert not (tmp_path / "graph.db").exists()


def test_what_is_missing_is_counted_with_an_example(shell: Shell, tmp_path: Path):
    files = {
        "Customer.csv": "id,has_receiving_point\nC1,R1\nC2,\n",
        "ReceivingPoint.csv": "id,fed_by\nR1,S1\nR2,\n",
        "SupplySource.csv": "id,from\nS1,nowhere\nS2,\n",
        "EnergySource.csv": "id\nE1\n",
        "Assignment.csv": "id,role\nA1,DISPATCHER\n",
        "Person.csv": "id,mobile\nP1,+8612900000001\nP2,\n",
        "Shift.csv": "id,start,end\nD1,2026-03-05T08:00Z,2026-03-05T20:00Z\n",
        "Load.csv": "id\nLD1\n",
        "EmergencyPlan.csv": "id\nPL1\n",
    }
    found = missing(shell, str(write(tmp_path / "in", files)))
    assert found["Who is hit when a piece fails?"] == [
        "nothing is there of Breaker: fill the sheet Breaker (断路器) in",
        "1 of 1 of EnergySource (上级电源) have no connects, as E1",
        "1 of 2 of Customer (客户) have no has_receiving_point, as C2",
        "1 of 2 of ReceivingPoint (受电点) have no fed_by, as R2",
        "1 of 2 of SupplySource (供电电源) have no connects, as S2",
        "2 of 2 supplies are dead as they are connected, as S1: `baodian trace --up` shows how far each leads",
    ]
    assert found["Who answers for it, at which number?"][-1].startswith("1 of 1 numbers are not verified")
    assert found["Who is on duty?"] == ["1 of 1 of Shift (值班) have no worked_by / of_team, as D1"]
    assert found["Which plan holds?"] == ["1 of 1 of EmergencyPlan (一户一案) have no has_version, as PL1"]
    assert found["How long can each one hold out?"] == [
        "1 of 1 of Load (用电负荷) have no permitted_interruption_s, as LD1"
    ]


def test_files_that_hold_nothing_usable_are_told_of(shell: Shell, tmp_path: Path):
    folder = write(tmp_path / "bad", {"Customer.csv": "id,contract_kva\nC1,-5\n"})
    told = shell("check", str(folder), code=2)
    assert "-5" in told.stdout
    assert "No row could be taken" in told.stderr
    assert json.loads(shell("check", str(folder), "--json", code=2).stdout)["questions"] == []


LISTS = {
    "线路.csv": "线路名称\n滨江一线\n滨江二线\n",
    "客户.csv": "户号,户名,主供线路\nK1,滨江医院,滨江一线\nK2,滨江水厂,滨江一线\n",
}


def test_a_feeder_that_does_not_say_where_it_begins_is_named(shell: Shell, tmp_path: Path):
    lists = str(write(tmp_path / "lists", LISTS))
    told = missing(shell, lists)["Who is hit when a piece fails?"]
    assert any("2 of 2 feeders do not say where they begin, as FEEDER:check:滨江一线" in each for each in told)
    shell("load", lists, "--system", "S")
    hit = shell("impact", "FEEDER:S:滨江一线")
    assert "Customers 2: lost 2" in hit.stdout
    assert "滨江医院" in hit.stdout
    assert "Nothing is drawn of 滨江一线: taken as fed unless asked about" in (hit.stdout + hit.stderr).replace(
        "\n", " "
    )
    alone = shell("impact", "FEEDER:S:滨江二线", code=2).stderr
    assert "so what it feeds and who is hit cannot be told. Name its first switch" in alone


def test_an_impact_names_important_customers_whose_feeder_nothing_is_called(shell: Shell, tmp_path: Path):
    rows = "户号,户名,重要等级,主供线路\nK1,滨江医院,一级,滨江一线\nK2,滨江水厂,二级,滨江九线\nK3,商店,,滨江九线\n"
    shell("load", str(write(tmp_path / "lists", LISTS | {"客户.csv": rows})), "--system", "S")
    hit = shell("impact", "FEEDER:S:滨江一线")
    told = " ".join((hit.stdout + hit.stderr).split())
    assert "Of 1 customer listed as important no supply is recorded" in told
    assert "hit or not: 滨江水厂" in told


def test_a_customer_list_and_a_feeder_with_its_first_switch_answer(shell: Shell, tmp_path: Path):
    grid = {
        "线路.csv": "线路名称,首端设备\n滨江一线,QF1\n",
        "断路器.csv": "标识,名称,起点,终点\nQF1,开关一,G1,n1\n",
        "上级电源.csv": "标识,名称\nG1,城东变\n",
        "客户.csv": LISTS["客户.csv"],
    }
    folder = str(write(tmp_path / "grid", grid))
    assert missing(shell, folder)["Who is hit when a piece fails?"] == []
    shell("load", folder, "--system", "S")
    hit = shell("impact", "FEEDER:S:滨江一线").stdout
    assert "滨江医院" in hit
    assert "滨江水厂" in hit


def test_every_table_that_cannot_be_used_is_named_and_the_others_are_checked(shell: Shell, tmp_path: Path):
    files = {
        "线路.csv": "线路名称\n滨江一线\n",
        "Sheet7.csv": "甲,乙\n1,2\n",
        "客户.csv": "户号,,,,户名\nK1,,,,医院\n",
        "值班.csv": "日期,班次,开始时间,结束时间,某某\n2026-11-26,白班,8:30,17:30,李伟\n",
    }
    folder = str(write(tmp_path / "in", files))
    told = shell("check", folder, "--lang", "zh", code=2)
    for name in ("Sheet7.csv", "客户.csv", "值班.csv"):
        assert name in told.stderr
    assert "3 个表无法使用" in told.stderr
    assert "这些文件可以回答哪些问题" in told.stdout or "impact" in told.stdout
    found = json.loads(shell("check", folder, "--json", code=2).stdout)
    assert [each["file"] for each in found["accounts"] if each["notRead"]] == ["客户.csv", "Sheet7.csv", "值班.csv"]
    assert found["questions"]
    loaded = shell("load", folder, code=2)
    assert "3 tables cannot be used" in loaded.stderr
    assert "Sheet7.csv: 'Sheet7' is no kind of entity." in loaded.stderr
    assert not shell("check", str(write(tmp_path / "bad", {"Sheet7.csv": "甲,乙\n1,2\n"})), code=2).stdout


def test_a_sheet_that_cannot_be_used_leaves_the_others(shell: Shell, tmp_path: Path):
    book = Workbook()
    sheet = book.active
    sheet.title = "线路"
    sheet.append(["线路名称"])
    sheet.append(["滨江一线"])
    other = book.create_sheet("客户")
    other.append(["户号", None, None, None, "户名"])
    book.save(tmp_path / "b.xlsx")
    found = json.loads(shell("check", str(tmp_path / "b.xlsx"), "--json", code=2).stdout)
    accounts = {each["file"]: each for each in found["accounts"]}
    assert accounts["b.xlsx#线路"]["taken"] == 1
    assert "column 2 has no name" in accounts["b.xlsx#客户"]["notRead"]
