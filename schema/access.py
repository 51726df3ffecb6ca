"""Access (权限): who may do what, and whose personal values they see, as data. What is not named here nobody may.

A personal value is one whose field is marked so (`schema.entity.Label.personal`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import unique
from typing import Final

from schema.vocabulary import Term


@unique
class Act(Term):
    """操作权限: what somebody may be allowed to do."""

    READ = "READ", "查询", "ask questions"
    SWITCH = "SWITCH", "置位与操作登记", "record switching"
    ASSIGN = "ASSIGN", "责任分配", "assign roles"
    HANDLE = "HANDLE", "应急事件处置", "work on incidents"
    AUDIT = "AUDIT", "查阅审计记录", "read the audit"
    ADMINISTER = "ADMINISTER", "权限管理", "administer access"


@unique
class Sight(Term):
    """个人信息可见范围: whose personal values come unmasked."""

    NONE = "NONE", "不可见", "nobody"
    OWN = "OWN", "本人所辖客户", "own customers"
    ALL = "ALL", "全部", "everybody"


@unique
class AccessRole(Term):
    """权限角色: what a person or machine is here, which is not whom a role of the responsibility table names."""

    VIEWER = "VIEWER", "查阅人员", "viewer"
    DISPATCHER = "DISPATCHER", "调度值班员", "dispatcher"
    ACCOUNT_MANAGER = "ACCOUNT_MANAGER", "客户经理", "account manager"
    PLANNER = "PLANNER", "规划人员", "planner"
    INTEGRATOR = "INTEGRATOR", "集成系统", "integrator (a machine)"
    AUDITOR = "AUDITOR", "审计员", "auditor"
    ADMINISTRATOR = "ADMINISTRATOR", "权限管理员", "administrator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a role may do, and whose personal values it sees."""

    acts: frozenset[Act]
    sight: Sight = Sight.NONE


GRANTS: Final[Mapping[AccessRole, Grant]] = {
    AccessRole.VIEWER: Grant(acts=frozenset({Act.READ})),
    AccessRole.DISPATCHER: Grant(acts=frozenset({Act.READ, Act.SWITCH, Act.ASSIGN, Act.HANDLE}), sight=Sight.ALL),
    AccessRole.ACCOUNT_MANAGER: Grant(acts=frozenset({Act.READ}), sight=Sight.OWN),
    AccessRole.PLANNER: Grant(acts=frozenset({Act.READ})),
    AccessRole.INTEGRATOR: Grant(acts=frozenset({Act.READ, Act.SWITCH})),
    AccessRole.AUDITOR: Grant(acts=frozenset({Act.READ, Act.AUDIT})),
    AccessRole.ADMINISTRATOR: Grant(acts=frozenset({Act.READ, Act.ASSIGN, Act.ADMINISTER})),
}
"""Every role; one that stands not here may nothing."""

_READ = (
    "node nodes search resolve graph customers feeders substations people teams plans equipment loads "
    "customersOut switchesOffNormal openPoints impact incident incidents board locateFault restoration "
    "readiness supplyRisks contingencies screening cutPairs tieWorths viewer trace paths neighbourhood vocabulary "
    "boardChanged graphChanged incidentChanged"
)
QUESTIONS: Final[Mapping[str, Act]] = {**dict.fromkeys(_READ.split(), Act.READ), "auditEntries": Act.AUDIT}
"""What one must be allowed to do to ask each question of the API; one that stands not here nobody can ask."""
