"""Questions of access: who asks, and what they may do."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import strawberry

from graph_api.access.audit_rows import Row, row_of
from graph_api.access.principal import Principal
from graph_api.access.register import Register
from graph_api.errors import InvalidInput
from graph_api.graphql.acts.register_types import AccessAccount, AccessKey
from graph_api.graphql.acts.terms import AccessRole, Act, ActorKind, Sight
from graph_api.graphql.context import Info
from graph_api.graphql.fields import First, about, answers
from graph_api.graphql.projection import shown, shows
from graph_api.readmodel.belonging import gone_of
from schema.numbers import Revision
from schema.words import say

MOST_ENTRIES = 500


@shows(Principal, description="访问主体: 当前查询者及其权限。 Who asks, and what they may do and see.")
class Viewer:
    """Who asks."""

    @answers("身份类型: 以何种方式识别。 How they are known.")
    def kind(self: Any) -> ActorKind:
        """How they are known."""
        found: ActorKind = self.actor.kind
        return found

    @answers("名称: 密钥、账户或本机帐号的名称，身份不明时为空文本。 Name of the key, account or user; else empty.")
    def name(self: Any) -> str:
        """What they are called."""
        return str(self.actor.name)

    @answers("权限角色: 所担任的权限角色。 Their roles here.")
    def roles(self: Any) -> list[AccessRole]:
        """Roles, in the order of the vocabulary."""
        return [role for role in AccessRole if role in self.roles]

    @answers("操作权限: 各角色合计允许的操作。 What the roles together allow.")
    def acts(self: Any) -> list[Act]:
        """Acts, in the order of the vocabulary."""
        return [act for act in Act if act in self.acts]

    @answers(
        "个人信息可见范围: 可见何人的号码，空列表为一律隐去。 Whose numbers they see unmasked, unasked; "
        "empty = nobody's."
    )
    def sights(self: Any) -> list[Sight]:
        """Sights, in the order of the vocabulary."""
        return [sight for sight in Sight if sight in self.sights]

    @answers(
        "可见范围: 可查看和处置的单位、区域的标识，含其下级；空值为全部。 Ids of the organisations and areas, with all "
        "below, that they see and work on; null = everything."
    )
    def scope(self: Any) -> list[strawberry.ID] | None:
        """Of what they see."""
        return None if self.scope is None else [strawberry.ID(each) for each in sorted(self.scope)]

    @answers(
        "失效的可见范围: 其中已不存在、因而不再有可见对象的单位、区域。 Of these what is no organisation or area "
        "of the graph (any more): it opens nothing."
    )
    def scope_gone(self: Any, info: Info) -> list[strawberry.ID]:
        """What opens nothing."""
        return [strawberry.ID(each) for each in gone_of(info.context.whole.graph, self.scope or ())]

    elevated_for: str = shown(
        "紧急授权理由: 正在使用紧急授权的理由，没有时为空文本。 Why they are elevated; else empty."
    )
    person: strawberry.ID | None = shown(
        "对应人员: 该密钥或账户所属人员的标识，没有时为空。 Id of the Person that it is; null if of none."
    )


@shows(Row, description="审计记录: 一次变更，或一次看到号码。 A change, or a sight of numbers.")
class AuditEntry:
    """What happened."""

    number: int = shown("序号: 在审计链中的序号，自 1 起。 Place in the chain, from 1.")
    at: datetime = shown("时间: 何时。 When.")
    who: str = shown("操作者: 身份类型和名称。 Kind and name of who asked.")
    roles: list[str] = shown("权限角色: 当时的权限角色。 Their roles then.")
    origin: str = shown("来源地址: 请求的来源地址，本机命令为 command。 Address that asked; `command` for one here.")
    operation: str = shown("操作名: 操作名称及其文档摘要。 Name of the operation, and digest of its document.")
    request_id: str = shown("请求号: 该请求的标识。 Id of the request.")
    act: str = shown(
        "行为: CHANGE 变更，SEE 看到，REVEAL 凭事件查看，ELEVATE 紧急授权，CUT 到期清理，LOG_IN、LOG_OUT 登录和退出。 "
        "Kind of act."
    )
    what: str = shown("内容: 变更命令、所见字段或登录方式。 The command, the field seen, or how one logged in.")
    things: list[str] = shown("对象: 所涉对象的标识。 Ids of the things that it was about.")
    revision: Revision = shown("版本: 当时的图谱版本。 Revision of the graph then.")
    incident: str = shown("应急事件: 凭何事件查看，否则为空文本。 Incident that numbers were revealed for; else empty.")
    reason: str = shown("理由: 因何查看，否则为空文本。 Why they were; else empty.")
    on_behalf_of: str = shown("代何人: 代他人上报时为该人，否则为空文本。 For whom; empty = for themselves.")
    digest: str = shown("摘要: 本条及此前各条的摘要。 Digest of this and of all before.")


@shows(Register, description="权限登记: 已发放的密钥和账户。 Keys and accounts that were given.")
class AccessRegister:
    """Who may come in."""

    keys: list[AccessKey] = shown("密钥: 全部密钥，包括已撤销的。 All keys, also those that are revoked.")
    accounts: list[AccessAccount] = shown("账户: 全部账户，包括已撤销的。 All accounts, also those that are revoked.")


@strawberry.type
class AccessQuestions:
    """Who asks."""

    @answers("当前查询者: 谁在查询、可以做什么。 Who asks, and what they may do.")
    def viewer(self, info: Info) -> Viewer | None:
        """Who asks."""
        found: Any = info.context.principal
        return found  # type: ignore[no-any-return]

    @answers(
        "审计链末值: 审计最后一条记录的摘要，尚无记录时为空值，应急联络表页脚即印此值。 Digest of the last line of the "
        "audit, which `baodian audit verify --head` takes; null if there is none."
    )
    def audit_head(self, info: Info) -> str | None:
        """Head of the chain."""
        return info.context.audit_head() or None

    @answers(
        "审计记录: 谁改动了什么、看到了谁的号码，最近者在前；仅审计员可查。 Who changed what and saw whose numbers, "
        "newest first; for auditors."
    )
    def audit_entries(
        self,
        info: Info,
        first: First = 50,
        before: Annotated[
            int | None,
            about("序号之前: 只看该序号之前的记录，空值为自最新起。 Those before this number; null = newest."),
        ] = None,
    ) -> list[AuditEntry] | None:
        """Entries of the audit."""
        if not 0 <= first <= MOST_ENTRIES:
            raise InvalidInput(say("Ask for at most {most} entries at once.", most=MOST_ENTRIES), argument="first")
        found: Any = [row_of(line) for line in info.context.audit.newest(first, before)]
        return found  # type: ignore[no-any-return]

    @answers(
        "权限登记: 已发放的密钥和账户，仅权限管理员可查。 Keys and accounts that were given, as this process knows "
        "them (2 s at most behind the store); for administrators."
    )
    def access_register(self, info: Info) -> AccessRegister | None:
        """The register."""
        found: Any = info.context.register()
        return found  # type: ignore[no-any-return]
