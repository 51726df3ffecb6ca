"""One entity of every kind with every field filled, and one relationship of every kind between them."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from itertools import product
from typing import Any, get_args, get_type_hints

from pydantic import ValidationError

from schema.entity import Entity, FieldOrigin
from schema.provenance import RejectedRow
from schema.registry import EntityKind
from schema.relationships import ENDS, Relationship

_START = datetime(2026, 2, 28, 23, 59, 59, 123456, tzinfo=UTC)
_TEXTS = ("临江\n“变”\t😀\\'\"", "who@lj.example", "单线图: 1.5 -2, 3 4")
"""Tried in this order: fields with a format of their own (an e-mail address, places of a diagram) take a later one."""
_NUMBERS = (2**53, 7)
"""The same: counts that have a bound take the later one."""


def filled_entity(kind: EntityKind) -> Entity:
    """An entity of that kind in which every field is another than its default, as far as the schema allows."""
    hints = get_type_hints(kind.cls)
    fields = list(enumerate(dataclasses.fields(kind.cls)))
    for text, large in product(_TEXTS, _NUMBERS):
        values = {field.name: _value(hints[field.name], number, text, large, field.default) for number, field in fields}
        values["id"] = f"标识:{kind.value}"
        try:
            return kind.cls(**values)
        except ValidationError:
            continue
    raise AssertionError(f"no text of {_TEXTS} suits {kind}")


def filled_links() -> list[Relationship]:
    """Relationships between the entities above: every kind, with every kind of entity that may stand at its ends."""
    return [
        Relationship(kind=kind, source=f"标识:{source}", target=f"标识:{target}", key=key, load=2**63 - 1, row=1)
        for kind, ends in ENDS.items()
        for source in sorted(ends.sources)
        for target in sorted(ends.targets)
        for key in ("", "1 相\n😀")
    ]


def _value(hint: Any, number: int, text: str, large: int, default: Any = None) -> Any:
    for option in get_args(hint):
        if option not in {type(None), Ellipsis}:
            value = _value(option, number, text, large)
            return (value, value) if type(None) not in get_args(hint) else value
    if issubclass(hint, Enum):
        return next(term for term in reversed(hint) if term != default)
    made: dict[type, Any] = {
        bool: default is not True,
        int: large + number,
        float: 0.1 + number,
        str: text,
        datetime: _START + timedelta(days=number),
        date: date(2026, 2, 28) + timedelta(days=number),
        FieldOrigin: FieldOrigin(field=text, load=2**63, row=number),
        RejectedRow: RejectedRow(
            file=text, row=number, column=text, value=text, reason=text, reason_zh=text, remedy=text, remedy_zh=text
        ),
    }
    return made[hint]
