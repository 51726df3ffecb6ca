"""The call sheet: who is called, in what order, nobody twice.

    G1 - B1 - CB1 - n0 - L1 ... two customers: C1 of the class asked about, C2 ordinary
"""  # fmt: skip

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from graph_api.readmodel.model import ReadModel
from graph_api.services.duty.calling import call_sheet
from graph_api.services.outage.event import Event
from graph_api.services.outage.impact import find_impact
from schema.batch import GraphBatch
from schema.calling import ABOUT_CUSTOMERS, ABOUT_EQUIPMENT
from schema.entity import Entity
from schema.people import Assignment, Contact, Person, Shift
from schema.relationships import Relationship
from schema.relationships import RelationshipKind as R
from schema.vocabulary import GapReason, Importance, ShiftType
from schema.vocabulary import ResponsibilityRole as Role
from tests.drawing import draw

AT = datetime(2026, 11, 26, tzinfo=UTC)
GRID = """
F1 = CB1
G1 - B1 - CB1 - n0 - L1 - S1>C1 - IB1 - SB1 - LD1(80kW)
n0 - L2 - S2>C2 - IB2 - SB2 - LD2(20kW)
"""
HELD = """
dispatcher DISPATCHER F1
repair DISTRIBUTION_REPAIR F1
boss COMMANDER F1
crew EMERGENCY_POWER F1
crew SITE_COMMANDER C1
manager CUSTOMER_MANAGER C1
manager CUSTOMER_MANAGER C2
contact CUSTOMER_OUTAGE_CONTACT C2
"""
"""Who holds which role of what."""


def sheet(importance: Importance, **permitted: float) -> list[tuple[str, list[str]]]:
    """Who is called about a fault of the feeder, with the roles; "-" for nobody. `permitted` seconds by load."""
    entities: list[Entity] = []
    links = list[tuple[R, str, str]]()
    held = [row.split() for row in HELD.strip().splitlines()]
    for name in dict.fromkeys(name for name, _, _ in held):
        entities += [Person(id=name), Contact(id=f"T{name}", value="+8612900000001", verified_on=date(2026, 1, 1))]
        links.append((R.HAS_CONTACT, name, f"T{name}"))
    for place, (name, role, thing) in enumerate(held):
        entities.append(Assignment(id=f"A{place}", role=Role(role)))
        links += [(R.HELD_BY, f"A{place}", name), (R.COVERS, f"A{place}", thing)]
    batch = GraphBatch(
        entities=entities, relationships=[Relationship(kind=kind, source=a, target=b) for kind, a, b in links]
    )
    loads = {load: {"permitted_interruption_s": seconds} for load, seconds in permitted.items()}
    graph = draw(GRID, batch, C1={"importance": importance}, **loads)
    calls = call_sheet(find_impact(ReadModel.build(graph), Event(things=(graph.index("F1"),), at=AT)))
    return [
        ("-" if call.person is None else graph.id(call.person), [task.role.value for task in call.tasks])
        for call in calls
    ]


def test_commanders_and_generator_crews_when_a_special_class_customer_is_hit():
    called = dict(row for row in sheet(Importance.SPECIAL) if row[0] != "-")
    assert called["boss"] == ["COMMANDER"]
    assert called["crew"] == ["SITE_COMMANDER", "EMERGENCY_POWER"]


@pytest.mark.parametrize("importance", [Importance.FIRST, Importance.ORDINARY])
def test_and_only_then(importance):
    assert not {"boss", "crew"} & {name for name, _ in sheet(importance)}


def test_nobody_twice():
    names = [name for name, _ in sheet(Importance.SPECIAL) if name != "-"]
    assert len(names) == len(set(names))
    assert dict(sheet(Importance.SPECIAL))["manager"] == ["CUSTOMER_MANAGER", "CUSTOMER_MANAGER"]


@pytest.mark.parametrize(
    ("permitted", "order"),
    [
        # without a deadline: the dispatcher, the equipment, the customers in order of need
        ({}, ["dispatcher", "repair", "manager", "boss", "crew", "contact"]),
        # C1 bears five minutes: all who are called about it come before the repair crew
        ({"LD1": 300.0}, ["dispatcher", "manager", "boss", "crew", "repair", "contact"]),
        # C2 bears one minute, C1 five
        ({"LD1": 300.0, "LD2": 60.0}, ["dispatcher", "manager", "contact", "boss", "crew", "repair"]),
        # two hours are not urgent
        ({"LD2": 7200.0}, ["dispatcher", "repair", "manager", "contact", "boss", "crew"]),
    ],
)
def test_the_most_urgent_first(permitted, order):
    assert [name for name, _ in sheet(Importance.SPECIAL, **permitted) if name != "-"] == order


def test_every_role_that_is_called_says_who_says_so():
    assert all(each.source for each in (*ABOUT_EQUIPMENT, *ABOUT_CUSTOMERS))


@pytest.mark.parametrize(("verified", "number"), [(date(2026, 1, 1), "TX"), (None, None)])
def test_nobody_on_duty_leaves_the_number_to_try_meanwhile(verified: date | None, number: str | None) -> None:
    ended = Shift(id="SH", shift_type=ShiftType.DUTY, start=AT - timedelta(days=1), end=AT - timedelta(hours=1))
    links = [
        (R.HAS_CONTACT, "X", "TX"),
        (R.HELD_BY, "A", "X"),
        (R.COVERS, "A", "F1"),
        (R.WORKED_BY, "SH", "X"),
    ]
    batch = GraphBatch(
        entities=[
            Person(id="X"),
            Contact(id="TX", value="+8612900000001", verified_on=verified),
            Assignment(id="A", role=Role.DISPATCHER),
            ended,
        ],
        relationships=[Relationship(kind=kind, source=a, target=b) for kind, a, b in links],
    )
    graph = draw(GRID, batch)
    found = find_impact(ReadModel.build(graph), Event(things=(graph.index("F1"),), at=AT))
    call = next(each for each in call_sheet(found) if each.tasks[0].role is Role.DISPATCHER)
    assert call.gap is GapReason.OFF_DUTY, "the gap is said all the same"
    assert (None if call.number is None else graph.id(call.number)) == number
    assert (call.person is None) == (number is None)
