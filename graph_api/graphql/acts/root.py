"""Root of all changes: the commands on the graph, and what else is done by the API."""

from __future__ import annotations

from graph_api.commands.registry import COMMANDS
from graph_api.graphql.acts.administering import ADMINISTERING
from graph_api.graphql.acts.elevating import ELEVATING
from graph_api.graphql.acts.revealing import REVEALING
from graph_api.graphql.commands.mutation import mutation_type

Mutation = mutation_type(COMMANDS, REVEALING | ADMINISTERING | ELEVATING)
