"""Errors as clients see them: one shape, a code from the ErrorCode enum, and nothing that was not meant for them."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable
from typing import Any

from graphql import GraphQLError, GraphQLSyntaxError

from graph_api.errors import BaodianError, ErrorCode, LimitExceeded
from schema.words import say, text_of

log = logging.getLogger("baodian.api")

MAX_MESSAGE = 600
"""Characters of a message that repeats what the client sent."""


class RequestError(Exception):
    """A request that is answered with errors only, before anything was executed."""

    def __init__(self, errors: Iterable[GraphQLError | BaodianError], code: ErrorCode | None = None) -> None:
        super().__init__("request refused")
        self.errors = list(errors)
        self.code = code
        """Code of errors that bring none of their own."""


def _cause(error: BaseException | None) -> BaseException | None:
    """What really happened, under the layers that graphql-core puts around it."""
    while isinstance(error, GraphQLError) and error.original_error is not None:
        error = error.original_error
    return error


def _code(error: GraphQLError | BaodianError, otherwise: ErrorCode | None) -> ErrorCode:
    cause = _cause(error)
    if isinstance(cause, BaodianError):
        return cause.code
    if isinstance(cause, GraphQLSyntaxError):
        limited = any(word in cause.message for word in ("tokens", "too deeply", "comments", "characters."))
        return ErrorCode.LIMIT_EXCEEDED if limited else ErrorCode.GRAPHQL_PARSE_FAILED
    if isinstance(cause, RecursionError):
        return ErrorCode.LIMIT_EXCEEDED
    if isinstance(cause, GraphQLError) and cause.message.startswith("Maximum introspection depth"):
        return ErrorCode.LIMIT_EXCEEDED
    if isinstance(cause, GraphQLError) and cause.message.startswith("Argument '"):
        return (
            ErrorCode.GRAPHQL_VALIDATION_FAILED
        )  # a null variable for an argument that may not be null: seen only now
    if isinstance(cause, GraphQLError) and otherwise is not None:
        return otherwise
    return ErrorCode.INTERNAL


def describe(
    error: GraphQLError | BaodianError, *, request_id: str = "", otherwise: ErrorCode | None = None
) -> dict[str, Any]:
    """One error in the shape of the GraphQL specification.

    `otherwise` is the code of graphql-core's own errors (of parsing, validation, variables); None = there should be
    none, so one is masked as INTERNAL, with an errorId that leads to its entry in the log.
    """
    code = _code(error, otherwise)
    extensions: dict[str, Any] = {"code": code.value}
    cause = _cause(error)
    if code is ErrorCode.INTERNAL:
        error_id = uuid.uuid4().hex[:12]
        log.error("internal error", exc_info=cause, extra={"facts": {"error_id": error_id, "request_id": request_id}})
        message: str = say("Something unforeseen happened. Tell the operators this id: {error_id}.", error_id=error_id)
        extensions["errorId"] = error_id
    else:
        message = _message(error, cause)
    if isinstance(cause, BaodianError):
        extensions["retryable"] = cause.retryable
        if cause.details and code is not ErrorCode.INTERNAL:
            extensions["details"] = cause.details
    else:
        extensions["retryable"] = False
    shaped: dict[str, Any] = {"message": text_of(message)[:MAX_MESSAGE]}
    if isinstance(error, GraphQLError):
        if error.locations:
            shaped["locations"] = [{"line": at.line, "column": at.column} for at in error.locations]
        if error.path:
            shaped["path"] = error.path
    shaped["extensions"] = extensions
    return shaped


def _message(error: GraphQLError | BaodianError, cause: BaseException | None) -> str:
    if isinstance(cause, RecursionError):
        return say("The request is nested too deeply.")
    if isinstance(cause, BaodianError) and not (isinstance(error, GraphQLError) and error.path is None):
        return cause.text()
    return error.text() if isinstance(error, BaodianError) else text_of(error.message)


def too_big(what: str, most: int) -> LimitExceeded:
    """The error for a body that is too large."""
    return LimitExceeded(
        say("The {what} may have at most {most} bytes.", what=what, most=most), limit=str(what), most=most
    )
