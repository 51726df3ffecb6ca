"""Execution of a prepared operation on one pinned read model."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import anyio.to_thread
from anyio import CapacityLimiter
from graphql import ExecutionResult, FieldNode, GraphQLSchema, OperationDefinitionNode, OperationType, execute

from graph_api.errors import BaodianError, ErrorCode
from graph_api.graphql.context import Context
from graph_api.graphql.execution.documents import Prepared
from graph_api.graphql.execution.errors import RequestError, describe
from graph_api.graphql.execution.limits import CostMeter, Limits
from graph_api.graphql.execution.plain_fields import QueryExecutor, never_awaited


@dataclass(frozen=True, slots=True)
class Answer:
    """Body of a response, and how it went: `refused` = nothing was executed."""

    body: dict[str, Any]
    codes: tuple[str, ...] = ()
    refused: bool = False


class Queue(NamedTuple):
    """Threads that answer queries, those that do so now, and queries that wait for one."""

    threads: int
    busy: int
    waiting: int


class Executor:
    """Executes operations: queries in worker threads, so that the event loop stays free; mutations on it."""

    def __init__(self, schema: GraphQLSchema, limits: Limits, threads: int) -> None:
        self._schema = schema
        self._limits = limits
        self._threads = threads
        self._limiter: CapacityLimiter | None = None

    def queue(self) -> Queue:
        """How busy it is."""
        if self._limiter is None:
            return Queue(self._threads, 0, 0)
        return Queue(self._threads, self._limiter.borrowed_tokens, self._limiter.statistics().tasks_waiting)

    async def execute(
        self,
        prepared: Prepared,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
        context: Context,
    ) -> Answer:
        """The answer to an operation; RequestError if its cost or its variables do not fit."""
        try:
            CostMeter(self._schema, prepared.document, variables, self._limits.cost).check(operation)
        except BaodianError as error:
            raise RequestError([error]) from None
        run = partial(
            execute,
            self._schema,
            prepared.document,
            context_value=context,
            variable_values=dict(variables),
            operation_name=operation.name.value if operation.name else None,
            max_coercion_errors=10,
        )
        if operation.operation is OperationType.QUERY:
            if self._limiter is None:
                self._limiter = CapacityLimiter(self._threads)
            quick = partial(run, executor_class=QueryExecutor, is_awaitable=never_awaited)
            return await anyio.to_thread.run_sync(partial(_answer_of_query, quick, context), limiter=self._limiter)
        made = run()
        return _answer(await made if inspect.isawaitable(made) else made, context)


def _answer_of_query(run: Any, context: Context) -> Answer:
    return _answer(run(), context)


def _answer(result: ExecutionResult, context: Context) -> Answer:
    errors = result.errors or []
    if result.data is None and errors and all(error.path is None for error in errors):
        raise RequestError(errors, ErrorCode.GRAPHQL_VALIDATION_FAILED)
    body: dict[str, Any] = {"data": result.data}
    shaped = [describe(error, request_id=context.request_id) for error in errors]
    if shaped:
        body = {"errors": shaped, **body}
    return Answer(body, tuple(each["extensions"]["code"] for each in shaped))


def operation_label(operation: OperationDefinitionNode) -> str:
    """Name of an operation for metrics: its root field, which is from a closed list; `several` for more than one."""
    fields = {each.name.value for each in operation.selection_set.selections if isinstance(each, FieldNode)}
    return fields.pop() if len(fields) == 1 else "several"
