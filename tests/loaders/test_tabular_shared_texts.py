"""Texts that cells refer to by number (xl/sharedStrings.xml), against openpyxl and ECMA-376, 18.4 and 22.9.2.19."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from loaders.tabular.workbook import Workbook
from schema.errors import LoadError

_NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPE = (
    '<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument'
    '.spreadsheetml.sharedStrings+xml"/>'
)
_SPOKEN = '<rPh sb="0" eb="1"><t>lin</t></rPh>'
_TEXTS = {
    "excel": "<si><t>户号</t></si><si><t>临江</t></si>",
    "chinese excel": '<si><t>户号</t><phoneticPr fontId="1" type="noConversion"/></si><si><t>b</t></si>',
    "between lines": "\n  <si>\n    <t>户号</t>\n  </si>\n  <si><t>b</t></si>\n",
    "kept blanks": '<si><t xml:space="preserve"> a\n b </t></si><si><t> c </t></si>',
    "runs": '<si><r><rPr><b/></rPr><t>临</t></r><r><t xml:space="preserve">江 </t></r></si><si><t>b</t></si>',
    "spoken": f'<si><t>临江</t>{_SPOKEN}<phoneticPr fontId="1"/></si><si><r><t>东</t></r>{_SPOKEN}</si>',
    "marks": "<si><t>R&amp;D &lt;1&gt;</t></si><si><t>&#20020;&#x6c5f;&#10;x</t></si>",
    "empty": "<si><t></t></si><si><t/></si><si/><si><r><t/></r></si><si><t>last</t></si>",
    "a comment": "<!-- <si><t>no</t></si> --><si><t>a<!-- </t></si> -->b</t></si>",
    "cdata": "<si><t><![CDATA[</si><si>]]></t></si><si><t>b</t></si>",
    "line ends": "<si><t>a\r\nb</t></si><si><t>b</t></si>",
    "other attributes": "<si><t xml:space='preserve'>a</t></si><si><t xml:space='default'>b</t></si>",
    "something behind": "<si><t>a</t></si><extLst><ext><t>no</t></ext></extLst>",
}


@pytest.mark.parametrize("name", _TEXTS)
def test_shared_texts_are_those_that_openpyxl_reads(tmp_path: Path, name: str) -> None:
    """Whatever way they are written; what tells how a text is spoken is no text."""
    file = _book(tmp_path, _strings(_TEXTS[name]), _TEXTS[name].count("<si") - (name in ("a comment", "cdata")))

    assert _read(file) == _by_openpyxl(file)


@pytest.mark.parametrize("encoding", ["UTF-16", "GB18030"])
def test_they_may_be_in_another_encoding(tmp_path: Path, encoding: str) -> None:
    text = _strings("<si><t>户号</t></si>").replace("?>", f' encoding="{encoding}"?>', 1)

    assert _read(_book(tmp_path, text.encode(encoding), 1)) == ["户号"]


def test_their_tags_may_have_a_prefix(tmp_path: Path) -> None:
    text = f'<x:sst xmlns:x="{_NS}"><x:si><x:t>户号</x:t></x:si><x:si><x:r><x:t>b</x:t></x:r></x:si></x:sst>'

    assert _read(_book(tmp_path, text, 2)) == ["户号", "b"]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("a_x000D_", "a\r"),
        ("a_x005F_x000D_", "a_x000D_"),
        ("a_x005F_x005F_x005F_x000D_", "a_x005F_x000D_"),
        ("KH_x005F_01", "KH_01"),
        ("Kx005F_01", "Kx005F_01"),
        ("_x9_x005f", "_x9_x005f"),
    ],
)
def test_characters_that_are_written_by_their_number(tmp_path: Path, written: str, text: str) -> None:
    """`_x005F_` is the line itself, so that a text may say `_x000D_`; openpyxl takes `x005F_` out anywhere."""
    assert (
        _read(_book(tmp_path, _strings(f"<si><t>{written}</t></si><si><r><t>{written}</t></r></si>"), 2)) == [text] * 2
    )


def test_they_are_found_across_the_pieces_that_are_read(tmp_path: Path) -> None:
    """30,000 texts, one in a thousand with runs."""
    texts = [f"客户{n}" * 4 for n in range(30_000)]
    said = "".join(
        f"<si><r><t>{t}</t></r></si>" if n % 1000 == 0 else f"<si><t>{t}</t></si>" for n, t in enumerate(texts)
    )

    assert _read(_book(tmp_path, _strings("".join(said)), len(texts))) == texts


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: text.index("</sst>")],
        lambda text: text[: text.index("</si>")],
        lambda text: text.replace("</t>", "</d>", 1),
        lambda text: text.replace("<t>a</t>", "<t>\x01</t>"),
        lambda text: text.replace("<t>a</t>", "<t>&nothing;</t>"),
        lambda text: text.replace("<si><t>b</t></si>", ""),
        lambda text: f"{text}<more>",
    ],
)
def test_damaged_ones_are_refused(tmp_path: Path, damage: Callable[[str], str]) -> None:
    """Nothing is taken for a shorter list, in which each number would mean another text."""
    with pytest.raises(LoadError):
        _read(_book(tmp_path, damage(_strings("<si><t>a</t></si><si><t>b</t></si>")), 2))


def _strings(texts: str) -> str:
    return f'<?xml version="1.0"?>\n<sst xmlns="{_NS}" count="9" uniqueCount="9">{texts}</sst>'


def _book(folder: Path, strings: str | bytes, count: int) -> Path:
    """A workbook with these shared texts, one in each row of its sheet."""
    book = openpyxl.Workbook()
    book.active.append(["x"])  # type: ignore[union-attr]
    book.save(folder / "o.xlsx")
    rows = "".join(f'<row r="{n + 1}"><c r="A{n + 1}" t="s"><v>{n}</v></c></row>' for n in range(count))
    with zipfile.ZipFile(folder / "o.xlsx") as old, zipfile.ZipFile(folder / "b.xlsx", "w") as pack:
        parts: dict[str, str | bytes] = {name: old.read(name) for name in old.namelist()}
        types = parts["[Content_Types].xml"]
        assert isinstance(types, bytes)
        parts["[Content_Types].xml"] = types.replace(b"</Types>", f"{_TYPE}</Types>".encode())
        parts["xl/sharedStrings.xml"] = strings
        parts["xl/worksheets/sheet1.xml"] = f'<worksheet xmlns="{_NS}"><sheetData>{rows}</sheetData></worksheet>'
        for name, content in parts.items():
            pack.writestr(name, content)
    return folder / "b.xlsx"


def _read(file: Path) -> list[str]:
    with Workbook(file) as book:
        return [row[0] for row in book.rows("Sheet")]


def _by_openpyxl(file: Path) -> list[str]:
    sheet = openpyxl.load_workbook(file, data_only=True)["Sheet"]
    return ["" if row[0] is None else str(row[0]) for row in sheet.values]
