"""Questions of access: who asks, and what they may do."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import strawberry

from graph_api.access.audit import Row, row_of
from graph_api.access.principal import Principal
from graph_api.actor import ActorKind
from graph_api.errors import InvalidInput
from graph_api.graphql.context import Info
from graph_api.graphql.enums import described
from graph_api.graphql.fields import First, about, answers
from graph_api.graphql.projection import shown, shows
from schema.access import AccessRole, Act, Sight
from schema.numbers import Revision
from schema.words import say

MOST_ENTRIES = 500

described(
    AccessRole,
    {
        "VIEWER": "查阅人员: 可查询，号码隐去。 Reads; numbers are masked.",
        "DISPATCHER": "调度值班员: 处置故障，登记操作，可见号码。 Works incidents, records switching, sees numbers.",
        "ACCOUNT_MANAGER": "客户经理: 可查询，可见所辖客户的号码。 Asks; sees numbers of own customers.",
        "PLANNER": "规划人员: 分析薄弱环节，号码隐去。 Explores weak spots; numbers are masked.",
        "INTEGRATOR": "集成系统: 上报开关位置的系统，号码隐去。 A machine that reports positions; numbers are masked.",
        "AUDITOR": "审计员: 查阅审计记录，号码隐去。 Reads the audit; numbers are masked.",
        "ADMINISTRATOR": "权限管理员: 维护责任分配和密钥，号码隐去。 Keeps assignments and keys; numbers are masked.",
    },
    "权限角色: 访问者在本系统中的角色，与责任岗位无关。 What somebody is here; no role of a responsibility table.",
)
described(
    Act,
    {
        "READ": "查询: 可查询。 May ask questions.",
        "SWITCH": "置位与操作登记: 可上报开关位置、登记操作。 May set positions of switches and record switching.",
        "ASSIGN": "责任分配: 可新增、修改和终止责任分配。 May set and end assignments of roles.",
        "HANDLE": "应急事件处置: 可立案、登记处置过程和结案。 May open, work on and close incidents.",
        "AUDIT": "查阅审计记录: 可查阅谁改动了什么、看到了谁的号码。 May read who changed what and saw whose numbers.",
        "ADMINISTER": "权限管理: 可维护密钥和账户。 May give and take keys and accounts.",
    },
    "操作权限: 访问者可以进行的操作。 What somebody may do.",
)
described(
    Sight,
    {
        "NONE": "不可见: 号码一律隐去。 All numbers are masked.",
        "OWN": "本人所辖客户: 可见本人及所辖客户相关人员的号码。 Those of own customers and of their people.",
        "ALL": "全部: 可见全部号码。 Everybody's.",
    },
    "个人信息可见范围: 可见何人的号码。 Whose numbers somebody sees.",
)
described(
    ActorKind,
    {
        "ANONYMOUS": "未出示密钥: 未表明身份。 Showed no key.",
        "LOCAL": "本机账户: 在服务所在机器上运行服务的账户。 The account that runs the service, on its own machine.",
        "KEY": "访问密钥: 以密钥表明身份。 Showed a key.",
        "ACCOUNT": "账户: 以本系统账户登录。 Logged in to an account of this service.",
        "SUBJECT": "统一身份认证: 经统一身份认证，未对应账户。 Known to the identity provider, and no account here.",
    },
    "身份类型: 以何种方式识别访问者。 How an actor is known.",
)


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

    sight: Sight = shown("个人信息可见范围: 可见何人的号码。 Whose numbers they see unmasked.")
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
    act: str = shown("行为: CHANGE 为变更，SEE 为看到，LOG_IN 为登录，LOG_OUT 为退出。 CHANGE, SEE, LOG_IN or LOG_OUT.")
    what: str = shown("内容: 变更命令、所见字段或登录方式。 The command, the field seen, or how one logged in.")
    things: list[str] = shown("对象: 所涉对象的标识。 Ids of the things that it was about.")
    revision: Revision = shown("版本: 当时的图谱版本。 Revision of the graph then.")
    on_behalf_of: str = shown("代何人: 代他人上报时为该人，否则为空文本。 For whom; empty = for themselves.")
    digest: str = shown("摘要: 本条及此前各条的摘要。 Digest of this and of all before.")


@strawberry.type
class AccessQuestions:
    """Who asks."""

    @answers("当前查询者: 谁在查询、可以做什么。 Who asks, and what they may do.")
    def viewer(self, info: Info) -> Viewer | None:
        """Who asks."""
        found: Any = info.context.principal
        return found  # type: ignore[no-any-return]

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
