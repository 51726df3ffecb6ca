"""An empty workbook of the plain mapping: one commented sheet per kind, as somebody fills it in by hand."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from loaders.tabular.example import COUNTRY, EXAMPLE, FIRST, NEXT, TIMEZONE, Row
from loaders.tabular.names import LOADABLE, numbered_heading
from loaders.tabular.values import FieldInfo, fields_of
from schema.registry import EntityKind
from schema.relationships import ENDS, HEADINGS, RelationshipKind
from schema.vocabulary import Term
from schema.words import Language, Sentence, say, translated

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
    ("from, to: names of the points at its ends; one name is one point.", "起点、终点：两端名称，同名即同一点。"),
    ("Do not merge cells. Sheets and columns may stay empty.", "不要合并单元格；不用的表和列可留空。"),
    ("The file ...-example.xlsx beside this one is filled in.", "同目录 ...-example.xlsx 为示例，可直接入库。"),
)  # fmt: skip
_LISTS_FROM = 8
"""Column of the explaining sheet from which the lists of codes stand."""
_VALIDATED = 2_000
"""Rows that offer a list of codes."""
ORDER = (*FIRST, *NEXT, *(kind for kind in LOADABLE if kind not in (*FIRST, *NEXT)))
"""Sheets in their order: those to fill first come first."""


def write_template(path: Path, kinds: Sequence[EntityKind] | None = None, *, chinese: bool = False) -> None:
    """Write the workbook, for some kinds or all that a file may give, heads and comments English or Chinese.

    It loads as it is: nothing is in it. The sheet README says how to fill it in, and in which order; codes are offered
    as lists, other words that are read are taken as well.
    """
    _save(_book(kinds or ORDER, {}, chinese=chinese), path)


def write_example(path: Path, *, chinese: bool = False) -> None:
    """Write the same workbook with a small worked example in the sheets to fill first."""
    _save(_book((*FIRST, *NEXT), EXAMPLE, chinese=chinese), path)


def _book(kinds: Sequence[EntityKind], rows: Mapping[EntityKind, Sequence[Row]], *, chinese: bool) -> Workbook:
    book = Workbook()
    readme = book.active
    if readme is None:
        raise AssertionError("a new workbook has a sheet")
    readme.title = "README"
    for line in (*_README, *_order(), *_conventions(filled=bool(rows)), *_example(kinds[0])):
        readme.append(line)
    for column in ("A", "B", "C"):
        readme.column_dimensions[column].width = 60
    lists = _Lists(readme, chinese=chinese)
    for kind in kinds:
        sheet = book.create_sheet(kind.zh if chinese else kind.label)
        heads = _heads(kind, chinese=chinese)
        for place, head in enumerate(heads, start=1):
            cell = sheet.cell(1, place, head.name)
            cell.font = _HEAD
            cell.comment = Comment(head.comment, _AUTHOR, height=120, width=320)
            if head.needed:
                cell.fill = _NEEDED
            column = sheet.column_dimensions[get_column_letter(place)]
            column.width = max(12, len(head.name) + 4)
            if head.text:
                column.number_format = "@"
            lists.offer(sheet, place, head.terms)
        for row in rows.get(kind, ()):
            sheet.append([row.get(head.code) for head in heads])
        sheet.freeze_panes = "B2"
    return book


def _save(book: Workbook, path: Path) -> None:
    content = io.BytesIO()
    book.save(content)
    # at once: openpyxl leaves a broken archive open where a write fails
    path.write_bytes(content.getvalue())


def _order() -> list[tuple[str, str]]:
    told = [("", ""), ("Fill first, in this order:", "先填以下各表，按此顺序：")]
    told += [(f"{place}. {kind.label}", f"{place}. {kind.zh}") for place, kind in enumerate(FIRST, start=1)]
    after = ", ".join(kind.label for kind in NEXT), "、".join(kind.zh for kind in NEXT)
    return [*told, (f"Then {after[0]}.", f"再填{after[1]}。")]


def _conventions(*, filled: bool) -> list[tuple[str, str, str]]:
    """Rows that a load reads: what times and telephone numbers leave unsaid."""
    return [
        ("", "", ""),
        ("Zone of times without one, country of telephone numbers:", "未写明的时区和电话所属国家：", ""),
        ("timezone", TIMEZONE if filled else "", "Asia/Shanghai, +08:00"),
        ("country", COUNTRY if filled else "", "CN, +86"),
    ]


class _Lists:
    """Lists of codes on the explaining sheet, one column each, and the cells that offer them."""

    def __init__(self, sheet: Worksheet, *, chinese: bool) -> None:
        self._sheet = sheet
        self._chinese = chinese
        self._places: dict[type[Term], str] = {}

    def offer(self, sheet: Worksheet, place: int, terms: type[Term] | None) -> None:
        """Offer the codes in a column; what else is typed is warned of, not refused."""
        if terms is None:
            return
        found = DataValidation(type="list", formula1=self._place(terms), allow_blank=True, errorStyle="warning")
        column = get_column_letter(place)
        found.add(f"{column}2:{column}{_VALIDATED}")
        sheet.add_data_validation(found)

    def _place(self, terms: type[Term]) -> str:
        if terms not in self._places:
            column = _LISTS_FROM + len(self._places)
            for row, term in enumerate(terms, start=1):
                self._sheet.cell(row, column, term.zh if self._chinese else term.value)
            letter = get_column_letter(column)
            self._places[terms] = f"README!${letter}$1:${letter}${len(terms)}"
        return self._places[terms]


def example_of(info: FieldInfo) -> str:
    """A value that a cell of the field may hold."""
    if info.terms is not None:
        return next(iter(info.terms)).zh
    if info.name == "diagram_places":
        return "单线图: 120 80;配网图: 120 80, 120 140"
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
    """A column: its code, head and comment, whether it must be filled, and be text for Excel, and its codes."""

    code: str
    name: str
    comment: str
    needed: bool
    text: bool
    terms: type[Term] | None = None


def _heads(kind: EntityKind, *, chinese: bool) -> list[_Head]:
    language = Language.ZH if chinese else Language.EN
    heads = [
        _Head(
            info.name,
            info.label.zh if chinese else info.name,
            _said(info, language),
            info.required,
            info.is_key,
            info.terms,
        )
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
        heads += [_Head(link.value.lower(), name, said, needed=False, text=True) for name in names]
    return heads + [
        _Head(
            code,
            name_zh if chinese else code,
            said.text(language),
            needed=False,
            text=code not in ("date", "verified_on"),
        )
        for code, name_zh, said in _beside(kind)
    ]


def _beside(kind: EntityKind) -> list[tuple[str, str, Sentence]]:
    """Columns that are no field or relationship of a kind: code, Chinese head, comment."""
    if kind is EntityKind.SHIFT:
        return [("date", "日期", say("Day of times without a date; an end not after the start is on the next day."))]
    if kind is EntityKind.PERSON:
        return [
            ("mobile", "手机", say("Mobile number, several separated by a slash.")),
            ("landline", "座机", say("Landline number with area code and extension.")),
            ("short_number", "短号", say("Short number, dialled as it is.")),
            ("email", "邮箱", say("E-mail address.")),
            ("verified_on", "核实日期", say("Day on which somebody made sure that these numbers work.")),
        ]
    if kind in ENDS[RelationshipKind.CONNECTS].sources:
        return [
            ("from", "起点", say("Name of the point at its first end, the same in all rows that meet there.")),
            ("to", "终点", say("Name of the point at its second end, the same in all rows that meet there.")),
        ]
    return []


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
