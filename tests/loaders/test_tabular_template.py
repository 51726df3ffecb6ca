"""The workbook that somebody fills in by hand: it loads back, empty or filled."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest

from loaders.tabular.names import LOADABLE
from loaders.tabular.template import example_of, write_template
from loaders.tabular.values import fields_of
from schema.registry import EntityKind
from schema.relationships import ENDS, HEADINGS, RelationshipKind
from tests.loaders.tables import read


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
            if (kind, info.name) in ((EntityKind.SHIFT, "end"), (EntityKind.ASSIGNMENT, "valid_to")):
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
