"""Relay connections: pages of a list, by key, with an exact total."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import strawberry
from graphql import GraphQLSchema
from strawberry.types.base import StrawberryObjectDefinition

from graph_api.errors import BadCursor, InvalidInput
from graph_api.graphql.fields import answers
from graph_api.graphql.lists.cursors import Position, SortKey, read_cursor, write_cursor
from graph_api.services.explore.ranked import Ranked
from schema.words import say

MAX_PAGE = 500
"""Most items that `first` may ask for."""
T = TypeVar("T")
I = TypeVar("I")  # noqa: E741  (item of a list before it is mapped)


def most(first: int) -> int:
    """`first`, if it may be asked for; InvalidInput otherwise."""
    if not 0 <= first <= MAX_PAGE:
        raise InvalidInput(
            say("`first` must lie between 0 and {most}; page on with `after` where a field takes it.", most=MAX_PAGE)
        )
    return first


@strawberry.type(description="分页信息: 本页在列表中的位置。 Where a page stands in its list.")
class PageInfo:
    """Relay's PageInfo; lists are walked forwards only."""

    has_next_page: bool = strawberry.field(
        description="还有下一页: 后面还有内容时为 true，以 `endCursor` 继续。 True if more follows; "
        "`endCursor` leads on."
    )
    has_previous_page: bool = strawberry.field(
        description="有上一页: 给出了 `after` 时为 true。 True if `after` was given."
    )
    start_cursor: str | None = strawberry.field(
        description="首游标: 本页第一项的游标。 Cursor of the page's first item."
    )
    end_cursor: str | None = strawberry.field(
        description="末游标: 本页最后一项的游标，供 `after` 使用。 Cursor of the page's last item, for `after`."
    )


@strawberry.type
class Edge(Generic[T]):
    """One item of a connection; its GraphQL name is that of the item and "Edge"."""

    node: T = strawberry.field(description="内容: 该项内容。 The item.")
    cursor: str = strawberry.field(description="游标: 该项的位置，供 `after` 使用。 Where it stands, for `after`.")


@strawberry.type
class Connection(Generic[T]):
    """One page of a list; its GraphQL name is that of the item and "Connection"."""

    paging: strawberry.Private[Paging]
    keys: strawberry.Private[list[SortKey]]
    total: strawberry.Private[int]
    more: strawberry.Private[bool]

    nodes: list[T] = strawberry.field(description="内容: 本页各项。 Items of this page.")

    @answers("内容及游标: 本页各项及其游标。 Items of this page with their cursors.")
    def edges(self) -> list[Edge[T]]:
        """Items with their cursors."""
        return [Edge(node=node, cursor=self.cursor(place)) for place, node in enumerate(self.nodes)]

    @answers("分页信息: 本页的位置。 Where the page stands.")
    def page_info(self) -> PageInfo:
        """Where the page stands."""
        return PageInfo(
            has_next_page=self.more,
            has_previous_page=self.paging.after is not None,
            start_cursor=self.cursor(0) if self.nodes else None,
            end_cursor=self.cursor(-1) if self.nodes else None,
        )

    @answers("总数: 整个列表的准确项数。 Items of the whole list, exact.")
    def total_count(self) -> int:
        """Items of the whole list."""
        return self.total

    @answers(
        "版本已变: 游标给出之后图谱有变更时为 true，列表按键续排。 True if the graph changed since the cursor was "
        "given: the list goes on by key, but items before it may have come or gone."
    )
    def revision_changed(self) -> bool:
        """Whether the list may have changed under its reader."""
        return self.paging.after is not None and self.paging.after.revision != self.paging.revision

    def cursor(self, place: int) -> str:
        """Cursor of the item at a place of this page."""
        paging = self.paging
        return write_cursor(paging.query, Position(paging.at, paging.revision, self.keys[place]))


@dataclass(frozen=True, slots=True)
class Paging:
    """How a list is paged: what it is a list of, and where the page begins."""

    query: bytes
    first: int
    after: Position | None
    at: datetime
    revision: int

    @classmethod
    def of(cls, first: int, after: str | None, *, at: datetime, revision: int, query: bytes) -> Paging:
        """Check `first` and `after`. A cursor brings the time its list was made for, which then counts as `at`.

        `query` is the list's `query_hash`.
        """
        most(first)
        position = None if after is None else read_cursor(query, after)
        return cls(query, first, position, position.at if position else at, revision)

    def cut(self, items: Iterable[I], key: Callable[[I], SortKey], node: Callable[[I], T]) -> Connection[T]:
        """The page: items in order of `key`, those after the cursor, at most `first`."""
        keyed = [(key(item), item) for item in items]
        return self._page(keyed, len(keyed), node, is_sorted=False)

    def cut_keyed(self, keyed: list[tuple[SortKey, I]], node: Callable[[I], T]) -> Connection[T]:
        """Like `cut`, for items that bring their keys."""
        return self._page(keyed, len(keyed), node, is_sorted=False)

    def cut_ranked(self, ranked: Ranked, node: Callable[[int], T]) -> Connection[T]:
        """The page of a list that knows its order: what is not on it is not looked at."""
        try:
            found = ranked.after(None if self.after is None else self.after.key, self.first + 1)
        except TypeError:
            raise _no_cursor() from None
        return self._of(found, len(ranked), node)

    def cut_sorted(self, items: Iterable[I], key: Callable[[I], SortKey], node: Callable[[I], T]) -> Connection[T]:
        """Like `cut`, for items that are in order of `key` already."""
        keyed = [(key(item), item) for item in items]
        return self._page(keyed, len(keyed), node, is_sorted=True)

    def _page(
        self, keyed: list[tuple[SortKey, I]], total: int, node: Callable[[I], T], *, is_sorted: bool
    ) -> Connection[T]:
        after = self.after
        if after is not None:
            try:
                keyed = [pair for pair in keyed if pair[0] > after.key]
            except TypeError:
                raise _no_cursor() from None
        found = keyed[: self.first + 1] if is_sorted else heapq.nsmallest(self.first + 1, keyed, key=_first_of)
        return self._of(found, total, node)

    def _of(self, found: Sequence[tuple[SortKey, I]], total: int, node: Callable[[I], T]) -> Connection[T]:
        """The page of what was found, which is one more than is shown if there is more."""
        shown = found[: self.first]
        return Connection(
            paging=self,
            keys=[key for key, _ in shown],
            total=total,
            more=len(found) > self.first,
            nodes=[node(item) for _, item in shown],
        )


def _no_cursor() -> BadCursor:
    return BadCursor(say("This is no cursor: take `endCursor` of the page before, unchanged."))


def _first_of(pair: tuple[SortKey, Any]) -> SortKey:
    return pair[0]


def describe(schema: GraphQLSchema) -> None:
    """Say of each connection and edge what it lists: what the class of its nodes calls `listed`."""
    for kind in schema.type_map.values():
        made = kind.extensions.get("strawberry-definition")
        if not isinstance(made, StrawberryObjectDefinition) or made.concrete_of is None:
            continue
        (node,) = made.type_var_map.values()
        listed = vars(node)["listed"]
        if made.concrete_of.origin is Connection:
            kind.description = f"分页: 列表中的一页。 A page of a list of {listed}."
        elif made.concrete_of.origin is Edge:
            kind.description = f"列表项: 列表中的一项及其游标。 One item of a list of {listed}, with its cursor."
