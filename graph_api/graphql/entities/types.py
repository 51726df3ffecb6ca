"""GraphQL types from the schema's own classes: fields, units and Chinese terms are never typed twice."""

from __future__ import annotations

import dataclasses
import inspect
import types
import typing
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, Union, cast, get_args, get_origin

import strawberry
from pydantic import AwareDatetime
from strawberry.types import get_object_definition

from graph_api.graphql.context import Info
from graph_api.graphql.entities.links import Link, Many, links_of
from graph_api.graphql.fields import After, First, resolved
from graph_api.graphql.lists.connections import Paging
from graph_api.graphql.lists.cursors import query_hash
from schema.entity import ID_OF_A_THING, Entity, Label
from schema.words import described

HIDDEN = frozenset({"Entity.load", "Entity.row", "Entity.overrides", "PlanVersion.version", "SourceLoad.rejects"})
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
    return (datetime if hint is cast(Any, AwareDatetime) else hint), None


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


def namespace_of(
    cls: type[Entity], above: type[Entity], module: str, extra: dict[str, tuple[Any, Any]]
) -> dict[str, Any]:
    """The class body of the GraphQL type of `cls`, whose interface is that of `above`."""
    annotations: dict[str, Any] = {}
    body: dict[str, Any] = {}
    for name, (kind, label) in _own_fields(cls, above).items():
        annotations[name] = kind
        body[name] = strawberry.field(description=description_of(label))
    for base in cls.__mro__:
        if not issubclass(base, Entity) or (above is not cls and issubclass(above, base)):
            continue
        for link in links_of(base):
            annotations[link.field], body[link.field] = link_field(link)
    for name, (kind, field) in extra.items():
        annotations[name], body[name] = kind, field
    doc = inspect.getdoc(cls) or ""
    listed = doc.partition(":")[0]
    return {**body, "__annotations__": annotations, "__module__": module, "__doc__": doc, "listed": listed}


def resolve_names(made: Iterable[type], names: Mapping[str, type]) -> None:
    """Have the fields of these types look up in `names` what they know by name."""
    for each in made:
        for field in get_object_definition(each, strict=True).fields:
            annotation = field.type_annotation
            if annotation is not None and isinstance(annotation.raw_annotation, str):
                annotation.namespace = dict(names)


def type_name(value: Any) -> str:
    """Name of the GraphQL type that a thing of the graph is."""
    return type(value).__name__


def checker(cls: type[Entity]) -> Any:
    """`is_type_of` of the GraphQL type of `cls`: its objects are the schema's own."""

    def is_type_of(obj: Any, info: Any) -> bool:  # noqa: ARG001  (called by graphql-core)
        return type(obj) is cls

    return is_type_of
