"""The workbook that somebody fills in by hand: it loads back, empty or filled."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest

from loaders.tabular.example import EXAMPLE, FIRST
from loaders.tabular.names import LOADABLE
from loaders.tabular.template import example_of, write_example, write_template
from loaders.tabular.values import fields_of
from schema.registry import EntityKind
from schema.relationships import ENDS, HEADINGS, RelationshipKind
from tests.loaders.tables import read

LATER = {(EntityKind.SHIFT, "end"), (EntityKind.ASSIGNMENT, "valid_to"), (EntityKind.OUTAGE_RECORD, "end")}
"""Ends, which are not as early as what begins."""


@pytest.mark.parametrize("chinese", [False, True])
def test_a_filled_template_loads(tmp_path: Path, chinese: bool) -> None:
    path = tmp_path / "template.xlsx"
    write_template(path, chinese=chinese)
    empty = read(path)
    assert not empty.entities
    assert not empty.report.findings
    assert empty.source.covers() == set(LOADABLE)
    book = openpyxl.load_workbook(path)
    places = {kind.zh if chinese else kind.label: kind for kind in LOADABLE}
    for sheet in book.worksheets[1:]:
        kind = places[sheet.title]
        for place, info in enumerate(fields_of(kind).values(), start=1):
            head = sheet.cell(1, place)
            assert head.comment is not None
            assert (info.label.zh if chinese else info.label.en) in head.comment.text
            value = f"{kind.value}-1" if info.name == "id" else example_of(info)
            if (kind, info.name) in LATER:
                value = "2026-11-23T16:00:00+08:00"
            sheet.cell(2, place, value)
    book.save(path)
    filled = read(path)
    assert not filled.report.rejects
    assert len(filled.entities) == len(LOADABLE)


@pytest.mark.parametrize("chinese", [False, True])
def test_columns_of_ids_and_numbers_are_text_for_excel(tmp_path: Path, chinese: bool) -> None:
    path = tmp_path / "template.xlsx"
    write_template(path, [EntityKind.CUSTOMER, EntityKind.CONTACT], chinese=chinese)
    book = openpyxl.load_workbook(path)
    texts = set()
    for sheet in book.worksheets[1:]:
        for cell in sheet[1]:
            if sheet.column_dimensions[cell.column_letter].number_format == "@":
                texts.add(cell.value)
    wanted = {"标识", "户号", "号码", "源系统编码"} if chinese else {"id", "number", "value", "source_key"}
    assert wanted < texts
    assert not texts & {"name", "名称", "contract_kva", "合同容量"}


def test_only_the_kinds_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    write_template(path, [EntityKind.CUSTOMER, EntityKind.CONTACT])
    assert openpyxl.load_workbook(path).sheetnames == ["README", "Customer", "Contact"]


def test_chinese_headings_name_what_a_relationship_leads_to(tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    write_template(path, [EntityKind.AC_LINE_SEGMENT, EntityKind.FEEDER], chinese=True)
    book = openpyxl.load_workbook(path)
    assert {"端子1连接节点", "端子2连接节点", "所属对象", "所在杆塔"} <= {cell.value for cell in book["线路段"][1]}
    assert {"首端设备", "所属对象"} <= {cell.value for cell in book["馈线"][1]}


def test_comments_of_a_chinese_workbook_are_chinese(tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    write_template(path, chinese=True)
    for sheet in openpyxl.load_workbook(path).worksheets[1:]:
        for cell in sheet[1]:
            assert cell.comment is not None
            for line in cell.comment.text.splitlines():
                assert any("\u4e00" <= char <= "\u9fff" for char in line), (sheet.title, cell.value, line)
                assert not re.search(r"[a-z]{3,} [a-z]{2,} ", line), (sheet.title, cell.value, line)


@pytest.mark.parametrize("kind", LOADABLE)
def test_a_heading_leads_to_one_column(kind: EntityKind) -> None:
    headings = [HEADINGS[link] for link in RelationshipKind if kind in ENDS[link].sources]
    assert len(headings) == len(set(headings))


@pytest.mark.parametrize("chinese", [False, True])
def test_the_worked_example_loads_whole_and_without_options(tmp_path: Path, chinese: bool) -> None:
    path = tmp_path / "mine-example.xlsx"
    write_example(path, chinese=chinese)
    found = read(path)
    assert not found.report.rejects
    assert all("names instead of ids" in each.reason for each in found.report.findings)
    rows = sum(len(rows) for rows in EXAMPLE.values())
    assert sum(each.rows_read for each in found.report.accounts) == rows == found.report.taken
    assert {row["id"] for rows in EXAMPLE.values() for row in rows} <= set(found.entities)
    assert {"ES1 CONNECTS1 POINT:mine-example:10kV II母", "CB1 CONNECTS1 POINT:mine-example:10kV II母"} <= found.links
    assert {"P2 MEMBER_OF T1", "N1 WORKED_BY P2", "P1 HAS_CONTACT P1:MOBILE"} <= found.links


@pytest.mark.parametrize("chinese", [False, True])
def test_the_sheets_to_fill_first_come_first_and_codes_are_offered(tmp_path: Path, chinese: bool) -> None:
    path = tmp_path / "template.xlsx"
    write_template(path, chinese=chinese)
    book = openpyxl.load_workbook(path)
    first = [kind.zh if chinese else kind.label for kind in FIRST]
    assert book.sheetnames[1:9] == first
    told = [row[1 if chinese else 0] for row in book["README"].iter_rows(max_col=2, values_only=True)]
    assert [f"{place}. {name}" for place, name in enumerate(first, start=1)] == [
        each for each in told if each and re.match(r"\d\. ", each)
    ]
    sheet = book["客户" if chinese else "Customer"]
    heads = {cell.value: cell.column_letter for cell in sheet[1]}
    column = heads["重要等级" if chinese else "importance"]
    (offered,) = [each for each in sheet.data_validations.dataValidation if f"{column}2" in str(each.sqref)]
    cells = book["README"][offered.formula1.partition("!")[2].replace("$", "")]
    assert ("一级重要电力用户" if chinese else "FIRST") in {row[0].value for row in cells}
