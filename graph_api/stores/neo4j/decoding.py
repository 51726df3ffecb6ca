"""One reading of what lies in Neo4j, for a start, a sweep and an adoption alike: others may have written anything.

What cannot be part of the graph is `Unreadable` with its reason, and is never an error of the reading. What can be read
in one way only is read so: a relationship's key as text, its origin as 0 where it is none.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec
import pydantic

from graph_api.stores.contract import StoredEntity
from graph_api.stores.neo4j.layout import LinkRow
from graph_api.stores.neo4j.mapping import (
    PACKED,
    SEAL,
    THING,
    VERSION,
    encoded,
    entity_values,
    kinds_of,
    seal,
    sole_kind,
)
from graph_api.stores.neo4j.misreadings import misread
from schema.codec import UNREADABLE, decode
from schema.numbers import Revision, Version, version_at
from schema.registry import EntityKind
from schema.relationships import ENDS, RelationshipKind
from schema.words import say

TYPES = {kind.value: kind for kind in RelationshipKind}
_LARGEST = 2**63 - 1


class Unreadable(NamedTuple):
    """A node that cannot be part of the graph as it is."""

    id: str
    reason: str
    field: str = ""
    """The property that is wrong, if it is one of the node's own."""


def read_entity(
    labels: Sequence[str], properties: Mapping[str, Any], newest: Revision | None = None
) -> StoredEntity | Unreadable:
    """The entity of a node, as valid as one that this program made: checked, unless its seal says that it was.

    A version that nobody committed (none, no number, or above `newest`) is not believed: it is the newest.
    """
    id, kinds = str(properties["id"]), kinds_of(tuple(labels))
    if not kinds:
        names = ", ".join(name for name in labels if name != THING) or "-"
        return Unreadable(id, say("it has no label of the schema (labels: {names})", names=names))
    if len(kinds) > 1:
        return Unreadable(id, say("it has several labels of the schema: {names}", names=", ".join(map(str, kinds))))
    try:
        values = entity_values(kinds[0], properties)
        body = encoded(values)
        if properties.get(SEAL) != seal(kinds[0], body):
            if (wrong := misread(_fields(kinds[0]), properties)) is not None:
                return Unreadable(id, *wrong)
            _check(kinds[0], values, body)
        if values["id"] != id:
            return Unreadable(id, say("its packed values say that it is {id}", id=values["id"]))
    except (AttributeError, *UNREADABLE) as error:
        return Unreadable(id, _reason(error), _field(error, properties))
    return StoredEntity(id, kinds[0], believed(properties.get(VERSION), newest), body)


def _check(kind: EntityKind, values: Mapping[str, Any], body: bytes) -> None:
    """Raise what is UNREADABLE unless it is valid: decoding alone does not check what it reads."""
    made = decode(kind, body)
    fields = _fields(kind)
    # what the node does not tell stands as the class has it
    kind.cls(**{name: getattr(made, name) for name in values if name in fields})


def believed(version: Any, newest: Revision | None) -> Version:
    """The version of a node; the newest, if that cannot be one."""
    highest = _LARGEST if newest is None else newest
    if type(version) is int and 0 < version <= highest:
        return Version(version)
    return version_at(newest or Revision(0))


def read_link(name: str, source: str, target: str, key: Any, load: Any, row: Any) -> LinkRow | None:
    """A relationship, whatever its ends are; None for a type that is no part of the graph."""
    kind = TYPES.get(name)
    if kind is None or not isinstance(source, str) or not isinstance(target, str):
        return None
    return LinkRow(kind, source, target, key_text(key), origin(load), origin(row))


def key_text(key: Any) -> str:
    """What tells parallel relationships apart, as Cypher's toString writes it."""
    if key is None:
        return ""
    if isinstance(key, str):
        return key
    if isinstance(key, bool):
        return str(key).lower()
    return str(key) if isinstance(key, int | float) else ""


@lru_cache(maxsize=65_536)
def read_type(name: str, source: tuple[str, ...], target: tuple[str, ...]) -> RelationshipKind | None:
    """The kind of a relationship between nodes with these labels; None if the schema has none there."""
    kind = TYPES.get(name)
    return kind if kind is not None and joins(kind, sole_kind(source), sole_kind(target)) else None


def joins(kind: RelationshipKind, source: EntityKind | None, target: EntityKind | None) -> bool:
    """Whether the schema allows it between ends of these kinds; an end of no kind is judged by itself."""
    ends = ENDS[kind]
    return (source is None or source in ends.sources) and (target is None or target in ends.targets)


def origin(value: Any) -> int:
    """The number of a load or of a row; 0 where it is none."""
    return value if type(value) is int and 0 <= value <= _LARGEST else 0


_names: dict[EntityKind, frozenset[str]] = {}


def _fields(kind: EntityKind) -> frozenset[str]:
    names = _names.get(kind)
    if names is None:
        names = _names[kind] = frozenset(field.name for field in dataclasses.fields(kind.cls))
    return names


def _field(error: Exception, properties: Mapping[str, Any]) -> str:
    """The property that an error speaks of: msgspec says where, pydantic in a list."""
    if isinstance(error, pydantic.ValidationError):
        named = str(error.errors()[0]["loc"][0]) if error.errors()[0]["loc"] else ""
    else:
        named = str(error).partition("`$.")[2].partition("`")[0].partition("[")[0]
    if named in properties:
        return named
    return PACKED if PACKED in properties and isinstance(error, msgspec.DecodeError | TypeError) and not named else ""


def _reason(error: Exception) -> str:
    if isinstance(error, pydantic.ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg'].removeprefix('Value error, ')}"[:300]
    return " ".join(str(error).split())[:300]
