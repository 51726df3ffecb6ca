"""Inputs of mutations: made from the fields and labels of the command classes."""

from __future__ import annotations

import dataclasses
import typing
from typing import Any

import strawberry

from graph_api.commands.command import Command
from graph_api.graphql.entities.types import described_type, description_of
from graph_api.graphql.enums import first_line
from schema.numbers import Revision, Version, version_at

_REQUEST_TEXT = (
    "请求号: id of your own for this request, 1 to 64 letters, digits or . _ : - ; the same id with the same input has "
    "one effect, however often it is sent (30 days)."
)
_EXPECTED_TEXT = "预期版本: versions that you rely on; if one is another, nothing is changed (CONFLICT)."


@strawberry.input(description="预期版本: the version of a thing that a change relies on.")
class ExpectedVersionInput:
    """A precondition."""

    id: strawberry.ID = strawberry.field(description="标识: id of the thing.")
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
        annotations[field.name], label = described_type(hints[field.name])
        if label is None:
            raise TypeError(f"{command.__name__}.{field.name} has no Label")
        default = {} if field.default is dataclasses.MISSING else {"default": field.default}
        body[field.name] = strawberry.field(description=description_of(label), **default)
    annotations |= {"request_id": str | None, "expected": list[ExpectedVersionInput] | None}
    body["request_id"] = strawberry.field(default=None, description=_REQUEST_TEXT)
    body["expected"] = strawberry.field(default=None, description=_EXPECTED_TEXT)
    namespace = {**body, "__annotations__": annotations, "__module__": __name__, "__doc__": command.__doc__}
    made = type(f"{command.__name__}Input", (), namespace)
    return strawberry.input(made, description=first_line(command))


def command_of(command: type[Command], sent: CommandInput) -> Command:
    """The command that an input asks for."""
    return command(**{field.name: _frozen(getattr(sent, field.name)) for field in dataclasses.fields(command)})


def expected_of(sent: CommandInput) -> list[tuple[str, Version]]:
    """The versions that an input relies on, in the order sent."""
    return [(each.id, version_at(each.version)) for each in sent.expected or ()]


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
