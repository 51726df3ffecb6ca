"""Relay connections: pages of a list, by key, with an exact total."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import strawberry

from graph_api.errors import BadCursor, InvalidInput
from graph_api.graphql.lists.cursors import Position, SortKey, read_cursor, write_cursor

MAX_PAGE = 500
"""Most items that `first` may ask for."""
T = TypeVar("T")
I = TypeVar("I")  # noqa: E741  (item of a list before it is mapped)


def most(first: int) -> int:
    """`first`, if it may be asked for; InvalidInput otherwise."""
    if not 0 <= first <= MAX_PAGE:
        raise InvalidInput(f"`first` must lie between 0 and {MAX_PAGE}; page on with `after` where a field takes it.")
    return first


@strawberry.type(description="分页信息: where a page stands in its list.")
class PageInfo:
    """Relay's PageInfo; lists are walked forwards only."""

    has_next_page: bool = strawberry.field(description="还有下一页: true if more follows; `endCursor` leads on.")
    has_previous_page: bool = strawberry.field(description="有上一页: true if `after` was given.")
    start_cursor: str | None = strawberry.field(description="首游标: cursor of the page's first item.")
    end_cursor: str | None = strawberry.field(description="末游标: cursor of the page's last item, for `after`.")


@dataclass(frozen=True, slots=True)
class Edge(Generic[T]):
    """One item of a page with its cursor."""

    node: T
    cursor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """One page of a list."""

    nodes: list[T]
    keys: list[SortKey]
    total_count: int
    has_next_page: bool
    has_previous_page: bool
    revision_changed: bool
    query: bytes
    at: datetime
    revision: int

    def cursor(self, place: int) -> str:
        """Cursor of the item at a place of this page."""
        return write_cursor(self.query, Position(self.at, self.revision, self.keys[place]))

    @property
    def edges(self) -> list[Edge[T]]:
        """Items with their cursors."""
        return [Edge(node, self.cursor(place)) for place, node in enumerate(self.nodes)]

    @property
    def page_info(self) -> PageInfo:
        """Where the page stands."""
        return PageInfo(
            has_next_page=self.has_next_page,
            has_previous_page=self.has_previous_page,
            start_cursor=self.cursor(0) if self.nodes else None,
            end_cursor=self.cursor(-1) if self.nodes else None,
        )


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

    def cut(self, items: Iterable[I], key: Callable[[I], SortKey], node: Callable[[I], T]) -> Page[T]:
        """The page: items in order of `key`, those after the cursor, at most `first`."""
        keyed = [(key(item), item) for item in items]
        return self._page(keyed, len(keyed), node, is_sorted=False)

    def cut_keyed(self, keyed: list[tuple[SortKey, I]], node: Callable[[I], T]) -> Page[T]:
        """Like `cut`, for items that bring their keys."""
        return self._page(keyed, len(keyed), node, is_sorted=False)

    def cut_sorted(self, items: Iterable[I], key: Callable[[I], SortKey], node: Callable[[I], T]) -> Page[T]:
        """Like `cut`, for items that are in order of `key` already."""
        keyed = [(key(item), item) for item in items]
        return self._page(keyed, len(keyed), node, is_sorted=True)

    def _page(self, keyed: list[tuple[SortKey, I]], total: int, node: Callable[[I], T], *, is_sorted: bool) -> Page[T]:
        after = self.after
        if after is not None:
            try:
                keyed = [pair for pair in keyed if pair[0] > after.key]
            except TypeError:
                raise BadCursor("This is no cursor: take `endCursor` of the page before, unchanged.") from None
        found = keyed[: self.first + 1] if is_sorted else heapq.nsmallest(self.first + 1, keyed, key=_first_of)
        shown = found[: self.first]
        return Page(
            nodes=[node(item) for _, item in shown],
            keys=[key for key, _ in shown],
            total_count=total,
            has_next_page=len(found) > self.first,
            has_previous_page=after is not None,
            revision_changed=after is not None and after.revision != self.revision,
            query=self.query,
            at=self.at,
            revision=self.revision,
        )


def _first_of(pair: tuple[SortKey, Any]) -> SortKey:
    return pair[0]


def connection_types(name: str, node: str, module: str, of: str) -> dict[str, type]:
    """The types `<name>Connection` and `<name>Edge` for a node type, by name.

    `module` is where the node type's name is looked up; `of` says what the list holds.
    """
    edge = _output(
        f"{name}Edge",
        module,
        f"One item of a list of {of}, with its cursor.",
        {"node": (node, "内容: the item."), "cursor": ("str", "游标: where it stands, for `after`.")},
    )
    connection = _output(
        f"{name}Connection",
        module,
        f"A page of a list of {of}.",
        {
            "nodes": (f"list[{node}]", "内容: items of this page."),
            "edges": (f"list[{name}Edge]", "内容及游标: items of this page with their cursors."),
            "page_info": ("PageInfo", "分页信息: where the page stands."),
            "total_count": ("int", "总数: items of the whole list, exact."),
            "revision_changed": (
                "bool",
                "版本已变: true if the graph changed since the cursor was given: the list goes on by key, "
                "but items before it may have come or gone.",
            ),
        },
    )
    return {edge.__name__: edge, connection.__name__: connection}


def _output(name: str, module: str, description: str, fields: dict[str, tuple[str, str]]) -> type:
    namespace: dict[str, Any] = {
        "__module__": module,
        "__annotations__": {key: kind for key, (kind, _) in fields.items()},
    }
    namespace |= {key: strawberry.field(description=text) for key, (_, text) in fields.items()}
    return strawberry.type(type(name, (), namespace), description=description)
