"""Workbooks of other forms than .xlsx: Excel until 2003 (.xls), OpenDocument (.ods).

The .xls files in `files` were written by xlwt 1.3.0, which no package here needs: people.xls has a padded id (00000), a
number of 20 digits, an error cell, a date, and a hidden sheet; merged.xls cells merged below the head; shifts1904.xls
counts days from 1904, and has the time 24:00.
"""

from __future__ import annotations

import shutil
import zipfile
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from loaders.tabular import open_document
from loaders.tabular.writing import Writing
from schema.customer import Customer
from schema.errors import LoadError
from schema.people import Contact, Shift
from tests.loaders.tables import read

FILES = Path(__file__).parent / "files"
HERE = Writing.of("Asia/Shanghai", "CN", "")
_SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text", "style")
)
CALC = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'


def text(value: str, more: str = "") -> str:
    return f'<table:table-cell office:value-type="string" {more}><text:p>{value}</text:p></table:table-cell>'


def typed(kind: str, value: str, shown: str = "", more: str = "") -> str:
    attribute = "value" if kind in ("float", "percentage") else f"{kind}-value"
    return (
        f'<table:table-cell office:value-type="{kind}" office:{attribute}="{value}" {more}>'
        f"<text:p>{shown or value}</text:p></table:table-cell>"
    )


def row(*cells: str, again: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{again}">{"".join(cells)}</table:table-row>'


def ods(path: Path, *sheets: tuple[str, str], styles: str = "") -> Path:
    tables = "".join(
        f'<table:table table:name="{name}" table:style-name="{name}">{rows}</table:table>' for name, rows in sheets
    )
    content = (
        f"<office:document-content {_SPACES} {CALC}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("content.xml", content)
    return path


def test_an_old_workbook_is_read_as_its_user_sees_it() -> None:
    found = read(FILES / "people.xls", writing=HERE)
    assert {"01001", "1002", "B1"} <= found.entities.keys()
    contact = found.entities["01001:MOBILE"]
    assert isinstance(contact, Contact)
    assert (contact.value, contact.verified_on) == ("+8613900001001", date(2026, 3, 5))
    assert [(each.row, each.value) for each in found.report.rejects] == [(4, "12345678901234567168"), (5, "#N/A")]
    hidden = {each.file: str(each.not_read) for each in found.report.accounts}
    assert hidden["people.xls#值班"].startswith("the sheet is hidden")


def test_times_of_an_old_workbook_that_counts_from_1904() -> None:
    shifts = read(FILES / "shifts1904.xls", writing=HERE).entities
    zone = timezone(timedelta(hours=8))
    first, second = shifts["S1"], shifts["S2"]
    assert isinstance(first, Shift)
    assert isinstance(second, Shift)
    assert (first.start, first.end) == (datetime(2026, 3, 5, 8, tzinfo=zone), datetime(2026, 3, 6, tzinfo=zone))
    assert second.end == datetime(2026, 3, 6, 6, tzinfo=zone)


def test_merged_cells_of_an_old_workbook_hold_for_each_row() -> None:
    found = read(FILES / "merged.xls")
    assert len({each.name for each in found.entities.values()}) == 1 < len(found.entities)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "0 bytes"),
        (b"<html><table><tr><td>id</td></tr></table></html>", "some systems write web pages"),
        (b"PK\x03\x04rest", "Rename it to .xlsx"),
        (FILES.joinpath("people.xls").read_bytes()[:2600], "save it as .xlsx|is damaged"),
    ],
)
def test_what_is_no_old_workbook_says_the_way_out(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "Team.xls"
    path.write_bytes(content)
    with pytest.raises(LoadError, match=said):
        read(path)


def test_a_workbook_of_wps_is_an_old_one(tmp_path: Path) -> None:
    shutil.copy(FILES / "people.xls", tmp_path / "people.et")
    assert "1002" in read(tmp_path / "people.et", writing=HERE).entities


def test_an_open_document_is_read_as_its_user_sees_it(tmp_path: Path) -> None:
    head = row(text("id"), text("name"), text("contract_kva"), text("key_account"), text("note"))
    broken = 'calcext:value-type="error"'
    sheet = (
        head
        + row(
            typed("float", "123", "00123"),
            text("一号<text:s text:c='2'/>厂<text:span>房</text:span>"),
            typed("float", "1.5"),
            typed("boolean", "true"),
            text("第一行</text:p><text:p>第二行"),
        )
        + row(typed("float", "7"), text("二"), typed("percentage", "12"))
        + row(text("C3"), text("#DIV/0!", broken))
        + row(typed("float", "12345678901234567890"), text("四"))
        + row(text("C5"), '<table:table-cell table:formula="of:=[.A1]"/>')
        + row(text("C6"), text("#名称?", broken))
        + row('<table:table-cell table:number-columns-repeated="16384"/>', again=1_000_000)
    )
    styles = '<style:style style:name="Team"><style:table-properties table:display="false"/></style:style>'
    found = read(ods(tmp_path / "book.ods", ("Customer", sheet), ("Team", head), styles=styles))  # fmt: skip
    first, second = found.entities["00123"], found.entities["7"]
    assert isinstance(first, Customer)
    assert isinstance(second, Customer)
    assert (first.name, first.contract_kva, first.key_account, first.note) == (
        "一号  厂房",
        1.5,
        True,
        "第一行\n第二行",
    )
    assert second.contract_kva == 12
    assert found.rejected == [
        (4, "name", "#DIV/0!"), (5, "id", "12345678901234567168"), (6, "name", "=[.A1]"), (7, "name", "#VALUE!"),
    ]  # fmt: skip
    assert [each.file for each in found.report.accounts if each.not_read] == ["book.ods#Team"]


def test_dates_and_times_of_an_open_document(tmp_path: Path) -> None:
    sheet = row(text("id"), text("start"), text("end"), text("worked_by")) + row(
        text("S1"), typed("date", "2026-03-05T08:00:00"), typed("time", "PT24H00M00S")
    ) + row(text("S2"), typed("date", "2026-03-05T20:00:00"), typed("time", "PT08H00M00S")) + row(
        text("S3"), typed("date", "2026-03-05T20:00:00"), typed("time", "half past")
    )  # fmt: skip
    found = read(ods(tmp_path / "roster.ods", ("Shift", sheet)), writing=HERE)
    zone = timezone(timedelta(hours=8))
    ends = [found.entities[each].end for each in ("S1", "S2")]
    assert ends == [datetime(2026, 3, 6, tzinfo=zone), datetime(2026, 3, 6, 8, tzinfo=zone)]
    assert found.rejected == [(4, "end", "half past")]


def test_rows_and_cells_that_are_repeated_count_as_often(tmp_path: Path) -> None:
    sheet = row(text("id"), text("name"), text("note")) + row(
        text("C1"), text("x", 'table:number-columns-repeated="2"')
    ) + row("<table:table-cell/>", again=3) + row(text("C2"), text("y"), again=2)  # fmt: skip
    found = read(ods(tmp_path / "book.ods", ("Customer", sheet)))
    [account] = found.report.accounts
    assert (account.rows_read, account.taken, account.duplicates) == (3, 2, 1)
    assert found.entities["C1"].note == "x"
    assert found.entities["C2"].row == 6


def test_an_open_document_that_grows_without_end_is_refused(tmp_path: Path) -> None:
    wide = row(text("id", 'table:number-columns-repeated="999999"'))
    with pytest.raises(LoadError, match="more than 20,000,000 cells"):
        read(ods(tmp_path / "wide.ods", ("Customer", wide)))
    high = row(text("id"), text("name")) + row(text("C1"), text("x"), again=90_000_000)
    with pytest.raises(LoadError, match="more than 20,000,000 cells"):
        read(ods(tmp_path / "high.ods", ("Customer", high)))
    assert open_document.MOST_CELLS == 20_000_000


def test_merged_cells_of_an_open_document_are_refused_below_the_head(tmp_path: Path) -> None:
    title = row(text("客户台账", 'table:number-columns-spanned="2"'), "<table:covered-table-cell/>")
    body = row(text("id"), text("name")) + row(text("C1"), text("7", 'table:number-rows-spanned="2"')) + row(text("C2"))
    assert read(
        ods(tmp_path / "one.ods", ("Customer", title + row(text("id"), text("name")) + row(text("C1"))))
    ).entities
    with pytest.raises(LoadError, match=r"\(B3:B4\)"):
        read(ods(tmp_path / "two.ods", ("Customer", title + body)))


@pytest.mark.parametrize("content", ["<no", ""])
def test_a_damaged_open_document(tmp_path: Path, content: str) -> None:
    path = tmp_path / "book.ods"
    with zipfile.ZipFile(path, "w") as pack:
        pack.writestr("content.xml" if content else "other.xml", content)
    with pytest.raises(LoadError, match=r"no \.ods workbook that can be read"):
        read(path)
