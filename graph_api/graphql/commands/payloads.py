"""Payloads of mutations: the changed thing, and what all of them say about the commit."""

from __future__ import annotations

import re
import typing
from collections.abc import Sequence
from typing import Any

import strawberry

from graph_api.commands.command import Command, Result
from graph_api.commands.edits import Problem, Problems
from graph_api.errors import ErrorCode
from graph_api.graphql.entities import ENTITY_TYPES, INTERFACES
from graph_api.graphql.entities.types import description_of
from graph_api.readmodel.model import ReadModel
from graph_api.stores.contract import Commit
from schema.entity import Entity
from schema.numbers import Revision
from schema.registry import KIND_OF


@strawberry.type(description="输入错误: why a change cannot be made, and what to do.")
class UserError:
    """What is wrong with an input."""

    code: ErrorCode = strawberry.field(description="错误代码: what kind of error it is.")
    path: list[str] = strawberry.field(description="路径: field of the input, as [input, covers, 0].")
    message: str = strawberry.field(description="说明: what is wrong and what to do.")
    id: strawberry.ID | None = strawberry.field(description="标识: of a CONFLICT, the thing that was changed.")
    current_version: Revision | None = strawberry.field(
        description="当前版本: of a CONFLICT, the version that the thing has now; 0 = it is not there."
    )


_COMMON: dict[str, tuple[Any, str]] = {
    "revision": (
        Revision | None,
        "版本号: 提交后的版本，未变更时为空。 Revision of the commit; null if nothing was changed.",
    ),
    "repeated": (
        bool,
        "重复请求: 该请求号已生效、此次未再变更时为 true。 True if this requestId had been applied before.",
    ),
    "user_errors": (
        list[UserError],
        "输入错误: 输入有何问题，变更成功时为空列表。 What is wrong with the input; empty if the change was made.",
    ),
}


def payload_type(result: Result) -> type:
    """The payload type of all commands that share a result."""
    one, many = _type_of(result.thing), typing.cast(Any, list)
    kind: Any = many[one] if result.several else one | None
    fields: dict[str, tuple[Any, str]] = {_field_of(result): (kind, description_of(result.thing_label))}
    if result.beside is not None:
        other = _type_of(result.beside.thing)
        label = description_of(result.beside.label)
        fields[result.beside.name] = (many[other] if result.several else other | None, label)
    if result.verdict is not None:
        fields[result.verdict.name] = (bool | None, description_of(result.verdict.label))
    fields |= _COMMON
    namespace: dict[str, Any] = {name: strawberry.field(description=text) for name, (_, text) in fields.items()}
    namespace["__annotations__"] = {name: kind for name, (kind, _) in fields.items()}
    namespace |= {"__module__": __name__, "__doc__": result.label.en}
    return strawberry.type(type(result.name, (), namespace), description=description_of(result.label))


def payload_types(commands: tuple[type[Command], ...]) -> dict[type[Command], type]:
    """The payload type of each command."""
    made = {command.result.name: payload_type(command.result) for command in commands}
    return {command: made[command.result.name] for command in commands}


def payload(
    command: Command, made: type, outcome: Commit | Problems, things: Sequence[Entity], model: ReadModel
) -> Any:
    """What came of a command, as its payload; `things` are what it changed, as they are now in the model."""
    result = command.result
    if isinstance(outcome, Commit):
        common: dict[str, Any] = {
            "revision": Revision(outcome.revision),
            "repeated": outcome.repeated,
            "user_errors": [],
        }
    else:
        common = {"revision": None, "repeated": False, "user_errors": user_errors(outcome)}
    if result.verdict is not None:
        common[result.verdict.name] = result.verdict.of(command, things[0], model) if things else None
    fields = {_field_of(result): result.thing}
    if result.beside is not None:
        fields[result.beside.name] = result.beside.thing
    held = {name: [each for each in things if isinstance(each, thing)] for name, thing in fields.items()}
    each_one = held if result.several else {name: next(iter(those), None) for name, those in held.items()}
    return made(**each_one, **common)


def _type_of(cls: type[Entity]) -> Any:
    return INTERFACES[cls] if cls in INTERFACES else ENTITY_TYPES[KIND_OF[cls]]


def _field_of(result: Result) -> str:
    return result.several or re.sub(r"(?<=[a-z])(?=[A-Z])", "_", result.thing.__name__).lower()


def user_errors(problems: Problems) -> list[UserError]:
    """What is wrong with an input, as a payload tells it."""
    return [*map(_user_error, problems)]


def _user_error(problem: Problem) -> UserError:
    return UserError(
        code=problem.code,
        path=list(problem.path),
        message=problem.message,
        id=None if problem.id is None else strawberry.ID(problem.id),
        current_version=None if problem.version is None else Revision(problem.version),
    )
