"""Rows of .xlsx sheets: the same values as openpyxl's own reader makes, whatever wrote them."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.datetime import WINDOWS_EPOCH

from loaders.tabular.cells import shown
from loaders.tabular.sheet_rows import SheetRows, Styles
from loaders.tabular.workbook import Workbook
from schema.errors import LoadError
from tests.loaders.tables import read

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def sheet(path: Path, xml: str) -> Path:
    """A workbook whose one sheet holds these rows."""
    book = openpyxl.Workbook()
    book.active.title = "Customer"  # type: ignore[union-attr]
    book.save(path)
    with zipfile.ZipFile(path) as pack:
        parts = {name: pack.read(name) for name in pack.namelist()}
    parts["xl/worksheets/sheet1.xml"] = f'<worksheet xmlns="{MAIN}"><sheetData>{xml}</sheetData></worksheet>'.encode()
    with zipfile.ZipFile(path, "w") as pack:
        for name, content in parts.items():
            pack.writestr(name, content)
    return path


def test_values_are_those_that_openpyxl_reads(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    rows = [
        ["id", "医院", None, 1, 2.5, 1e21, True, False],
        [],
        [None, date(2026, 3, 5), datetime(2026, 3, 5, 8, 30), time(8, 30), timedelta(hours=30), " a\nb ", "#N/A", -3],
        ["=1+1", 0, 12345678901234567890, "x" * 40_000],
    ]
    for row in rows:
        page.append(row)
    page["C4"].number_format = '"KH"0000'
    page["C4"] = 7
    page["J9"] = "far"
    book.save(tmp_path / "b.xlsx")
    with Workbook(tmp_path / "b.xlsx") as ours:
        found = [list(cells) for cells in ours.rows("Sheet")]
    theirs = openpyxl.load_workbook(tmp_path / "b.xlsx", read_only=True, data_only=True)
    expected = [
        [shown(cell.value, str(cell.number_format) if cell.value is not None else "") for cell in cells]
        for cells in theirs["Sheet"].iter_rows()
    ]
    theirs.close()
    assert found[3][0] == "=1+1"
    found[3][0] = ""
    assert [[*row, *[""] * (len(expected[0]) - len(row))] for row in found] == expected
    assert found[3][2] == "KH0007"
    assert found[8][9] == "far"


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('<c t="inlineStr"><is><t>a</t></is></c>', "a"),
        ('<c t="inlineStr"><is><r><rPr><b/></rPr><t>临</t></r><r><t>江</t></r><rPh><t>lin</t></rPh></is></c>', "临江"),
        ('<c t="inlineStr"><is></is></c>', ""),
        ('<c t="inlineStr"/>', ""),
        ('<c t="d"><v>2026-03-05T08:00:00</v></c>', "2026-03-05T08:00:00"),
        ('<c t="str"><f>A1</f><v>text</v></c>', "text"),
        ('<c t="e"><v>#REF!</v></c>', "#REF!"),
        ("<c><v>3</v></c>", "3"),
        ("<c/>", ""),
    ],
)
def test_cells_of_every_type(tmp_path: Path, cell: str, value: str) -> None:
    with Workbook(sheet(tmp_path / "b.xlsx", f"<row>{cell}</row>")) as book:
        assert [list(each) for each in book.rows("Customer")] == [[value]]


def test_rows_and_cells_that_are_left_out_or_out_of_order(tmp_path: Path) -> None:
    xml = '<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>2</v></c></row>'
    xml += '<row r="4"><c r="AA4"><v>3</v></c><c><v>4</v></c></row>'
    with Workbook(sheet(tmp_path / "b.xlsx", xml + '<row r="2"><c><v>5</v></c></row>')) as book:
        found = [list(each) for each in book.rows("Customer")]
    assert found == [["2", "1"], [], [], [*[""] * 26, "3", "4"]]


def test_a_day_beyond_the_calendar_is_an_error_cell() -> None:
    styles = Styles((), ("General", "yyyy-mm-dd"), frozenset({1}), frozenset(), WINDOWS_EPOCH)
    xml = f'<worksheet xmlns="{MAIN}"><sheetData><row><c s="1"><v>99999999</v></c></row></sheetData></worksheet>'
    assert list(SheetRows(styles).rows(io.BytesIO(xml.encode()))) == [[("#VALUE!", "")]]


@pytest.mark.parametrize(
    "xml", ['<row><c t="s"><v>999</v></c></row>', "<row><c><v>abc</v></c></row>", "<row><c></row>", '<row r="x"/>']
)
def test_a_damaged_sheet_is_told(tmp_path: Path, xml: str) -> None:
    with pytest.raises(LoadError, match="damaged"):
        read(sheet(tmp_path / "b.xlsx", xml))


def test_a_workbook_is_opened_once_for_all_its_sheets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = openpyxl.Workbook()
    for name in ("Area", "Team", "Organisation"):
        page = book.create_sheet(name)
        page.append(["id", "name"])
        page.append([name, name])
    book.save(tmp_path / "b.xlsx")
    opened: list[Path] = []
    begin = Workbook.__init__

    def counted(self: Workbook, path: Path) -> None:
        opened.append(path)
        begin(self, path)

    monkeypatch.setattr(Workbook, "__init__", counted)
    assert len(read(tmp_path / "b.xlsx").entities) == 3
    assert len(opened) == 1


def test_characters_that_are_written_by_their_number(tmp_path: Path) -> None:
    """As ECMA-376 (ST_Xstring) has them: exports of databases end lines so, and openpyxl leaves them as they are."""
    cells = '<c t="str"><v>a_x000D_</v></c><c t="str"><v>b_x005F_x000A_</v></c><c t="str"><v>c_xyz_x9_</v></c>'
    with Workbook(sheet(tmp_path / "b.xlsx", f"<row>{cells}</row>")) as book:
        assert [list(each) for each in book.rows("Customer")] == [["a\r", "b_x000A_", "c_xyz_x9_"]]
