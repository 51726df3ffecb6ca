"""The changes one can make: each takes one input and returns the thing as it is after the commit.

Nothing here knows a single command: mutations are made from the list of commands.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any

import strawberry

from graph_api.access.intents import Intent
from graph_api.actor import ActorKind
from graph_api.commands.command import Command
from graph_api.commands.committing import WRITE_SECONDS, commit_request
from graph_api.commands.edits import Problems
from graph_api.commands.reporting import too_old
from graph_api.commands.request import Request, request_of
from graph_api.commands.signing import Signature
from graph_api.errors import StoreUnavailable
from graph_api.graphql.commands.inputs import command_of, expected_of, input_type
from graph_api.graphql.commands.payloads import payload, payload_types
from graph_api.graphql.commands.within import out_of_scope, without_others
from graph_api.graphql.context import Changed, Context, Info
from graph_api.graphql.entities.types import description_of
from graph_api.graphql.execution.entries import change_entry
from graph_api.graphql.fields import about
from graph_api.stores.contract import Commit
from schema.entity import Entity
from schema.numbers import BEFORE_THE_FIRST


async def _commit(context: Context, request: Request, until: float, intent: Intent) -> Commit | Problems:
    """Commit what is noted beside the audit before; the note goes where nothing was changed, else with its line."""
    intents = context.intents
    if intents is None:
        return await commit_request(context.live, request, context.now, until)
    await intents.begin(intent)
    try:
        made = await commit_request(context.live, request, context.now, until)
    except StoreUnavailable:
        intents.end([intent])
        raise
    except BaseException:  # also where nobody waits for it any more: it may have been changed
        intents.doubt([intent])
        raise
    if not isinstance(made, Commit):
        intents.end([intent])
    return made


def mutation_type(commands: tuple[type[Command], ...], beside: Mapping[str, Any] | None = None) -> type:
    """The root type of these commands, in their order, and of other changes by the names of their fields."""
    payloads = payload_types(commands)
    fields = {command.command_name(): _field(command, payloads[command]) for command in commands} | {**(beside or {})}
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
        if refused := out_of_scope(info.context, request):
            return payload(asked, made, refused, [], info.context.model)
        outcome, things = await _carry_out(info.context, request, signature.on_behalf_of(sent))
        if not isinstance(outcome, Commit):
            outcome = without_others(info.context, request, outcome)
        return payload(asked, made, outcome, things, info.context.model)

    taken: Any = Annotated[input_type(command), about(description_of(command.takes))]
    resolve.__annotations__ = {"info": Info, "input": taken, "return": made | None}
    return strawberry.mutation(resolver=resolve, description=description_of(command.does))


def _signature(context: Context) -> Signature:
    """Who asks, as the graph calls the person."""
    principal, graph = context.principal, context.whole.graph
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
    name, ids = request.asked.command_name(), request.command.changed_in
    entry = change_entry(context, name, tuple(ids(context.model)), on_behalf_of, BEFORE_THE_FIRST)
    intent = Intent(request=request.id, fingerprint=request.fingerprint, entry=entry)
    made = await _commit(context, request, context.write_until, intent)
    if not isinstance(made, Commit):
        return made, []
    context.changed.append(Changed(name, entry.things, made.revision, on_behalf_of, intent))
    context.show_newest()
    changed = tuple(ids(context.model))
    context.changed[-1] = context.changed[-1]._replace(things=changed)
    found = map(context.graph.find, changed)
    return made, [context.graph.entity(index) for index in found if index is not None]
