"""Actor (操作者): who asks and commands, as far as it is known."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique


@unique
class ActorKind(StrEnum):
    """How an actor is known."""

    ANONYMOUS = "ANONYMOUS"
    LOCAL = "LOCAL"
    KEY = "KEY"
    ACCOUNT = "ACCOUNT"
    SUBJECT = "SUBJECT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who it is: a kind, and a name that is unique within the kind; not what a person typed in a field `by`."""

    kind: ActorKind
    name: str = ""

    def __str__(self) -> str:
        return f"{self.kind.value}:{self.name}" if self.name else self.kind.value


ANONYMOUS = Actor(kind=ActorKind.ANONYMOUS)
"""Whoever reached the service: nobody is asked who they are."""
