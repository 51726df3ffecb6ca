"""Access (权限): who may do what, and whose personal values they see, as data. What is not named here nobody may.

A personal value is one whose field is marked so (`schema.entity.Label.personal`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import unique
from typing import Final

from schema.vocabulary import ResponsibilityRole, Term


@unique
class Act(Term):
    """操作权限: what somebody may be allowed to do."""

    READ = "READ", "查询", "ask questions"
    SWITCH = "SWITCH", "置位与操作登记", "record switching"
    ASSIGN = "ASSIGN", "责任分配", "assign roles"
    HANDLE = "HANDLE", "应急事件处置", "work on incidents"
    DRILL = "DRILL", "组织演练", "start drills"
    REVEAL = "REVEAL", "查看号码", "reveal numbers for a reason"
    ELEVATE = "ELEVATE", "紧急授权", "be elevated for a reason and a time"
    AUDIT = "AUDIT", "查阅审计记录", "read the audit"
    ADMINISTER = "ADMINISTER", "权限管理", "administer access"


@unique
class Sight(Term):
    """个人信息可见范围: whose personal values come unmasked. Several add up."""

    OWN = "OWN", "本人所辖客户", "own customers"
    STAFF = "STAFF", "供电公司人员", "the utility's own people"
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
    sight: Sight | None = None
    """None = nobody's."""


GRANTS: Final[Mapping[AccessRole, Grant]] = {
    AccessRole.VIEWER: Grant(acts=frozenset({Act.READ})),
    AccessRole.DISPATCHER: Grant(
        acts=frozenset({Act.READ, Act.SWITCH, Act.ASSIGN, Act.HANDLE, Act.DRILL, Act.REVEAL, Act.ELEVATE}),
        sight=Sight.STAFF,
    ),
    AccessRole.ACCOUNT_MANAGER: Grant(acts=frozenset({Act.READ, Act.ELEVATE}), sight=Sight.OWN),
    AccessRole.PLANNER: Grant(acts=frozenset({Act.READ, Act.DRILL, Act.ELEVATE})),
    AccessRole.INTEGRATOR: Grant(acts=frozenset({Act.READ, Act.SWITCH})),
    AccessRole.AUDITOR: Grant(acts=frozenset({Act.READ, Act.AUDIT})),
    AccessRole.ADMINISTRATOR: Grant(acts=frozenset({Act.READ, Act.ASSIGN, Act.ADMINISTER})),
}
"""Every role; one that stands not here may nothing."""

OF_THE_WHOLE: Final = frozenset({Act.AUDIT, Act.ADMINISTER})
"""Acts that nobody has for a part: who has a scope may not, whatever the role."""

ELEVATED: Final = Grant(acts=GRANTS[AccessRole.DISPATCHER].acts, sight=Sight.ALL)
"""What whoever is elevated (break-glass) may beside."""

CUSTOMERS_ROLES: Final = frozenset(
    {
        ResponsibilityRole.CUSTOMER_DUTY_MANAGER,
        ResponsibilityRole.CUSTOMER_ELECTRICIAN,
        ResponsibilityRole.CUSTOMER_BILLING,
        ResponsibilityRole.CUSTOMER_OUTAGE_CONTACT,
    }
)
"""Roles of a customer's own people; whoever holds one is none of the utility's staff."""

_READ = (
    "node nodes search resolve graph customers feeders substations people teams plans equipment loads "
    "customersOut switchesOffNormal openPoints impact incident incidents board generatorTrucks "
    "responsibilityTable roster "
    "locateFault restoration readiness supplyRisks contingencies screening cutPairs tieWorths viewer auditHead trace "
    "paths neighbourhood picture vocabulary "
    "boardChanged graphChanged incidentChanged"
)
QUESTIONS: Final[Mapping[str, Act]] = {
    **dict.fromkeys(_READ.split(), Act.READ),
    "auditEntries": Act.AUDIT,
    "accessRegister": Act.ADMINISTER,
}
"""What one must be allowed to do to ask each question of the API; one that stands not here nobody can ask."""

_WHOLE = (
    "loads locateFault readiness supplyRisks contingencies screening cutPairs tieWorths auditEntries accessRegister"
)
SCOPED: Final = QUESTIONS.keys() - frozenset(_WHOLE.split())
"""Questions that are answered to who has a scope; the others tell of the whole and are refused."""

_ADMINISTERING = "addKey addAccount changeAccount resetPassword revokeAccess"
CHANGES: Final[Mapping[str, Act]] = {
    "revealContact": Act.REVEAL,
    "elevate": Act.ELEVATE,
    "endElevation": Act.ELEVATE,
    **dict.fromkeys(_ADMINISTERING.split(), Act.ADMINISTER),
}
"""The same of each change of the API that is no command on the graph: commands say it themselves."""
