"""Documents: parsed, limited and validated once, then kept."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    parse,
    specified_rules,
    validate,
)

from graph_api.errors import BaodianError, ErrorCode, LimitExceeded
from graph_api.graphql.execution.errors import RequestError
from graph_api.graphql.execution.limits import Limits, check_document
from schema.words import say

KEPT = 500
"""Documents kept; clients send few different ones."""
KEPT_LENGTH = 20_000
"""Characters of the longest document that is kept."""
MAX_ERRORS = 20
"""Errors told about one document."""
_UNREADABLE = re.compile(r"\d{4301}")
"""Python reads no whole number of more than 4,300 digits."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A valid document and its operations by name."""

    text: str
    document: DocumentNode
    operations: dict[str | None, OperationDefinitionNode]

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The operation to execute; RequestError if the name leaves that open."""
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        if name is not None and name in self.operations:
            return self.operations[name]
        text = "The document has no operation of this name." if name else "Say which operation by `operationName`."
        raise RequestError([GraphQLError(text)], ErrorCode.GRAPHQL_VALIDATION_FAILED)


class Documents:
    """Prepares documents; the ones seen lately are kept."""

    def __init__(self, schema: GraphQLSchema, limits: Limits, *, introspection: bool = True) -> None:
        self._schema = schema
        self._limits = limits
        self._rules = [*specified_rules] if introspection else [*specified_rules, NoSchemaIntrospectionCustomRule]
        self._kept: OrderedDict[str, Prepared] = OrderedDict()

    def prepare(self, query: str) -> Prepared:
        """The document of a query text; RequestError with typed errors if it cannot be executed."""
        prepared = self._kept.get(query)
        if prepared is not None:
            self._kept.move_to_end(query)
            return prepared
        try:
            prepared = self._prepare(query)
        except RecursionError:
            raise RequestError([LimitExceeded(say("The document is nested too deeply."), limit="depth")]) from None
        except BaodianError as error:
            raise RequestError([error]) from None
        if len(query) <= KEPT_LENGTH:
            self._kept[query] = prepared
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return prepared

    def _prepare(self, query: str) -> Prepared:
        if _UNREADABLE.search(query):
            found = GraphQLError(say("A whole number in the document has too many digits."))
            raise RequestError([found], ErrorCode.GRAPHQL_VALIDATION_FAILED)
        try:
            document = parse(query, max_lexical_tokens=self._limits.tokens, max_comments=self._limits.tokens)
        except GraphQLError as error:
            raise RequestError([error], ErrorCode.GRAPHQL_PARSE_FAILED) from None
        check_document(document, self._limits)
        errors = validate(self._schema, document, self._rules, max_errors=MAX_ERRORS)
        if errors:
            raise RequestError(errors, ErrorCode.GRAPHQL_VALIDATION_FAILED)
        operations = {
            each.name.value if each.name else None: each
            for each in document.definitions
            if isinstance(each, OperationDefinitionNode)
        }
        if not operations:
            raise RequestError(
                [GraphQLError(say("The document has no operation."))], ErrorCode.GRAPHQL_VALIDATION_FAILED
            )
        return Prepared(query, document, operations)
