"""Which fields of the schema were asked for, and which of them ever held something."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    parse,
)

from tests.compare.operation import Answer, Operation

Name = tuple[str, str]


class _Step(NamedTuple):
    """A field of a document: under which key it is answered, whose it is, and what is asked below it."""

    key: str
    name: Name
    enum: str | None
    below: list[_Step]


@dataclass(slots=True)
class FieldsAsked:
    """Fields by (type, field), as the documents name their types: an interface's field counts for the interface."""

    schema: GraphQLSchema
    asked: set[Name] = field(default_factory=set)
    held: set[Name] = field(default_factory=set)
    codes: set[Name] = field(default_factory=set)
    """Values of enums that answers held."""
    _steps: dict[tuple[str, str | None], list[_Step]] = field(default_factory=dict)

    def note(self, operation: Operation, answers: Iterable[Answer]) -> None:
        """Count what a valid request asked, and what its answers held."""
        if not operation.query or not operation.valid:
            return
        key = (operation.query, operation.operation_name)
        steps = self._steps.get(key)
        if steps is None:
            steps = self._steps[key] = _Steps(self.schema, parse(operation.query)).of(operation.operation_name)
        for answer in answers:
            data = json.loads(answer.body).get("data")
            self._walk(steps, [] if data is None else [data])

    def _walk(self, steps: list[_Step], things: list[Any]) -> None:
        for step in steps:
            self.asked.add(step.name)
            items: list[Any] = []
            for thing in things:
                _gather(thing.get(step.key), items)
            if items:
                self.held.add(step.name)
                if step.enum is not None:
                    self.codes.update((step.enum, item) for item in set(items))
            if step.below:
                self._walk(step.below, items)

    @property
    def all(self) -> list[Name]:
        """Every field of the schema."""
        return [
            (name, field_name)
            for name, kind in self.schema.type_map.items()
            if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) and not name.startswith("__")
            for field_name in kind.fields
        ]

    @property
    def all_codes(self) -> list[Name]:
        """Every value of enums that fields of answers have."""
        kinds = {
            get_named_type(each.type)
            for kind in self.schema.type_map.values()
            if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__")
            for each in kind.fields.values()
        }
        enums = sorted((kind for kind in kinds if isinstance(kind, GraphQLEnumType)), key=lambda kind: kind.name)
        return [(kind.name, code) for kind in enums for code in kind.values]


class _Steps:
    """Reads a document's fields against a schema."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode) -> None:
        self._schema, self._document = schema, document
        self._fragments = {
            each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
        }

    def of(self, name: str | None) -> list[_Step]:
        """Fields of the operation of a name; of all operations without one."""
        found: list[_Step] = []
        for each in self._document.definitions:
            if isinstance(each, OperationDefinitionNode) and (name is None or (each.name and each.name.value == name)):
                root = self._schema.get_root_type(each.operation)
                found += self._selected(each.selection_set, root.name) if root else []
        return found

    def _selected(self, selected: SelectionSetNode, kind: str) -> list[_Step]:
        found: list[_Step] = []
        for node in selected.selections:
            if isinstance(node, FieldNode):
                found += self._field(node, kind)
            elif isinstance(node, InlineFragmentNode):
                condition = node.type_condition
                found += self._selected(node.selection_set, condition.name.value if condition else kind)
            elif isinstance(node, FragmentSpreadNode):
                fragment = self._fragments[node.name.value]
                found += self._selected(fragment.selection_set, fragment.type_condition.name.value)
        return found

    def _field(self, node: FieldNode, kind: str) -> list[_Step]:
        definition = getattr(self._schema.type_map[kind], "fields", {}).get(node.name.value)
        if definition is None:  # __typename and the like
            return []
        inner = get_named_type(definition.type)
        enum = inner.name if isinstance(inner, GraphQLEnumType) else None
        below = self._selected(node.selection_set, inner.name) if node.selection_set else []
        return [_Step((node.alias or node.name).value, (kind, node.name.value), enum, below)]


def _gather(value: Any, into: list[Any]) -> None:
    """Add what stands in a value, under lists, without nulls."""
    if isinstance(value, list):
        for item in value:
            _gather(item, into)
    elif value is not None:
        into.append(value)
