"""A little city for API tests, drawn by hand.

S1 --B1--n1--L1--n2--F1--n3--(M1)   C1 receiving point R1
S2 --B2--n4--------------------(M2)
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from schema.customer import Customer, ReceivingPoint, Site, SupplySource
from schema.entity import Entity, FieldOrigin
from schema.grid import (
    ACLineSegment,
    Breaker,
    ConnectivityNode,
    EnergySource,
    Feeder,
    Fuse,
    RiskGroup,
    Substation,
    Tower,
)
from schema.people import Assignment, Contact, Organisation, Person, Shift, Team
from schema.plan import EmergencyPlan, PlanVersion, Procedure, ProcedureStep
from schema.provenance import Alias, IdentifierMapping, SourceLoad
from schema.relationships import Relationship
from schema.relationships import RelationshipKind as R
from schema.vocabulary import Importance, ResponsibilityRole, SupplyRole, SupplyState

NOW = datetime(2026, 7, 30, 6, 0, tzinfo=UTC)

ENTITIES: list[Entity] = [
    SourceLoad(id="LOAD:1", number=1, system="PMS", file="switches.csv", loaded_at=NOW, as_of=NOW),
    SourceLoad(id="LOAD:2", number=2, system="GIS", file="lines.csv", loaded_at=NOW),
    Substation(id="SUB:1", name="滨江变", nominal_kv=110),
    EnergySource(id="S1", name="滨江变10kV电源一"),
    EnergySource(id="S2", name="滨江变10kV电源二"),
    Breaker(
        id="B1", name="滨江一线911开关", load=1, row=3, overrides=(FieldOrigin(field="name", load=2, row=7),),
    ),
    Breaker(id="B2", name="滨江二线912开关", load=9, row=1),
    *(ConnectivityNode(id=f"n{number}") for number in (0, 1, 2, 3, 4, 5)),
    ACLineSegment(id="L1", name="滨江一线1号杆至2号杆", length_m=52.5),
    Tower(id="T1", name="滨江一线2号杆", longitude=120.1, latitude=30.2),
    RiskGroup(id="RG1", name="滨江同杆"),
    Fuse(id="F1", name="市一医院支线熔断器"),
    Feeder(id="FD1", name="10kV 滨江一线", number="F101"),
    Feeder(id="FD2", name="10kV 滨江二线", number="F102"),
    Customer(id="C1", name="临江市第一人民医院", number="3301000012", importance=Importance.FIRST, contract_kva=2500),
    Site(id="ST1", name="市一医院本部", address="滨江路1号"),
    ReceivingPoint(id="R1", name="市一医院受电点"),
    SupplySource(id="M1", name="市一医院主供", role=SupplyRole.MAIN),
    SupplySource(id="M2", name="市一医院备供", role=SupplyRole.STANDBY),
    Organisation(id="ORG", name="临江供电公司"),
    Team(id="TEAM", name="滨江配电抢修班"),
    *(Person(id=f"P{number}", name=name) for number, name in enumerate(("张卫国", "李建军", "王芳", "刘洋"), 1)),
    Contact(id="K1", value="+8613912345678", priority=2),
    Contact(id="K2", value="+8657188880000", contact_type="DUTY_PHONE", priority=1, verified_on=date(2026, 6, 1)),
    Assignment(id="A1", role=ResponsibilityRole.CUSTOMER_MANAGER),
    Shift(id="SH1", start=NOW, end=datetime(2026, 7, 30, 14, 0, tzinfo=UTC)),
    EmergencyPlan(id="PLAN", name="市一医院一户一案"),
    PlanVersion(id="V1", version=1, approved_on=date(2024, 1, 1)),
    PlanVersion(id="V2", version=2, approved_on=date(2026, 1, 1)),
    PlanVersion(id="V3", version=3),
    Procedure(id="PROC", name="失电处置", state=SupplyState.LOST),
    ProcedureStep(id="STEP2", order=2, text="启动应急发电"),
    ProcedureStep(id="STEP1", order=1, text="电话告知客户", role=ResponsibilityRole.CUSTOMER_MANAGER),
    IdentifierMapping(id="MAP", system="SCADA", key="911"),
    Alias(id="C1-OLD"),
]  # fmt: skip

_LINKS = """
CONNECTS S1 n0 1 | CONNECTS B1 n0 1 | CONNECTS B1 n1 2 | CONNECTS L1 n1 1 | CONNECTS L1 n2 2
CONNECTS F1 n2 1 | CONNECTS F1 n3 2 | CONNECTS M1 n3 1
CONNECTS S2 n5 1 | CONNECTS B2 n5 1 | CONNECTS B2 n4 2 | CONNECTS M2 n4 1
CONTAINED_IN FD1 SUB:1 | CONTAINED_IN FD2 SUB:1 | CONTAINED_IN B1 FD1 | CONTAINED_IN L1 FD1 | CONTAINED_IN F1 FD1
CONTAINED_IN B2 FD2 | CONTAINED_IN SUB:1 ORG | STARTS_AT FD1 B1 | STARTS_AT FD2 B2
CARRIED_BY L1 T1 | SHARES_RISK T1 RG1 | SHARES_RISK FD2 RG1
HAS_SITE C1 ST1 | HAS_RECEIVING_POINT C1 R1 | LOCATED_AT R1 ST1 | FED_BY R1 M1 | FED_BY R1 M2 | FROM_FEEDER M1 FD1
MEMBER_OF P1 TEAM | MEMBER_OF P2 TEAM | MEMBER_OF P3 TEAM | MEMBER_OF P4 TEAM | MEMBER_OF TEAM ORG
HAS_CONTACT P1 K1 | HAS_CONTACT P1 K2 | HELD_BY A1 P1 | COVERS A1 C1 | WORKED_BY SH1 P1 | OF_TEAM SH1 TEAM
PLAN_FOR PLAN C1 | HAS_VERSION PLAN V1 | HAS_VERSION PLAN V2 | HAS_VERSION PLAN V3 | HAS_PROCEDURE V2 PROC
HAS_STEP PROC STEP1 | HAS_STEP PROC STEP2 | IDENTIFIES MAP B1 | ALIAS_OF C1-OLD C1
"""


def _links() -> list[Relationship]:
    rows = [row.split() for line in _LINKS.strip().splitlines() for row in line.split("|")]
    return [
        Relationship(kind=R(kind), source=source, target=target, key=key[0] if key else "")
        for kind, source, target, *key in rows
    ]


LINKS = _links()
