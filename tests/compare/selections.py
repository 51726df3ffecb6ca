"""Selection sets written from a schema, so that every field is asked for without being typed here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

PROSE = frozenset(
    {
        ("RestorationStep", "purpose"),
        ("StillOut", "reason"),
        ("SetAside", "message"),
        ("ForeignEdit", "refused"),
    }
)
"""Fields that are texts and may become codes: asked for by requests of their own."""
LABELS = frozenset({"label"})
"""Fields of words, asked for by requests of their own."""
TABLES = frozenset({"responsibility"})
"""Fields that are dear to answer, asked for where a request says so."""
REFERENCE = "...Ref"
"""An entity by what identifies it; `document` brings the fragment."""
FRAGMENT = "fragment Ref on Entity { __typename id name kind version }"
PAGE = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"

Composite = GraphQLObjectType | GraphQLInterfaceType


def document(text: str) -> str:
    """A document, with the fragment that it uses."""
    return f"{text}\n{FRAGMENT}" if REFERENCE in text else text


@dataclass(slots=True)
class Selections:
    """Writes selections for types of one schema."""

    schema: GraphQLSchema
    arguments: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """What stands behind a field, as {("Impact", "customers"): "(first: 5)"}; without it, pages are of 3."""

    def type(self, name: str) -> Composite:
        """An object or interface type; KeyError if there is none of the name."""
        found = self.schema.type_map[name]
        if not isinstance(found, Composite):
            raise KeyError(name)
        return found

    def entities(self) -> list[str]:
        """Names of all kinds of entities, in the schema's order."""
        kinds = self.schema.get_possible_types(self.schema.type_map["Entity"])  # type: ignore[arg-type]
        return [kind.name for kind in kinds]

    def is_entity(self, kind: Composite) -> bool:
        """Whether a type has an id of the graph."""
        return kind.name in ("Entity", "Node") or any(each.name in ("Entity", "Node") for each in kind.interfaces)

    def leaves(self, name: str) -> str:
        """Fields of a type that hold plain values."""
        return " ".join(
            field_name
            for field_name, each in self.type(name).fields.items()
            if is_leaf_type(get_named_type(each.type)) and self._askable(name, field_name, each)
        )

    def links(self, name: str) -> list[str]:
        """Fields of an entity type that lead to other entities."""
        found = []
        for field_name, each in self.type(name).fields.items():
            kind = get_named_type(each.type)
            if isinstance(kind, Composite) and self._askable(name, field_name, each):
                inner = self._item(kind)
                if self.is_entity(inner):
                    found.append(field_name)
        return found

    def whole(self, name: str, *, tables: bool = False, without: Iterable[str] = ()) -> str:
        """Everything of a type: values, what they are made of, and entities by reference."""
        return self._whole(self.type(name), (name,), tables, frozenset(without))

    def link(self, name: str, field_name: str, inner: str) -> str:
        """A field that leads to entities, with a selection for each of them."""
        kind = get_named_type(self.type(name).fields[field_name].type)
        if not isinstance(kind, Composite):
            raise KeyError(field_name)
        return f"{field_name}{self._behind(name, field_name)} {{ {self._paged(kind, inner)} }}"

    def prose(self, name: str, field_name: str) -> str:
        """A field of PROSE, whatever its type is in this schema; nothing where it is gone."""
        each = self.type(name).fields.get(field_name)
        if each is None:
            return ""
        inner = get_named_type(each.type)
        return f"{field_name} {{ {self.leaves(inner.name)} }}" if isinstance(inner, Composite) else field_name

    def item_of(self, kind: object) -> str:
        """Name of what a field of this type gives, under lists and connections."""
        named = get_named_type(kind)  # type: ignore[call-overload]
        return self._item(named).name if isinstance(named, Composite) else str(named)

    def _askable(self, name: str, field_name: str, each: GraphQLField) -> bool:
        if (name, field_name) in PROSE or field_name in LABELS:
            return False
        return not any(is_required_argument(argument) for argument in each.args.values())

    def _whole(self, kind: Composite, above: tuple[str, ...], tables: bool, without: frozenset[str]) -> str:
        parts = []
        for field_name, each in kind.fields.items():
            if field_name in without or not self._askable(kind.name, field_name, each):
                continue
            if field_name not in TABLES or tables:
                parts.append(self._composite(kind, field_name, above, tables))
        return " ".join(filter(None, parts))

    def _composite(self, kind: Composite, field_name: str, above: tuple[str, ...], tables: bool) -> str:
        inner = get_named_type(kind.fields[field_name].type)
        if not isinstance(inner, Composite):
            return field_name
        item = self._item(inner)
        if self.is_entity(item):
            selected = REFERENCE if item.name != "Node" else "__typename id"
        elif above.count(item.name) > 1:
            return ""
        else:
            selected = self._whole(item, (*above, item.name), tables, frozenset())
        return f"{field_name}{self._behind(kind.name, field_name)} {{ {self._paged(inner, selected)} }}"

    def _behind(self, name: str, field_name: str) -> str:
        given = self.arguments.get((name, field_name))
        if given is not None:
            return given
        return "(first: 3)" if "first" in self.type(name).fields[field_name].args else ""

    def _item(self, kind: Composite) -> Composite:
        """What a connection is a list of; any other type itself."""
        nodes = kind.fields.get("nodes") if kind.name.endswith("Connection") else None
        inner = get_named_type(nodes.type) if nodes else kind
        return inner if isinstance(inner, Composite) else kind

    def _paged(self, kind: Composite, selected: str) -> str:
        if not kind.name.endswith("Connection"):
            return selected
        counts = " ".join(name for name in ("totalCount", "revisionChanged", "truncated") if name in kind.fields)
        page = PAGE if "pageInfo" in kind.fields else ""
        edges = f"edges {{ cursor node {{ {self._mark(kind)} }} }}" if "edges" in kind.fields else ""
        return f"{counts} {page} {edges} nodes {{ {selected} }}"

    def _mark(self, kind: Composite) -> str:
        item = self._item(kind)
        return "id" if self.is_entity(item) else next(iter(self.leaves(item.name).split()), "__typename")
