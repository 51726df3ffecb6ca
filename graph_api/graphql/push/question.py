"""What a client subscribes to, and after which revision."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import FieldNode, OperationDefinitionNode, VariableNode

from graph_api.access.principal import Principal
from graph_api.errors import InvalidInput
from graph_api.graphql.execution.documents import Prepared
from graph_api.graphql.execution.errors import RequestError
from graph_api.graphql.scalars import Bookmark, parse_bookmark
from graph_api.lazy import cached_property
from schema.words import Language, current, say


@dataclass(frozen=True, kw_only=True)
class Question:
    """A subscription as a client asks for it."""

    query: str
    prepared: Prepared
    operation: OperationDefinitionNode
    variables: Mapping[str, Any]
    language: Language

    @staticmethod
    def of(
        query: str, prepared: Prepared, operation: OperationDefinitionNode, variables: Mapping[str, Any]
    ) -> Question:
        """The question of a request that is answered now, in its language."""
        return Question(query=query, prepared=prepared, operation=operation, variables=variables, language=current())

    @cached_property
    def after(self) -> Bookmark | None:
        """Up to where the client was told; None = nothing yet. Raises RequestError for what is none."""
        given = self._given
        raw = self._of_variable(given.name.value) if isinstance(given, VariableNode) else getattr(given, "value", None)
        try:
            return None if raw is None else parse_bookmark(raw)
        except InvalidInput as error:
            raise RequestError([error]) from None

    def key(self, principal: Principal) -> tuple[Any, ...]:
        """The same for all who ask the same, and see and may the same, whatever each of them has seen before."""
        given = self._given
        name = given.name.value if isinstance(given, VariableNode) else None
        shared = json.dumps({key: value for key, value in self.variables.items() if key != name}, sort_keys=True)
        operation = self.operation.name.value if self.operation.name else ""
        sees = principal.roles, principal.person, principal.actor.kind, principal.elevated_for, principal.scope
        return self.query, operation, shared, self.language, *sees

    @cached_property
    def _given(self) -> Any:
        """What stands for the argument `after`."""
        selections = self.operation.selection_set.selections
        field = selections[0] if len(selections) == 1 else None
        if not isinstance(field, FieldNode):
            raise RequestError([InvalidInput(say("Name the one field of a subscription in it, not in a fragment."))])
        return next((each.value for each in field.arguments or () if each.name.value == "after"), None)

    def _of_variable(self, name: str) -> Any:
        if name in self.variables:
            return self.variables[name]
        definitions = self.operation.variable_definitions or ()
        own = next((each for each in definitions if each.variable.name.value == name), None)
        return getattr(own.default_value, "value", None) if own else None
