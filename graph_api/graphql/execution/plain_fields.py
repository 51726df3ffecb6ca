"""Execution of queries without the ceremony that plain fields do not need.

Most fields of an answer are read off what their parent resolved to. They are read and coerced here; whatever is not
quite plain, and every error, goes the long way of graphql-core, so that answers are the same to the byte.
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, Final, NamedTuple, TypeGuard

from graphql import (
    Executor,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    get_nullable_type,
    is_leaf_type,
)
from graphql.pyutils import Path

from graph_api.graphql.execution.generated import Call, Generated
from graph_api.graphql.execution.resolvers import Asker, Contextual, Plain, Read

_LONG_WAY: Final = object()
"""What reading gives where graphql-core has to look itself."""


GENERATED: Final = Generated()


def never_awaited(_: Any) -> TypeGuard[Awaitable[Any]]:
    """Whether a resolver's value is still to come: never in a query."""
    return False


class _Step(NamedTuple):
    """A field of a selection set."""

    key: str
    details: Any
    read: Read | None = None
    """Gives the coerced value of a plain field; None = it has fields below, or is not plain."""
    get: Read | None = None
    """Gives what a plain field with fields below holds; None = it is not plain."""
    kind: Any = None
    info: Any = None
    """What graphql-core wants to know of such a field: names and nodes, of any of its places."""


class QueryExecutor(Executor[Any]):
    """Executes queries, whose resolvers all return at once."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._known: dict[int, tuple[list[_Step], Any]] = {}
        """Steps by identity of the field set, which is kept with them so that it is not used again."""
        self._call = Call(self, GENERATED.of(self))

    def execute_fields(
        self, parent_type: GraphQLObjectType, source_value: Any, path: Path | None, grouped_field_set: Any,
        position_context: Any,
    ) -> Any:  # fmt: skip
        """The fields of an object."""
        known = self._known.get(id(grouped_field_set))
        if known is None:
            steps = [self._step(parent_type, key, details, path) for key, details in grouped_field_set.items()]
            known = self._known[id(grouped_field_set)] = steps, grouped_field_set
        results: dict[str, Any] = {}
        name = parent_type.name
        for key, details, read, get, kind, info in known[0]:
            if read is not None:
                value = read(source_value)
                if value is not _LONG_WAY:
                    results[key] = value
                    continue
            at = Path(path, key, name)
            if get is None:
                results[key] = self.execute_field(parent_type, source_value, details, at, position_context)
                continue
            try:
                results[key] = self.complete_value(kind, details, info, at, get(source_value), position_context)
            except Exception as error:  # noqa: BLE001 (of a resolver below: whatever it is, it is the field's error)
                self.handle_field_error(error, kind, details, at)
                results[key] = None
        return results

    def complete_value(
        self, return_type: Any, field_details_list: Any, info: Any, path: Path, result: Any,
        position_context: Any,
    ) -> Any:  # fmt: skip
        """The value of a field, or of an item of a list."""
        kind = return_type.of_type if isinstance(return_type, GraphQLNonNull) else return_type
        if isinstance(kind, GraphQLList) and isinstance(result, list | tuple):
            return self._items(kind.of_type, field_details_list, info, path, result, position_context)
        if isinstance(kind, GraphQLObjectType) and result is not None and not isinstance(result, Exception):
            return self.complete_object_value(kind, field_details_list, info, path, result, position_context)
        return super().complete_value(return_type, field_details_list, info, path, result, position_context)

    def complete_object_value(
        self, return_type: Any, field_details_list: Any, info: Any, path: Path, result: Any,
        position_context: Any,
    ) -> Any:  # fmt: skip
        """An object: all its fields."""
        made = self._call.function(return_type, field_details_list)
        if made is not None and made not in self._call.broken:
            try:
                found = made(result, self._call)
            except Exception:  # noqa: BLE001 (met again on the long way, and told there)
                self._call.broken.add(made)
            else:
                GENERATED.answered += 1
                return found
        GENERATED.handed_over += 1
        if return_type.is_type_of is not None and not return_type.is_type_of(result, info):
            return super().complete_object_value(return_type, field_details_list, info, path, result, position_context)
        fields = self.collect_subfields(return_type, field_details_list).grouped_field_set
        return self.execute_fields(return_type, result, path, fields, None)

    def _items(self, kind: Any, details: Any, info: Any, path: Path, items: Any, position_context: Any) -> list[Any]:
        completed = []
        for index, item in enumerate(items):
            at = Path(path, index, None)
            try:
                completed.append(self.complete_value(kind, details, info, at, item, position_context))
            except Exception as error:  # noqa: BLE001 (of a resolver: whatever it is, it is the field's error)
                self.handle_field_error(error, kind, details, at)
                completed.append(None)
        return completed

    def _step(self, parent_type: GraphQLObjectType, key: str, details: Any, path: Path | None) -> _Step:
        nodes = [each.node for each in details]
        field = self.schema.get_field(parent_type, nodes[0].name.value)
        if field is None or not isinstance(field.resolve, Plain | Contextual):
            return _Step(key, details)
        asked = field.resolve
        get = asked.get if isinstance(asked, Plain) else asked.bound(Asker(self.context_value))
        kind = get_nullable_type(field.type)
        if is_leaf_type(kind):
            return _Step(key, details, read=_reader(get, kind.coerce_output_value, required=kind is not field.type))
        info = self.build_resolve_info(field, nodes, parent_type, Path(path, key, parent_type.name))
        return _Step(key, details, get=get, kind=field.type, info=info)


def _reader(get: Read, coerce: Read, *, required: bool) -> Read:
    nothing = _LONG_WAY if required else None

    def read(source: Any) -> Any:
        try:
            value = get(source)
            if value is None:
                return nothing
            return _LONG_WAY if isinstance(value, Exception) else coerce(value)
        except Exception:  # noqa: BLE001 (met again on the long way, and told there)
            return _LONG_WAY

    return read
