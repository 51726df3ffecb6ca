"""Readiness: each kind of finding on a customer that lacks one thing, and none on one that lacks nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from graph_api.errors import InvalidInput
from graph_api.readmodel.model import ReadModel
from graph_api.services.readiness.finding_kinds import FindingKind
from graph_api.services.readiness.findings import Finding, findings, key_of
from schema.batch import GraphBatch
from schema.customer import EmergencySource
from schema.entity import Entity
from schema.people import Assignment, Contact, Person
from schema.plan import EmergencyPlan, PlanVersion, Procedure, ProcedureStep
from schema.relationships import Relationship, RelationshipKind
from schema.requirements import required_roles
from schema.vocabulary import (
    ContactType,
    EmergencySourceType,
    Importance,
    ResponsibilityRole,
    SupplyState,
)
from schema.words import Language
from tests.drawing import draw

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
GRID = """
    G1 - B1 - CB1 - S1>C1
    G2 - B2 - CB2 - S2>C1:standby
    B1 - CB3 - S3>C2
"""
SECOND = {"importance": Importance.SECOND}
READY: dict[str, Any] = {
    "version": PlanVersion(
        id="V1", version=1, approved_on=date(2026, 1, 5), review_due=date(2027, 1, 5), drilled_on=date(2026, 9, 1)
    ),
    "states": (SupplyState.NORMAL, SupplyState.DEGRADED, SupplyState.LOST),
    "step": ProcedureStep(
        id="P-LOST-1", order=1, text="检查发电机自启动", role=ResponsibilityRole.CUSTOMER_ELECTRICIAN
    ),
    "source": EmergencySource(id="GEN", name="发电机"),
    "left": (),
}
"""A customer of the second class with two supplies that lacks nothing."""


def link(kind: RelationshipKind, source: str, target: str) -> Relationship:
    return Relationship(kind=kind, source=source, target=target)


def model_of(**other: Any) -> ReadModel:
    """C1 as READY says, but for what is told otherwise."""
    asked = {**READY, **other}
    entities: list[Entity] = [EmergencyPlan(id="PLAN"), asked["version"], asked["source"], asked["step"]]
    links = [
        link(RelationshipKind.PLAN_FOR, "PLAN", "C1"),
        link(RelationshipKind.HAS_VERSION, "PLAN", "V1"),
        link(RelationshipKind.CONTAINED_IN, "GEN", "C1.1"),
        link(RelationshipKind.ACTS_ON, "P-LOST-1", "GEN"),
    ]
    for state in asked["states"]:
        entities.append(Procedure(id=f"P-{state.value}", name=f"{state.zh}程序", state=state))
        links.append(link(RelationshipKind.HAS_PROCEDURE, "V1", f"P-{state.value}"))
    links.append(link(RelationshipKind.HAS_STEP, f"P-{asked['states'][-1].value}", "P-LOST-1"))
    plain = draw(GRID, C1=SECOND)
    people = sorted(required_roles(plain.entity(plain.index("C1"))) - {*asked["left"]})
    number = Contact(id="TEL", contact_type=ContactType.MOBILE, value="+8613912345678", verified_on=date(2026, 10, 1))
    entities += [Person(id="ZHANG", name="张三"), number]
    links.append(link(RelationshipKind.HAS_CONTACT, "ZHANG", "TEL"))
    for role in people:
        entities.append(Assignment(id=f"A-{role.value}", role=role))
        links += [link(RelationshipKind.HELD_BY, f"A-{role.value}", "ZHANG")]
        links += [link(RelationshipKind.COVERS, f"A-{role.value}", "C1")]
    batch = GraphBatch(entities=entities, relationships=links)
    return ReadModel.build(draw(GRID, batch, C1=SECOND))


def told(model: ReadModel, at: datetime = AT, **wanted: Any) -> list[tuple[str, str]]:
    return [(each.kind.value, str(each.sentence)) for each in findings(model, at, **wanted)]


def test_who_is_ready_has_no_finding() -> None:
    assert told(model_of()) == []


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (
            {"version": replace(READY["version"], approved_on=None)},
            ("PLAN_MISSING", "Its plan is only a draft: nobody has approved it."),
        ),
        (
            {"version": replace(READY["version"], review_due=date(2026, 11, 22))},
            ("REVIEW_OVERDUE", "Its plan was to be reviewed by 2026-11-22."),
        ),
        (
            {"version": replace(READY["version"], drilled_on=date(2026, 5, 23))},
            ("DRILL_OVERDUE", "Its plan was last drilled on 2026-05-23."),
        ),
        (
            {"version": replace(READY["version"], drilled_on=None)},
            ("DRILL_OVERDUE", "Its plan was never drilled."),
        ),
        (
            {"states": (SupplyState.NORMAL, SupplyState.LOST)},
            ("PROCEDURE_MISSING", "Its plan has no procedure for: at least one supply live, at least one dead."),
        ),
        (
            {"step": replace(READY["step"], role=None)},
            ("STEP_INCOMPLETE", "电源失电程序, step 1 names nobody to do it."),
        ),
        (
            {"source": replace(READY["source"], in_service=False)},
            ("STEP_CONTRADICTED", "电源失电程序, step 1: 发电机 is out of service."),
        ),
        (
            {
                "source": replace(READY["source"], name="UPS", source_type=EmergencySourceType.UPS),
                "step": replace(READY["step"], text="启动 UPS"),
            },
            ("STEP_CONTRADICTED", "电源失电程序, step 1: UPS is never started: it carries on by itself."),
        ),
        (
            {"left": (ResponsibilityRole.DISPATCHER,)},
            ("ROLE_GAP", "duty dispatcher: nobody holds the role."),
        ),
    ],
)
def test_one_thing_lacks(other: dict[str, Any], expected: tuple[str, str]) -> None:
    (found,) = told(model_of(**other))
    assert (found[0], found[1].replace(SupplyState.LOST.zh, "电源失电")) == expected


@pytest.mark.parametrize(
    "other",
    [
        {"version": replace(READY["version"], review_due=date(2026, 11, 23), drilled_on=date(2026, 5, 24))},
        {"source": replace(READY["source"], source_type=EmergencySourceType.UPS)},  # checked, not started
    ],
)
def test_just_ready(other: dict[str, Any]) -> None:
    assert told(model_of(**other)) == []


def test_who_is_not_listed_needs_no_plan_and_one_supply_no_procedure_for_degraded() -> None:
    plain = ReadModel.build(draw(GRID, C1=SECOND))
    assert [kind for kind, _ in told(plain, kinds=[FindingKind.PLAN_MISSING])] == ["PLAN_MISSING"]
    assert told(plain, customers=[plain.graph.index("C2")]) == []
    assert told(plain, importance=[Importance.ORDINARY]) == []


def test_order_keys_and_languages() -> None:
    left = (ResponsibilityRole.DISPATCHER,)
    model = model_of(source=replace(READY["source"], in_service=False), left=left)
    found: list[Finding] = findings(model, AT)
    assert [each.kind.value for each in found] == ["STEP_CONTRADICTED", "ROLE_GAP"]
    keys = [key_of(model.graph, each) for each in found]
    assert keys == ["STEP_CONTRADICTED C1 P-LOST-1 GEN", "ROLE_GAP C1 C1 DISPATCHER"]
    assert found[0].sentence.text(Language.ZH).endswith("第 1 步：发电机已停用。")
    missing = findings(model_of(states=(SupplyState.NORMAL, SupplyState.LOST)), AT)
    assert SupplyState.DEGRADED.zh in missing[0].sentence.text(Language.ZH)


def test_only_customers_can_be_named() -> None:
    model = model_of()
    with pytest.raises(InvalidInput, match="B1 is no customer"):
        findings(model, AT, customers=[model.graph.index("B1")])
