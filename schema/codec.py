"""Entities to bytes and back: msgpack maps of the fields that differ from their default.

Bytes written by one version are read by every later one: a field that was not written has its default.
Decoding does not validate (0.4 µs); validation happened when the entity was made.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable
from functools import cache
from typing import Any, Final

import msgspec

from schema.entity import Entity
from schema.registry import CLASS_OF, EntityKind

_pack = msgspec.msgpack.Encoder().encode


def _default(field: dataclasses.Field[Any]) -> Any:
    if field.default is not dataclasses.MISSING:
        return field.default
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return dataclasses.MISSING


_making = threading.Lock()
"""Held while a decoder is made: msgspec 0.22 notes a class before it knows its fields, and another thread that meets
such a note reads what is not there (a crash of the process)."""


@cache
def _decoder(kind: EntityKind) -> msgspec.msgpack.Decoder[Entity]:
    with _making:
        return msgspec.msgpack.Decoder(CLASS_OF[kind])


def make_decoders() -> None:
    """Make those of all kinds now, before threads need them."""
    for kind in CLASS_OF:
        _decoder(kind)


def _differing(cls: type[Entity]) -> Callable[[Entity], dict[str, Any]]:
    defaults = [(field.name, _default(field)) for field in dataclasses.fields(cls)]

    def differing(entity: Entity) -> dict[str, Any]:
        return {
            name: value
            for name, default in defaults
            if (value := getattr(entity, name)) is not default and value != default
        }

    return differing


class _Differing(dict[type[Entity], Callable[[Entity], dict[str, Any]]]):
    """Made at first use: a process that answers one question meets few kinds."""

    def __missing__(self, cls: type[Entity]) -> Callable[[Entity], dict[str, Any]]:
        self[cls] = _differing(cls)
        return self[cls]


_differing_of = _Differing()


UNREADABLE: Final = (msgspec.MsgspecError, ValueError, TypeError, OverflowError, RecursionError)
"""What decoding raises where somebody else may have written: no JSON or msgpack, not UTF-8, another type, too large,
nested too deep."""


def properties(entity: Entity) -> dict[str, Any]:
    """The fields of an entity that differ from their default, by name."""
    return _differing_of[type(entity)](entity)


def encode(entity: Entity) -> bytes:
    """The entity as msgpack, without its kind."""
    return _pack(_differing_of[type(entity)](entity))


def decode(kind: EntityKind, body: bytes | memoryview) -> Entity:
    """The entity of that kind; raises what is UNREADABLE on damaged bytes."""
    return _decoder(kind).decode(body)
