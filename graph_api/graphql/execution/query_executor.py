"""Execution of queries: objects by the functions that were written for them, all else by graphql-core."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, Final, TypeGuard

from graphql import Executor
from graphql.pyutils import Path

from graph_api.graphql.execution.generated import Call, Generated

GENERATED: Final = Generated()


def never_awaited(_: Any) -> TypeGuard[Awaitable[Any]]:
    """Whether a resolver's value is still to come: never in a query."""
    return False


class QueryExecutor(Executor[Any]):
    """Executes queries, whose resolvers all return at once."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._call = Call(self, GENERATED.of(self))

    def complete_object_value(
        self, return_type: Any, field_details_list: Any, info: Any, path: Path, result: Any,
        position_context: Any,
    ) -> Any:  # fmt: skip
        """An object: all its fields, at once or, where something is not plain, field by field."""
        made = self._call.function(return_type, field_details_list)
        if made is not None and made not in self._call.broken:
            try:
                found = made(result, self._call)
            except Exception:  # noqa: BLE001 (met again field by field, and told there)
                self._call.broken.add(made)
            else:
                GENERATED.answered += 1
                return found
        GENERATED.handed_over += 1
        return super().complete_object_value(return_type, field_details_list, info, path, result, position_context)
