"""Inputs of mutations: made from the fields and labels of the command classes."""

from __future__ import annotations

import dataclasses
import typing
from functools import cache
from typing import Any

import strawberry

from graph_api.commands.command import Command
from graph_api.graphql.entities.types import described_type, description_of
from graph_api.graphql.enums import first_line
from schema.numbers import Revision, Version, version_at

_REQUEST_TEXT = (
    "请求号: 自定的请求标识，相同标识和内容重复发送只生效一次（30 天内）。 Id of your own for this request, 1 to 64 "
    "letters, digits or . _ : - ; the same id with the same input has one effect, however often it is sent (30 days)."
)
_EXPECTED_TEXT = (
    "预期版本: 所依据的版本，有一项不符则不作任何变更。 Versions that you rely on; if one is another, nothing is "
    "changed (CONFLICT)."
)


@strawberry.input(description="预期版本: 变更所依据的对象版本。 The version of a thing that a change relies on.")
class ExpectedVersionInput:
    """A precondition."""

    id: strawberry.ID = strawberry.field(description="标识: 对象的标识。 Id of the thing.")
    version: Revision = strawberry.field(description="版本: its `version`, as it was read; 0 = it must not exist.")


class CommandInput(typing.Protocol):
    """What the input of every command has, next to the command's own fields."""

    request_id: str | None
    expected: list[ExpectedVersionInput] | None


def input_type(command: type[Command]) -> type:
    """The input type of a command: its fields, then `requestId` and `expected`. TypeError for one without Label."""
    hints = typing.get_type_hints(command, include_extras=True)
    annotations: dict[str, Any] = {}
    body: dict[str, Any] = {}
    for field in dataclasses.fields(command):
        annotations[field.name], body[field.name] = _field_of(command, field, hints[field.name])
    annotations |= {"request_id": str | None, "expected": list[ExpectedVersionInput] | None}
    body["request_id"] = strawberry.field(default=None, description=_REQUEST_TEXT)
    body["expected"] = strawberry.field(default=None, description=_EXPECTED_TEXT)
    namespace = {**body, "__annotations__": annotations, "__module__": __name__, "__doc__": command.__doc__}
    made = type(f"{command.__name__}Input", (), namespace)
    return strawberry.input(made, description=first_line(command))


def _field_of(owner: type, field: dataclasses.Field[Any], hint: Any) -> tuple[Any, Any]:
    """Type and field of an input."""
    kind, label = described_type(hint)
    if label is None:
        raise TypeError(f"{owner.__name__}.{field.name} has no Label")
    if typing.get_origin(kind) is list and dataclasses.is_dataclass(part := typing.get_args(kind)[0]):
        made: Any = list
        kind = made[_part_type(typing.cast(type, part))]
    default: dict[str, Any] = {} if field.default is dataclasses.MISSING else {"default": field.default}
    if isinstance(field.default, tuple):
        default = {"default_factory": list}
    return kind, strawberry.field(description=description_of(label), **default)


@cache
def _part_type(part: type) -> type:
    """The input type of what a command's field lists."""
    hints = typing.get_type_hints(part, include_extras=True)
    fields = {field.name: _field_of(part, field, hints[field.name]) for field in dataclasses.fields(part)}
    namespace: dict[str, Any] = {name: made for name, (_, made) in fields.items()}
    namespace |= {"__annotations__": {name: kind for name, (kind, _) in fields.items()}, "__module__": __name__}
    made = type(f"{part.__name__}Input", (), {**namespace, "__doc__": part.__doc__})
    _PARTS[made] = part
    return strawberry.input(made, description=first_line(part))


_PARTS: dict[type, type] = {}
"""What each input type of a part is made into."""


def command_of(command: type[Command], sent: CommandInput) -> Command:
    """The command that an input asks for."""
    return command(**{field.name: _frozen(getattr(sent, field.name)) for field in dataclasses.fields(command)})


def expected_of(sent: CommandInput) -> list[tuple[str, Version]]:
    """The versions that an input relies on, in the order sent."""
    return [(each.id, version_at(each.version)) for each in sent.expected or ()]


def _frozen(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(map(_frozen, value))
    part = _PARTS.get(type(value))
    if part is None:
        return value
    return part(**{field.name: _frozen(getattr(value, field.name)) for field in dataclasses.fields(part)})
