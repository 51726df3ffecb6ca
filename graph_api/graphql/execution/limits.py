"""Limits on documents: measured before anything costly is done with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLArgument,
    GraphQLCompositeType,
    GraphQLField,
    GraphQLList,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_leaf_type,
)

from graph_api.errors import LimitExceeded
from schema.words import say

PAGE_ARGUMENTS = ("first", "limit")
"""Arguments that say how long a list may become."""
SHORT_LIST = 4
"""Items counted for a list without such an argument: receiving points, contacts, steps."""
LONGEST_LIST = 5_000
"""Most items that any list gives at once."""
SCHEMA_LIST = 15
"""Items counted for a list of types, fields or arguments of the schema itself."""
WORK = {
    "restoration": 25_000,
    "contingencies": 25_000,
    "screening": 25_000,
    "tieWorths": 60_000,
    "cutPairs": 60_000,
    "supplyRisks": 10_000,
    "readiness": 5_000,
    "locateFault": 5_000,
    "responsibilityTable": 5_000,
}
"""Questions that are much work however little of their answer is asked for, in fields that take as long to answer."""
HEAVY = frozenset({*WORK, "paths", "neighbourhood"})
"""Questions that wait for the heavy lane."""
WITHIN = {("IncidentState", "restoration"): "restoration", ("IncidentState", "location"): "locateFault"}
"""Fields of other types that are as much work as a question."""
QUICK_COST = 20_000
"""Most fields of an answer in the quick lane: four pages of 50 affected customers with all that belongs to them."""
SAME_FIELDS = 60
"""How often one answer name may stand in one document; comparing them is quadratic."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Largest document that is answered; see settings for what each means."""

    body_bytes: int = 262_144
    tokens: int = 4_000
    depth: int = 24
    fields: int = 1_000
    aliases: int = 60
    directives: int = 60
    cost: int = 300_000


@dataclass(slots=True)
class _Size:
    depth: int
    fields: int


class _Ruler:
    """Measures a document with its fragments expanded, each fragment once."""

    def __init__(self, document: DocumentNode, limits: Limits) -> None:
        self._limits = limits
        self._fragments = {
            each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
        }
        self._sizes: dict[str, _Size] = {}
        self._open: set[str] = set()
        self.aliases = 0
        self.directives = 0
        self.names: dict[str, int] = {}

    def measure(self, selected: SelectionSetNode | None, level: int) -> _Size:
        """Depth and fields of a selection, `level` deep already."""
        if level > self._limits.depth:
            raise too_large(say("depth"), self._limits.depth, say("Nest fewer fields"))
        size = _Size(0, 0)
        for node in selected.selections if selected else ():
            self.directives += len(node.directives or ())
            part = self._part(node, level)
            size.depth = max(size.depth, part.depth)
            size.fields = min(size.fields + part.fields, self._limits.fields + 1)
        return size

    def _part(self, node: Any, level: int) -> _Size:
        if isinstance(node, FieldNode):
            self.aliases += node.alias is not None
            name = (node.alias or node.name).value
            self.names[name] = self.names.get(name, 0) + 1
            inner = self.measure(node.selection_set, level + 1)
            return _Size(inner.depth + 1, inner.fields + 1)
        if isinstance(node, InlineFragmentNode):
            return self.measure(node.selection_set, level + 1)
        return self._spread(node, level)

    def _spread(self, node: FragmentSpreadNode, level: int) -> _Size:
        name = node.name.value
        if name not in self._fragments or name in self._open:
            return _Size(0, 0)  # validation names unknown fragments and circles
        if name not in self._sizes:
            self._open.add(name)
            self._sizes[name] = self.measure(self._fragments[name].selection_set, level + 1)
            self._open.discard(name)
        return self._sizes[name]


def too_large(what: str, most: int, remedy: str) -> LimitExceeded:
    """The error for a document over a limit."""
    return LimitExceeded(
        say("The document is over the limit of {most} for {what}. {remedy}.", most=most, what=what, remedy=remedy),
        limit=str(what),
        most=most,
    )


def check_document(document: DocumentNode, limits: Limits) -> None:
    """Raise LimitExceeded for a document that is too deep, wide or full of aliases or directives."""
    ruler = _Ruler(document, limits)
    for definition in document.definitions:
        selected = getattr(definition, "selection_set", None)
        ruler.directives += len(getattr(definition, "directives", None) or ())
        size = ruler.measure(selected, 1)
        if size.depth > limits.depth:
            raise too_large(say("depth"), limits.depth, say("Nest fewer fields"))
        if size.fields > limits.fields:
            raise too_large(say("fields"), limits.fields, say("Ask for less at once"))
    if ruler.aliases > limits.aliases:
        raise too_large(say("aliases"), limits.aliases, say("Ask for many things by `nodes`"))
    if ruler.directives > limits.directives:
        raise too_large(say("directives"), limits.directives, say("Use fewer of them"))
    if max(ruler.names.values(), default=0) > SAME_FIELDS:
        raise too_large(say("repeats of one field"), SAME_FIELDS, say("Name each field once, or use a fragment"))


class CostMeter:
    """Counts the most fields that the answer to a valid document may have."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any], most: int) -> None:
        self._schema = schema
        self._variables = variables
        self._most = most
        self._fragments = {
            each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
        }
        self._costs: dict[str, int] = {}
        self._heavy = False

    def check(self, operation: OperationDefinitionNode) -> bool:
        """Whether it is heavy work. Raises LimitExceeded if the answer may have more fields than allowed."""
        root = self._schema.get_root_type(operation.operation)
        if root is None:
            return False
        defaults = {
            each.variable.name.value: int(each.default_value.value)
            for each in operation.variable_definitions or ()
            if isinstance(each.default_value, IntValueNode)
        }
        self._variables = {**defaults, **self._variables}
        cost = self._cost(operation.selection_set, root)
        if cost > self._most:
            raise LimitExceeded(
                say(
                    "The answer may have more than {most} fields, or is as much work. Ask for fewer items (`first`) or "
                    "fields, or put the questions into requests of their own.",
                    most=self._most,
                ),
                limit="cost",
                most=self._most,
            )
        return self._heavy or cost > QUICK_COST

    def _cost(self, selected: SelectionSetNode | None, parent: GraphQLCompositeType) -> int:
        total = 0
        for node in selected.selections if selected else ():
            if isinstance(node, FieldNode):
                total += self._field(node, parent)
            elif isinstance(node, FragmentSpreadNode):
                total += self._fragment(node.name.value)
            elif isinstance(node, InlineFragmentNode):
                condition = node.type_condition
                total += self._cost(node.selection_set, self._composite(condition.name.value) if condition else parent)
            if total > self._most:
                break
        return total

    def _composite(self, name: str) -> Any:
        return self._schema.type_map[name]

    def _fragment(self, name: str) -> int:
        if name not in self._costs:
            fragment = self._fragments[name]
            self._costs[name] = self._cost(fragment.selection_set, self._composite(fragment.type_condition.name.value))
        return self._costs[name]

    def _field(self, node: FieldNode, parent: GraphQLCompositeType) -> int:
        definition = self._schema.get_field(parent, node.name.value) if isinstance(parent, GraphQLObjectType) else None
        if definition is None:
            definition = getattr(parent, "fields", {}).get(node.name.value)
        if definition is None:
            return 1
        kind = get_named_type(definition.type)
        if is_leaf_type(kind) or not is_composite_type(kind):
            return 1
        work = 0
        if parent is self._schema.query_type or (parent.name, node.name.value) in WITHIN:
            question = WITHIN.get((parent.name, node.name.value), node.name.value)
            work = WORK.get(question, 0)
            self._heavy = self._heavy or question in HEAVY
        return 1 + work + self._times(node, definition, parent) * self._cost(node.selection_set, kind)

    def _times(self, node: FieldNode, definition: GraphQLField, parent: GraphQLCompositeType) -> int:
        given = {each.name.value: each.value for each in node.arguments or ()}
        if "ids" in definition.args:
            return self._length(given.get("ids"))
        for name in PAGE_ARGUMENTS:
            if name in definition.args:
                return self._number(given.get(name), _default(definition.args[name]))
        is_list = isinstance(get_nullable_type(definition.type), GraphQLList)
        if not is_list or parent.name.endswith("Connection"):
            return 1
        return SCHEMA_LIST if parent.name.startswith("__") else SHORT_LIST

    def _number(self, given: Any, otherwise: int) -> int:
        if isinstance(given, IntValueNode):
            return _within(int(given.value))
        if isinstance(given, VariableNode):
            value = self._variables.get(given.name.value, otherwise)
            return _within(value) if isinstance(value, int) else otherwise
        return otherwise

    def _length(self, given: Any) -> int:
        if isinstance(given, VariableNode):
            given = self._variables.get(given.name.value)
            return len(given) if isinstance(given, list) else 1
        return len(given.values) if isinstance(given, ListValueNode) else 1


def _within(asked: int) -> int:
    """Items counted for an asked number: beyond the longest list it is refused when it is answered."""
    return min(max(1, asked), LONGEST_LIST)


def _default(argument: GraphQLArgument) -> int:
    """Default of a page argument."""
    value = argument.default.value if argument.default is not None else None
    return value if isinstance(value, int) else 50
