import csv
import io
from datetime import UTC, datetime

import openpyxl
import pytest
from docx import Document

from graph_api.errors import InvalidInput
from graph_api.exports.sheets import Sheet, as_csv
from graph_api.exports.table_file import write
from graph_api.exports.word import as_word
from schema.words import Language, speaking

SHEET = Sheet(
    "责任分解表",
    ("角色", "电话", "时间", "数"),
    [
        ("总指挥", "+8613900000001", datetime(2026, 5, 1, 8, tzinfo=UTC), 3),
        ("=HYPERLINK(1)", "-5.5", None, True),
    ],
)


def test_csv_opens_in_excel_with_chinese_and_harmless_cells():
    content = as_csv(SHEET)
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[0] == ["角色", "电话", "时间", "数"]
    assert rows[1][:2] == ["总指挥", "+8613900000001"]
    assert rows[2] == ["'=HYPERLINK(1)", "-5.5", "", "yes"]


def test_yes_and_no_are_said_in_the_language_of_the_reader():
    with speaking(Language.ZH):
        assert "是" in as_csv(SHEET).decode()
    assert "是" not in as_csv(SHEET).decode()


def test_remarks_stand_above_the_table(tmp_path):
    sheet = Sheet("x", ("a", "b"), [(1, 2)], ("= customers are missing",))
    assert as_csv(sheet).decode("utf-8-sig").splitlines() == ["'= customers are missing", "a,b", "1,2"]
    write([sheet], tmp_path / "x.xlsx")
    page = openpyxl.load_workbook(tmp_path / "x.xlsx").worksheets[0]
    assert [cell.value for cell in page["A"]] == ["= customers are missing", "a", 1]
    assert page["A1"].data_type == "s"
    assert (page.freeze_panes, page.print_title_rows) == ("A3", "$2:$2")
    assert page.page_setup.orientation == "landscape"


def test_a_foot_stands_below_the_table(tmp_path):
    sheet = Sheet("x", ("a", "b"), [(1, 2)], (), ("=1",))
    assert as_csv(sheet).decode("utf-8-sig").splitlines() == ["a,b", "1,2", "'=1"]
    write([sheet], tmp_path / "x.xlsx")
    page = openpyxl.load_workbook(tmp_path / "x.xlsx").worksheets[0]
    assert [cell.value for cell in page["A"]] == ["a", 1, "=1"]
    assert page["A3"].data_type == "s"
    document = Document(io.BytesIO(as_word([sheet])))
    assert document.paragraphs[-1].text == "=1"


def test_workbook_keeps_text_as_text(tmp_path):
    out = tmp_path / "deep" / "table.xlsx"
    write([SHEET, Sheet("a/b:c?" * 9, ("x",), [(False,)])], out)
    book = openpyxl.load_workbook(out)
    page = book["责任分解表"]
    assert page["A3"].value == "=HYPERLINK(1)"
    assert page["A3"].data_type == "s"
    assert page["B2"].value == "+8613900000001"
    assert page["D2"].value == 3
    assert page.freeze_panes == "A2"
    assert book.worksheets[1]["A2"].value == "no"
    book.close()


def test_csv_file_holds_the_first_sheet(tmp_path):
    out = tmp_path / "table.csv"
    write([SHEET], out)
    assert out.read_bytes() == as_csv(SHEET)


def test_other_suffixes_are_refused(tmp_path):
    with pytest.raises(InvalidInput, match=r"neither \.csv nor \.xlsx"):
        write([SHEET], tmp_path / "table.docx")
