"""Root of all errors, with those that loaders raise; `graph_api/errors.py` shows the whole tree.

A message says what happened and what to do next. It never holds a stack trace, a secret or a phone number.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar

from schema.words import Language, text_of


class ErrorCode(StrEnum):
    """Code of an error, as `extensions.code` of a GraphQL error or `code` of a UserError."""

    BAD_INPUT = "BAD_INPUT"
    UNKNOWN_ENTITY = "UNKNOWN_ENTITY"
    BAD_CURSOR = "BAD_CURSOR"
    DANGLING_RELATIONSHIP = "DANGLING_RELATIONSHIP"
    CONFLICT = "CONFLICT"
    BACK_FEED = "BACK_FEED"
    INCIDENT_OPEN = "INCIDENT_OPEN"
    WORK_LEFT = "WORK_LEFT"
    REQUEST_ID_CONFLICT = "REQUEST_ID_CONFLICT"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    NUMBERS_MASKED = "NUMBERS_MASKED"
    STORE_UNAVAILABLE = "STORE_UNAVAILABLE"
    OUTCOME_UNKNOWN = "OUTCOME_UNKNOWN"
    STORE_REPLACED = "STORE_REPLACED"
    UPGRADE_REQUIRED = "UPGRADE_REQUIRED"
    STORE_CORRUPT = "STORE_CORRUPT"
    LOAD_IN_PROGRESS = "LOAD_IN_PROGRESS"
    BATCH_TOO_LARGE = "BATCH_TOO_LARGE"
    LOAD_FAILED = "LOAD_FAILED"
    NOT_INSTALLED = "NOT_INSTALLED"
    STALE_REPLICA = "STALE_REPLICA"
    TIME_TRAVEL_UNSUPPORTED = "TIME_TRAVEL_UNSUPPORTED"
    LIMIT_EXCEEDED = "LIMIT_EXCEEDED"
    BUDGET_EXCEEDED = "BUDGET_EXCEEDED"
    OVERLOADED = "OVERLOADED"
    GRAPHQL_PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
    GRAPHQL_VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
    INTERNAL = "INTERNAL"


class BaodianError(Exception):
    """Root of all errors; `code` is stable, `details` are machine-readable facts beside the message.

    The message is English; where it is a Sentence (`schema.words.say`), `text` gives it in the asked language.
    """

    code: ClassVar[ErrorCode] = ErrorCode.INTERNAL
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details = details

    def text(self, language: Language | None = None) -> str:
        """The message in `language`, by default that of this request."""
        return text_of(self.message, language)


class InvalidInput(BaodianError):
    """The caller can mend it."""

    code = ErrorCode.BAD_INPUT


class LoadError(BaodianError):
    """A file or mapping cannot be used at all."""

    code = ErrorCode.LOAD_FAILED


class NotInstalled(BaodianError):
    """An optional package is needed that is not installed."""

    code = ErrorCode.NOT_INSTALLED
