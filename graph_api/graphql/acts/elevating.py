"""Elevating (紧急授权): more for a stated reason and time, which the audit has before it counts: break-glass."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated

import strawberry

from graph_api.access.audit import ELEVATE
from graph_api.access.elevations import MOST_MINUTES
from graph_api.commands.checks import Checks
from graph_api.commands.request import wrong_id
from graph_api.errors import RequestIdConflict, StoreError, StoreUnwritable
from graph_api.graphql.acts.revealing import MOST_WORDS
from graph_api.graphql.acts.terms import REQUEST
from graph_api.graphql.commands.payloads import UserError, user_errors
from graph_api.graphql.context import Context, Info
from graph_api.graphql.execution.entries import entry_of
from graph_api.graphql.fields import about, resolved
from schema.personal_texts import without_personal
from schema.words import say


@strawberry.input(description="紧急授权: 因何、多久。 Why, and for how long.")
class ElevateInput:
    """What is asked for."""

    reason: str = strawberry.field(
        description="理由: 因何需要，最多 200 个字符，记入审计。 Why, at most 200 characters; it stands in the audit."
    )
    minutes: int = strawberry.field(default=30, description="分钟: 1 至 60 分钟。 For 1 to 60 minutes.")
    request_id: str | None = strawberry.field(default=None, description=REQUEST)


@strawberry.type(description="紧急授权结果: 有效至何时。 Until when it holds.")
class ElevationPayload:
    """What came of it."""

    until: datetime | None = strawberry.field(
        description="有效至: 到此时刻自动终止，未授权或已终止时为空。 It ends by itself then; null = there is none."
    )
    repeated: bool = strawberry.field(
        description="重复请求: 该请求号已生效、此次未再变更时为 true。 True if this requestId had been applied before."
    )
    user_errors: list[UserError] = strawberry.field(
        description="输入错误: 输入有何问题，没有时为空列表。 What is wrong with the input; empty if nothing is."
    )


async def _elevate(
    info: Info, input: Annotated[ElevateInput, about("输入: 因何、多久。 Why, and for how long.")]
) -> ElevationPayload | None:
    context = info.context
    checks = Checks(context.graph)
    checks.words("reason", input.reason, MOST_WORDS)
    if not 1 <= input.minutes <= MOST_MINUTES:
        checks.refuse("minutes", say("It holds for 1 to {most} minutes.", most=MOST_MINUTES))
    reason = without_personal(input.reason.strip())
    what = f"elevate {input.minutes} min"
    made = _made(context, checks, input.request_id, f"{what}: {reason}")
    if checks.problems:
        return ElevationPayload(until=None, repeated=False, user_errors=user_errors(checks.problems))
    if made is not None:
        return ElevationPayload(until=made[0], repeated=True, user_errors=[])
    await _tell(context, what, reason)
    begun = context.elevations.begin(context.principal, reason, input.minutes)
    context.elevations.remember(context.principal, input.request_id, f"{what}: {reason}", begun.until)
    return ElevationPayload(until=begun.until, repeated=False, user_errors=[])


async def _end_elevation(
    info: Info, request_id: Annotated[str | None, about(REQUEST)] = None
) -> ElevationPayload | None:
    context = info.context
    checks = Checks(context.graph)
    made = _made(context, checks, request_id, "endElevation")
    if made is None and not checks.problems:
        if context.elevations.end(context.principal):
            await _tell(context, "endElevation", "")
        context.elevations.remember(context.principal, request_id, "endElevation", None)
    return ElevationPayload(until=None, repeated=made is not None, user_errors=user_errors(checks.problems))


def _made(context: Context, checks: Checks, id: str | None, asked: str) -> tuple[datetime | None] | None:
    """What a request of this id came to before; what is wrong with the id is noted."""
    for each in wrong_id(id):
        checks.refuse("requestId", each.message)
    try:
        return context.elevations.made(context.principal, id, asked)
    except RequestIdConflict as error:
        checks.refuse("requestId", error.text(), error.code)
        return None


async def _tell(context: Context, what: str, reason: str) -> None:
    """Have it in the audit. Raises StoreUnwritable."""
    entry = entry_of(context)(act=ELEVATE, what=what, things=(), revision=context.graph.revision, reason=reason)
    try:
        await asyncio.to_thread(context.audit.append, [entry])
    except (OSError, StoreError) as error:
        raise StoreUnwritable(say("This cannot be audited now, so it is not given. Tell the operators.")) from error


ELEVATING = {
    "elevate": resolved(
        _elevate,
        "紧急授权: 凭理由在限定时间内具有调度值班员的权限并可见全部号码；在受理的服务进程中有效，记入日志和审计。 "
        "For a reason and a time one may what dispatchers may, and sees all numbers; in the process that was asked. "
        "Log, audit and metrics tell it.",
    ),
    "end_elevation": resolved(_end_elevation, "终止紧急授权: 提前终止本人的授权。 Ends one's own before its time."),
}
"""Mutations by the names of their fields."""
