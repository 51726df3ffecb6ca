"""How an entity lies in a node: properties as Neo4j holds them, and what it cannot hold packed without loss.

Neo4j holds text, booleans, 64-bit integers, floats, times, and lists of one of these. The rest (null, nested values,
mixed lists, big integers) goes into `_packed` as msgpack. Properties that begin with `_` are the store's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import msgspec
from neo4j.time import DateTime

from schema.numbers import Version
from schema.registry import CLASS_OF, EntityKind

PACKED = "_packed"
VERSION = "_version"

_LEAST, _LARGEST = -(2**63), 2**63 - 1
_LAST = 1 << 30
_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder().decode
_rank = {kind: {name: place for place, name in enumerate(cls.__dataclass_fields__)} for kind, cls in CLASS_OF.items()}
_kind_of_label = {kind.label: kind for kind in EntityKind}
_CODES = frozenset(EntityKind)


def node_properties(body: bytes, version: Version) -> dict[str, Any]:
    """The properties of the node of an entity with that body."""
    native: dict[str, Any] = {VERSION: version}
    packed: dict[str, Any] = {}
    for name, value in _unpack(body).items():
        if _is_native(value) and not name.startswith("_"):
            native[name] = value
        else:
            packed[name] = value
    if packed:
        native[PACKED] = _pack(packed)
    return native


def entity_body(kind: EntityKind | str, properties: Mapping[str, Any]) -> bytes:
    """The bytes of the entity (schema.codec) of a node with these properties: the same that were put."""
    rank = _rank.get(EntityKind(kind), {}) if kind in _CODES else {}
    values = {name: value for name, value in properties.items() if name[0] != "_"}
    packed = properties.get(PACKED)
    if packed is not None:
        values |= _unpack(packed)
    return _pack(
        {name: _plain(values[name]) for name in sorted(values, key=lambda name: (rank.get(name, _LAST), name))}
    )


def unknown_properties(kind: EntityKind, properties: Mapping[str, Any]) -> dict[str, Any]:
    """What a newer program keeps in a node, and the class of this one does not know."""
    known = _rank[kind]
    values: dict[str, Any] = _unpack(entity_body(kind, properties))
    return {name: value for name, value in values.items() if name not in known}


def with_unknown(body: bytes, unknown: Mapping[str, Any]) -> bytes:
    """A body with properties added that its class does not know."""
    return _pack(_unpack(body) | unknown) if unknown else body


def kind_of(labels: Iterable[str]) -> EntityKind | None:
    """The kind that the labels of a node name; None if this program knows none of them."""
    for label in labels:
        kind = _kind_of_label.get(label)
        if kind is not None:
            return kind
    return None


def kinds_of(labels: Iterable[str]) -> list[EntityKind]:
    """All kinds that the labels of a node name, by name."""
    return sorted(kind for label in labels if (kind := _kind_of_label.get(label)) is not None)


def _is_native(value: Any) -> bool:
    kind = type(value)
    if kind is int:
        return bool(_LEAST <= value <= _LARGEST)
    if kind is list:
        first = type(value[0]) if value else str
        return first in (str, int, float, bool) and all(type(item) is first and _is_native(item) for item in value)
    return kind in (str, float, bool) or (kind is datetime and value.tzinfo is not None)


def _plain(value: Any) -> Any:
    """A value of the driver as one of msgpack; what others wrote in Neo4j's own types becomes text."""
    if type(value) in _AS_IT_IS:
        return value
    if isinstance(value, DateTime):
        native = value.to_native()
        return native.astimezone(UTC) if native.tzinfo else native.replace(tzinfo=UTC)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, datetime | date | dict | bytes):
        return value
    return str(value)


_AS_IT_IS = frozenset((str, int, float, bool, type(None)))
