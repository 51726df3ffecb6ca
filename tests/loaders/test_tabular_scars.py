"""Tables with scars: what spreadsheets lose, what people put around a table, which encoding a text is in."""

from __future__ import annotations

import codecs
import re
from datetime import datetime, time
from pathlib import Path

import openpyxl
import pytest

from loaders.tabular.heads import bare_head, head_of
from loaders.tabular.places import coordinate
from loaders.tabular.writing import UnclearError, Writing
from schema.customer import Customer, Site
from schema.errors import LoadError
from schema.grid import Breaker
from tests.loaders.tables import Read, read, write


def book(path: Path, rows: list[list[object]], title: str = "Customer", formats: dict[str, str] | None = None) -> Path:
    made = openpyxl.Workbook()
    assert made.active is not None
    made.active.title = title
    for row in rows:
        made.active.append(row)
    for place, form in (formats or {}).items():
        made.active[place].number_format = form
    made.save(path)
    return path


def counted(path: Path) -> int:
    """Rows below the head that hold anything, by openpyxl alone."""
    rows = openpyxl.load_workbook(path, data_only=True).worksheets[0].iter_rows(min_row=2, values_only=True)
    return sum(any(cell is not None for cell in row) for row in rows)


def closes(found: Read, rows: int) -> bool:
    account = found.report.accounts[0]
    return account.rows_read == rows == account.taken + account.rejected + account.duplicates


def test_numbers_that_lost_digits_are_no_keys(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["id", "name", "contract_kva", "number"],
        [3201000123456789012, "长号", None, None],
        ["3.20100012345679E+18", "科学计数", None, None],
        ["3.2E+07", "short", None, None],
        ["C1", 1234567890123456, None, None],
        ["C2", "a", 1e16, None],
        ["C3", "a", None, "1.5E+15"],
        [123456789012345, "fifteen", None, None],
        ["1E5", "a room", None, None],
    ]
    path = book(tmp_path / "book.xlsx", rows)
    found = read(path)
    assert set(found.entities) == {"C2", "123456789012345", "1E5"}
    assert [row for row, _, _ in found.rejected] == [2, 3, 4, 5, 7]
    assert all("text" in reject.remedy for reject in found.report.rejects)
    assert closes(found, counted(path))
    assert {"C1", "C3"} <= found.kept


@pytest.mark.parametrize(
    ("number", "form", "shown"),
    [
        (123, "0000000000", "0000000123"),
        (123, "000000;;", "000123"),
        (2584000006, "0000-00000000", "0025-84000006"),
        (1390000, '"KH"000', "KH1390000"),
        (7, '"KH"000', "KH007"),
        (123, "0", "123"),
        (1234, "#,##0", "1234"),
        (12, '0" kVA"', "12"),
    ],
)
def test_zeros_that_a_format_shows(tmp_path: Path, number: int, form: str, shown: str) -> None:
    found = read(book(tmp_path / "b.xlsx", [["id"], [number]], formats={"A2": form}))
    assert set(found.entities) == {shown}


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_errors_of_formulas_are_no_values(tmp_path: Path, suffix: str) -> None:
    rows: list[list[object]] = [
        ["id", "name", "contract_kva", "helper"],
        ["C1", "甲", "#N/A", 1],
        ["C2", "#REF!", 100, 1],
        ["#DIV/0!", "丙", None, 1],
        ["C4", "丁", 5, "#VALUE!"],
        ["C5", "#1 站", 5, 1],
    ]
    path = tmp_path / f"Customer.{suffix}"
    if suffix == "xlsx":
        book(path, rows)
    else:
        path.write_text("\n".join(",".join("" if c is None else str(c) for c in row) for row in rows), encoding="utf-8")
    found = read(path)
    # helper is not read: its errors harm nobody
    assert set(found.entities) == {"C4", "C5"}
    assert [(row, column) for row, column, _ in found.rejected] == [(2, "contract_kva"), (3, "name"), (4, "id")]
    assert closes(found, 5)


def test_what_nobody_sees_is_removed_from_ids_and_said(tmp_path: Path) -> None:
    files = {
        "Customer.csv": "id,name,contained_in\n\u200bC1\u200e,a,A\u00a01\n\ufeffC2,b,A 1\nC3\u3000,c,A 1\n",
        "Area.csv": "id\nA 1\n",
    }
    found = read(write(tmp_path, files))
    assert {"C1", "C2", "C3"} < set(found.entities)
    assert found.links == {"C1 CONTAINED_IN A 1", "C2 CONTAINED_IN A 1", "C3 CONTAINED_IN A 1"}
    said = {(each.column, each.row) for each in found.report.findings}
    assert said == {("id", 2), ("contained_in", 2)}
    assert found.report.findings[0].reason.endswith("were removed from ids: 2")


@pytest.mark.parametrize(
    ("text", "most", "value"),
    [
        ("121.47", 180, 121.47),
        ("-33.5", 90, -33.5),
        ("121°28′12″", 180, 121.47),
        ("31°14'", 90, 31.2333333),
        ("121.47E", 180, 121.47),
        ("东经121度28分12秒", 180, 121.47),
        ("33.5S", 90, -33.5),
        ("W 70.5", 180, -70.5),
    ],
)
def test_coordinates(text: str, most: int, value: float) -> None:
    assert coordinate(most)(text) == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "most", "why"),
    [
        ("121.47", 90, "swapped"),
        ("12147.0", 180, "off the map"),
        ("3123", 90, "off the map"),
        ("31.2N", 180, "swapped"),
        ("31°75′", 90, "more than 59"),
        ("here", 90, "no coordinate"),
    ],
)
def test_no_coordinates(text: str, most: int, why: str) -> None:
    with pytest.raises(UnclearError, match=why):
        coordinate(most)(text)


def test_places_of_a_table(tmp_path: Path) -> None:
    text = (
        "id,longitude,latitude\nS1,31.23,121.47\nS2,121°28′12″,31°14′\nS3,0,0\nS4,121.47E,31.23N\nS5,12147.0,3123.0\n"
    )
    found = read(write(tmp_path, {"Site.csv": text}))
    assert set(found.entities) == {"S2", "S3", "S4"}
    assert found.rejected == [(2, "latitude", "121.47"), (6, "longitude", "12147.0")]
    assert [(each.row, each.column) for each in found.report.findings] == [(4, "latitude")]
    site = found.entities["S4"]
    assert isinstance(site, Site)
    assert (site.longitude, site.latitude) == (121.47, 31.23)


@pytest.mark.parametrize(
    ("head", "bare"),
    [
        ("*标识", ("标识", "")),
        ("名称 *", ("名称", "")),
        ("重要等级（必填）", ("重要等级", "")),
        ("合同容量（kVA）（必填）", ("合同容量", "kVA")),
        ("合同容量(千伏安)", ("合同容量", "kVA")),
        ("号码（含区号）", ("号码", "")),
        ("name [required]", ("name", "")),
        ("length (km)", ("length", "km")),
    ],
)
def test_marks_of_heads(head: str, bare: tuple[str, str]) -> None:
    assert bare_head(head) == bare


def test_the_head_below_titles() -> None:
    assert head_of([["重要客户清单"], [], ["制表：", ""], ["id", "name"], ["C1", "a"]]) == (3, ["id", "name"])
    assert head_of([["id"], ["C1"], ["C2", "x"]])[0] == 0
    assert head_of([["标识 *"], ["C1", "x"]])[0] == 0
    assert head_of([["alone"], ["C1"]])[0] == 0


def test_marks_and_titles_of_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "客户.xlsx"
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "客户"
    for row in (["重要客户清单", None, None], [], ["*标识", "名称（必填）", "合同容量（kVA）"], ["C1", "甲", 100]):
        sheet.append(row)
    sheet.merge_cells("A1:C1")
    made.save(path)
    found = read(path)
    customer = found.entities["C1"]
    assert isinstance(customer, Customer)
    assert (customer.name, customer.contract_kva, customer.row) == ("甲", 100, 4)
    assert dict(found.report.accounts[0].left_out) == {"title above the head": 1}
    sheet.merge_cells("B3:B4")
    made.save(path)
    with pytest.raises(LoadError, match="B3:B4"):
        read(path)


@pytest.mark.parametrize("text", ["sep=;\nid;name\nC1;a,b\n", "id|name\nC1|a,b\n", "客户清单\nid;name\nC1;a,b\n"])
def test_delimiters_told_and_seen(tmp_path: Path, text: str) -> None:
    found = read(write(tmp_path, {"Customer.csv": text}))
    assert found.entities["C1"].name == "a,b"


def test_encodings_are_named(tmp_path: Path) -> None:
    chinese = write(tmp_path / "cn", {"Customer.csv": "id,name\nC1,人民医院\n".encode("gb18030")})
    assert read(chinese).report.accounts[0].encoding == "GB18030"
    western = write(tmp_path / "w", {"Customer.csv": "id,name\nC1,Müller\nC2,Straße\n".encode("cp1252")})
    with pytest.raises(LoadError, match="--encoding cp1252"):
        read(western)
    found = read(western, writing=Writing.of(encoding="cp1252"))
    assert (found.entities["C1"].name, found.report.accounts[0].encoding) == ("Müller", "CP1252")
    beside = write(tmp_path / "both", {"Area.csv": "id,name\nA,城东\n"})
    (beside / "Customer.csv").write_bytes("id,name\nC1,Müller\n".encode("cp1252"))
    both = read(beside, writing=Writing.of(encoding="cp1252"))
    assert {each.name for each in both.entities.values()} == {"Müller", "城东"}
    with pytest.raises(LoadError, match=r"not in utf-8 \(wrong at byte 12"):
        read(western, writing=Writing.of(encoding="utf8"))


@pytest.mark.parametrize(
    ("encoding", "told", "name"),
    [
        ("big5", "big5", "臨江市立綜合醫院，供電二路"),
        ("cp932", "cp932", "みなと総合病院、受電設備"),
        ("gb18030", "", "临江市立综合医院，供电二路"),
        ("gb18030", "", "臨江市立綜合醫院"),
        ("utf-16-le", "", "临江医院"),
        ("utf-16-be", "", "临江医院"),
        ("utf-16", "", "临江医院"),
    ],
)
def test_encodings_of_east_asia(tmp_path: Path, encoding: str, told: str, name: str) -> None:
    folder = write(tmp_path / "g", {"Customer.csv": f"id,name\nC1,{name}\nC2,{name}\n".encode(encoding)})
    if told:
        with pytest.raises(LoadError, match=f"--encoding {told}, or") as error:
            read(folder)
        assert name in str(error.value)
    found = read(folder, writing=Writing.of(encoding=told))
    assert found.entities["C2"].name == name
    assert found.report.accounts[0].encoding == encoding.upper()


def test_zeros_are_no_text(tmp_path: Path) -> None:
    for content in (b"id,name\nC1,a\0\0\0", b"\x00\x01\x02\x03" * 9, b"i\0d\0\n"):
        with pytest.raises(LoadError, match="no text file"):
            read(write(tmp_path, {"Customer.csv": content}))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            'id,name\nC1,a\nC2,"b\n' + "C3,c\n" * 40_000,
            "line 3: a cell of the row that begins there has more than 131,072",
        ),
        ('id,name\nC1,a\nC2,"b\nC3,c\n', "line 3: unexpected end of data"),
        ('id,"name' + "e" * 140_000 + '"\nC1,a\n', "line 1: a cell"),
    ],
)
def test_a_quotation_mark_that_is_not_closed(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(LoadError, match=said):
        read(write(tmp_path, {"Customer.csv": text}))


@pytest.mark.parametrize("name", ["MÃ¼ller", "a\ufffdb", "锟斤拷", "a\ue123b"])
def test_what_no_text_has_is_a_finding(tmp_path: Path, name: str) -> None:
    found = read(write(tmp_path, {"Customer.csv": f"id,name\nC1,{name}\n"}))
    (finding,) = found.report.findings
    assert "what no text has" in finding.reason
    assert name in finding.value


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Customer.xls", "save it as .xlsx"),
        ("Customer.xlsb", "save it as .xlsx"),
        ("Customer.ods", "Save it as .xlsx"),
        ("Customer.csv.7z", "Unpack it"),
        ("Customer.pdf", "Read are: tables"),
    ],
)
def test_other_files_are_refused_with_the_way_out(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    with pytest.raises(LoadError, match=said):
        read(tmp_path / name)


def test_a_million_columns(tmp_path: Path) -> None:
    text = ",".join(f"c{n}" for n in range(17_000))
    with pytest.raises(LoadError, match=r"row 1: 17,000 columns or more; at most 16,384"):
        read(write(tmp_path, {"Customer.csv": text}))
    with pytest.raises(LoadError, match=r"no column says .* c29, \.\.\."):
        read(write(tmp_path, {"Customer.csv": text[:65_000]}))


DATED = [
    ["编号", "名称", "正常位置", "起点", "终点"],
    [datetime(2026, 3, 1), "K1", "合", "a", "b"],
    ["3-2", "K2", "合", "b", "c"],
    ["K3", "K3", "合", datetime(2026, 1, 2), "d"],
    [time(3, 4), "K4", "合", "c", "d"],
]


def test_dates_that_a_spreadsheet_made_of_numbers_and_points_are_none(tmp_path: Path) -> None:
    found = read(book(tmp_path / "a.xlsx", [list(row) for row in DATED], title="断路器"))
    assert {each.name for each in found.entities.values() if isinstance(each, Breaker)} == {"K2"}
    assert found.rejected == [(2, "编号", "2026-03-01"), (4, "起点", "2026-01-02"), (5, "编号", "03:04:00")]
    assert {str(each.reason) for each in found.report.rejects} == {
        "is a date or time that the spreadsheet made of what was entered"
    }
    assert all("Store it as text" in each.remedy for each in found.report.rejects)
    assert "K3" in found.kept


def test_a_date_is_part_of_a_key_where_a_mapping_says_so(tmp_path: Path) -> None:
    rows: list[list[object]] = [["day", "team"], [datetime(2026, 3, 1), "T1"]]
    made = book(tmp_path / "a.xlsx", rows, title="Plan")
    (tmp_path / "m.yaml").write_text(
        "system: S\ntables:\n  Plan:\n    file: Plan\n    make:\n"
        '      - {kind: Team, id: "{team}-{day}", fields: {name: team}}\n'
    )
    found = read(made, mapping=str(tmp_path / "m.yaml"))
    assert list(found.entities) == ["T1-2026-03-01"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("标识,名称\nC1,县医院\nC2,".encode() + "临江中学".encode("gb18030") + b"\nC3,x\n", "UTF-8 up to line 3"),
        ("id,name\nC1,县医院\nC2,临\0江\n".encode(), "zero byte (NUL) in line 3"),
    ],
)
def test_a_place_that_is_broken_is_named_and_no_other_encoding_guessed(
    tmp_path: Path, content: bytes, told: str
) -> None:
    (tmp_path / "Customer.csv").write_bytes(content)
    with pytest.raises(LoadError, match=re.escape(told)):
        read(tmp_path)


def test_marks_at_the_start_are_no_part_of_the_first_head(tmp_path: Path) -> None:
    (tmp_path / "Customer.csv").write_bytes(3 * codecs.BOM_UTF8 + "标识,名称\nC1,县医院\n".encode())
    found = read(tmp_path).entities["C1"]
    assert found.name == "县医院"
