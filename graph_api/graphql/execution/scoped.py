"""Execution for who has a scope: whatever else a resolver gives out, nothing that is out of the scope leaves.

    list of things          those that are there
    a field that may be null    null
    a field that may not        its object is not there, and so on upwards
"""  # fmt: skip

from __future__ import annotations

from dataclasses import replace
from typing import Any

from graphql import Executor, GraphQLError, GraphQLNonNull
from graphql.pyutils import Path

from graph_api.graphql.execution.query_executor import QueryExecutor
from graph_api.readmodel.belonging import texts_in
from graph_api.readmodel.scoped import OutOfScope
from graph_api.readmodel.snapshot import Snapshot
from schema.entity import Entity
from schema.incident import TimelineEntry


def executor_of_changes(graph: Snapshot) -> type[Executor[Any]]:
    """What executes mutations."""
    return Executor if graph.is_whole else ScopedChanges


class _Scoped(Executor[Any]):
    """Gives out nothing that is out of the scope."""

    def complete_object_value(
        self, return_type: Any, field_details_list: Any, info: Any, path: Path, result: Any,
        position_context: Any,
    ) -> Any:  # fmt: skip
        """An object; raises OutOfScope for a thing that is not there."""
        if isinstance(result, Entity):
            if self.context_value.graph.number(result.id) is None:
                raise OutOfScope
            if isinstance(result, TimelineEntry):
                result = trimmed(self.context_value.whole.graph, self.context_value.graph, result)
        return super().complete_object_value(return_type, field_details_list, info, path, result, position_context)

    def handle_field_error(self, raw_error: Exception, return_type: Any, field_details_list: Any, path: Any) -> None:
        """What is out of the scope is no error: it is null, or what holds it is out of it, too."""
        if isinstance(return_type, GraphQLNonNull) or not is_out_of_scope(raw_error):
            super().handle_field_error(raw_error, return_type, field_details_list, path)

    def complete_list_item_value(self, item: Any, complete_results: list[Any], *more: Any) -> bool:
        """An item of a list, which is left out if it is not there."""
        known = len(complete_results)
        try:
            return super().complete_list_item_value(item, complete_results, *more)
        except GraphQLError as error:
            if not is_out_of_scope(error):
                raise
            del complete_results[known:]
            return False


class ScopedExecutor(_Scoped, QueryExecutor):
    """Executes queries of who has a scope: each thing is looked at before it leaves."""


class ScopedChanges(_Scoped):
    """Executes changes by who has a scope."""


def trimmed(whole: Snapshot, seen: Snapshot, entry: TimelineEntry) -> TimelineEntry:
    """An entry without the ids of what is out of the scope; itself where it speaks of none."""
    if not speaks_of_others(whole, seen, entry):
        return entry
    return replace(entry, things=tuple(id for id in entry.things if seen.number(id) is not None), details=None)


def speaks_of_others(whole: Snapshot, seen: Snapshot, entry: TimelineEntry) -> bool:
    """Whether an entry speaks of anything that is out of the scope."""
    if seen.is_whole:
        return False
    return any(whole.number(text) is not None and seen.number(text) is None for text in texts_in(entry))


def is_out_of_scope(error: BaseException | None) -> bool:
    """Whether an error says that a thing is not there."""
    while isinstance(error, GraphQLError):
        error = error.original_error
    return isinstance(error, OutOfScope)
