"""Sheets as PDF, read back by another program: every text is in it, none is markup, none is a blank."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from graph_api.exports.printing import as_pdf
from graph_api.exports.sheets import Sheet


def read(*sheets: Sheet) -> list[str]:
    """The text of each page, without what breaks lines."""
    pages = PdfReader(io.BytesIO(as_pdf(sheets))).pages
    return ["".join(page.extract_text().split()) for page in pages]


def test_every_cell_of_every_sheet_is_on_its_page() -> None:
    people = Sheet("供电保障责任分解表", ("责任人", "电话"), [("张卫国", "139 1234 5678"), ("李建军", None)])
    calls = Sheet(
        "应急联络表", ("序号", "时限"), [(1, datetime(2026, 5, 1, 8, 0, tzinfo=UTC))], ("演练",), ("审计链末值 a1",)
    )
    first, second = read(people, calls)
    for text in ("供电保障责任分解表", "责任人", "张卫国", "13912345678", "李建军", "1/2"):
        assert text in first
    for text in ("应急联络表", "演练", "2026-05-01", "审计链末值a1", "2/2"):
        assert text in second


@pytest.mark.parametrize(
    "text", ["#panic()", "*粗*", "$x^2$", "= 标题", "\\", "@ref", "<b>", '"', "[a]", "`c`", "//", "https://x.cn"]
)
def test_what_looks_like_markup_is_text(text: str) -> None:
    (page,) = read(Sheet(text, (text,), [(text,)], (text,)))
    assert page.count("".join(text.split())) >= 4


def test_heads_stand_on_every_page() -> None:
    pages = read(Sheet("表", ("责任岗位", "对象"), [(f"行{number}", "某" * 40) for number in range(120)]))
    assert len(pages) > 2
    assert all("责任岗位" in page for page in pages)
    assert all(any(f"行{number}" in page for page in pages) for number in range(120))


def test_what_the_font_lacks_is_marked_and_named() -> None:
    (page,) = read(Sheet("表", ("责任人",), [("王喆",), ("龘",)]))
    assert "王〓" in page
    assert "U+5586" in page
    assert "U+9F98" in page
    assert "喆" not in page
