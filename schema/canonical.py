"""Canonical JSON: the same bytes for the same content, in every process and after every upgrade.

Sorted keys, no blanks, ASCII; times in UTC, enums by their value, sets sorted. Of a dataclass only what was given is
told, so that an optional field that is added later changes the bytes of no earlier content.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Set
from datetime import UTC, date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False, check_circular=False).encode
_ATOMS = frozenset({str, int, float, bool, type(None)})


def given(record: DataclassInstance) -> dict[str, object]:
    """Fields of a record that hold anything else than their default; a field without default is always given."""
    held = {field.name: (getattr(record, field.name), _default(field)) for field in dataclasses.fields(record)}
    return {
        name: value for name, (value, default) in held.items() if default is dataclasses.MISSING or value != default
    }


def canonical_json(name: str, version: int, content: Mapping[str, object]) -> bytes:
    """`content` under a name and the version of its meaning, as UTF-8.

    Raises TypeError for a value that has no canonical form, ValueError for NaN, infinity and a time without zone.
    """
    whole = {"given": _plain(content), "name": name, "version": version}
    return _encode(whole).encode()


def canonical_digest(name: str, version: int, content: Mapping[str, object], size: int) -> bytes:
    """BLAKE2b of the canonical JSON, `size` bytes long."""
    return hashlib.blake2b(canonical_json(name, version, content), digest_size=size).digest()


def _default(field: dataclasses.Field[Any]) -> object:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default


def _plain(value: Any) -> object:
    """The value as `json` writes it."""
    if type(value) in _ATOMS:
        return value
    if isinstance(value, Enum):
        return _plain(value.value)
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, Set):
        return sorted(map(_plain, value), key=_encode)
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _plain(given(value))
    raise TypeError(f"{type(value).__name__} has no canonical form")


def _moment(value: datetime) -> str:
    if value.tzinfo is None:
        raise ValueError("a time needs its zone")
    try:
        return value.astimezone(UTC).isoformat()
    except OverflowError:
        # within a day of year 1 or 9999 there is no such time in UTC
        return value.isoformat()
