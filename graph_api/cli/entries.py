"""Entries of the table of commands: a command, commands under one name, those that stand together."""

from __future__ import annotations

from dataclasses import dataclass

from schema.words import Sentence


@dataclass(frozen=True, slots=True)
class Command:
    """A command; `at` is module:function below graph_api.cli."""

    name: str
    at: str
    help: Sentence


@dataclass(frozen=True, slots=True)
class Group:
    """Commands under one name."""

    name: str
    help: Sentence
    commands: tuple[Command, ...]
    default: str = ""
    """The command that is meant where the first word is none of them; empty for none."""


@dataclass(frozen=True, slots=True)
class Panel:
    """Commands that stand together on the first screen."""

    title: Sentence
    entries: tuple[Command | Group, ...]
