"""The GraphQL schema, put together."""

from __future__ import annotations

from functools import cache

import strawberry
from graphql import GraphQLSchema
from strawberry.schema.config import StrawberryConfig
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField
from strawberry.types.private import is_private

from graph_api.graphql.entities import ENTITY_TYPES
from graph_api.graphql.execution.guard import guard
from graph_api.graphql.execution.resolvers import quicken
from graph_api.graphql.lists.connections import describe
from graph_api.graphql.query import query_of
from graph_api.graphql.scalars import SCALARS
from graph_api.graphql.wings import ALL, Part, subscriptions


@cache
def build_schema(part: Part | None = None) -> strawberry.Schema:
    """The schema with all its types, made once per process (a fifth of a second); or a part of it."""
    made = _Schema(part)
    describe(executable(made))
    quicken(executable(made))
    guard(executable(made))
    return made


class _Schema(strawberry.Schema):
    def __init__(self, part: Part | None) -> None:
        self._names = None if part is None else part.names
        super().__init__(
            query=query_of(ALL if part is None else part.wings),
            mutation=_mutation() if part is None or part.changes else None,
            subscription=subscriptions() if part is None else None,
            types=list(ENTITY_TYPES.values()),
            config=StrawberryConfig(scalar_map=SCALARS),
        )

    def get_fields(self, type_definition: StrawberryObjectDefinition) -> list[StrawberryField]:
        """The fields of a type, by Strawberry's leave only those that can be asked (all where that is none)."""
        fields, names = type_definition.fields, self._names
        if names is None or type_definition.is_input:
            return fields
        name_of = self.config.name_converter.get_graphql_name
        asked = [field for field in fields if name_of(field) in names or field.python_name == "id"]
        return [field for field in asked if not is_private(field.type)] or fields


def _mutation() -> type:
    from graph_api.graphql.acts.root import Mutation  # what a question alone does not wait for

    return Mutation


def executable(schema: strawberry.Schema) -> GraphQLSchema:
    """The graphql-core schema behind it, which documents are validated and executed against."""
    return schema._schema
