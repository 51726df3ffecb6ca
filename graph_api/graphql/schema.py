"""The GraphQL schema, put together."""

from __future__ import annotations

from functools import cache

import strawberry
from graphql import GraphQLSchema
from strawberry.schema.config import StrawberryConfig

from graph_api.graphql.entities import ENTITY_TYPES
from graph_api.graphql.execution.plain_fields import quicken
from graph_api.graphql.lists.connections import describe
from graph_api.graphql.query import query_of
from graph_api.graphql.scalars import SCALARS
from graph_api.graphql.wings import ALL, Wing


@cache
def build_schema(wings: frozenset[Wing] | None = None) -> strawberry.Schema:
    """The schema with all its types, made once per process (a fifth of a second); or that of these wings' questions."""
    made = strawberry.Schema(
        query=query_of(ALL if wings is None else wings),
        mutation=_mutation() if wings is None else None,
        types=list(ENTITY_TYPES.values()),
        config=StrawberryConfig(scalar_map=SCALARS),
    )
    describe(executable(made))
    quicken(executable(made))
    return made


def _mutation() -> type:
    from graph_api.graphql.commands.mutation import Mutation  # what a question alone does not wait for

    return Mutation


def executable(schema: strawberry.Schema) -> GraphQLSchema:
    """The graphql-core schema behind it, which documents are validated and executed against."""
    return schema._schema
