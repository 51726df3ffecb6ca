"""Rejected rows of a load, as the API shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar

import strawberry

from graph_api.graphql.context import Info
from graph_api.graphql.enums import Language
from graph_api.graphql.fields import After, First, about, answers
from graph_api.graphql.lists.connections import Connection, Paging
from graph_api.graphql.lists.cursors import query_hash
from schema.provenance import RejectedRow

_Lang = Annotated[Language, about("语言: 所用的语言。 Language of the text.")]


@strawberry.type(
    name="RejectedRow",
    description="未入库记录: 入库时未被接受的一行（或所在行已入库而未采用的一个值）、原因和处理办法。 "
    "A row that a load did not take, or a value of a row that it took, with why and what to do.",
)
class Rejected:
    """A rejected row."""

    listed: ClassVar[str] = "rows that a load did not take"
    kept: strawberry.Private[RejectedRow]

    @answers("文件: 文件名，工作簿另加 # 和工作表名。 Name of the file, with #sheet for a sheet of a workbook.")
    def file(self) -> str:
        """File and sheet."""
        return self.kept.file

    @answers("行号: 与表格软件所示一致的行号，0 表示整个文件。 Row as a spreadsheet counts; 0 = the file as a whole.")
    def row(self) -> int:
        """Row."""
        return self.kept.row

    @answers("列: 出错的列名，整行有误时为空。 Column that is wrong; null = the row as a whole.")
    def column(self) -> str | None:
        """Column."""
        return self.kept.column or None

    @answers(
        "值: 单元格内容，电话号码已隐去，没有时为空。 What stands in it, telephone numbers masked; null = nothing."
    )
    def value(self, info: Info) -> str | None:
        """Value."""
        return info.context.free_text(self.kept.value or None, self)

    @answers("原因: 为何未入库。 Why it was not taken.")
    def reason(self, lang: _Lang = Language.ZH) -> str:
        """Reason."""
        return self.kept.reason_zh if lang is Language.ZH else self.kept.reason

    @answers("处理办法: 应如何更正。 What to do.")
    def remedy(self, lang: _Lang = Language.ZH) -> str:
        """Remedy."""
        return self.kept.remedy_zh if lang is Language.ZH else self.kept.remedy


def rejects(self: Any, info: Info, first: First = 50, after: After = None) -> Connection[Rejected]:
    """A page of the rejects of a load."""
    return _page(self, info, "rejects", self.rejects, first, after)


def dropped(self: Any, info: Info, first: First = 50, after: After = None) -> Connection[Rejected]:
    """A page of the values that a load dropped from rows that it took."""
    return _page(self, info, "dropped", self.dropped, first, after)


def _page(
    load: Any, info: Info, what: str, rows: Sequence[RejectedRow], first: First, after: After
) -> Connection[Rejected]:
    context = info.context
    query = query_hash(what, {"of": load.id})
    paging = Paging.of(first, after, at=context.now, revision=context.graph.revision, query=query)
    numbered = list(enumerate(rows))
    return paging.cut_sorted(numbered, lambda each: (each[0],), lambda each: Rejected(kept=each[1]))
