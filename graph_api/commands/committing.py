"""Commits (提交): a command goes to the store, once, and is shown when it is there.

    plan on the newest revision → commit on the versions planned on → changed meanwhile? read again, plan again

A request id makes a retry safe: the same request returns its first commit, however the graph has changed since.
"""  # fmt: skip

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from graph_api.commands.checks import shown
from graph_api.commands.edits import Edit, Problem, Problems
from graph_api.commands.request import Request
from graph_api.errors import (
    Conflict,
    ErrorCode,
    InvalidInput,
    OutcomeUnknown,
    Overloaded,
    RequestIdConflict,
    StoreUnavailable,
)
from graph_api.live.graph import LiveGraph
from graph_api.readmodel.model import ReadModel
from graph_api.stores.contract import Commit
from schema.batch import GraphBatch
from schema.numbers import NOT_THERE, Version
from schema.words import say

log = logging.getLogger("baodian.commands")

WRITE_SECONDS = 2.9
"""How long a command may take before its sender is told that it is not known what became of it."""
LEAST_SECONDS = 0.5
"""How much of that must be left when it is a change's turn: what is begun with less ends as not known."""
ATTEMPTS = 50
"""How often a command is planned anew because somebody else changed the same thing meanwhile."""


async def commit_request(live: LiveGraph, request: Request, now: datetime, give_up: float) -> Commit | Problems:
    """Commit what the command makes of the newest revision, or say why it cannot be; `now` is the time of the request.

    `give_up` is a time of the event loop's clock. Raises StoreUnavailable (nothing was changed), Overloaded (not begun,
    as others change the same thing), OutcomeUnknown (details: request_id; the same request may be sent again),
    StaleReplica (changed, but not shown yet).
    """
    if asyncio.get_running_loop().time() >= give_up:
        raise StoreUnavailable(say("The time for this request is over and this change was not begun; send it again."))
    sending = _Sending(give_up - LEAST_SECONDS)
    try:
        async with asyncio.timeout_at(give_up):
            made = await _commit(live, request, now, sending)
            if not isinstance(made, Commit) and request.given_id is not None:
                # what is wrong now may have been right when the request was first made
                made = await _earlier(live, request) or made
    except (TimeoutError, OutcomeUnknown) as error:
        if not sending.may_be_out:
            raise Overloaded(_IN_A_QUEUE, retryAfterSeconds=1) from error
        raise OutcomeUnknown(
            say(
                "The store did not confirm the change in time. Send the same mutation again with this "
                "requestId: it has one effect, however often it is sent."
            ),
            request_id=request.id,
        ) from error
    if isinstance(made, Commit):
        _log(request, made)
    return made


_IN_A_QUEUE = say("Others change the same thing at this moment, and this change was not begun. Send it again.")


@dataclass(slots=True)
class _Sending:
    """Until when a change may be begun, and whether it may have reached the store."""

    until: float
    may_be_out: bool = True

    def begins(self, *, waited: bool) -> None:
        """It is its turn. Raises Overloaded where it has waited and the time that is left would hardly do."""
        if waited and asyncio.get_running_loop().time() > self.until:
            raise Overloaded(_IN_A_QUEUE, retryAfterSeconds=1)
        self.may_be_out = True


async def _commit(live: LiveGraph, request: Request, now: datetime, sending: _Sending) -> Commit | Problems:
    for _ in range(ATTEMPTS):
        model = live.pin()
        edit = request.command.plan(model, now)
        if not isinstance(edit, Edit):
            return edit
        sending.may_be_out = False
        known = [id for id, version in edit.versions.items() if version != NOT_THERE]
        async with live.turns.at(known) as waited:
            sending.begins(waited=waited)
            if live.pin() is not model:  # others were first
                model = live.pin()
                edit = request.command.plan(model, now)
            made = edit if not isinstance(edit, Edit) else await _attempt(live, request, model, edit)
        if made is not None:
            return made
    raise Overloaded(_IN_A_QUEUE, retryAfterSeconds=1)


async def _attempt(live: LiveGraph, request: Request, model: ReadModel, edit: Edit) -> Commit | Problems | None:
    """Commit what was planned on a model; None where somebody else was first."""
    expected = {_own_id(model, each): version for each, version in request.expected.items()}
    others = {each: at for each, at in edit.versions.items() if expected.get(each, at) != at}
    if others:
        return conflicts(others) if await live.refresh() is model else None
    try:
        return await live.apply(edit.batch, request.id, {**edit.versions, **expected}, request.fingerprint)
    except Conflict as error:
        theirs = {each: at for each, at in error.details["versions"].items() if each in expected}
        if theirs:
            return conflicts(theirs)
        await live.refresh()
    except RequestIdConflict as error:
        return (Problem(code=error.code, path=("input", "requestId"), message=error.message),)
    except InvalidInput as error:
        # what it refers to may be gone: then the plan made anew says which
        if await live.refresh() is model:
            return (Problem(code=error.code, path=("input",), message=error.message),)
    return None


async def _earlier(live: LiveGraph, request: Request) -> Commit | None:
    """The commit that this very request made before, also before the upgrade; None if it made none."""
    for fingerprint in (request.fingerprint, request.earlier_fingerprint):
        if fingerprint is None:
            continue
        try:
            made = await live.apply(GraphBatch(), request.id, None, fingerprint)
        except RequestIdConflict:
            continue
        return made if made.repeated else None
    return None


def _log(request: Request, commit: Commit) -> None:
    """One line for each command that was committed and is shown: what, by whom, where."""
    facts = {
        "command": request.asked.command_name(),
        "actor": str(request.actor),
        "request_id": request.id,
        "revision": commit.revision,
        "repeated": commit.repeated,
    }
    log.info("committed", extra={"facts": facts})


def _own_id(model: ReadModel, entity_id: str) -> str:
    """The id that the store knows a thing by: that of the one it was merged into."""
    index = model.graph.find(entity_id)
    return entity_id if index is None else model.graph.id(index)


def conflicts(versions: Mapping[str, Version]) -> Problems:
    """That these things are at other versions now than the sender relies on; 0 = not there."""
    return tuple(
        Problem(
            code=ErrorCode.CONFLICT,
            path=("input", "expected"),
            message=say(
                "{id} is at version {version} now: somebody changed it. Read it again, then decide.",
                id=shown(each),
                version=version,
            )
            if version
            else say("{id} is not there (any more). Read it again, then decide.", id=shown(each)),
            id=each,
            version=version,
        )
        for each, version in sorted(versions.items())
    )
