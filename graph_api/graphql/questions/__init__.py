"""The questions one can ask, by wing: resolvers of a few lines over the services."""
