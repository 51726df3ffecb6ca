"""Documents that ask for every field of every type, made from the SDL: the walk of whoever looks for a leak."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import graphql

SDL = Path(__file__).parents[3] / "schema" / "schema.graphql"
MOST_FIELDS = 400
"""Fields of a document; the service takes 1,000."""
DEEP = 2
"""Objects within objects that are asked for, below a field of the type itself."""

Given = Mapping[str, str]
"""Texts of arguments by name, for those that are required."""


class Walk:
    """What can be asked of a schema."""

    def __init__(self, given: Given, without: Collection[str] = ()) -> None:
        self.schema = graphql.build_schema(SDL.read_text())
        self._given = given
        self._without = frozenset(without)
        self.left_out: set[str] = set()
        """Fields that were not asked for: an argument that they require has no text here."""

    def kinds(self) -> list[str]:
        """Types that `node` answers with."""
        interface = self.schema.type_map["Node"]
        assert isinstance(interface, graphql.GraphQLInterfaceType)
        return sorted(one.name for one in self.schema.get_possible_types(interface))

    def of_kind(self, kind: str, ids: list[str]) -> Iterator[str]:
        """Documents that ask these things of a kind for everything."""
        asked = ", ".join(f'"{id}"' for id in ids)
        for part in self._parts(kind):
            yield f"{{ nodes(ids: [{asked}]) {{ ... on {kind} {{ {part} }} }} }}"

    def root(self, name: str, arguments: str) -> Iterator[str]:
        """Documents that ask a question for everything that its answer holds."""
        query = self.schema.query_type
        assert query is not None
        answer = graphql.get_named_type(query.fields[name].type)
        if graphql.is_leaf_type(answer):
            yield f"{{ {name}{arguments} }}"
            return
        for part in self._parts(answer.name):
            yield f"{{ {name}{arguments} {{ {part} }} }}"

    def _parts(self, name: str) -> Iterator[str]:
        """Selections of a type: all of its fields, as many at a time as a document holds."""
        part: list[str] = []
        size = 0
        for field in self._fields(self.schema.type_map[name], DEEP):
            fields = field.count(" ") + 1
            if part and size + fields > MOST_FIELDS:
                yield " ".join(part)
                part, size = [], 0
            part.append(field)
            size += fields
        if part:
            yield " ".join(part)

    def _fields(self, kind: graphql.GraphQLNamedType, deep: int) -> list[str]:
        if isinstance(kind, graphql.GraphQLUnionType):
            return [f"... on {one.name} {{ {' '.join(self._own(one, deep))} }}" for one in kind.types]
        assert isinstance(kind, graphql.GraphQLObjectType | graphql.GraphQLInterfaceType)
        return self._own(kind, deep)

    def _own(self, kind: graphql.GraphQLObjectType | graphql.GraphQLInterfaceType, deep: int) -> list[str]:
        found = ["__typename"]
        for name, field in kind.fields.items():
            if name in self._without:
                continue
            arguments = self._arguments(field, f"{kind.name}.{name}")
            if arguments is None:
                continue
            answer = graphql.get_named_type(field.type)
            if graphql.is_leaf_type(answer):
                found.append(f"{name}{arguments}")
                continue
            deeper = deep if answer.name.endswith(("Connection", "Edge")) else deep - 1
            if deeper >= 0:
                within = self._fields(answer, deeper)
                found.append(f"{name}{arguments} {{ {' '.join(within)} }}")
        return found

    def _arguments(self, field: graphql.GraphQLField, where: str) -> str | None:
        given = []
        for name, argument in field.args.items():
            if name in ("first", "limit"):
                given.append(f"{name}: 2")
            elif graphql.is_required_argument(argument):
                if name not in self._given:
                    self.left_out.add(where)
                    return None
                given.append(f"{name}: {self._given[name]}")
        return f"({', '.join(given)})" if given else ""
