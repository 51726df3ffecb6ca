"""The changes one can make: each takes one input and returns the thing as it is after the commit.

Nothing here knows a single command: mutations are made from the list of commands.
"""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import strawberry

from graph_api.actor import ActorKind
from graph_api.commands.command import Command
from graph_api.commands.committing import WRITE_SECONDS, commit_request
from graph_api.commands.edits import Problems
from graph_api.commands.registry import COMMANDS
from graph_api.commands.reporting import too_old
from graph_api.commands.request import Request, request_of
from graph_api.commands.signing import Signature
from graph_api.graphql.commands.inputs import command_of, expected_of, input_type
from graph_api.graphql.commands.payloads import payload, payload_types
from graph_api.graphql.context import Changed, Context, Info
from graph_api.graphql.entities.types import description_of
from graph_api.graphql.fields import about
from graph_api.stores.contract import Commit
from schema.entity import Entity


def mutation_type(commands: tuple[type[Command], ...]) -> type:
    """The root type of these commands, in their order."""
    payloads = payload_types(commands)
    fields = {command.command_name(): _field(command, payloads[command]) for command in commands}
    return strawberry.type(
        type("Mutation", (), {**fields, "__module__": __name__, "__doc__": "Root of all changes."}),
        description="变更: each is committed durably before it is answered; several in one request run in order.",
    )


def _field(command: type[Command], made: type) -> Any:
    """The mutation of a command."""

    async def resolve(self: Any, info: Info, input: Any) -> Any:  # noqa: ARG001  (the root is no object)
        sent, signature = command_of(command, input), _signature(info.context)
        for act in sent.acts:
            info.context.principal.require(act)
        asked = signature.on(sent)
        request = request_of(asked, info.context.principal.actor, input.request_id, expected_of(input))
        outcome, things = await _carry_out(info.context, request, signature.on_behalf_of(sent))
        return payload(asked, made, outcome, things, info.context.model)

    taken: Any = Annotated[input_type(command), about(description_of(command.takes))]
    resolve.__annotations__ = {"info": Info, "input": taken, "return": made | None}
    return strawberry.mutation(resolver=resolve, description=description_of(command.does))


def _signature(context: Context) -> Signature:
    """Who asks, as the graph calls the person."""
    principal, graph = context.principal, context.graph
    person = None if principal.person is None else graph.find(principal.person)
    known = principal.person is not None or principal.actor.kind in (ActorKind.ACCOUNT, ActorKind.SUBJECT)
    name = principal.actor.name if person is None else graph.name(person) or graph.id(person)
    return Signature(name=name, is_person=known)


async def _carry_out(
    context: Context, request: Request | Problems, on_behalf_of: str
) -> tuple[Commit | Problems, list[Entity]]:
    """Commit a command and go on with the revision that holds it; what came of it, and what it changed."""
    if not isinstance(request, Request):
        return request, []
    if old := too_old(request.command, context.now - context.keep_reports):
        return old, []
    if context.write_until is None:
        context.write_until = asyncio.get_running_loop().time() + WRITE_SECONDS
    made = await commit_request(context.live, request, context.now, context.write_until)
    if not isinstance(made, Commit):
        return made, []
    context.show_newest()
    changed = tuple(request.command.changed_in(context.model))
    context.changed.append(Changed(request.asked.command_name(), changed, made.revision, on_behalf_of))
    found = map(context.graph.find, changed)
    return made, [context.graph.entity(index) for index in found if index is not None]


Mutation = mutation_type(COMMANDS)
"""Root of all changes."""
