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


TRIPPED = (
    "已跳闸: 本次故障已跳闸、现处于分位的设备；按跳闸前合位计算，由此失电的客户一并计入。 Devices that "
    "stand open since they tripped on this fault; they count as closed before it, so that whom they left "
    "without supply is counted."
)
MAY_HAVE_TRIPPED = (
    "可能已跳闸: 该设备当前已失电，因为这些正常合位的开关处于分位。如为本次跳闸，请加 `tripped` "
    "重新查询：由此失电的客户未计入本结果。 What was asked about has no supply now, because these stand "
    "open though normally closed. If they tripped on this fault, ask again with `tripped`: whom they "
    "left without supply is not counted here."
)
First = Annotated[int, about("条数: 最多返回的条数，不超过 500。 Most items to return, at most 500.")]
After = Annotated[
    str | None, about("游标: 同一列表上一页的 `endCursor`。 `endCursor` of the page before, from the same list.")
]
