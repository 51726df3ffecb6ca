"""Sheets as other programs write them, against openpyxl: whatever way a sheet is written, the same rows come out."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest

from loaders.tabular.workbook import Workbook
from schema.errors import LoadError

_NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPES}.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{_NS}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
        'Target="worksheets/sheet1.xml"/></Relationships>'
    ),
}
_SHEETS = {
    "openpyxl": '<row r="1"><c r="A1" t="inlineStr"><is><t>&#25143;</t></is></c><c r="B1" t="n"><v>7</v></c></row>',
    "excel": '<row r="1" spans="1:2" x14ac:dyDescent="0.25"><c r="A1"><v>1.5</v></c><c r="B1" t="b"><v>1</v></c></row>',
    "rows left out": '<row r="2"><c r="A2"><v>1</v></c></row><row r="5"/><row r="6"><c r="B6"><v>2</v></c></row>',
    "cells left out": '<row r="1"><c r="B1"><v>1</v></c><c r="E1" t="str"><v>x</v></c></row>',
    "nothing says its place": "<row><c><v>1</v></c><c t='str'><v>b</v></c></row><row><c><v>2</v></c></row>",
    "blanks between": '<row r="1">\n <c r="A1"><v>1</v></c>\n <c r="B1" t="str">\n<v>q</v></c>\n</row>\n',
    "marks": '<row r="1"><c r="A1" t="str"><v>R&amp;D &lt;1&gt; &#10;x&#x4e2d;</v></c><c r="B1"><v>2</v></c></row>',
    "formulas": '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f t="shared" si="0"/><v>3</v></c></row>',
    "rich text": '<row r="1"><c r="A1" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c></row>',
    "kept blanks": '<row r="1"><c r="A1" t="inlineStr"><is><t xml:space="preserve"> a </t></is></c></row>',
    "a comment": '<row r="1"><!-- </row> --><c r="A1"><v>1</v></c></row>',
    "cdata": '<row r="1"><c r="A1" t="str"><v><![CDATA[</row><row>]]></v></c><c r="B1"><v>1</v></c></row>',
    "single quotes": "<row r='1'><c r='A1' t='str'><v>a</v></c></row>",
    "line ends": '<row r="1"><c r="A1" t="str"><v>a\r\nb</v></c></row>',
    "empty": "",
}


@pytest.mark.parametrize("name", _SHEETS)
def test_a_sheet_is_read_as_openpyxl_reads_it(tmp_path: Path, name: str) -> None:
    """Its rows are those of openpyxl's own reader, as texts."""
    file = _book(tmp_path, _sheet(_SHEETS[name]))

    assert _read(file) == _by_openpyxl(file)


@pytest.mark.parametrize("encoding", ["UTF-16", "GB18030"])
def test_a_sheet_may_be_in_another_encoding(tmp_path: Path, encoding: str) -> None:
    """One that says its encoding is read in it."""
    text = _sheet('<row r="1"><c r="A1" t="str"><v>户号</v></c></row>')
    file = _book(tmp_path, text.replace("?>", f' encoding="{encoding}"?>', 1).encode(encoding))

    assert _read(file) == [["户号"]]


def test_rows_are_found_across_the_pieces_that_are_read(tmp_path: Path) -> None:
    """30,000 rows with references to characters, which pieces cut anywhere."""
    text = "&#23458;" * 5
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="str"><v>{text}{n}</v></c></row>' for n in range(1, 30_001))

    assert _read(_book(tmp_path, _sheet(rows))) == [["客" * 5 + str(n)] for n in range(1, 30_001)]


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: text.index("</row>") - 5],
        lambda text: text[: text.index("</sheetData>")],
        lambda text: text[: text.index("</worksheet>")],
        lambda text: text.replace("</c>", "</d>", 1),
        lambda text: text.replace("<v>1</v>", "<v>1</v></v>", 1),
        lambda text: text.replace("<v>1</v>", "<v>\x01</v>", 1),
        lambda text: text.replace("<v>1</v>", "<v>&nothing;</v>", 1),
        lambda text: text.replace("<cols>", "<cols><col>", 1),
    ],
)
def test_a_damaged_sheet_is_refused(tmp_path: Path, damage: Callable[[str], str]) -> None:
    """Whatever is cut off or broken, in a cell or around the rows, nothing is taken for a shorter sheet."""
    file = _book(
        tmp_path, damage(_sheet('<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>'))
    )

    with pytest.raises(LoadError, match="damaged"):
        _read(file)


def _sheet(rows: str) -> str:
    data = f"<sheetData>{rows}</sheetData>" if rows else "<sheetData/>"
    return (
        f'<?xml version="1.0"?>\n<worksheet xmlns="{_NS}" xmlns:x14ac="http://schemas.microsoft.com/office/'
        f'spreadsheetml/2009/9/ac"><cols></cols>{data}<pageMargins left="1" right="1" top="1" bottom="1" header="1" '
        'footer="1"/></worksheet>'
    )


def _book(folder: Path, sheet: str | bytes) -> Path:
    file = folder / "b.xlsx"
    with zipfile.ZipFile(file, "w") as pack:
        for name, text in _PARTS.items():
            pack.writestr(name, text)
        pack.writestr("xl/worksheets/sheet1.xml", sheet)
    return file


def _read(file: Path) -> list[list[str]]:
    with Workbook(file) as book:
        return list(_trimmed(book.rows("S")))


def _by_openpyxl(file: Path) -> list[list[str]]:
    sheet = openpyxl.load_workbook(io.BytesIO(file.read_bytes()), data_only=True)["S"]
    return list(_trimmed([[_shown(value) for value in row] for row in sheet.values]))


def _shown(value: object) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _trimmed(rows: Iterator[list[str]] | list[list[str]]) -> Iterator[list[str]]:
    for row in rows:
        filled = list(row)
        while filled and not filled[-1]:
            filled.pop()
        yield filled
