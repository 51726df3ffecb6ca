"""Keys and accounts as the API shows them to administrators: never what opens anything."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import strawberry

from graph_api.access.accounts import Account
from graph_api.access.principal import known_roles
from graph_api.access.register import ApiKey
from graph_api.graphql.acts.terms import AccessRole
from graph_api.graphql.context import Info
from graph_api.graphql.fields import answers
from graph_api.graphql.projection import shown, shows

SCOPE = (
    "可见范围: 单位、区域的标识，含其下级，空值为全部。 Ids of the organisations and areas that it is for; null = "
    "everything."
)


@shows(ApiKey, description="访问密钥: 一个机器或人员的密钥。 A key of a machine or person.")
class AccessKey:
    """A key."""

    id: strawberry.ID = shown("标识: 密钥的标识，即密钥文本的前段。 Id, which its text begins with.")
    name: str = shown("名称: 给何人、作何用。 Whose it is, what it is for.")

    @answers("权限角色: 可担任的角色。 What it may do.")
    def roles(self: Any) -> list[AccessRole]:
        """Those that are known here."""
        return [role for role in AccessRole if role in known_roles(self.given_roles)]

    scope: list[strawberry.ID] | None = shown(SCOPE)
    person: strawberry.ID | None = shown("对应人员: 所属人员的标识，没有时为空。 Id of whose it is; null = nobody's.")
    created_at: datetime = shown("发放时间: 何时发放。 When it was given.")
    created_by: str = shown("发放人: 何人发放。 Who gave it.")
    expires_at: datetime | None = shown("失效时间: 何时失效，空值为不失效。 When it ends; null = never.")

    @answers("绑定文档: 只能发送一个文档时为 true。 True if it may send one document alone.")
    def is_bound(self: Any) -> bool:
        """Whether it is."""
        return self.only is not None

    revoked_at: datetime | None = shown("撤销时间: 何时撤销，未撤销时为空。 When it was revoked; null = it is not.")
    revoked_by: str | None = shown("撤销人: 何人撤销，未撤销时为空。 Who revoked it; null = nobody did.")

    @answers("有效: 目前可用时为 true。 True if it opens anything now.")
    def holds(self: Any, info: Info) -> bool:
        """Whether it does."""
        key: ApiKey = self
        return key.holds(info.context.now)


@shows(Account, description="账户: 一个人员的账户。 An account of a person.")
class AccessAccount:
    """An account."""

    id: strawberry.ID = shown("标识: 账户的标识。 Its id.")
    name: str = shown("名称: 登录所用的名称。 What one logs in with.")

    @answers("权限角色: 可担任的角色。 What it may do.")
    def roles(self: Any) -> list[AccessRole]:
        """Those that are known here."""
        return [role for role in AccessRole if role in known_roles(self.given_roles)]

    scope: list[strawberry.ID] | None = shown(SCOPE)
    person: strawberry.ID = shown("对应人员: 账户是何人。 Id of the person that it is.")

    @answers("有口令: 可用口令登录时为 true。 True if a password opens it.")
    def has_password(self: Any) -> bool:
        """Whether one does."""
        return self.password is not None

    subject: str | None = shown("统一身份: 在统一身份认证中的 `sub`，没有时为空。 Claim `sub`; null = nobody there.")
    created_at: datetime = shown("建立时间: 何时建立。 When it was made.")
    created_by: str = shown("建立人: 何人建立。 Who made it.")
    changed_at: datetime = shown("变更时间: 最近一次变更的时间。 When it was changed last.")
    changed_by: str = shown("变更人: 最近一次由何人变更。 Who changed it last.")
    revoked_at: datetime | None = shown("撤销时间: 何时撤销，未撤销时为空。 When it was revoked; null = it is not.")
    holds: bool = shown("有效: 目前可用时为 true。 True if it opens anything.")
