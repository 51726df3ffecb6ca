"""The GraphQL schema, put together."""

from __future__ import annotations

from functools import cache

import strawberry
from graphql import GraphQLSchema
from strawberry.schema.config import StrawberryConfig

from graph_api.graphql.commands.mutation import Mutation
from graph_api.graphql.entities import ENTITY_TYPES
from graph_api.graphql.execution.plain_fields import quicken
from graph_api.graphql.lists.connections import describe
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
    describe(executable(made))
    quicken(executable(made))
    return made


def executable(schema: strawberry.Schema) -> GraphQLSchema:
    """The graphql-core schema behind it, which documents are validated and executed against."""
    return schema._schema
