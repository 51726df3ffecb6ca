"""Marks of empty cells: strokes everywhere, words where they are no value themselves; told once per column."""

from __future__ import annotations

from pathlib import Path

import pytest

from loaders.tabular.marks import is_stroke, says_none
from loaders.tabular.writing import Writing
from schema.customer import Customer, EmergencySource
from schema.people import Contact, Person
from schema.vocabulary import Interlock
from tests.loaders.tables import read, write

CHINA = Writing.of("Asia/Shanghai", "CN")


@pytest.mark.parametrize("text", ["/", "-", "—", "——", "－", "--", "\\", "×", "无", "暂无", "None", "N/A", "／"])
def test_marks(text: str) -> None:
    assert says_none(text)


@pytest.mark.parametrize("text", ["0", "12", "无锡", "-1", "a", "No. 1", "无负荷开关线路", "none of it"])
def test_values(text: str) -> None:
    assert not says_none(text)


def test_a_word_is_no_stroke() -> None:
    assert is_stroke("—")
    assert not is_stroke("无")


def test_a_phone_list_with_marks(tmp_path: Path) -> None:
    people = "姓名,职务,手机,座机,核实日期,备注,班组\n王建国,/,12900001001,无,—,无,/\n李伟,班长,—,/,2026-11-01,,\n"
    found = read(write(tmp_path, {"通讯录.csv": people}), writing=CHINA)
    persons = [each for each in found.entities.values() if isinstance(each, Person)]
    assert [(each.name, each.title) for each in persons] == [("王建国", None), ("李伟", "班长")]
    assert sum(isinstance(each, Contact) for each in found.entities.values()) == 1
    assert not found.report.rejects
    told = {each.column for each in found.report.findings if "were read as empty" in each.reason}
    assert told == {"职务", "手机", "座机", "班组"}


def test_a_word_that_is_a_code_of_its_own_is_no_mark(tmp_path: Path) -> None:
    found = read(write(tmp_path, {"EmergencySource.csv": "id,interlock\nE1,NONE\nE2,/\n"}))
    sources = {each.id: each.interlock for each in found.entities.values() if isinstance(each, EmergencySource)}
    assert sources["E1"] is Interlock.NONE
    assert sources["E2"] is None


def test_numbers_and_codes_with_marks_and_an_id_that_is_none(tmp_path: Path) -> None:
    customers = "户号,户名,合同容量,重要等级\nK1,医院,无,一级\nK2,商店,/,-\n/,学校,100,无\n"
    found = read(write(tmp_path, {"客户.csv": customers}))
    kept = {each.id: each.contract_kva for each in found.entities.values() if isinstance(each, Customer)}
    assert kept == {"K1": None, "K2": None}
    assert [reject.row for reject in found.report.rejects] == [4]
