"""How answers get out: stores, read model, services, GraphQL API and command line."""

__version__ = "0.1.0"
