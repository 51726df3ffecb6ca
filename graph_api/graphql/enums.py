"""Enums of the API: every vocabulary of the schema with its labels, and a few words of the API's own."""

from __future__ import annotations

import inspect
from enum import Enum, StrEnum
from typing import Any, TypeVar

import strawberry

from graph_api.errors import BaodianError, ErrorCode
from graph_api.services.incident.drills import DrillScript
from graph_api.services.outage.event import Cause
from schema import vocabulary
from schema.incident_terms import (
    CallOutcome,
    ClockEvent,
    ClockState,
    CommitmentType,
    EntryType,
    IncidentLevel,
    NoticeOutcome,
    StepOutcome,
    WorkOrderState,
)
from schema.record_terms import HazardGrade, HazardType, OutageType, VehicleState, VehicleType
from schema.registry import EntityKind
from schema.relationships import RelationshipKind
from schema.supply_rules import SupplyDemand
from schema.vocabulary import Term
from schema.words import Language as Language
from schema.working_days import DayKind

T = TypeVar("T", bound=type[Enum])

VOCABULARIES: tuple[type[Term], ...] = (
    *(
        member
        for _, member in inspect.getmembers(vocabulary, inspect.isclass)
        if issubclass(member, Term) and member is not Term
    ),
    RelationshipKind,
    SupplyDemand,
)
"""Every vocabulary of things, by name."""
SAID_WHOLE: tuple[type[Term], ...] = (
    EntryType,
    IncidentLevel,
    StepOutcome,
    WorkOrderState,
    NoticeOutcome,
    CallOutcome,
    CommitmentType,
    ClockState,
    ClockEvent,
    VehicleType,
    VehicleState,
    OutageType,
    HazardType,
    HazardGrade,
    DayKind,
    DrillScript,
)
"""What happened and how far it is: terms that say it in themselves."""


def described(cls: T, values: dict[str, str], description: str | None = None) -> T:
    """Make `cls` a GraphQL enum with a description on it and on each of its values."""
    strawberry.enum(cls, description=description or first_line(cls))
    definition: Any = cls.__strawberry_definition__  # type: ignore[attr-defined]
    for value in definition.values:
        value.description = values[value.name]
    return cls


def first_line(cls: type) -> str:
    """The first line of a class's docstring."""
    return inspect.getdoc(cls).splitlines()[0] if cls.__doc__ else ""  # type: ignore[union-attr]


def labels(vocabulary_: type[Term]) -> dict[str, str]:
    """Descriptions of a vocabulary's values: both labels of each."""
    return {term.name: f"{term.zh} · {term.en}" for term in vocabulary_}


def clauses(vocabulary_: type[Term]) -> dict[str, str]:
    """Descriptions of values whose labels say in both languages what is so: 已派单, sent to a crew."""
    return {term.name: f"{term.zh}。 {term.en[0].upper()}{term.en[1:]}." for term in vocabulary_}


for _vocabulary in VOCABULARIES:
    described(_vocabulary, labels(_vocabulary))
for _vocabulary in SAID_WHOLE:
    described(_vocabulary, clauses(_vocabulary))

described(
    Cause,
    {
        "OPENED": "退出运行 · out of service, and nothing else happens",
        "FAULTED": "故障 · protection acts first, then what is left without supply is lost",
        "ISOLATED": "隔离 · cut out; what tripped elsewhere is closed again, and the rest fed over ties if it can be",
    },
)

described(
    EntityKind,
    {kind.name: first_line(kind.cls) for kind in EntityKind},
    "实体类型: kind of a thing in the graph.",
)


def _error_texts() -> dict[str, str]:
    texts: dict[str, str] = {}
    todo: list[type[BaodianError]] = [BaodianError]
    while todo:
        cls = todo.pop()
        if "code" in vars(cls):
            texts[cls.code.name] = first_line(cls)
        todo += cls.__subclasses__()
    return texts | {
        "GRAPHQL_PARSE_FAILED": "The document is no GraphQL.",
        "GRAPHQL_VALIDATION_FAILED": "The document or its variables do not fit the schema.",
        "INTERNAL": "Something unforeseen; `extensions.errorId` names it in the service's log.",
    }


described(ErrorCode, _error_texts(), "错误代码: `extensions.code` of an error, or `code` of a UserError.")


class ConnectionDirection(StrEnum):
    """方向: which way a relationship is walked."""

    OUT = "OUT"
    IN = "IN"


described(Language, {"ZH": "中文 · Chinese", "EN": "英文 · English"})
described(ConnectionDirection, {"OUT": "出 · from source to target", "IN": "入 · from target to source"})
