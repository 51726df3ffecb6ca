"""Files as they come: encodings, delimiters, ragged rows, workbooks; and files that are none."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

from graph_api.errors import LoadError
from loaders.source import Reading
from loaders.tabular import TabularSource
from loaders.tabular.writing import Writing
from schema.customer import Customer
from schema.people import Contact
from tests.loaders.tables import read, write


def workbook(path: Path, rows: list[list[object]], name: str = "Customer", merged: str = "") -> Path:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = name
    for row in rows:
        sheet.append(row)
    if merged:
        sheet.merge_cells(merged)
    book.create_sheet("Sheet2")
    book.save(path)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_delimiters(tmp_path: Path, encoding: str, delimiter: str) -> None:
    text = "标识,名称,户号\r\nC1,人民医院,8\r\n".replace(",", delimiter)
    found = read(write(tmp_path, {"客户.csv": text.encode(encoding)}))
    assert found.entities["C1"].name == "人民医院"


def test_quotes_hold_delimiters_and_line_breaks(tmp_path: Path) -> None:
    found = read(write(tmp_path, {"Team.tsv": 'id\tname\tnote\nT1\t"a\tb"\t"one\ntwo ""x"""\nT2\tc\t\n'}))
    assert (found.entities["T1"].name, found.entities["T1"].note) == ("a\tb", 'one\ntwo "x"')
    assert found.entities["T2"].row == 3


def test_ragged_and_blank_rows(tmp_path: Path) -> None:
    found = read(write(tmp_path, {"Team.csv": "id,name,note\nT1,a\nT2,a,b,c\nT3,a,b,\n,,\n\nT4,a,b\n"}))
    assert set(found.entities) == {"T3", "T4"}
    assert [row for row, _, _ in found.rejected] == [2, 3]
    assert found.kept == {"T1", "T2"}
    account = found.report.accounts[0]
    assert (account.rows_read, account.left_out["blank row"]) == (4, 2)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("Customer.csv", b"", "0 bytes"),
        ("Customer.xlsx", b"", "0 bytes"),
        ("Customer.csv", b"\n\n", "no header"),
        ("Customer.csv", b"id,,,,name\na,b,c,d,e\n", "column 2 has no name"),
        ("Customer.csv", b'id,"name\n1,2\n', "not closed"),
        ("Customer.csv", b'id,name\n1,"a\n2,b\n', "quotation mark"),
        ("Customer.csv", b"id,name\n1,\xff\xff\xff\n", r"neither UTF-8 \(wrong at byte 10\) nor GB18030"),
        ("Customer.csv", b"\xef\xbb\xbfid\n\xff\n", "begins as utf-8-sig"),
        ("Customer.csv", b"PK\x00\x01\x00", "no text file"),
        ("Customer.xlsx", b"id,name\n1,2\n", "no .xlsx workbook"),
        ("Customer.doc", b"id\n1\n", "most simply as .xlsx"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    with pytest.raises(LoadError, match=said):
        read(write(tmp_path, {name: content}) / name)


def test_no_files(tmp_path: Path) -> None:
    for given, said in (([], "No file"), (tmp_path, "holds no"), (tmp_path / "x.csv", "There is no file")):
        with pytest.raises(LoadError, match=said):
            TabularSource.open(given)


def test_workbook_cells_as_text(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["id", "name", "contract_kva", "key_account", "number"],
        [17.0, "a", 12.5, True, 1234567890123],
        [18, datetime(2026, 1, 2, tzinfo=UTC).replace(tzinfo=None), None, "否", "007"],
        [19, datetime(2026, 1, 2, 3, 4)],
    ]
    found = read(workbook(tmp_path / "book.xlsx", rows))
    assert set(found.entities) == {"17", "18", "19"}
    assert found.entities["18"].name == "2026-01-02"
    assert found.entities["19"].name == "2026-01-02T03:04:00"
    assert getattr(found.entities["17"], "number", "") == "1234567890123"
    assert [(account.file, account.not_read) for account in found.report.accounts] == [
        ("book.xlsx#Customer", ""),
        ("book.xlsx#Sheet2", "the sheet is empty"),
    ]


def test_a_number_is_taken_with_the_zeros_that_its_format_shows(tmp_path: Path) -> None:
    path = workbook(tmp_path / "book.xlsx", [["id", "number", "contract_kva"], [123, 42.0, 1.5], [7, "007", 12]])
    book = openpyxl.load_workbook(path)
    for place, shown in {"A2": "0000000123", "B2": "0000", "C2": "000", "A3": "#,##0"}.items():
        book["Customer"][place].number_format = "0" * len(shown) if shown.isdigit() else shown
    book.save(path)
    found = read(path)
    assert set(found.entities) == {"0000000123", "7"}
    first = found.entities["0000000123"]
    assert (getattr(first, "number", ""), getattr(first, "contract_kva", 0)) == ("0042", 1.5)


def test_a_formula_without_its_value_is_rejected(tmp_path: Path) -> None:
    rows: list[list[object]] = [["id", "name"], ["C1", '="人民"&"医院"'], ["C2", "书院"], ["=A2", "x"], ["C4", "y"]]
    found = read(workbook(tmp_path / "book.xlsx", rows))
    assert set(found.entities) == {"C2", "C4"}
    assert found.rejected == [(2, "name", '="人民"&"医院"'), (4, "id", "=A2")]
    assert "C1" in found.kept
    assert (found.report.rows_read, found.report.rejected) == (4, 2)


def test_a_formula_with_its_value_is_taken(tmp_path: Path) -> None:
    path = workbook(tmp_path / "book.xlsx", [["id", "name", "note"], ["C1", "=1", "=2"], *[["D", ""]] * 3])
    with zipfile.ZipFile(path) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    sheet = sheet.replace(b'<c r="B2"><f>1</f><v></v>', '<c r="B2" t="str"><f>1</f><v>医院</v>'.encode())
    sheet = sheet.replace(b'<c r="B2"><f>1</f><v/>', '<c r="B2" t="str"><f>1</f><v>医院</v>'.encode())
    sheet = sheet.replace(b'<c r="C2"><f>2</f>', b'<c r="C2" t="str"><f>2</f>')
    assert b't="str"><f>2</f><v' in sheet
    with zipfile.ZipFile(path, "w") as file:
        for name, content in (parts | {"xl/worksheets/sheet1.xml": sheet}).items():
            file.writestr(name, content)
    found = read(path)
    assert (found.entities["C1"].name, found.entities["C1"].note) == ("医院", None)


@pytest.mark.parametrize(
    ("rows", "merged", "names"),
    [
        ([["id", "name"], ["1", "a"], ["2", None], ["3", "b"]], "B2:B3", ["a", "a", "b"]),
        ([["id", "name"], ["1", "a"], ["备注：明天补", None], [None, None]], "A3:B4", ["a"]),
        ([["客户", None], ["id", "name"], ["1", "a"]], "A1:B1", ["a"]),
    ],
)
def test_merged_cells_that_say_a_word_for_each_row(
    tmp_path: Path, rows: list[list[object]], merged: str, names: list[str]
) -> None:
    found = read(workbook(tmp_path / "book.xlsx", rows, merged=merged))
    assert [each.name for each in found.entities.values()] == names
    told = [each.column for each in found.report.findings if "merged cells hold" in each.reason]
    assert told == (["name"] if merged == "B2:B3" else [])


@pytest.mark.parametrize(
    ("rows", "merged"),
    [
        ([["id", "contract_kva"], ["1", 800], ["2", None]], "B2:B3"),
        ([["id", "name", "number"], ["1", "a", None]], "B2:C2"),
        ([["id", "name"], [None, "a"], ["2", "b"]], "A1:A2"),
    ],
)
def test_other_merged_cells_are_named(tmp_path: Path, rows: list[list[object]], merged: str) -> None:
    with pytest.raises(LoadError, match=rf"#Customer has merged cells \({merged}\).*Unmerge"):
        read(workbook(tmp_path / "book.xlsx", rows, merged=merged))


def test_workbooks_that_are_none(tmp_path: Path) -> None:
    empty = workbook(tmp_path / "empty.xlsx", [])
    with pytest.raises(LoadError, match="no sheet with anything"):
        read(empty)
    pack = tmp_path / "pack.xlsx"
    with zipfile.ZipFile(pack, "w") as file:
        file.writestr("a.txt", "nothing")
    with pytest.raises(LoadError, match=r"no readable \.xlsx"):
        read(pack)
    with zipfile.ZipFile(pack, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/worksheets/sheet1.xml", bytes(70 << 20))
    with pytest.raises(LoadError, match="unpacks to 70 MiB"):
        read(pack)


def test_a_damaged_sheet_is_told(tmp_path: Path) -> None:
    path = workbook(tmp_path / "book.xlsx", [["id"], ["1"]])
    with zipfile.ZipFile(path) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"][:200]
    with zipfile.ZipFile(path, "w") as file:
        for name, content in parts.items():
            file.writestr(name, content)
    with pytest.raises(LoadError, match=r"damaged|readable"):
        read(path)


def test_progress_and_loads_of_files(tmp_path: Path) -> None:
    told: list[str] = []
    folder = write(tmp_path, {"Area.csv": "id\nA\n", "Team.csv": "id\nT\n"})
    workbook(folder / "book.xlsx", [["id"], ["C"]])
    found = read(folder, reading=Reading(first_load=5, progress=lambda file, _done, _total: told.append(file)))
    assert {name: entity.load for name, entity in found.entities.items()} == {"A": 5, "T": 6, "C": 7}
    assert {"Area.csv", "Team.csv", "book.xlsx#Customer"} <= set(told)
    assert [path.name for path in found.source.files] == ["Area.csv", "Team.csv", "book.xlsx"]


def test_what_nobody_sees_is_not_read_and_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Customer"
    book.active.append(["id"])
    book.active.append(["C1"])
    hidden = book.create_sheet("Feeder")
    hidden.append(["id"])
    hidden.append(["F1"])
    hidden.sheet_state = "hidden"
    folder = tmp_path / "all"
    folder.mkdir()
    book.save(folder / "book.xlsx")
    (folder / "letter.docx").write_bytes(b"x")
    (folder / "old").mkdir()
    found = read(folder)
    assert set(found.entities) == {"C1"}
    assert [(each.file, bool(each.not_read)) for each in found.report.accounts] == [
        ("book.xlsx#Customer", False),
        ("book.xlsx#Feeder", True),
        ("letter.docx", True),
        ("old", True),
    ]


def test_a_head_that_stands_twice_costs_its_second_column(tmp_path: Path) -> None:
    rows = "id,name,合同容量,contract_kva,name,,联系电话,联系电话\nC1,甲,100,200,乙,x,12900000001,12900000002\n"
    found = read(write(tmp_path / "a", {"Customer.csv": rows}), writing=Writing.of(country="CN"))
    customer = found.entities["C1"]
    assert isinstance(customer, Customer)
    assert (customer.name, customer.contract_kva) == ("甲", 100)
    assert sorted(each.value for each in found.entities.values() if isinstance(each, Contact)) == [
        "+8612900000001",
        "+8612900000002",
    ]
    assert found.report.accounts[0].unread == ("contract_kva", "name #2", "#6")
    told = {each.column: str(each.reason) for each in found.report.findings if each.dropped}
    assert "合同容量 is read as contract_kva already" in told["contract_kva"]
    assert "name is read as name already" in told["name #2"]
    assert "no name for it" in told["#6"]


def test_a_relationship_that_stands_twice_in_the_head_is_read_once(tmp_path: Path) -> None:
    files = {"Area.csv": "id\nA1\nA2\n", "Substation.csv": "id,contained_in,contained_in\nS1,A1,A2\n"}
    found = read(write(tmp_path / "a", files))
    assert found.links == {"S1 CONTAINED_IN A1"}
    assert any("the first column is read" in str(each.reason) for each in found.report.findings)


def test_two_columns_of_one_head_in_a_roster_are_two_people(tmp_path: Path) -> None:
    files = {
        "人员.csv": "姓名\n王建国\n李伟\n",
        "值班.csv": "日期,开始,结束,值班员,值班员\n2026-11-26,8:00,20:00,王建国,李伟\n",
    }
    found = read(write(tmp_path / "a", files), writing=Writing.of("Asia/Shanghai"))
    worked = {each.target for each in found.relationships if each.kind.value == "WORKED_BY"}
    assert worked == {"PERSON:a:王建国", "PERSON:a:李伟"}


@pytest.mark.parametrize("control", ["\x1b[31m", "\x07", "\x01", "\x9b", "\x7f"])
def test_control_characters_in_texts_are_removed_and_said(tmp_path: Path, control: str) -> None:
    rows = b"id,name\nC1,a" + control.encode() + b"b\n"
    found = read(write(tmp_path / "a", {"Customer.csv": rows}))
    assert found.entities["C1"].name == "a" + control[1:] + "b"
    assert [each.column for each in found.report.findings if "control characters" in str(each.reason)] == ["name"]


def test_links_that_lead_out_of_a_folder_are_not_followed(tmp_path: Path) -> None:
    outside = write(tmp_path / "other", {"Customer.csv": "id\nC9\n"}) / "Customer.csv"
    folder = write(tmp_path / "a", {"Substation.csv": "id\nS1\n"})
    (folder / "Customer.csv").symlink_to(outside)
    (folder / "Area.csv").symlink_to(write(folder, {"Feeder.csv": "id\nF1\n"}) / "Feeder.csv")
    found = read(folder)
    assert "C9" not in found.entities
    assert {"S1", "F1"} <= found.entities.keys()
    told = {each.file: str(each.not_read) for each in found.report.accounts if each.not_read}
    assert "not followed" in told["Customer.csv"]
