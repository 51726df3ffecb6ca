"""GraphQL types and resolvers over the services."""
