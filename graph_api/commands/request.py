"""Requests (请求): a command with the terms under which it is committed."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice

from graph_api.actor import ANONYMOUS, Actor
from graph_api.commands.checks import shown
from graph_api.commands.command import Command
from graph_api.commands.earlier_fingerprints import earlier_fingerprint
from graph_api.commands.edits import Problem, Problems
from graph_api.errors import ErrorCode
from schema.numbers import Version
from schema.words import say

MOST_EXPECTED = 100
"""Versions that one request may expect."""
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A command, who asks for it, and under what terms it is committed.

    `expected` = {id: version} that the sender relies on. Where the sender gave no id the request has one of ours, so
    that its outcome can be asked for.
    """

    asked: Command
    actor: Actor = ANONYMOUS
    given_id: str | None = None
    expected: Mapping[str, Version] = field(default_factory=dict)
    own_id: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def id(self) -> str:
        """Id that the store knows the request by."""
        return self.given_id or self.own_id

    @property
    def command(self) -> Command:
        """What is planned: the command with all that it leaves to us filled in."""
        return self.asked.settled(self.id)

    @property
    def fingerprint(self) -> bytes:
        """What the store tells this request by."""
        return self.asked.fingerprint()

    @property
    def earlier_fingerprint(self) -> bytes | None:
        """What a store told it by before the upgrade, if it could be sent then."""
        return earlier_fingerprint(self.command)


def request_of(
    command: Command, actor: Actor, request_id: str | None, expected: Iterable[tuple[str, Version]]
) -> Request | Problems:
    """A request as it was sent, or what is wrong with its terms."""
    problems = [*wrong_id(request_id)]
    pairs = list(islice(expected, MOST_EXPECTED + 1))
    versions: dict[str, Version] = {}
    for entity_id, version in pairs:
        if versions.setdefault(entity_id, version) != version:
            problems.append(
                _problem("expected", say("Two versions are expected of {id}; send one.", id=shown(entity_id)))
            )
    if len(pairs) > MOST_EXPECTED:
        problems.append(_problem("expected", say("Send at most {most} expected versions.", most=MOST_EXPECTED)))
    if problems:
        return tuple(problems)
    return Request(asked=command, actor=actor, given_id=request_id, expected=versions)


def wrong_id(request_id: str | None) -> Problems:
    """What is wrong with the id of a request."""
    if request_id is None or _REQUEST_ID.fullmatch(request_id):
        return ()
    message = say("A requestId has 1 to 64 letters, digits or . _ : - ; send another, or none.")
    return (_problem("requestId", message),)


def _problem(name: str, message: str) -> Problem:
    return Problem(code=ErrorCode.BAD_INPUT, path=("input", name), message=message)
