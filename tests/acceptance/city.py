"""The city of the night (验收之夜的城市): its grid, people, plan of the hospital, limits, rules and trucks.

                 ┌── S1 C1 医院 (main)   ┌── S3 C3 小区
    F1  CB1 ─ L1 ┴── S2 C2 工厂 ── LS1 ─ L2 ┬─ LS9/ (from afar) ── F3
    F2  CB2 ─ L5 ┬── S4 C1 医院 (standby)   └─ LS8/ (by hand) ──── F4
                 └── S5 C4 商场

kW: hospital 300 (200 of them its operating theatres), factory 300, housing 500, mall 100.
"""  # fmt: skip

from __future__ import annotations

from datetime import date
from typing import Any

from loaders.drawing import batch
from schema.batch import GraphBatch
from schema.commitment import EscalationRule, ServiceCommitment
from schema.customer import AccessPoint
from schema.grid import FaultIndicator
from schema.incident_terms import WorkOrderState
from schema.people import Assignment, Contact, Person, Team
from schema.plan import EmergencyPlan, PlanVersion, Procedure, ProcedureStep
from schema.record_terms import VehicleState, VehicleType
from schema.relationships import Relationship, RelationshipKind
from schema.vehicle import Vehicle
from schema.vocabulary import Importance, ResponsibilityRole, SupplyState, TransferMode

GRID = """
F1 = CB1
F2 = CB2
F3 = CB3
F4 = CB4
G1 - B1 - CB1 - L1(800m) - n1 - LS1 - L2(600m) - n2 - LS9/ - n3
G2 - B2 - CB2 - L5(900m) - n5
G3 - B3 - CB3 - L7(700m) - n3
G4 - B4 - CB4 - L8(700m) - n4
n2 - LS8/ - n4
n1 - S1>C1 - SB1 - IB1 - LD1(200kW)
n5 - S4>C1:standby - SB2/ - IB1 - LD2(100kW)
n1 - S2>C2
n2 - S3>C3
n5 - S5>C4
"""
NAMES = {
    "F1": "滨河一线", "F2": "滨河二线", "F3": "城东线", "F4": "城西线", "CB1": "滨河一线101开关",
    "CB2": "滨河二线102开关", "L1": "滨河一线1号电缆", "L2": "滨河一线2号电缆", "L5": "滨河二线1号电缆",
    "LS1": "滨河一线1号环网柜102间隔", "LS9": "城东联络开关", "LS8": "城西联络开关", "C2": "精密铸造厂",
    "C3": "河滨花园", "C4": "百货商场",
}  # fmt: skip
FIELDS: dict[str, dict[str, Any]] = {
    "C1": {"importance": Importance.SPECIAL, "name": "市人民医院"},
    "LD1": {"security": True, "permitted_interruption_s": 1800.0, "name": "手术室"},
    "LD2": {"name": "门诊照明"},
    "C1.1": {"transfer": TransferMode.AUTOMATIC, "transfer_seconds": 5.0},
    "C2.1": {"load_kw": 300.0},
    "C3.1": {"load_kw": 500.0},
    "C4.1": {"load_kw": 100.0},
    "LS1": {"remote_controlled": True},
    "LS9": {"remote_controlled": True},
    **{each: {"remote_controlled": True} for each in ("CB1", "CB2", "CB3", "CB4")},
}
QUICK = "快速接头 400A×4"


def city() -> GraphBatch:
    """All of it."""
    given = {name: dict(FIELDS.get(name, {})) for name in {*FIELDS, *NAMES}}
    for name, text in NAMES.items():
        given[name]["name"] = text
    drawn = batch(GRID, **given)
    entities = [*drawn.entities, *_people(), *_plan(), *_rules(), *_trucks()]
    links = [Relationship(kind=RelationshipKind[kind], source=source, target=target) for kind, source, target in LINKS]
    return GraphBatch(entities=entities, relationships=[*drawn.relationships, *links])


LINKS = [
    *(tuple(each.split()) for each in (
        "ESCALATES_TO R5 P2", "ESCALATES_TO R15 P3", "MONITORS FI1 L1", "MONITORS FI2 L2",
        "PLAN_FOR PLAN C1", "HAS_VERSION PLAN PLAN1", "HAS_PROCEDURE PLAN1 DEG", "HAS_PROCEDURE PLAN1 LOST",
        "HAS_STEP DEG DEG1", "HAS_STEP DEG DEG2", "HAS_STEP LOST LOST1", "HAS_STEP LOST LOST2",
        "COVERS A1 C1", "HELD_BY A1 P4", "HAS_CONTACT P4 TEL4",
        "CONTAINED_IN AP1 C1.1", "ATTACHES_TO AP1 IB1", "CREWED_BY V1 T2",
    )),
]  # fmt: skip


def _people() -> list[Any]:
    names = {"P1": "严世丽", "P2": "王芳", "P3": "李建军", "P4": "周电工"}
    return [
        *(Person(id=id, name=name) for id, name in names.items()),
        Team(id="T1", name="抢修班"), Team(id="T2", name="发电班"),
        Contact(id="TEL4", value="+8612900001234", verified_on=date(2026, 11, 1)),
        Assignment(id="A1", role=ResponsibilityRole.CUSTOMER_ELECTRICIAN),
    ]  # fmt: skip


def _plan() -> list[Any]:
    electrician = ResponsibilityRole.CUSTOMER_ELECTRICIAN
    return [
        FaultIndicator(id="FI1", name="1号电缆故障指示器"), FaultIndicator(id="FI2", name="2号电缆故障指示器"),
        EmergencyPlan(id="PLAN", name="市人民医院一户一案"),
        PlanVersion(id="PLAN1", version=1, approved_on=date(2026, 6, 1), review_due=date(2027, 6, 1)),
        Procedure(id="DEG", name="一路失电处置程序", state=SupplyState.DEGRADED),
        ProcedureStep(id="DEG1", order=1, text="核对备自投已动作", role=electrician, time_limit_s=300),
        ProcedureStep(id="DEG2", order=2, text="检查应急接入点", role=electrician, time_limit_s=3600),
        Procedure(id="LOST", name="双路失电处置程序", state=SupplyState.LOST),
        ProcedureStep(id="LOST1", order=1, text="手术室转 UPS 供电", role=electrician, time_limit_s=300),
        ProcedureStep(id="LOST2", order=2, text="接入发电车", role=electrician, time_limit_s=3600),
    ]  # fmt: skip


def _rules() -> list[Any]:
    state = WorkOrderState
    return [
        ServiceCommitment(id="SITE", name="45分钟内到达现场", begins=state.DISPATCHED, ends=state.ARRIVED, limit_min=45,
                          warn_min=10),
        EscalationRule(id="R5", name="5分钟无人确认", after_min=5),
        EscalationRule(id="R15", name="15分钟无人确认", after_min=15),
    ]  # fmt: skip


def _trucks() -> list[Any]:
    common: dict[str, Any] = {
        "vehicle_type": VehicleType.GENERATOR_TRUCK, "state": VehicleState.STANDBY, "nominal_kv": 0.4, "cable_m": 50,
        "connector": QUICK, "longitude": 118.0,
    }  # fmt: skip
    return [
        AccessPoint(id="AP1", name="医院应急接入点", nominal_kv=0.4, cable_m=30, connector=QUICK, longitude=118.0,
                    latitude=29.0),
        Vehicle(id="V1", name="1号发电车", kw=400, latitude=29.1, **common),
        Vehicle(id="V2", name="2号发电车", kw=100, latitude=29.0, **common),
        Vehicle(id="V3", name="3号发电车", kw=400, latitude=29.2, **common),
    ]  # fmt: skip
