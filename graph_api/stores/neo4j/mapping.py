"""How an entity lies in a node: properties as Neo4j holds them, and what it cannot hold packed without loss.

Neo4j holds text, booleans, 64-bit integers, floats, dates, times, points, and lists of one of these. The rest (null,
nested values, mixed lists, big integers) goes into `_packed` as msgpack. Properties that begin with `_` are the store's
own: `_load` and `_row` say where the entity came from, `_seal` is a hash of what this program checked and wrote: where
it still fits, nothing needs to be checked again. Longitude and latitude are one point, `place`.
"""

from __future__ import annotations

import hashlib
import typing
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

import msgspec
from neo4j.spatial import WGS84Point
from neo4j.time import Date, DateTime

from schema.numbers import NOT_THERE, Version
from schema.registry import CLASS_OF, EntityKind

THING = "_Entity"
"""Label of whatever is in the graph. Labels are told in the order of their letters: a kind's own name comes first."""
PACKED = "_packed"
VERSION = "_version"
SEAL = "_seal"
PLACES = {"place": ("longitude", "latitude"), "end_place": ("end_longitude", "end_latitude")}
"""Points, and the fields that they stand for."""

_OWN = {"load": "_load", "row": "_row"}
_FIELD_OF_OWN = {own: field for field, own in _OWN.items()}

_LEAST, _LARGEST = -(2**63), 2**63 - 1
_LAST = 1 << 30
_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder().decode
_rank = {kind: {name: place for place, name in enumerate(cls.__dataclass_fields__)} for kind, cls in CLASS_OF.items()}
_kind_of_label = {kind.label: kind for kind in EntityKind}
_CODES = frozenset(EntityKind)


def node_properties(kind: EntityKind, body: bytes, version: Version) -> dict[str, Any]:
    """The properties of the node of an entity with that body."""
    native: dict[str, Any] = {VERSION: version, SEAL: seal(kind, body)}
    packed: dict[str, Any] = {}
    values = _unpack(body)
    dates = _dates_of(kind)
    for name, value in values.items():
        if not _is_native(value) or name[0] == "_" or name in PLACES:
            packed[name] = value
        elif name in dates:
            native[name] = _date(value)
        else:
            native[_OWN.get(name, name)] = value
    for place, (longitude, latitude) in PLACES.items():
        if _is_on_earth(native.get(longitude), 180.0) and _is_on_earth(native.get(latitude), 90.0):
            native[place] = WGS84Point((native.pop(longitude), native.pop(latitude)))
    if packed:
        native[PACKED] = _pack(packed)
    return native


def entity_body(kind: EntityKind | str, properties: Mapping[str, Any]) -> bytes:
    """The bytes of the entity (schema.codec) of a node with these properties: the same that were put."""
    return _pack(entity_values(kind, properties))


def encoded(values: Mapping[str, Any]) -> bytes:
    """The bytes of an entity with these values."""
    return _pack(values)


def seal(kind: EntityKind, body: bytes) -> int:
    """The hash of an entity in a node: 64 bits."""
    return int.from_bytes(hashlib.blake2b(kind.encode() + body, digest_size=8).digest(), signed=True)


def entity_values(kind: EntityKind | str, properties: Mapping[str, Any]) -> dict[str, Any]:
    """What stands in these bytes, in their order."""
    simple = _simple(kind, tuple(properties))
    if simple and all(type(properties[place]) is WGS84Point for place in PLACES if place in properties):
        return {
            field: value
            if type(value := properties[name]) in _AS_IT_IS
            else (value[degrees] if degrees >= 0 else _plain(value))
            for field, name, degrees in simple
        }
    values: dict[str, Any] = {}
    for name, value in properties.items():
        if name[0] != "_":
            values[name] = value
        elif name in _FIELD_OF_OWN:
            values[_FIELD_OF_OWN[name]] = value
    for place, fields in PLACES.items():
        if isinstance(values.get(place), WGS84Point):
            # who sets a number beside the point means the number: this program never leaves both
            values = dict(zip(fields, values.pop(place)[:2], strict=True)) | values
    packed = properties.get(PACKED)
    if packed is not None:
        values |= _unpack(packed)
    return {name: _plain(values[name]) for name in _in_order(kind, tuple(values))}


@lru_cache(maxsize=4_096)
def _simple(kind: EntityKind | str, properties: tuple[str, ...]) -> tuple[tuple[str, str, int], ...]:
    """The fields of a node with these properties, what holds each, and which number of a point it is (-1 = no point).

    Nothing where a field could come from two of them, or from the packed ones.
    """
    held: dict[str, tuple[str, int]] = {}
    for name in properties:
        fields = PLACES.get(name, (_FIELD_OF_OWN.get(name, name),))
        if name == PACKED or any(field in held for field in fields):
            return ()
        if name[0] != "_" or name in _FIELD_OF_OWN:
            held |= {field: (name, place if name in PLACES else -1) for place, field in enumerate(fields)}
    return tuple((field, *held[field]) for field in _in_order(kind, tuple(held)))


@lru_cache(maxsize=4_096)
def _in_order(kind: EntityKind | str, names: tuple[str, ...]) -> tuple[str, ...]:
    """The names of a node's values in the order of the fields of its kind; nodes of a kind mostly have the same."""
    rank = _rank.get(EntityKind(kind), {}) if kind in _CODES else {}
    return tuple(sorted(names, key=lambda name: (rank.get(name, _LAST), name)))


def amendment(kind: EntityKind, properties: Mapping[str, Any]) -> dict[str, Any]:
    """What to set (null = remove) so that the node lies as this program writes it; what others did stays."""
    wanted = node_properties(kind, entity_body(kind, properties), NOT_THERE)
    gone = {name: None for name in properties if name not in wanted and (name[0] != "_" or name in _FIELD_OF_OWN)}
    return gone | {
        name: value for name, value in wanted.items() if name != VERSION and not _is_same(properties.get(name), value)
    }


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


@lru_cache(maxsize=4_096)
def kinds_of(labels: tuple[str, ...]) -> tuple[EntityKind, ...]:
    """All kinds that the labels of a node name, by name."""
    return tuple(sorted(kind for label in labels if (kind := _kind_of_label.get(label)) is not None))


def sole_kind(labels: tuple[str, ...]) -> EntityKind | None:
    """The kind of a node, if its labels name exactly one: of a node that names several nobody knows what it is."""
    kinds = kinds_of(labels)
    return kinds[0] if len(kinds) == 1 else None


_dates: dict[EntityKind, frozenset[str]] = {}


def _dates_of(kind: EntityKind) -> frozenset[str]:
    """The fields of a kind that are days."""
    found = _dates.get(kind)
    if found is None:
        hints = typing.get_type_hints(CLASS_OF[kind])
        found = _dates[kind] = frozenset(name for name, hint in hints.items() if date in typing.get_args(hint))
    return found


def _date(value: Any) -> Any:
    """A day as Neo4j's own; what is none stays as it is."""
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError):
        return value
    return day if day.isoformat() == value else value


def _is_on_earth(degrees: Any, most: float) -> bool:
    return type(degrees) is float and -most <= degrees <= most


def _is_same(held: Any, wanted: Any) -> bool:
    if isinstance(held, Date | DateTime):
        held = held.to_native()
    return type(held) is type(wanted) and bool(held == wanted)


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
