"""Command (命令): one thing that can be asked to be done, with all that the API says about it.

A command writes nothing. It is planned on one revision; the versions that it was planned on go with the edit, so that
the store refuses it if somebody else changed the same thing meanwhile.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Self

from graph_api.commands.edits import Edit, Problems
from graph_api.readmodel.model import ReadModel
from schema.access import Act
from schema.canonical import canonical_digest, given
from schema.entity import Entity, Label

FINGERPRINT_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One thing that a payload says of the command and of what it changed, as that is now."""

    name: str
    label: Label
    of: Callable[[Command, Entity, ReadModel], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What a command may change instead of its thing, or beside it: a field of the payload of its own."""

    name: str
    thing: type[Entity]
    label: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a command gives back: the thing that it changed, as it is after the commit.

    Commands that give back the same share one Result, which is one payload type of the API, called `name`.
    """

    name: str
    thing: type[Entity]
    label: Label
    thing_label: Label
    verdict: Verdict | None = None
    beside: Beside | None = None
    several: str | None = None
    """Field of the payload where a command changes several things; None = it changes one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command(ABC):
    """One thing that can be asked; its docstring's first line and its labels are the API's descriptions.

    A field is an annotated type with a Label, and a default if it may be left out. `requestId` and `expected` are
    common to all commands and no fields.
    """

    does: ClassVar[Label]
    """What the mutation does."""
    takes: ClassVar[Label]
    """What its input says."""
    result: ClassVar[Result]
    act: ClassVar[Act]
    """What somebody must be allowed to do to ask it."""
    version: ClassVar[int] = 1
    """Raised when a field changes its meaning: a retry across that upgrade is then a REQUEST_ID_CONFLICT."""

    @property
    def acts(self) -> tuple[Act, ...]:
        """All that somebody must be allowed to do to ask this very one."""
        return (self.act,)

    @classmethod
    def command_name(cls) -> str:
        """Name as the API spells it: the class's in camel case."""
        return cls.__name__[0].lower() + cls.__name__[1:]

    @property
    @abstractmethod
    def subject(self) -> str:
        """Id of the thing that it changes."""

    def changed_in(self, model: ReadModel) -> tuple[str, ...]:  # noqa: ARG002  (for commands that change several)
        """Ids of what it changed, in a model that holds the commit."""
        return (self.subject,)

    @property
    def times(self) -> tuple[tuple[str, datetime], ...]:
        """Fields of the input that report a moment, by their path: none may lie before what reports are kept of."""
        return ()

    @abstractmethod
    def plan(self, model: ReadModel, now: datetime) -> Edit | Problems:
        """What is to be written, or all that is wrong with the command; `now` is the time of the request."""

    def settled(self, request_id: str) -> Self:  # noqa: ARG002  (for commands that mint an id from it)
        """The command with what it leaves to us filled in: the same for the same request id."""
        return self

    def fingerprint(self) -> bytes:
        """16 bytes that tell what was asked: a default that is sent and one that is left out are the same."""
        return canonical_digest(self.command_name(), self.version, given(self), FINGERPRINT_BYTES)
