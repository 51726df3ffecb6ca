"""Signing (署名): whose act a command is, by who asks for it; not what somebody typed.

    王芳 asks, by is empty         →  by 王芳
    王芳 asks, by is 李建军         →  by 李建军 / 王芳, on behalf of 李建军
    a machine asks, by is 李建军    →  by 李建军
"""  # fmt: skip

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

from graph_api.commands.checks import BETWEEN
from graph_api.commands.command import Command

C = TypeVar("C", bound=Command)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who asks: a name, and whether it is a person who is known by log-in, so that the name is proved."""

    name: str
    is_person: bool = False

    def on(self, command: C) -> C:
        """The command with who asks in its field `by`, if it has one, beside whom that names; blanks name nobody."""
        if not any(field.name == "by" for field in fields(command)) or getattr(command, "by", "").isspace():
            return command
        said, behalf = _said(command), self.on_behalf_of(command)
        signed = f"{behalf}{BETWEEN}{self.name}" if behalf else said if said and not self.is_person else self.name
        changed: dict[str, Any] = {"by": signed}
        return replace(command, **changed)

    def on_behalf_of(self, command: Command) -> str:
        """For whom somebody who is known acts; "" = for himself."""
        said = _said(command)
        return said if self.is_person and said != self.name else ""


def _said(command: Command) -> str:
    said: str = getattr(command, "by", "")
    return said.strip()
