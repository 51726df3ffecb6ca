"""An empty workbook of the plain mapping: one commented sheet per kind, as somebody fills it in by hand."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from loaders.tabular.names import LOADABLE, numbered_heading
from loaders.tabular.values import FieldInfo, fields_of
from schema.registry import EntityKind
from schema.relationships import ENDS, HEADINGS, RelationshipKind
from schema.words import Language, say, translated

_TERMINALS = 2
_MOST_ENDS = 10
"""Kinds that a comment names one by one."""
_KINDS_ZH = {
    "text": "文本",
    "number": "数字",
    "whole number": "整数",
    "yes/no": "是/否",
    "date": "日期，如 2026-11-23",
    "time": "时间，如 2026-11-23T08:00:00+08:00",
    "list": "多项，以分号分隔",
    "code": "下列之一",
}
_AUTHOR = "Baodian"
_HEAD = Font(bold=True)
_NEEDED = PatternFill("solid", fgColor="FFE699")
_README = (
    ("How to fill this workbook in", "填写说明"),
    ("One sheet per kind of entity; data begin in the row below the head.", "每类对象一张表，表头下即数据。"),
    ("Yellow heads must be filled; a head's comment says what it holds.", "黄色表头为必填，批注说明含义。"),
    ("An id never changes; other sheets refer to the row by it.", "标识一经确定不再改变，其他表以此引用。"),
    ("A relationship column holds ids of other rows, separated by ;", "关系列填写对象标识，多个以分号分隔。"),
    ("connects_1, connects_2: ConnectivityNodes at terminals 1, 2.", "端子1连接节点、端子2连接节点：两端标识。"),
    ("Do not merge cells. Sheets and columns may stay empty.", "不要合并单元格；不用的表和列可留空。"),
)  # fmt: skip


def write_template(path: Path, kinds: Sequence[EntityKind] | None = None, *, chinese: bool = False) -> None:
    """Write the workbook, for some kinds or all that a file may give, heads and comments English or Chinese.

    It loads as it is: nothing is in it. The sheet README says how to fill it in and shows one row.
    """
    book = Workbook()
    readme = book.active
    if readme is None:
        raise AssertionError("a new workbook has a sheet")
    readme.title = "README"
    asked = tuple(kinds or LOADABLE)
    for line in (*_README, *_example(asked[0])):
        readme.append(line)
    for column in ("A", "B", "C"):
        readme.column_dimensions[column].width = 60
    for kind in asked:
        sheet = book.create_sheet(kind.zh if chinese else kind.label)
        for place, (head, said, needed, text) in enumerate(_heads(kind, chinese=chinese), start=1):
            cell = sheet.cell(1, place, head)
            cell.font = _HEAD
            cell.comment = Comment(said, _AUTHOR, height=120, width=320)
            if needed:
                cell.fill = _NEEDED
            column = sheet.column_dimensions[get_column_letter(place)]
            column.width = max(12, len(head) + 4)
            if text:
                column.number_format = "@"
        sheet.freeze_panes = "B2"
    content = io.BytesIO()
    book.save(content)
    # at once: openpyxl leaves a broken archive open where a write fails
    path.write_bytes(content.getvalue())


def example_of(info: FieldInfo) -> str:
    """A value that a cell of the field may hold."""
    if info.terms is not None:
        return next(iter(info.terms)).zh
    return {
        "text": "+8613912345678" if info.label.personal else f"{info.label.zh}1",
        "number": "10",
        "whole number": "1",
        "yes/no": "是",
        "date": "2026-11-23",
        "time": "2026-11-23T08:00:00+08:00",
        "list": "one;two",
    }[info.kind]


def _example(kind: EntityKind) -> list[tuple[str, str, str]]:
    rows = [("", "", ""), (f"Example of one row of {kind.label} ({kind.zh})", "", ""), ("column", "中文", "value")]
    return rows + [(info.name, info.label.zh, example_of(info)) for info in fields_of(kind).values()]


class _Head(NamedTuple):
    """A column: its head, its comment, whether it must be filled, and whether Excel must take its cells as text."""

    name: str
    comment: str
    needed: bool
    text: bool


def _heads(kind: EntityKind, *, chinese: bool) -> list[_Head]:
    language = Language.ZH if chinese else Language.EN
    heads = [
        _Head(info.label.zh if chinese else info.name, _said(info, language), info.required, info.is_key)
        for info in fields_of(kind).values()
    ]
    for link in RelationshipKind:
        if kind not in ENDS[link].sources:
            continue
        said = _said_of_link(link, language)
        taken = {head.name for head in heads}
        names = [HEADINGS[link] if chinese and HEADINGS[link] not in taken else link.value.lower()]
        if link is RelationshipKind.CONNECTS:
            numbers = range(1, _TERMINALS + 1)
            names = [numbered_heading(link, each) if chinese else f"{names[0]}_{each}" for each in numbers]
        heads += [_Head(name, said, needed=False, text=True) for name in names]
    return heads


def _said(info: FieldInfo, language: Language) -> str:
    label = info.label
    if language is Language.ZH:
        # Not every sentence of a field has its Chinese yet; its term alone does then.
        told = translated(label.en, language)
        parts = [f"{label.zh}（{_KINDS_ZH[info.kind]}）", *([told] if told != label.en else [])]
    else:
        parts = [f"{label.zh} / {info.name} ({info.kind})", label.en]
    if label.unit:
        parts.append(say("Unit: {unit}", unit=label.unit).text(language))
    if info.terms is not None:
        parts += [term.zh if language is Language.ZH else f"{term.value} {term.zh}" for term in info.terms]
    return "\n".join(parts)


def _said_of_link(link: RelationshipKind, language: Language) -> str:
    ends = ENDS[link].targets
    names = sorted(end.zh if language is Language.ZH else end.label for end in ends)
    if len(ends) < _MOST_ENDS:
        ids = say("Ids of: {targets}; several separated by a semicolon.", targets=names)
    else:
        ids = say("Ids of any rows; several separated by a semicolon.")
    head = f"{HEADINGS[link]}。" if language is Language.ZH else f"{link.zh}: {link.en}. "
    return head + ids.text(language)
