"""The two schemas: read from the running trees, compared apart from the answers."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from difflib import unified_diff
from pathlib import Path

from graphql import GraphQLSchema, build_client_schema, get_introspection_query, parse, validate
from graphql.utilities import (
    BreakingChange,
    DangerousChangeType,
    find_schema_changes,
    lexicographic_sort_schema,
    print_schema,
)

from tests.compare.operation import Operation
from tests.compare.selections import PROSE
from tests.compare.stores import NOW
from tests.compare.tree import Tree

INTROSPECTION = Operation(name="schema/introspection", query=get_introspection_query(descriptions=True))


@dataclass(slots=True)
class SchemaChanges:
    """What has become of the schema. `refused` is what no client may meet."""

    refused: list[str] = field(default_factory=list)
    permitted: list[str] = field(default_factory=list)
    """Types of PROSE fields, and all that is only added."""
    lines: list[str] = field(default_factory=list)
    """Lines of the schemas that differ, without descriptions."""
    words: list[tuple[str, str, str]] = field(default_factory=list)
    """Descriptions that differ: of what, old, new."""


def read_schema(tree: Tree, store: Path) -> GraphQLSchema:
    """The schema as a client of a tree reads it."""
    with tree.asked(store, NOW) as probe:
        (answer,) = probe.ask(INTROSPECTION)
    return build_client_schema(json.loads(answer.body)["data"])


def changed(old: GraphQLSchema, new: GraphQLSchema) -> SchemaChanges:
    """What differs between two schemas."""
    found = SchemaChanges()
    prose = tuple(f"Field {kind}.{name} changed type" for kind, name in PROSE)
    for change in find_schema_changes(old, new):
        text = f"{change.type.name}: {change.description}"
        if "DESCRIPTION" in change.type.name:
            continue
        breaks = isinstance(change, BreakingChange) or change.type is DangerousChangeType.ARG_DEFAULT_VALUE_CHANGE
        breaks = breaks and not change.description.startswith(prose)
        (found.refused if breaks else found.permitted).append(text)
    found.lines = list(unified_diff(_bare(old), _bare(new), "old", "new", lineterm="", n=1))
    before, after = _descriptions(old), _descriptions(new)
    found.words = [(what, text, after[what]) for what, text in before.items() if after.get(what, text) != text]
    return found


@dataclass(slots=True)
class Validity:
    """Tells whether documents fit a schema."""

    schema: GraphQLSchema
    _known: dict[str, str] = field(default_factory=dict)

    def trouble(self, query: str) -> str:
        """Why a document does not fit; empty if it does."""
        found = self._known.get(query)
        if found is None:
            found = "; ".join(error.message for error in validate(self.schema, parse(query)))
            self._known[query] = found
        return found


def _bare(schema: GraphQLSchema) -> list[str]:
    """The schema, sorted, without descriptions."""
    text = re.sub(r'"""(?:.|\n)*?"""', "", print_schema(lexicographic_sort_schema(schema)))
    return [line for line in text.splitlines() if line.strip()]


def _descriptions(schema: GraphQLSchema) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, kind in schema.type_map.items():
        if name.startswith("__"):
            continue
        found[name] = kind.description or ""
        for part in (getattr(kind, "fields", None) or getattr(kind, "values", None) or {}).items():
            found[f"{name}.{part[0]}"] = part[1].description or ""
            for argument, given in (getattr(part[1], "args", None) or {}).items():
                found[f"{name}.{part[0]}({argument})"] = given.description or ""
    return found
