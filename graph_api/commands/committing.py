"""Commits (提交): a planned change goes to the store, once, and is shown when it is there.

    plan on the newest revision → commit on the versions planned on → changed meanwhile? read again, plan again

A request id makes a retry safe: the same request returns its first commit, however the graph has changed since.
"""  # fmt: skip

from __future__ import annotations

import asyncio
import hashlib
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from graph_api.commands.changes import Edit, Planned, Problem, shown
from graph_api.errors import (
    Conflict,
    ErrorCode,
    InvalidInput,
    OutcomeUnknown,
    RequestIdConflict,
    StoreUnavailable,
)
from graph_api.live.graph import LiveGraph
from graph_api.readmodel.model import ReadModel
from graph_api.stores.contract import Commit
from schema.batch import GraphBatch

WRITE_SECONDS = 2.9
"""How long a change may take before its sender is told that it is not known what became of it."""
ATTEMPTS = 50
"""How often a change is planned anew because somebody else changed the same thing meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Under what terms a change is committed.

    `content` says what was asked, the same for the same request; `expected` = {id: version} that the sender relies on.
    Where the sender gave no id the request has one of ours, so that its outcome can be asked for.
    """

    content: str
    given_id: str | None = None
    expected: Mapping[str, int] = field(default_factory=dict)
    own_id: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def id(self) -> str:
        """Id that the store knows the request by."""
        return self.given_id or self.own_id

    @property
    def fingerprint(self) -> bytes:
        """Digest of what was asked."""
        return hashlib.blake2b(self.content.encode("utf-8", "backslashreplace"), digest_size=16).digest()


async def commit_change(
    live: LiveGraph, plan: Callable[[ReadModel], Planned], request: Request, give_up: float
) -> Commit | tuple[Problem, ...]:
    """Commit what `plan` makes of the newest revision, or say why it cannot be.

    `give_up` is a time of the event loop's clock. Raises StoreUnavailable (nothing was changed), OutcomeUnknown
    (details: request_id; the same request may be sent again), StaleReplica (changed, but not shown yet).
    """
    if asyncio.get_running_loop().time() >= give_up:
        raise StoreUnavailable("The time for this request is over and this change was not begun; send it again.")
    try:
        async with asyncio.timeout_at(give_up):
            made = await _commit(live, plan, request)
            if isinstance(made, Commit) or request.given_id is None:
                return made
            # what is wrong now may have been right when the request was first made
            return await _earlier(live, request) or made
    except (TimeoutError, OutcomeUnknown) as error:
        raise OutcomeUnknown(
            "The store did not confirm the change in time. Send the same mutation again with this requestId: "
            "it has one effect, however often it is sent.",
            request_id=request.id,
        ) from error


async def _commit(
    live: LiveGraph, plan: Callable[[ReadModel], Planned], request: Request
) -> Commit | tuple[Problem, ...]:
    for _ in range(ATTEMPTS):
        model = live.pin()
        edit = plan(model)
        if not isinstance(edit, Edit):
            return edit
        expected = {_own_id(model, each): version for each, version in request.expected.items()}
        others = {each: at for each, at in edit.versions.items() if expected.get(each, at) != at}
        if others and await live.refresh() is model:
            return _conflicts(others)
        if others:
            continue
        try:
            return await live.apply(edit.batch, request.id, {**edit.versions, **expected}, request.fingerprint)
        except Conflict as error:
            theirs = {each: at for each, at in error.details["versions"].items() if each in expected}
            if theirs:
                return _conflicts(theirs)
            await live.refresh()
        except RequestIdConflict as error:
            return (Problem(code=error.code, path=("input", "requestId"), message=error.message),)
        except InvalidInput as error:
            # what it refers to may be gone: then the plan made anew says which
            if await live.refresh() is model:
                return (Problem(code=error.code, path=("input",), message=error.message),)
    raise StoreUnavailable("Others change the same thing all the time; nothing was changed, try again.")


async def _earlier(live: LiveGraph, request: Request) -> Commit | None:
    """The commit that this very request made before; None if it made none."""
    try:
        commit = await live.apply(GraphBatch(), request.id, None, request.fingerprint)
    except RequestIdConflict:
        return None
    return commit if commit.repeated else None


def _own_id(model: ReadModel, entity_id: str) -> str:
    """The id that the store knows a thing by: that of the one it was merged into."""
    index = model.graph.find(entity_id)
    return entity_id if index is None else model.graph.id(index)


def _conflicts(versions: Mapping[str, int]) -> tuple[Problem, ...]:
    return tuple(
        Problem(
            code=ErrorCode.CONFLICT,
            path=("input", "expected"),
            message=f"{shown(each)} is at version {version} now: somebody changed it. Read it again, then decide."
            if version
            else f"{shown(each)} is not there (any more). Read it again, then decide.",
            id=each,
            version=version,
        )
        for each, version in sorted(versions.items())
    )
