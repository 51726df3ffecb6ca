"""The door for GraphQL operations: over HTTP and in this process the same documents, limits and errors."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from graph_api.access.principal import Principal, local_user
from graph_api.errors import Overloaded
from graph_api.graphql.context import Clock, Context, present
from graph_api.graphql.execution.documents import Documents
from graph_api.graphql.execution.errors import RequestError, describe
from graph_api.graphql.execution.executor import Answer, Executor
from graph_api.live.graph import LiveGraph
from graph_api.readmodel.model import ReadModel
from schema.words.operation_words import DEFAULT_WORDS, OperationWords

if TYPE_CHECKING:
    from graph_api.services.location import Rates


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

    def context(self, model: ReadModel, request_id: str, principal: Principal) -> Context:
        """What one request carries."""
        return Context(
            self.live,
            model,
            self.rates,
            present(self.clock(), model),
            request_id,
            principal,
            words=self.words,
            keep_reports=self.keep_reports,
        )

    async def ask(self, query: str, variables: Mapping[str, Any], operation_name: str | None = None) -> Answer:
        """The answer that the user of this process gets on the newest model; what is wrong is in it as errors."""
        request_id = uuid.uuid4().hex
        try:
            prepared = self.documents.prepare(query)
            operation = prepared.operation(operation_name)
            context = self.context(self.live.pin(), request_id, local_user())
            return await self.executor.execute(prepared, operation, variables, context)
        except RequestError as refused:
            return refusal(refused, request_id)
        except Overloaded as error:
            return refusal(RequestError([error]), request_id)


def refusal(refused: RequestError, request_id: str) -> Answer:
    """The answer to a request of which nothing was executed."""
    shaped = [describe(each, request_id=request_id, otherwise=refused.code) for each in refused.errors]
    return Answer({"errors": shaped}, tuple(each["extensions"]["code"] for each in shaped), refused=True)
