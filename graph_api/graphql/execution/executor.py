"""Execution of a prepared operation on one pinned read model."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from graphql import ExecutionResult, FieldNode, GraphQLSchema, OperationDefinitionNode, OperationType, execute

from graph_api.errors import BaodianError, BudgetExceeded, ErrorCode, Overloaded
from graph_api.graphql.context import Context
from graph_api.graphql.execution.answer import Answer
from graph_api.graphql.execution.documents import Prepared
from graph_api.graphql.execution.elsewhere import Elsewhere, Lost, answer_of, question_of
from graph_api.graphql.execution.errors import RequestError, describe
from graph_api.graphql.execution.lanes import Gone, Lanes
from graph_api.graphql.execution.limits import CostMeter, Limits
from graph_api.graphql.execution.query_executor import QueryExecutor, never_awaited
from graph_api.graphql.execution.scoped import ScopedExecutor, executor_of_changes
from graph_api.graphql.execution.shares import name_of
from graph_api.graphql.execution.urgency import Urgency, urgency_of
from graph_api.graphql.execution.work import Reason, Stopped
from schema.words import say


class Executor:
    """Executes operations: queries in worker threads, or in other processes, so that the event loop stays free;
    mutations on it."""

    def __init__(self, schema: GraphQLSchema, limits: Limits, lanes: Lanes, *, compiled: bool = True) -> None:
        self._schema = schema
        self._how: dict[str, Any] = {"executor_class": QueryExecutor} if compiled else {}
        self._limits = limits
        self.lanes = lanes
        self.elsewhere: Elsewhere | None = None
        """Other processes that answer queries; None = all are answered in this one."""

    async def execute(
        self,
        prepared: Prepared,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
        context: Context,
        gone: Gone | None = None,
    ) -> Answer:
        """The answer to an operation; RequestError if its cost or its variables do not fit.

        `gone` comes back when nobody waits for it any more. Raises Overloaded, and Stopped where nobody waits.
        """
        try:
            heavy = CostMeter(self._schema, prepared.document, variables, self._limits.cost).check(operation)
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
        if operation.operation is not OperationType.MUTATION:
            how = self._how if context.graph.is_whole else {"executor_class": ScopedExecutor}
            quick = partial(run, is_awaitable=never_awaited, **how)
            urgency = urgency_of(prepared.document, operation, context.principal) if heavy else Urgency.USUAL
            answered = partial(
                self.lanes.run, partial(_result_of_query, quick, context), heavy=heavy, gone=gone, urgency=urgency,
                who=name_of(context.principal, context.origin),
                elsewhere=self._elsewhere(prepared, operation, variables, context, heavy=heavy),
            )  # fmt: skip
            return await self._query(answered, context)
        made = run(executor_class=executor_of_changes(context.graph))
        return _answer(await made if inspect.isawaitable(made) else made, context)

    async def _query(self, answered: Callable[[], Awaitable[Answer]], context: Context) -> Answer:
        try:
            return await answered()
        except Stopped as stopped:
            if stopped.reason is Reason.GONE:
                raise
            error = describe(BudgetExceeded(_USED_UP), request_id=context.request_id)
            return Answer({"errors": [error], "data": None}, (error["extensions"]["code"],))

    def _elsewhere(
        self,
        prepared: Prepared,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
        context: Context,
        *,
        heavy: bool,
    ) -> Callable[[Gone | None], Awaitable[Answer | None]] | None:
        """Asks another process, where one has room; None comes back where this one has to answer itself."""
        processes = self.elsewhere
        if processes is None:
            return None

        async def ask(gone: Gone | None) -> Answer | None:
            seat = processes.seat(heavy=heavy, busy_here=self.lanes.busy_quick())
            question = None if seat is None else question_of(prepared, operation, variables, context)
            if seat is None or question is None:
                return None
            try:
                told = await seat.ask(question, gone)
            except Lost:
                if not heavy:
                    return None
                raise Overloaded(_LOST, retryAfterSeconds=1) from None
            return None if told is None else await answer_of(told, context)

        return ask


_USED_UP = say("The question has used the computing time that one may have. Ask for less, or in several requests.")


_LOST = say("The process that worked on this question ended before it had the answer. Ask it again.")


def _result_of_query(run: Callable[[], Any], context: Context) -> Answer:
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
