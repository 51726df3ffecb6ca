"""Rules that every command keeps."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pkgutil
import typing

import pytest

from graph_api import commands
from graph_api.commands.command import Command
from graph_api.commands.registry import COMMANDS
from graph_api.graphql.entities.types import described_type
from schema.registry import KIND_OF


def declared() -> set[type[Command]]:
    """Every command that stands in the package, in the list or not."""
    found = set()
    for module in pkgutil.walk_packages(commands.__path__, f"{commands.__name__}."):
        members = vars(importlib.import_module(module.name)).values()
        found |= {each for each in members if isinstance(each, type) and issubclass(each, Command)}
    return {each for each in found if not inspect.isabstract(each)}


def test_no_command_is_forgotten() -> None:
    assert set(COMMANDS) == declared()
    assert len(COMMANDS) == len({each.command_name() for each in COMMANDS})


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_described(command: type[Command]) -> None:
    result = command.result
    labels = [command.does, command.takes, result.label, result.thing_label]
    hints = typing.get_type_hints(command, include_extras=True)
    for field in dataclasses.fields(command):
        label = described_type(hints[field.name])[1]
        assert label is not None, f"{command.__name__}.{field.name} has no Label"
        labels.append(label)
    assert all(any("\u4e00" <= char <= "\u9fff" for char in each.zh) and each.en.endswith(".") for each in labels)
    assert any(issubclass(cls, result.thing) for cls in KIND_OF)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_cannot_be_changed_once_it_is_made(command: type[Command]) -> None:
    assert command.__dataclass_params__.frozen  # type: ignore[attr-defined]
    taken = {"request_id", "expected", "revision", "repeated", "user_errors"}
    assert taken.isdisjoint(field.name for field in dataclasses.fields(command))


def test_commands_that_give_back_the_same_share_it() -> None:
    assert len({each.result for each in COMMANDS}) == len({each.result.name for each in COMMANDS})
