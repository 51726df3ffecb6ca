"""Who does a step of a procedure: by what the step acts on, else by what its plan is for."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from graph_api.readmodel.model import ReadModel
from graph_api.services.duty.doers import doer_of, held_by
from graph_api.services.duty.responsibility import Responsibilities
from schema.batch import GraphBatch
from schema.entity import Entity
from schema.people import Assignment, Contact, Person
from schema.plan import EmergencyPlan, PlanVersion, Procedure, ProcedureStep
from schema.relationships import Relationship
from schema.relationships import RelationshipKind as R
from schema.vocabulary import GapReason, Ownership, Rank, SupplyState
from schema.vocabulary import ResponsibilityRole as Role
from tests.drawing import draw

AT = datetime(2026, 11, 26, tzinfo=UTC)
NEVER = date(1, 1, 1)
LINKS = """
PLAN_FOR PLAN C1 | HAS_VERSION PLAN V1 | HAS_PROCEDURE V1 PROC
HAS_STEP PROC open | HAS_STEP PROC tell | HAS_STEP PROC start | HAS_STEP PROC watch
HAS_STEP PROC fetch | HAS_STEP PROC turn
ACTS_ON open CB2 | ACTS_ON tell CB2
COVERS A1 F1 | HELD_BY A1 first | COVERS A2 F2 | HELD_BY A2 other
COVERS A3 C1 | HELD_BY A3 manager | COVERS A4 C1 | HELD_BY A4 deputy
HAS_CONTACT first Tfirst | HAS_CONTACT other Tother | HAS_CONTACT manager Tmanager | HAS_CONTACT deputy Tdeputy
"""
"""C1 is fed by F1; its plan opens CB2, the head of F2, where `other` is the dispatcher."""


def asked(step: str) -> tuple[str | None, str | None, GapReason | None] | None:
    """First, deputy and gap of a step."""
    people = [Person(id=name) for name in ("first", "other", "manager", "deputy")]
    entities: list[Entity] = [
        *people,
        *(Contact(id=f"T{each.id}", value="+8612900000001", verified_on=date(2026, 1, 1)) for each in people),
        EmergencyPlan(id="PLAN"),
        PlanVersion(id="V1", version=1),
        Procedure(id="PROC", state=SupplyState.LOST),
        ProcedureStep(id="open", order=1, text="拉开", role=Role.DISPATCHER),
        ProcedureStep(id="tell", order=2, text="告知", role=Role.CUSTOMER_MANAGER),
        ProcedureStep(id="start", order=3, text="启动", role=Role.EMERGENCY_POWER),
        ProcedureStep(id="watch", order=4, text="观察"),
        ProcedureStep(id="fetch", order=5, text="领用", role=Role.LOGISTICS),
        ProcedureStep(id="turn", order=6, text="倒闸", role=Role.CUSTOMER_ELECTRICIAN),
        Assignment(id="A1", role=Role.DISPATCHER),
        Assignment(id="A2", role=Role.DISPATCHER),
        Assignment(id="A3", role=Role.CUSTOMER_MANAGER),
        Assignment(id="A4", role=Role.CUSTOMER_MANAGER, rank=Rank.B),
    ]
    links = [each.split() for each in LINKS.replace("\n", "|").split("|") if each.strip()]
    batch = GraphBatch(
        entities=entities, relationships=[Relationship(kind=R(kind), source=a, target=b) for kind, a, b in links]
    )
    model = ReadModel.build(draw("F1 = CB1\nF2 = CB2\nG1 - B1 - CB1 - L1 - S1>C1\nB1 - CB2 - L2", batch))
    graph = model.graph
    answer = doer_of(graph, Responsibilities(model, AT), graph.index(step))
    if answer is None:
        return None
    first, deputy = answer.first.person, None if answer.deputy is None else answer.deputy.person
    return *(None if each is None else graph.id(each) for each in (first, deputy)), answer.gap


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("open", ("other", None, None)),  # acts on CB2, whose dispatcher is another than the customer's
        ("tell", ("manager", "deputy", None)),  # nobody of CB2 has that role: the customer's
        ("start", ("first", None, None)),  # nobody of emergency power is known: the dispatcher sends somebody
        ("fetch", (None, None, GapReason.NOBODY)),
        ("turn", ("manager", "deputy", None)),  # no electrician and no contact: the manager
        ("watch", None),
    ],
)
def test_who_does_a_step(step, expected):
    assert asked(step) == expected


ELECTRICIAN, CONTACT = Role.CUSTOMER_ELECTRICIAN, Role.CUSTOMER_OUTAGE_CONTACT


@pytest.mark.parametrize(
    ("electrician", "first", "gap"),
    [
        (None, ("contact", CONTACT), None),
        (date(2026, 1, 1), ("electrician", ELECTRICIAN), None),
        (NEVER, ("contact", CONTACT), GapReason.NO_VERIFIED_CONTACT),  # he is known, but not to be reached
    ],
)
@pytest.mark.parametrize("thing", ["S1", "L2", "C1"])
def test_who_operates_at_a_customer(thing, electrician, first, gap):
    """L2 is the customer's own cable, outside its receiving point: its people are asked there, too."""
    roles = {"contact": CONTACT} if electrician is None else {"contact": CONTACT, "electrician": ELECTRICIAN}
    verified = {"contact": date(2026, 1, 1), "electrician": None if electrician is NEVER else electrician}
    entities = [
        entity
        for name, role in roles.items()
        for entity in (
            Person(id=name),
            Contact(id=f"T{name}", value="+8612900000001", verified_on=verified[name]),
            Assignment(id=f"A{name}", role=role),
        )
    ]
    links = [
        Relationship(kind=kind, source=source, target=target)
        for name in roles
        for kind, source, target in (
            (R.COVERS, f"A{name}", "C1"),
            (R.HELD_BY, f"A{name}", name),
            (R.HAS_CONTACT, name, f"T{name}"),
        )
    ]
    own = {"ownership": Ownership.CUSTOMER}
    text = "F1 = CB1\nG1 - B1 - CB1 - L1 - LS1 - L2 - S1>C1"
    model = ReadModel.build(draw(text, GraphBatch(entities=entities, relationships=links), S1=own, L2=own))
    answer = held_by(Responsibilities(model, AT), ELECTRICIAN, (model.graph.index(thing),))
    assert (model.graph.id(answer.first.person), answer.first.role) == first
    assert (answer.role, answer.gap) == (ELECTRICIAN, gap)
    line = held_by(Responsibilities(model, AT), ELECTRICIAN, (model.graph.index("L1"),))
    assert line.gap is GapReason.NOBODY  # what is the grid's is nobody's of the customer
