"""One projection: what the API shows of an answer is read off the service's own answer, by name.

A GraphQL class declares the fields, each with its description; the class of the service says by its type hints what
stands behind each: a number marked as a Thing is shown as the entity, all else as it is. Nothing is copied.
"""

from __future__ import annotations

import dataclasses
import sys
import typing
from collections.abc import Callable
from typing import Any, TypeVar, get_args, get_origin

import strawberry
from strawberry.types.field import StrawberryField

from graph_api.graphql.context import Info
from graph_api.readmodel.things import Refers

C = TypeVar("C", bound=type)
NAMED = "named"
"""Mark of a field whose things are named to whoever asks."""


def shows(*sources: type, description: str) -> Callable[[C], C]:
    """Decorator: the class is the GraphQL type of these answers of a service.

    Fields without a resolver are attributes or properties of the answer of the same name. Raises TypeError for a
    field that an answer does not have.
    """

    def made(cls: C) -> C:
        annotations: dict[str, Any] = {}
        for name, field in list(vars(cls).items()):
            if not isinstance(field, StrawberryField):
                continue
            if field.base_resolver is not None:
                annotations[name] = field.base_resolver.wrapped_func.__annotations__["return"]
                continue
            annotations[name] = cls.__annotations__[name]
            refers = [_refers(source, name) for source in sources]  # every source must have it
            if any(refers):
                setattr(cls, name, _entities(name, field))
        # in the order of the class, which the contract shows
        cls.__annotations__ = {name: _evaluated(cls, hint) for name, hint in annotations.items()}
        allowed = frozenset(sources)

        def is_type_of(obj: Any, info: Any) -> bool:  # noqa: ARG001  (called by graphql-core)
            return type(obj) in allowed

        cls.is_type_of = is_type_of  # type: ignore[attr-defined]
        return strawberry.type(cls, description=description)

    return made


def _evaluated(cls: type, hint: Any) -> Any:
    """A hint as the type that it names, where that is made already: Strawberry would look it up again and again."""
    if not isinstance(hint, str):
        return hint
    try:
        return eval(hint, vars(sys.modules[cls.__module__]))  # noqa: S307 (a hint of our own source)
    except NameError:
        return hint


def shown(description: str, name: str | None = None) -> Any:
    """A field that is read off the answer by its name."""
    return strawberry.field(description=description, name=name)


def shown_to_all(description: str, name: str | None = None) -> Any:
    """A field of plant that is named whatever the scope of who asks: a step names its device."""
    return strawberry.field(description=description, name=name, metadata={NAMED: True})


def shown_freely(name: str, description: str) -> Any:
    """A text that somebody wrote, read off the answer by its name: what may be a number in it is masked."""

    def resolve(self: Any, info: Info) -> str | None:
        return info.context.free_text(getattr(self, name), self)

    return strawberry.field(resolver=resolve, description=description)


def shown_always_freely(name: str, description: str) -> Any:
    """The same of a text that is always there."""

    def resolve(self: Any, info: Info) -> str:
        return info.context.free_text(getattr(self, name), self) or ""

    return strawberry.field(resolver=resolve, description=description)


def _refers(source: type, name: str) -> bool:
    """Whether an attribute of an answer holds one or several indexes of things."""
    hint = _hint(source, name)
    return any(isinstance(part, Refers) for part in _parts(hint))


def _hint(source: type, name: str) -> Any:
    own = getattr(source, name, None)
    if isinstance(own, property):
        return typing.get_type_hints(own.fget, include_extras=True)["return"]
    wrapped = getattr(own, "func", None)  # functools.cached_property
    if wrapped is not None:
        return typing.get_type_hints(wrapped, include_extras=True)["return"]
    hints = typing.get_type_hints(source, include_extras=True)
    if name not in hints or name not in _names(source):
        raise TypeError(f"{source.__name__} has no `{name}` to show")
    return hints[name]


def _names(source: type) -> tuple[str, ...]:
    """Fields of a dataclass or of a record that is kept as bytes."""
    kept: tuple[str, ...] | None = getattr(source, "__struct_fields__", None)
    return kept if kept is not None else tuple(field.name for field in dataclasses.fields(source))


def _parts(hint: Any) -> list[Any]:
    found = list(getattr(hint, "__metadata__", ()))
    if get_origin(hint) is not None:
        found += [part for each in get_args(hint) for part in _parts(each)]
    return found


def _entities(name: str, field: StrawberryField) -> Any:
    """The field, which shows entities where the answer has their indexes."""
    named = bool(field.metadata.get(NAMED))

    def resolve(self: Any, info: Info) -> Any:
        value = getattr(self, name)
        if value is None:
            return None
        graph = info.context.graph
        if named:
            graph.admit((value,) if isinstance(value, int) else value)
        return graph.entity(value) if isinstance(value, int) else graph.entities(value)

    resolve.refers = name, named  # type: ignore[attr-defined]  # what generated functions read themselves
    return strawberry.field(resolver=resolve, description=field.description, name=field.graphql_name)
