"""How answers get out: stores, read model, services, GraphQL API and command line."""

from graph_api.installation import refuse_foreign_schema

__version__ = "0.1.0"

refuse_foreign_schema()
