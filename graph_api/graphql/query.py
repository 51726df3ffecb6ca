"""Root of all questions, put together from the wings."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import strawberry

from graph_api.graphql.wings import Wing


def query_of(wings: Collection[Wing]) -> type[Any]:
    """Root of the questions of these wings, in the order of the contract."""
    bases = tuple(wing.questions() for wing in Wing if wing in wings)
    made = type("Query", bases, {"__doc__": "Root of all questions.", "__module__": __name__})
    return strawberry.type(
        made,
        description="查询: 一次请求的全部结果基于同一版本的图谱；某一部分被拒绝时仅该部分为空，并附错误。 All "
        "answers of one request hold for one revision of the graph; a part that is refused is null, with an error at "
        "its path, and empties no other.",
    )
