"""One request, as it is sent to both trees, and one page of what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Path = tuple[str | int, ...]
"""Where a value stands in an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A request. `name` is `group/what`, and no two of a session have the same."""

    name: str
    query: str = ""
    variables: Mapping[str, Any] = field(default_factory=dict)
    operation_name: str | None = None
    new_query: str | None = None
    """What the new tree is asked instead: for words whose field has another type there."""
    method: str = "POST"
    target: str = "/graphql"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    """Sent as it stands, instead of the query."""
    follow: Path = ()
    """Path of a pageInfo: ask for the pages after it, too, each tree by its own cursors."""
    pages: int = 1
    takes: Mapping[str, Path] = field(default_factory=dict)
    """Variables that come from an earlier answer of the same tree: operation, then path in its body."""
    now: str | None = None
    """The time that both trees are told from here on."""
    masks: frozenset[str] = frozenset()
    """Masks (masks.py) that hold for this request beside those that hold for all."""
    valid: bool = True
    """Whether the document fits the old schema, so that it has to fit the new one."""

    @property
    def group(self) -> str:
        """What it belongs to."""
        return self.name.partition("/")[0]

    def request(self, *, new: bool, keep: bool) -> dict[str, Any]:
        """The request as probe.py reads it."""
        request: dict[str, Any] = {"id": self.name, "method": self.method, "target": self.target, "keep": keep}
        request |= {"headers": dict(self.headers), "now": self.now, "takes": self.takes, "pages": self.pages}
        if self.follow:
            request["follow"] = self.follow
        if self.body is not None:
            return request | {"body": self.body}
        if not self.query:
            return request
        query = self.new_query if new and self.new_query is not None else self.query
        return request | {"query": query, "variables": dict(self.variables), "operationName": self.operation_name}


@dataclass(frozen=True, slots=True)
class Answer:
    """A page of an answer."""

    status: int
    headers: dict[str, str]
    body: str
