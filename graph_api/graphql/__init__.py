"""GraphQL types and resolvers over the services."""

from graph_api.graphql import enums as enums  # described before any type uses them
