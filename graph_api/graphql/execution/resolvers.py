"""Resolvers of plain fields, told apart from all others: read off what the parent resolved to, and the context."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any, NamedTuple

from graphql import GraphQLEnumType, GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema

Read = Callable[[Any], Any]


def quicken(schema: GraphQLSchema) -> None:
    """Give plain fields and enums of the schema the shortest way."""
    for kind in schema.type_map.values():
        if kind.name.startswith("__"):
            continue
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            for field in kind.fields.values():
                definition = field.extensions.get("strawberry-definition")
                read, asks = _plain(definition), _asking(definition)
                if read is not None:
                    field.resolve = Plain(read, definition.python_name if definition.is_basic_field else "")
                elif asks is not None:
                    field.resolve = Contextual(asks, field.resolve)
        elif isinstance(kind, GraphQLEnumType):
            names = {value.value: name for name, value in kind.values.items()}
            vars(kind).update(serialize=names.__getitem__, coerce_output_value=names.__getitem__)


class Plain:
    """Resolver of a field that is read off what its parent resolved to: an attribute, or a function of that alone."""

    def __init__(self, get: Read, attribute: str = "") -> None:
        self.get = get
        self.attribute = attribute
        """Its name, where it is nothing but that."""

    def __call__(self, source: Any, info: Any) -> Any:  # noqa: ARG002  (called by graphql-core)
        """The field's value."""
        return self.get(source)


class Contextual:
    """Resolver of a field that is read off its parent and the request's context, without arguments."""

    def __init__(self, asks: Callable[[Any, Asker], Any], resolve: Callable[..., Any]) -> None:
        self.asks = asks
        self._resolve = resolve

    def __call__(self, source: Any, info: Any) -> Any:
        """The field's value, as graphql-core asks for it."""
        return self._resolve(source, info)


class Asker(NamedTuple):
    """What resolvers without arguments see of a request: nothing but its context."""

    context: Any


def _asking(field: Any) -> Callable[[Any, Asker], Any] | None:
    """The function of Strawberry's field if it takes its parent and the request and nothing else; else None."""
    if field is None or field.extensions or field.permission_classes or field.is_basic_field:
        return None
    resolver = field.base_resolver
    given = [resolver.self_parameter, resolver.info_parameter]
    if None in given or len(resolver.signature.parameters) != len(given) or resolver.is_async:
        return None
    asks: Callable[[Any, Asker], Any] = resolver.wrapped_func
    return asks


def _plain(field: Any) -> Read | None:
    """How Strawberry's field is read; None if that takes arguments, the request, or a permission."""
    if field is None or field.extensions or field.permission_classes:
        return None
    if field.is_basic_field:
        return attrgetter(field.python_name)
    resolver = field.base_resolver
    if resolver.self_parameter is None or len(resolver.signature.parameters) != 1 or resolver.is_async:
        return None
    read: Read = resolver.wrapped_func
    return read
