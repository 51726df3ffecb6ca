"""The GraphQL schema, put together."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import Any

import strawberry
from graphql import GraphQLEnumType, GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema
from strawberry.schema.config import StrawberryConfig

from graph_api.graphql.entities import ENTITY_TYPES
from graph_api.graphql.mutation import Mutation
from graph_api.graphql.query import Query
from graph_api.graphql.scalars import SCALARS


@cache
def build_schema() -> strawberry.Schema:
    """The schema with all its types; made once per process (a fifth of a second)."""
    made = strawberry.Schema(
        query=Query,
        mutation=Mutation,
        types=list(ENTITY_TYPES.values()),
        config=StrawberryConfig(scalar_map=SCALARS),
    )
    quicken(executable(made))
    return made


def executable(schema: strawberry.Schema) -> GraphQLSchema:
    """The graphql-core schema behind it, which documents are validated and executed against."""
    return schema._schema


def quicken(schema: GraphQLSchema) -> None:
    """Shorten the way of plain attributes and enums, which most fields of an answer are (a third of its time)."""
    for kind in schema.type_map.values():
        if kind.name.startswith("__"):
            continue
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            for field in kind.fields.values():
                definition = field.extensions.get("strawberry-definition")
                if definition is not None and definition.is_basic_field:
                    field.resolve = _attribute(definition.python_name)
        elif isinstance(kind, GraphQLEnumType):
            names = {value.value: name for name, value in kind.values.items()}
            vars(kind).update(serialize=names.__getitem__, coerce_output_value=names.__getitem__)


def _attribute(name: str) -> Callable[..., Any]:
    get = attrgetter(name)

    def resolve(source: Any, info: Any) -> Any:  # noqa: ARG001  (called by graphql-core)
        return get(source)

    return resolve
