"""Administering by the API (权限管理): what `baodian access` does, with the same rules and the same audit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any

import strawberry

from graph_api.access import administering
from graph_api.access.administering import Edit
from graph_api.access.asked import Asked
from graph_api.access.changing import Changed as RegisterChange
from graph_api.access.changing import change_once
from graph_api.access.keys import new_key
from graph_api.actor import Actor
from graph_api.commands.checks import Checks
from graph_api.commands.edits import Problems
from graph_api.commands.request import wrong_id
from graph_api.errors import InvalidInput, RequestIdConflict
from graph_api.graphql.acts.register_types import AccessAccount, AccessKey
from graph_api.graphql.acts.terms import REQUEST, AccessRole
from graph_api.graphql.commands.payloads import UserError, user_errors
from graph_api.graphql.context import Changed, Context, Info
from graph_api.graphql.fields import about, resolved
from schema.belonging import SCOPES
from schema.canonical import canonical_digest
from schema.people import Person
from schema.registry import EntityKind
from schema.words import say

_NAME = "名称: 密钥或账户的名称，在未撤销者中唯一。 Name of it, unique among those that are not revoked."
_ROLES = "权限角色: 可担任一个或多个角色。 What it may do; one role or several."
_SCOPE = "可见范围: 可查看和处置的单位、区域的标识，含其下级。 Ids of organisations and areas that it is for."
_SUBJECT = "统一身份: 在统一身份认证中的 `sub`。 Who it is to the identity provider (claim `sub`)."


@strawberry.input(description="发放密钥: 密钥给何人或何系统。 A key for somebody or a machine.")
class AddKeyInput:
    """A key."""

    name: str = strawberry.field(description=_NAME)
    roles: list[AccessRole] = strawberry.field(description=_ROLES)
    person: strawberry.ID | None = strawberry.field(
        default=None,
        description="对应人员: 密钥所属的人员，客户经理必填。 Whose key it is; an account manager needs one.",
    )
    scope: list[strawberry.ID] | None = strawberry.field(
        default=None, description=f"{_SCOPE} 空值为全部。 Null = everything."
    )
    days: int | None = strawberry.field(
        default=None, description="天数: 多少天后失效，空值为不失效。 Days after which it opens nothing; null = never."
    )
    document: str | None = strawberry.field(
        default=None,
        description="绑定文档: 只能发送的唯一 GraphQL 文档，空值为不限。 All that it may send; null = any.",
    )
    request_id: str | None = strawberry.field(default=None, description=REQUEST)


@strawberry.input(description="新建账户: 账户给何人。 An account for a person.")
class AddAccountInput:
    """An account."""

    name: str = strawberry.field(description=_NAME)
    roles: list[AccessRole] = strawberry.field(description=_ROLES)
    person: strawberry.ID = strawberry.field(description="对应人员: 账户是何人。 The person that it is.")
    subject: str | None = strawberry.field(
        default=None,
        description=f"{_SUBJECT} 空值为生成口令，在结果中给出一次。 Null = a password is made, and told this once.",
    )
    scope: list[strawberry.ID] | None = strawberry.field(
        default=None, description=f"{_SCOPE} 空值为全部。 Null = everything."
    )
    request_id: str | None = strawberry.field(default=None, description=REQUEST)


@strawberry.input(description="变更账户: 未填写的保持不变。 What changes of an account; what is left out stays.")
class ChangeAccountInput:
    """A change."""

    name: str = strawberry.field(description="名称: 账户的名称。 Name of the account.")
    roles: list[AccessRole] | None = strawberry.field(default=None, description=_ROLES)
    person: strawberry.ID | None = strawberry.field(
        default=None, description="对应人员: 账户是何人。 The person that it is."
    )
    subject: str | None = strawberry.field(
        default=None, description=f"{_SUBJECT} 空文本为取消。 An empty text takes it away."
    )
    scope: list[strawberry.ID] | None = strawberry.field(default=None, description=_SCOPE)
    whole: bool = strawberry.field(
        default=False, description="全部: true 为取消可见范围。 True takes its scope away: it is for everything."
    )
    request_id: str | None = strawberry.field(default=None, description=REQUEST)


@strawberry.input(description="指明账户: 按名称或标识。 Which one, by name.")
class AccessNameInput:
    """Which."""

    name: str = strawberry.field(
        description="名称: 账户的名称；撤销时也可以是密钥的名称或标识。 Of an account; to revoke, of a key, too, or "
        "its id."
    )
    request_id: str | None = strawberry.field(default=None, description=REQUEST)


@strawberry.type(description="权限变更结果: 变更后的密钥或账户。 The key or account after the change.")
class AccessPayload:
    """What came of it."""

    key: AccessKey | None = strawberry.field(
        description="密钥: 变更后的密钥，未涉及时为空。 As it is now; null if none."
    )
    account: AccessAccount | None = strawberry.field(
        description="账户: 变更后的账户，未涉及时为空。 As it is now; null if none."
    )
    secret: str | None = strawberry.field(
        description="密钥或口令: 只在此给出一次，不再显示；没有时为空。 Text of the key, or the password: shown now "
        "and never again; null if none was made."
    )
    repeated: bool = strawberry.field(
        description="重复请求: 该请求号已生效、此次未再变更时为 true，密钥和口令不再给出。 True if this requestId had "
        "been applied before: nothing was changed now, and no secret is told a second time."
    )
    user_errors: list[UserError] = strawberry.field(
        description="输入错误: 输入有何问题，变更成功时为空列表。 What is wrong with the input; empty if the "
        "change was made."
    )


_Input = AddKeyInput | AddAccountInput | ChangeAccountInput | AccessNameInput
_DIGEST_BYTES = 16


async def _add_key(
    info: Info,
    input: Annotated[AddKeyInput, about("输入: 密钥给何人、可做什么。 Whose key, and what it may do.")],
) -> AccessPayload | None:
    made = new_key()
    return await _change(
        info.context, "addKey", input, input.person, made.text, input.scope,
        lambda by, now, whose, scope: administering.give_key(
            made, input.name, input.roles, by=by, now=now, person=whose, days=input.days, document=input.document,
            scope=scope,
        ),
    )  # fmt: skip


async def _add_account(
    info: Info,
    input: Annotated[AddAccountInput, about("输入: 账户给何人、可做什么。 Whose account, and what it may do.")],
) -> AccessPayload | None:
    secret, digest = (None, None) if input.subject else await _new_password()
    return await _change(
        info.context, "addAccount", input, input.person, secret, input.scope,
        lambda by, now, whose, scope: administering.add_account(
            input.name, input.roles, person=whose or "", by=by, now=now, password=digest, subject=input.subject,
            scope=scope,
        ),
    )  # fmt: skip


async def _change_account(
    info: Info, input: Annotated[ChangeAccountInput, about("输入: 变更什么。 What changes.")]
) -> AccessPayload | None:
    return await _change(
        info.context, "changeAccount", input, input.person, None, input.scope,
        lambda by, now, whose, scope: administering.change_account(
            input.name, by=by, now=now, roles=input.roles, person=whose, subject=input.subject, scope=scope,
            whole=input.whole,
        ),
    )  # fmt: skip


async def _reset_password(
    info: Info, input: Annotated[AccessNameInput, about("输入: 哪一个。 Which one.")]
) -> AccessPayload | None:
    secret, digest = await _new_password()
    return await _change(
        info.context, "resetPassword", input, None, secret, None,
        lambda by, now, *_: administering.reset_password(input.name, by=by, now=now, password=digest),
    )  # fmt: skip


async def _revoke_access(
    info: Info, input: Annotated[AccessNameInput, about("输入: 哪一个。 Which one.")]
) -> AccessPayload | None:
    return await _change(
        info.context, "revokeAccess", input, None, None, None,
        lambda by, now, *_: administering.revoke(input.name, by=by, now=now),
    )  # fmt: skip


async def _new_password() -> tuple[str, str]:
    from graph_api.access.passwords import digest_of  # what only this waits for

    made = administering.new_password()
    return made, await asyncio.to_thread(digest_of, made)


async def _change(
    context: Context,
    what: str,
    input: _Input,
    person: str | None,
    secret: str | None,
    scope: Sequence[str] | None,
    edit: Callable[[Actor, datetime, str | None, list[str] | None], Edit],
) -> AccessPayload:
    """Make a change of the register, and tell the audit; what is wrong with it is in the payload. Raises StoreError."""
    checks, wrong = Checks(context.graph), wrong_id(input.request_id)
    whose = None if person is None else _person(checks, person)
    within = None if scope is None else _scope(checks, scope)
    if wrong or checks.problems:
        return _refused((*wrong, *checks.problems))
    try:
        change = edit(context.principal.actor, context.now, whose, within)
        made = await change_once(context.live.store, change, _asked(context, what, input), context.now)
    except RequestIdConflict as error:
        checks.refuse("requestId", error.text(), error.code)
        return _refused(checks.problems)
    except InvalidInput as error:
        checks.refuse("name", error.text(), error.code)
        return _refused(checks.problems)
    if not made.repeated:
        context.changed.append(Changed(what, made.ids, context.graph.revision, ""))
    return _payload(made, None if made.repeated else secret)


def _asked(context: Context, what: str, input: _Input) -> Asked | None:
    """The request as it is remembered; None for one without id."""
    if input.request_id is None:
        return None
    fields = {name: value for name, value in vars(input).items() if name != "request_id" and value is not None}
    digest = canonical_digest(what, 1, {"by": str(context.principal.actor), **fields}, _DIGEST_BYTES).hex()
    return Asked(id=input.request_id, digest=digest)


def _payload(made: RegisterChange, secret: str | None) -> AccessPayload:
    keys: list[Any] = [each for each in made.register.keys if each.id in made.ids]
    accounts: list[Any] = [each for each in made.register.accounts if each.id in made.ids]
    return AccessPayload(
        key=next(iter(keys), None), account=next(iter(accounts), None), secret=secret, repeated=made.repeated,
        user_errors=[],
    )  # fmt: skip


def _refused(problems: Problems) -> AccessPayload:
    return AccessPayload(key=None, account=None, secret=None, repeated=False, user_errors=user_errors(problems))


def _person(checks: Checks, id: str) -> str | None:
    """Id of somebody who works here."""
    index = checks.of_kind("person", id, EntityKind.PERSON, say("the person"))
    if index is not None and not checks.graph.get(Person, index).active:
        checks.refuse("person", say("{name} has left (active: false); nothing was given.", name=checks.called(index)))
    return None if index is None else checks.graph.id(index)


def _scope(checks: Checks, ids: Sequence[str]) -> list[str]:
    """Ids of organisations and areas that are there."""
    found = []
    for place, id in enumerate(ids):
        index = checks.thing(f"scope.{place}", id, say("the organisation or area"))
        if index is not None and checks.graph.kind(index) not in SCOPES:
            name = checks.called(index)
            checks.refuse(
                f"scope.{place}",
                say("{name} is no organisation and no area: nothing belongs to it. Nothing was given.", name=name),
            )
        elif index is not None:
            found.append(checks.graph.id(index))
    return found


ADMINISTERING = {
    "add_key": resolved(_add_key, "发放密钥: 文本只给出一次。 Gives a key, whose text is told this once."),
    "add_account": resolved(_add_account, "新建账户: 给一个人员建立账户。 Makes an account of a person."),
    "change_account": resolved(
        _change_account,
        "变更账户: 变更角色、人员或统一身份，已登录的会话同样生效。 Changes roles, person or subject, in sessions "
        "under way, too.",
    ),
    "reset_password": resolved(
        _reset_password, "重置口令: 生成新口令，原会话随即结束。 Makes another password; sessions begun before end."
    ),
    "revoke_access": resolved(
        _revoke_access, "撤销: 密钥或账户五秒内失效。 A key or account opens nothing any more, within 5 s."
    ),
}
"""Mutations by the names of their fields."""
