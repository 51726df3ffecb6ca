"""The door for GraphQL operations: over HTTP and in this process the same documents, limits and errors."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from graphql import OperationDefinitionNode, OperationType

from graph_api.access.audit import CHANGE, AuditLog, Entry, operation_of
from graph_api.access.elevations import Elevations
from graph_api.access.intents import Intents
from graph_api.access.principal import Principal, local_user
from graph_api.access.register import Register
from graph_api.actor import ActorKind
from graph_api.errors import BaodianError, NumbersMasked, Overloaded, StoreError, StoreUnwritable
from graph_api.graphql.context import Clock, Context, now_utc, present
from graph_api.graphql.execution.answer import Answer
from graph_api.graphql.execution.documents import Documents, Prepared
from graph_api.graphql.execution.entries import audited
from graph_api.graphql.execution.errors import RequestError, describe
from graph_api.graphql.execution.executor import Executor
from graph_api.graphql.execution.lanes import Gone
from graph_api.graphql.execution.shares import Share, Shares, name_of
from graph_api.live.graph import LiveGraph
from graph_api.readmodel.model import ReadModel
from schema.system_reasons import reason
from schema.words import say
from schema.words.operation_words import DEFAULT_WORDS, OperationWords

if TYPE_CHECKING:
    from graph_api.services.location import Rates


log = logging.getLogger("baodian.api")


class Reader(NamedTuple):
    """Who sees an answer that several see."""

    principal: Principal
    origin: str
    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Operations:
    """Executes operations on a live graph; everything it depends on is given."""

    live: LiveGraph
    documents: Documents
    executor: Executor
    clock: Clock
    rates: Callable[[], Rates]
    """What fault location weighs with."""
    words: OperationWords = DEFAULT_WORDS
    """Verbs of switching operations."""
    keep_reports: timedelta = timedelta(days=400)
    """How long reported switch positions are kept."""

    audit: AuditLog = field(default_factory=lambda: AuditLog(None))
    """Where it is written who changed what and saw whose numbers."""
    elevations: Elevations = field(default_factory=lambda: Elevations(now_utc))
    """Who may more for a time."""
    shares: Shares = field(default_factory=lambda: Shares(Share()))
    """How much each one who asks may have at once."""
    intents: Intents | None = None
    """Where it is noted before what is going to be changed; None = nowhere."""
    register: Callable[[], Register] = Register
    """Keys and accounts as this process knows them."""

    def context(self, model: ReadModel, request_id: str, principal: Principal, origin: str = "command") -> Context:
        """What one request carries."""
        return Context(
            self.live,
            model,
            self.rates,
            present(self.clock(), model),
            request_id,
            principal=self.elevations.applied(principal),
            elevations=self.elevations,
            words=self.words,
            keep_reports=self.keep_reports,
            audit=self.audit,
            intents=self.intents,
            register=self.register,
            origin=origin,
        )

    async def execute(
        self,
        query: str,
        prepared: Prepared,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
        context: Context,
        gone: Gone | None = None,
        readers: Sequence[Reader] = (),
    ) -> Answer:
        """The answer of the executor; before it leaves, what it shows and changed stands in the audit.

        Numbers that cannot be audited are masked, and an error says why. `readers`: who sees the answer, where that is
        not only who asks in this context. Raises what the executor does, Overloaded for more than the share of who
        asks, and StoreUnwritable where that would take a change twice.
        """
        execute = partial(self.executor.execute, prepared, operation, variables)
        context.operation = operation_of(operation.name.value if operation.name else "", query)
        share = nullcontext() if readers else self.shares.taken(name_of(context.principal, context.origin))
        try:
            with share:
                answer = await execute(context, gone)
            contexts = [replace(context, **each._asdict()) for each in readers] or [context]
            why = await self._write([line for each in contexts for line in audited(each)], context)
        finally:
            _doubt_what_is_left(context)
        if not why or not context.seen:
            return answer
        hidden, changes = context.without_numbers(), operation.operation is OperationType.MUTATION
        if not changes:
            answer = await execute(hidden, gone)
        if changes or hidden.seen:
            raise _not_shown(why)
        return _with_error(answer, _masked(why), context.request_id)

    async def _write(self, entries: list[Entry], context: Context) -> str:
        """Write what happened, and say why it cannot be; "" where it is written, and for the store's own user."""
        try:
            if entries:
                await asyncio.to_thread(self.audit.append, entries)
                if context.intents is not None:
                    context.intents.end(each.intent for each in context.changed if each.intent is not None)
        except (OSError, StoreError) as error:
            log.error("the audit %s cannot be written, %s entries: %s", self.audit.path, len(entries), error)
            shown = context.principal.actor.kind is ActorKind.LOCAL
            self.audit.leave([each for each in entries if shown or each.act == CHANGE])
            if not shown:
                return reason(error) if isinstance(error, OSError) else say("its last line does not hold")
        return ""

    async def ask(self, query: str, variables: Mapping[str, Any], operation_name: str | None = None) -> Answer:
        """The answer that the user of this process gets on the newest model; what is wrong is in it as errors."""
        request_id = uuid.uuid4().hex
        try:
            prepared = self.documents.prepare(query)
            operation = prepared.operation(operation_name)
            context = self.context(self.live.pin(), request_id, local_user())
            return await self.execute(query, prepared, operation, variables, context)
        except RequestError as refused:
            return refusal(refused, request_id)
        except Overloaded as error:
            return refusal(RequestError([error]), request_id)


def _not_shown(why: str) -> StoreUnwritable:
    return StoreUnwritable(
        say(
            "What you see of telephone numbers cannot be audited now, so they are not shown. Ask without `value`; tell "
            "the operators: {what}.",
            what=why,
        )
    )


def _masked(why: str) -> NumbersMasked:
    return NumbersMasked(
        say(
            "Who sees which number cannot be audited now, so all numbers are masked here, and none is found by a "
            "search; everything else is answered. Tell the operators: {what}.",
            what=why,
        )
    )


def _with_error(answer: Answer, error: BaodianError, request_id: str) -> Answer:
    """The answer with one error more, which is of no field."""
    shaped = describe(error, request_id=request_id)
    body = {"errors": [*answer.body.get("errors", ()), shaped], "data": answer.body["data"]}
    return Answer(body, (*answer.codes, error.code.value))


def _doubt_what_is_left(context: Context) -> None:
    """Have the store asked later about changes that have no line, as where the client went away meanwhile."""
    if context.intents is not None:
        context.intents.doubt(each.intent for each in context.changed if each.intent is not None)


def refusal(refused: RequestError, request_id: str) -> Answer:
    """The answer to a request of which nothing was executed."""
    shaped = [describe(each, request_id=request_id, otherwise=refused.code) for each in refused.errors]
    return Answer({"errors": shaped}, tuple(each["extensions"]["code"] for each in shaped), refused=True)
