"""Sheets as a Word document (文档): a heading, remarks and a table for each, which people go on writing in."""

from __future__ import annotations

import io
from collections.abc import Sequence

from graph_api.exports.sheets import Sheet, plain

_FONT = "宋体"
"""Face of Chinese text, which every Word has or replaces; without it a face for Latin text is taken."""


def as_word(sheets: Sequence[Sheet]) -> bytes:
    """A .docx file."""
    from docx import Document
    from docx.enum.section import WD_ORIENT

    document = Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    _set_faces(document)
    for sheet in sheets:
        document.add_heading(_printable(sheet.title), 1)
        for remark in sheet.remarks:
            document.add_paragraph(_printable(remark))
        table = document.add_table(1, len(sheet.heads), "Table Grid")
        for cell, head in zip(table.rows[0].cells, sheet.heads, strict=True):
            cell.text = _printable(head)
        for row in sheet.rows:
            for cell, value in zip(table.add_row().cells, row, strict=True):
                cell.text = _printable(plain(value))
        for line in sheet.foot:
            document.add_paragraph(_printable(line))
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def _set_faces(document: object) -> None:
    """Let Chinese text have a Chinese face in every style."""
    from docx.oxml.ns import qn

    for style in document.styles:  # type: ignore[attr-defined]
        properties = getattr(style.element, "get_or_add_rPr", None)
        if properties is not None:
            properties().get_or_add_rFonts().set(qn("w:eastAsia"), _FONT)


def _printable(text: str) -> str:
    """XML has no control characters."""
    return "".join(char if char in "\n\t" or char.isprintable() else "\ufffd" for char in text)
