"""Service commitments of the utility (服务承诺): what it promises, and what rules allow at most; who is told when
nobody takes an incident in hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from schema.commitment import EscalationRule, ServiceCommitment
from schema.incident_terms import CommitmentType, IncidentLevel, WorkOrderState
from schema.relationships import RelationshipKind
from schema.vocabulary import AreaClass, Importance
from seeds.city import PREFIX
from seeds.row import Row, link

_S, _A, _T = WorkOrderState, AreaClass, CommitmentType
_PROMISES = "国家电网有限公司供电服务“十项承诺”（2022）"
_RULES = "供电服务规范"
_BACK = WorkOrderState.TEMPORARILY_RESTORED


class _Limit(NamedTuple):
    code: str
    name: str
    begins: WorkOrderState
    ends: WorkOrderState
    limit_min: float
    warn_min: float | None
    area_class: AreaClass | None
    commitment_type: CommitmentType
    basis: str


_LIMITS = (
    _Limit("REPLY", "紧急诉求10分钟内答复", _S.REPORTED, _S.REPLIED, 10, 3, None, _T.PROMISE, "公司内部规定"),
    _Limit("SITE", "重点客户45分钟内到达现场", _S.REPORTED, _S.ARRIVED, 45, 10, None, _T.PROMISE, "公司内部规定"),
    _Limit("SITE-C", "城区45分钟内到达现场", _S.REPORTED, _S.ARRIVED, 45, None, _A.CITY, _T.AVERAGE, _PROMISES),
    _Limit("SITE-R", "农村90分钟内到达现场", _S.REPORTED, _S.ARRIVED, 90, None, _A.RURAL, _T.AVERAGE, _PROMISES),
    _Limit("SITE-F", "边远地区2小时内到达现场", _S.REPORTED, _S.ARRIVED, 120, None, _A.REMOTE, _T.AVERAGE, _PROMISES),
    _Limit("BACK-C", "城区到达后3小时内复电", _S.ARRIVED, _BACK, 180, 30, _A.CITY, _T.AVERAGE, _PROMISES),
    _Limit("BACK-R", "农村到达后4小时内复电", _S.ARRIVED, _BACK, 240, 30, _A.RURAL, _T.AVERAGE, _PROMISES),
    _Limit("CAP-C", "城区到达现场上限60分钟", _S.REPORTED, _S.ARRIVED, 60, 5, _A.CITY, _T.CAP, _RULES),
    _Limit("CAP-R", "农村到达现场上限120分钟", _S.REPORTED, _S.ARRIVED, 120, 5, _A.RURAL, _T.CAP, _RULES),
    _Limit("CAP-F", "边远地区到达现场上限240分钟", _S.REPORTED, _S.ARRIVED, 240, 5, _A.REMOTE, _T.CAP, _RULES),
)  # fmt: skip


def commitment_rows() -> Iterator[Row]:
    """The commitments, the same in every city."""
    for each in _LIMITS:
        yield Row(
            ServiceCommitment(
                id=f"{PREFIX}:SC:{each.code}",
                name=each.name,
                begins=each.begins,
                ends=each.ends,
                limit_min=each.limit_min,
                warn_min=each.warn_min,
                area_class=each.area_class,
                commitment_type=each.commitment_type,
                basis=each.basis,
            )
        )


class _Rule(NamedTuple):
    code: str
    name: str
    after_min: float
    told: str
    level: IncidentLevel | None = None
    importance: Importance | None = None


_RULES_OF_TELLING = (
    _Rule("DUTY", "5分钟无人确认，通知当值调度", 5, "TEAM:DISP"),
    _Rule("SECOND", "涉及二级及以上重要客户，15分钟无人确认，通知应急办主任", 15, "PER:LEAD2", None, Importance.SECOND),
    _Rule("FIRST", "涉及一级及以上重要客户，20分钟无人确认，通知分管副总经理", 20, "PER:LEAD1", None, Importance.FIRST),
    _Rule("LEVEL", "Ⅱ级及以上事件，立即通知分管副总经理", 0, "PER:LEAD1", IncidentLevel.II),
)


def escalation_rows() -> Iterator[Row]:
    """Who is told, the same in every city; one utility's rule tells of the two upper classes its leaders first."""
    for each in _RULES_OF_TELLING:
        yield Row(
            EscalationRule(
                id=f"{PREFIX}:ER:{each.code}",
                name=each.name,
                after_min=each.after_min,
                level=each.level,
                importance=each.importance,
            ),
            link(RelationshipKind.ESCALATES_TO, f"{PREFIX}:{each.told}"),
        )
