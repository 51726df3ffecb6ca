"""The changes one can make: each takes one input and returns the thing as it is after the commit."""

from __future__ import annotations

import asyncio
import hashlib
import re
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import strawberry

from graph_api.commands.changes import (
    AssignmentEnd,
    AssignmentWish,
    Planned,
    PositionReport,
    Problem,
    end_assignment,
    set_position,
    shown,
    upsert_assignment,
)
from graph_api.commands.committing import WRITE_SECONDS, Request, commit_change
from graph_api.errors import ErrorCode
from graph_api.graphql.context import Context, Info
from graph_api.graphql.entities import Assignment, Switch
from graph_api.graphql.fields import about, changes
from graph_api.graphql.scalars import Revision
from graph_api.readmodel.model import ReadModel
from graph_api.stores.contract import Commit
from schema.vocabulary import Rank, ResponsibilityRole, SwitchPosition

MOST_EXPECTED = 100
"""Versions that one mutation may expect."""
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_REQUEST_TEXT = (
    "请求号: id of your own for this request, 1 to 64 letters, digits or . _ : - ; the same id with the same input has "
    "one effect, however often it is sent (30 days)."
)
_EXPECTED_TEXT = "预期版本: versions that you rely on; if one is another, nothing is changed (CONFLICT)."
_REVISION_TEXT = "版本号: revision of the commit; null if nothing was changed."
_REPEATED_TEXT = "重复请求: true if this requestId had been applied before and nothing was done now."
_ERRORS_TEXT = "输入错误: what is wrong with the input; empty if the change was made."


@strawberry.input(description="预期版本: the version of a thing that a change relies on.")
class ExpectedVersionInput:
    """A precondition."""

    id: strawberry.ID = strawberry.field(description="标识: id of the thing.")
    version: Revision = strawberry.field(description="版本: its `version`, as it was read; 0 = it must not exist.")


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


@strawberry.input(description="开关置位: a switch was found or brought in a position.")
class SetSwitchPositionInput:
    """What `setSwitchPosition` takes."""

    switch: strawberry.ID = strawberry.field(description="开关: id of the switching device.")
    position: SwitchPosition = strawberry.field(description="位置: its position now; the normal position stays.")
    by: str = strawberry.field(description="操作人: who set or reported it, at most 100 characters.")
    source: str = strawberry.field(
        default="人工置位", description="来源: by what means it is known, as 现场汇报, SCADA; at most 100 characters."
    )
    at: datetime | None = strawberry.field(
        default=None, description="时间: since when; null = now. Not in the future, not older than the last report."
    )
    request_id: str | None = strawberry.field(default=None, description=_REQUEST_TEXT)
    expected: list[ExpectedVersionInput] | None = strawberry.field(default=None, description=_EXPECTED_TEXT)


@strawberry.input(description="责任分配: an assignment as it is to be, whatever it was before.")
class UpsertAssignmentInput:
    """What `upsertAssignment` takes."""

    id: strawberry.ID | None = strawberry.field(
        default=None, description="标识: the assignment to replace, or an id of your own; null = a new one."
    )
    role: ResponsibilityRole = strawberry.field(description="责任角色: role that is held.")
    person: strawberry.ID | None = strawberry.field(default=None, description="责任人: id of the person who holds it.")
    team: strawberry.ID | None = strawberry.field(
        default=None, description="班组: id of the team; alone = whoever of it is on duty."
    )
    covers: list[strawberry.ID] = strawberry.field(
        description="责任范围: ids of 1 to 100 things; what they supply or contain is covered too."
    )
    rank: Rank = strawberry.field(default=Rank.A, description="AB角: first holder or deputy.")
    valid_from: datetime | None = strawberry.field(
        default=None, description="生效时间: valid from, inclusive; null = always."
    )
    valid_to: datetime | None = strawberry.field(
        default=None, description="失效时间: valid to, exclusive; null = open."
    )
    request_id: str | None = strawberry.field(default=None, description=_REQUEST_TEXT)
    expected: list[ExpectedVersionInput] | None = strawberry.field(default=None, description=_EXPECTED_TEXT)


@strawberry.input(description="终止责任: an assignment ends; it stays in the graph as history.")
class EndAssignmentInput:
    """What `endAssignment` takes."""

    id: strawberry.ID = strawberry.field(description="标识: id of the assignment.")
    at: datetime | None = strawberry.field(default=None, description="终止时间: from when nobody holds it; null = now.")
    request_id: str | None = strawberry.field(default=None, description=_REQUEST_TEXT)
    expected: list[ExpectedVersionInput] | None = strawberry.field(default=None, description=_EXPECTED_TEXT)


@strawberry.type(description="开关置位结果: the switch after the change.")
class SetSwitchPositionPayload:
    """What `setSwitchPosition` returns."""

    switch: Switch | None = strawberry.field(description="开关: as it is now; null if nothing was changed.")
    revision: Revision | None = strawberry.field(description=_REVISION_TEXT)
    repeated: bool = strawberry.field(description=_REPEATED_TEXT)
    user_errors: list[UserError] = strawberry.field(description=_ERRORS_TEXT)


@strawberry.type(description="责任分配结果: the assignment after the change.")
class AssignmentPayload:
    """What `upsertAssignment` and `endAssignment` return."""

    assignment: Assignment | None = strawberry.field(description="责任分配: as it is now; null if nothing was changed.")
    revision: Revision | None = strawberry.field(description=_REVISION_TEXT)
    repeated: bool = strawberry.field(description=_REPEATED_TEXT)
    user_errors: list[UserError] = strawberry.field(description=_ERRORS_TEXT)


@dataclass(frozen=True, slots=True)
class _Done:
    """The changed thing, and the rest of a payload."""

    thing: Any
    rest: dict[str, Any]


@strawberry.type(
    description="变更: each is committed durably before it is answered; several in one request run in order."
)
class Mutation:
    """Root of all changes."""

    @changes("开关置位: set a switch's current position, with who, when and source. All answers follow at once.")
    async def set_switch_position(
        self, info: Info, input: Annotated[SetSwitchPositionInput, about("输入: which switch, where to, who says so.")]
    ) -> SetSwitchPositionPayload | None:
        """Set the current position of a switch."""
        now = info.context.now
        report = PositionReport(
            switch=input.switch, position=input.position, by=input.by, source=input.source, at=input.at
        )
        terms = _terms(input, report)
        done = await _change(info.context, terms, input.switch, lambda model: set_position(model, report, now))
        return SetSwitchPositionPayload(switch=done.thing, **done.rest)

    @changes("责任分配: make an assignment, or replace all of one.")
    async def upsert_assignment(
        self, info: Info, input: Annotated[UpsertAssignmentInput, about("输入: who answers for what, in which role.")]
    ) -> AssignmentPayload | None:
        """Make or replace an assignment."""
        own_request = uuid.uuid4().hex
        wish = AssignmentWish(
            id=_minted(input.request_id or own_request) if input.id is None else input.id,
            role=input.role,
            covers=tuple(input.covers),
            person=input.person,
            team=input.team,
            rank=input.rank,
            valid_from=input.valid_from,
            valid_to=input.valid_to,
        )
        terms = _terms(input, wish, own_request)
        done = await _change(info.context, terms, wish.id, lambda model: upsert_assignment(model, wish))
        return AssignmentPayload(assignment=done.thing, **done.rest)

    @changes("终止责任: end an assignment.")
    async def end_assignment(
        self, info: Info, input: Annotated[EndAssignmentInput, about("输入: which assignment, from when.")]
    ) -> AssignmentPayload | None:
        """End an assignment."""
        now = info.context.now
        end = AssignmentEnd(id=input.id, at=input.at)
        terms = _terms(input, end)
        done = await _change(info.context, terms, input.id, lambda model: end_assignment(model, end, now))
        return AssignmentPayload(assignment=done.thing, **done.rest)


def _minted(request_id: str) -> str:
    """A new id, readable over a phone; the same for the same request, so that a retry finds what it made."""
    number = int.from_bytes(hashlib.blake2b(request_id.encode("utf-8", "backslashreplace"), digest_size=8).digest())
    digits = "".join(_LETTERS[number >> 5 * place & 31] for place in range(12))
    return f"BD:{digits[:4]}-{digits[4:8]}-{digits[8:]}"


def _terms(
    input: SetSwitchPositionInput | UpsertAssignmentInput | EndAssignmentInput,
    asked: PositionReport | AssignmentWish | AssignmentEnd,
    own_id: str | None = None,
) -> Request | tuple[Problem, ...]:
    """The terms of a mutation, or what is wrong with them."""
    problems = []
    if input.request_id is not None and not _REQUEST_ID.fullmatch(input.request_id):
        message = "A requestId has 1 to 64 letters, digits or . _ : - ; send another, or none."
        problems.append(Problem(code=ErrorCode.BAD_INPUT, path=("input", "requestId"), message=message))
    expected: dict[str, int] = {}
    for each in (input.expected or ())[: MOST_EXPECTED + 1]:
        if expected.setdefault(each.id, each.version) != each.version:
            message = f"Two versions are expected of {shown(each.id)}; send one."
            problems.append(Problem(code=ErrorCode.BAD_INPUT, path=("input", "expected"), message=message))
    if len(input.expected or ()) > MOST_EXPECTED:
        message = f"Send at most {MOST_EXPECTED} expected versions."
        problems.append(Problem(code=ErrorCode.BAD_INPUT, path=("input", "expected"), message=message))
    if problems:
        return tuple(problems)
    return Request(content=repr(asked), given_id=input.request_id, expected=expected, own_id=own_id or uuid.uuid4().hex)


async def _change(
    context: Context, terms: Request | tuple[Problem, ...], entity_id: str, plan: Callable[[ReadModel], Planned]
) -> _Done:
    """Make a change and go on with the revision that holds it."""
    if not isinstance(terms, Request):
        return _Done(None, _rest(terms))
    if context.write_until is None:
        context.write_until = asyncio.get_running_loop().time() + WRITE_SECONDS
    made = await commit_change(context.live, plan, terms, context.write_until)
    if not isinstance(made, Commit):
        return _Done(None, _rest(made))
    context.show_newest()
    index = context.graph.find(entity_id)
    rest = {"revision": Revision(made.revision), "repeated": made.repeated, "user_errors": []}
    return _Done(None if index is None else context.graph.entity(index), rest)


def _rest(problems: Sequence[Problem]) -> dict[str, Any]:
    errors = [
        UserError(
            code=each.code,
            path=list(each.path),
            message=each.message,
            id=None if each.id is None else strawberry.ID(each.id),
            current_version=None if each.version is None else Revision(each.version),
        )
        for each in problems
    ]
    return {"revision": None, "repeated": False, "user_errors": errors}
