"""GraphQL types from the schema's own classes: fields, units and Chinese terms are never typed twice."""

from __future__ import annotations

import dataclasses
import inspect
import types
import typing
from typing import Annotated, Any, Union, get_args, get_origin

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.types import get_object_definition
from strawberry.types.base import StrawberryObjectDefinition

from graph_api.graphql.context import Info
from graph_api.graphql.entities.links import Link, Many, links_of
from graph_api.graphql.fields import After, First, resolved
from graph_api.graphql.lists.connections import Paging
from graph_api.graphql.lists.cursors import query_hash
from schema.entity import ID_OF_A_THING, Entity, Label
from schema.words import described

HIDDEN = frozenset(
    {"Entity.load", "Entity.row", "Entity.overrides", "PlanVersion.version", "SourceLoad.rejects", "SourceLoad.dropped"}
)
"""Fields that the API tells otherwise: `sources` says where a thing came from, `versionNumber` which version it is,
and a load's rejects come in pages."""


def described_type(hint: Any) -> tuple[Any, Label | None]:
    """A field's plain type, and the Label on it or inside it."""
    origin = get_origin(hint)
    if origin is Annotated:
        inner, *extras = get_args(hint)
        plain, inside = described_type(inner)
        if ID_OF_A_THING in extras:
            plain = strawberry.ID
        return plain, next((extra for extra in extras if isinstance(extra, Label)), inside)
    if origin in (Union, types.UnionType):
        parts = [described_type(part) for part in get_args(hint)]
        label = next((found for _, found in parts if found is not None), None)
        return Union[tuple(part for part, _ in parts)], label  # noqa: UP007  (made at run time)
    if origin is tuple:
        plain, label = described_type(get_args(hint)[0])
        made: Any = list
        return made[plain], label
    return hint, None


def description_of(label: Label) -> str:
    """Chinese term, sentence in both languages and unit of a field."""
    unit = f" [{label.unit}]" if label.unit else ""
    return described(label.zh, label.en) + unit


def _own_fields(cls: type[Entity], above: type[Entity]) -> dict[str, tuple[Any, Label]]:
    """Fields that `cls` has and the class of its interface has not."""
    hints = typing.get_type_hints(cls, include_extras=True)
    known = {field.name for field in dataclasses.fields(above)} if above is not cls else set()
    found = {}
    for field in dataclasses.fields(cls):
        if field.name in known or f"{cls.__name__}.{field.name}" in HIDDEN:
            continue
        plain, label = described_type(hints[field.name])
        if label is None:
            raise TypeError(f"{cls.__name__}.{field.name} has no Label")
        found[field.name] = (strawberry.ID if field.name == "id" else plain, label)
    return found


def _target(link: Link) -> str:
    return link.target.__name__


def link_field(link: Link) -> tuple[str, Any]:
    """Annotation and field of a relationship."""
    if link.many is Many.PAGES:
        return f"Connection[{_target(link)}]", _paged(link)
    single = link.many is Many.ONE

    def resolve(self: Any, info: Info) -> Any:
        return link.entity(info.context.graph, self) if single else link.entities(info.context.graph, self)

    kind = f"{_target(link)} | None" if single else f"list[{_target(link)}]"
    return kind, resolved(resolve, link.description)


def _paged(link: Link) -> Any:
    def resolve(
        self: Any,
        info: Info,
        first: First = 50,
        after: After = None,
    ) -> Any:
        context = info.context
        graph = context.graph
        query = query_hash("link", {"owner": link.owner.__name__, "field": link.field, "of": self.id})
        paging = Paging.of(first, after, at=context.now, revision=graph.revision, query=query)
        found = link.indexes(graph, graph.index(self.id))
        return paging.cut(found, lambda other: (graph.name(other), graph.id(other)), graph.entity)

    return resolved(resolve, link.description)


def announced(cls: type[Entity], above: type, module: str, *, is_interface: bool) -> type:
    """The GraphQL type of `cls` below an interface, still without fields: others can refer to it.

    Nobody makes objects of it, those are the schema's own, so it is announced without a constructor to be generated:
    with all kinds of things that is most of what Strawberry's decorator costs.
    """
    doc = inspect.getdoc(cls) or ""
    made = type(cls.__name__, (above,), {"__module__": module, "__doc__": doc, "listed": doc.partition(":")[0]})
    upper = get_object_definition(above, strict=True)
    definition = StrawberryObjectDefinition(
        name=cls.__name__,
        is_input=False,
        is_interface=is_interface,
        origin=made,
        description=doc.partition("\n")[0],
        interfaces=[upper, *upper.interfaces],
        extend=False,
        directives=(),
        is_type_of=None if is_interface else checker(cls),
        resolve_type=upper.resolve_type,
        fields=[],
    )
    setattr(made, "__strawberry_definition__", definition)  # noqa: B010  (no attribute that mypy knows)
    return made


def give_fields(
    made: type, cls: type[Entity], above: type[Entity], extra: dict[str, tuple[Any, Any]], names: dict[str, Any]
) -> None:
    """Give an announced type the fields of its interface, of `cls`, of relationships, and the extra ones.

    `above` is the class that its interface stands for; `names` are what annotations may name.
    """
    definition = get_object_definition(made, strict=True)
    fields = {field.python_name: field for upper in definition.interfaces[:1] for field in upper.fields}
    for name, (kind, field) in (_fields_of(cls, above) | extra).items():
        field.name = field.python_name = name
        field.origin = made
        field.type_annotation = StrawberryAnnotation(kind, namespace=names)
        fields[name] = field
    definition.fields = list(fields.values())


def _fields_of(cls: type[Entity], above: type[Entity]) -> dict[str, tuple[Any, Any]]:
    found: dict[str, tuple[Any, Any]] = {
        name: (kind, _own_field(name, label)) for name, (kind, label) in _own_fields(cls, above).items()
    }
    for base in cls.__mro__:
        if issubclass(base, Entity) and (above is cls or not issubclass(above, base)):
            found |= {link.field: link_field(link) for link in links_of(base)}
    return found


FREE_TEXTS = frozenset(
    {"note", "notes", "details", "text", "title", "duty", "trigger", "exit", "condition", "confirm_back", "by",
     "source", "position_by", "position_source", "written_by", "reviewed_by", "approved_by"}
)  # fmt: skip
"""Fields in which somebody may have written a number: whatever may be one is masked."""


def _own_field(name: str, label: Label) -> Any:
    """A field of the schema; a personal value is masked for whoever does not see that of its thing, and so is what
    may be one in a note."""
    if name not in FREE_TEXTS and not label.personal:
        return strawberry.field(description=description_of(label))

    def resolve(self: Any, info: Info) -> Any:
        context = info.context
        return context.shown(self, name) if label.personal else context.free_text(getattr(self, name), self)

    return resolved(resolve, description_of(label))


def type_name(value: Any) -> str:
    """Name of the GraphQL type that a thing of the graph is."""
    return type(value).__name__


def checker(cls: type[Entity]) -> Any:
    """`is_type_of` of the GraphQL type of `cls`: its objects are the schema's own."""

    def is_type_of(obj: Any, info: Any) -> bool:  # noqa: ARG001  (called by graphql-core)
        return type(obj) is cls

    return is_type_of
