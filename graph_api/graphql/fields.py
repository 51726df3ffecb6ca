"""Fields with a description, typed: what Strawberry's `field` decorator makes of a method is the method to mypy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, TypeVar, cast

import strawberry

F = TypeVar("F", bound=Callable[..., Any])


def answers(description: str) -> Callable[[F], F]:
    """Decorator: the method resolves a field of that description."""
    return cast(Callable[[F], F], strawberry.field(description=description))


def about(description: str) -> Any:
    """Description of an argument, for `Annotated`."""
    return strawberry.argument(description=description)


def resolved(resolver: Callable[..., Any], description: str) -> Any:
    """A field that a function resolves."""
    return strawberry.field(resolver=resolver, description=description)


AS_OF = (
    "查询时刻: 按此时刻确定值班人员、剩余时间和开关当前位置，空值为现在。 Moment that the answer is for: who is on "
    "duty, what time is left, what has been switched until then; null = now."
)
MAY_HAVE_TRIPPED = (
    "可能已跳闸: 该设备事前已失电，因为这些正常合位、能开断故障电流的开关处于分位。如为本次跳闸，请加 `tripped` "
    "重新查询：由此失电的客户未计入本结果。 What was asked about had no supply before, because these stood "
    "open though normally closed, and can break a fault. If they tripped on this fault, ask again with `tripped`: whom "
    "they left without supply is not counted here."
)
First = Annotated[int, about("条数: 最多返回的条数，不超过 500。 Most items to return, at most 500.")]
After = Annotated[
    str | None, about("游标: 同一列表上一页的 `endCursor`。 `endCursor` of the page before, from the same list.")
]
