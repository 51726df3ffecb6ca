"""Rows that stand together are read column by column: each has to come out as if it stood by itself.

Behind every row of the same list stands one that is rejected, so that none stands together with another.
"""

from __future__ import annotations

import csv
import random
from dataclasses import replace
from pathlib import Path

import pytest

from loaders.report import Reject
from loaders.tabular.writing import Writing
from schema.entity import Entity
from schema.relationships import Relationship
from tests.loaders.tables import Read, read

CHINA = Writing.of("Asia/Shanghai", "CN")
ROWS = 150
LISTS = {
    "通讯录": ("姓名,职务,部门,手机,座机,核实日期", "人{0},班长,运检部,139{0:08},025-8{0:07},2026-03-05"),
    "客户": ("户号,户名,重要等级,合同容量,用电地址,经度,纬度", "{0},客户{0},二级,{0},中山路{0}号,121.{0:03},31.{0:03}"),
    "线路段": ("编号,名称,长度,起点,终点,备注", "L{0},段{0},1{0},杆{0},杆{1},架空"),
    "断路器": ("编号,名称,正常位置,型号,起点,终点", "{0},开关{0},合闸,ZW32,杆{0},杆{1}"),
    "变电站": ("名称,电压等级,经度,纬度,备注", "变{0},110,121.{0:03},31.{0:03},在运"),
    "联系方式": ("id,value,contact_type,verified_on,note", "C{0},139{0:08},手机,2026-03-05,值班"),
    "责任分配": ("责任岗位,责任人,责任对象,AB角,生效时间", "客户经理,人{0},K{0},A,2026-03-05 08:00"),
}
ODD = (
    "", " ", "/", "无", "N/A", "#N/A", "1.38E+10", "１２３", "'00123", "甲\u200b乙", "a\nb", "李　伟", "王 五",
    "甲（乙）", "合计", "制表人：张三", "城东供电所", "2026年3月5日", "-5", "1,600", "2×800kVA", "10kV", "[甲",
    "甲;乙", "名" * 50, "13900000001/025-84000001", "13900000001", "95598", "+8613900000003", "a@b.cn", "110/10kV",
    "0", "91", "P\u202e1", "24:00", "é", "x" * 130,
)  # fmt: skip


def _rows(form: str, seed: int) -> list[list[str]]:
    dice = random.Random(seed)
    rows = [form.format(at, at + 1).split(",") for at in range(ROWS)]
    for row in rows:
        if dice.random() < 0.15:
            row[dice.randrange(len(row))] = dice.choice(ODD)
    for _ in range(5):
        rows.insert(dice.randrange(ROWS), list(dice.choice(rows)))
    return rows


def _loaded(folder: Path, name: str, rows: list[list[str]]) -> Read:
    folder.mkdir()
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return read(folder / f"{name}.csv", writing=CHINA)


def _entities(found: Read, step: int) -> list[Entity]:
    return [replace(each, row=(each.row - 2) // step) for each in found.entities.values()]


def _links(found: Read, step: int) -> list[Relationship]:
    return [replace(each, row=(each.row - 2) // step) for each in found.relationships]


def _told(every: list[Reject], step: int) -> list[tuple[int, str, str]]:
    return [((each.row - 2) // step, each.column, each.value) for each in every]


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("seed", range(2))
def test_what_stands_beside_a_row_changes_nothing_of_it(name: str, seed: int, tmp_path: Path):
    head, form = LISTS[name]
    heads, rows = head.split(","), _rows(form, seed)
    ragged = [*([""] * len(heads)), "x"]
    together = _loaded(tmp_path / "together", name, [heads, *rows])
    apart = _loaded(tmp_path / "apart", name, [heads, *(each for row in rows for each in (row, ragged))])
    assert together.report.taken > ROWS // 2
    assert _entities(together, 1) == _entities(apart, 2)
    assert _links(together, 1) == _links(apart, 2)
    rejects = [each for each in apart.report.rejects if each.row % 2 == 0]
    assert len(apart.report.rejects) - len(rejects) == len(rows)
    assert _told(together.report.rejects, 1) == _told(rejects, 2)
    assert [each[1:] for each in _told(together.report.findings, 1)] == [
        each[1:] for each in _told(apart.report.findings, 2)
    ]
    assert together.kept <= apart.kept


def test_an_address_that_begins_with_a_bracket_is_no_list(tmp_path: Path):
    found = _loaded(tmp_path / "x", "客户", [["户号", "户名", "用电地址"], ["1", "甲", "[2号楼]滨江路1号"]])
    assert found.links == {"1 HAS_SITE SITE:客户:[2号楼]滨江路1号"}
    assert not found.report.rejects
