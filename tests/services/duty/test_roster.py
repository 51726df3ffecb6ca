"""A team's duty: whoever belongs to it and stands in a shift then, and why each row stands there.

Rows of the roster are written as one would write them on a board, hours of one day: "PA 8-20 crew" is duty of PA from
08:00 to 20:00 for the team `crew`; "standby" and "leave" say another kind.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from graph_api.readmodel.model import ReadModel
from graph_api.services.duty.because import because
from graph_api.services.duty.calling import number_of, role_answers
from graph_api.services.duty.responsibility import ResponsibilityRow, responsibility_of
from schema.batch import GraphBatch
from schema.entity import Entity
from schema.people import Assignment, Contact, Person, Shift, Team
from schema.relationships import Relationship
from schema.relationships import RelationshipKind as R
from schema.vocabulary import DutyState, GapReason, ShiftType
from schema.vocabulary import ResponsibilityRole as Role
from schema.words import Language, text_of
from tests.drawing import draw

DAY = datetime(2026, 11, 26, tzinfo=UTC)
TYPES = {"standby": ShiftType.STANDBY, "leave": ShiftType.LEAVE}
TEAMS = {"crew": "PA PB PC PD", "lent": "PE"}


def board(rows: str) -> ReadModel:
    """A line L1 that `crew` answers for as its dispatcher, its people and this roster."""
    people = [(person, team) for team, named in TEAMS.items() for person in named.split()]
    entities: list[Entity] = [Team(id=team, name=team) for team in TEAMS]
    entities.append(Assignment(id="A", role=Role.DISPATCHER))
    links = [(R.OF_TEAM, "A", "crew"), (R.COVERS, "A", "L1")]
    for person, team in people:
        number = Contact(id=f"T{person}", value="+8612900000001", verified_on=date(2026, 1, 1))
        entities += [Person(id=person, name=person), number]
        links += [(R.MEMBER_OF, person, team), (R.HAS_CONTACT, person, number.id)]
    for place, (person, hours, *words) in enumerate(row.split() for row in rows.strip().splitlines()):
        start, end = (DAY + timedelta(hours=int(each)) for each in hours.split("-"))
        kind = next((TYPES[word] for word in words if word in TYPES), ShiftType.DUTY)
        entities.append(Shift(id=f"SH{place}", start=start, end=end, shift_type=kind))
        links.append((R.WORKED_BY, f"SH{place}", person))
        links += [(R.OF_TEAM, f"SH{place}", word) for word in words if word in TEAMS]
    made = [Relationship(kind=kind, source=one, target=other) for kind, one, other in links]
    return ReadModel.build(draw("G1 - B1 - CB1 - L1 - S1>C1", GraphBatch(entities=entities, relationships=made)))


def rows(model: ReadModel, hour: int) -> list[ResponsibilityRow]:
    """Rows of the dispatcher of L1 at an hour of the day."""
    table = responsibility_of(model, model.graph.index("L1"), DAY + timedelta(hours=hour), {Role.DISPATCHER})
    return list(table.rows)


def held(model: ReadModel, hour: int) -> list[tuple[str, DutyState, GapReason | None]]:
    """Who holds the role at an hour, whether on duty, and why they cannot be reached."""
    return [
        (model.graph.id(row.group if row.person is None else row.person), row.duty, row.gap)
        for row in rows(model, hour)
        if row.group is not None
    ]


ROSTER = """
PA 8-20 crew
PB 20-32
PC 0-48 leave
PC 8-32
PD 8-32 standby
"""
DUTY, STANDBY = DutyState.DUTY, DutyState.STANDBY


@pytest.mark.parametrize(
    ("hour", "expected"),
    [
        (7, [("crew", DutyState.OFF_DUTY, GapReason.OFF_DUTY)]),
        (8, [("PA", DUTY, None), ("PD", STANDBY, None)]),
        (19, [("PA", DUTY, None), ("PD", STANDBY, None)]),
        (20, [("PB", DUTY, None), ("PD", STANDBY, None)]),  # PB's row names no team: PB belongs to it
        (31, [("PB", DUTY, None), ("PD", STANDBY, None)]),
        (32, [("crew", DutyState.OFF_DUTY, GapReason.OFF_DUTY)]),
    ],
)
def test_who_belongs_to_a_team_and_stands_in_a_shift_is_its_duty(hour, expected):
    assert held(board(ROSTER), hour) == expected


@pytest.mark.parametrize(
    ("roster", "expected"),
    [
        ("PE 0-24 crew", [("PE", DUTY, None)]),  # of another team, in a shift of this one
        (
            "PA 0-24 standby\nPB 0-24 crew\nPC 0-24 lent",
            [("PB", DUTY, None), ("PA", STANDBY, None), ("PC", DUTY, None)],
        ),
        ("PA 0-24 lent\nPA 0-24 crew", [("PA", DUTY, None)]),
        ("PA 0-24 leave\nPA 0-24 crew\nPB 30-40", [("crew", DutyState.OFF_DUTY, GapReason.OFF_DUTY)]),
        ("PE 0-24 lent", [("crew", DutyState.NOT_ROSTERED, GapReason.NO_VERIFIED_CONTACT)]),
        (
            "\n".join(f"P{letter} 0-24 leave" for letter in "ABCD"),
            [("crew", DutyState.LEAVE, GapReason.ON_LEAVE)],
        ),
    ],
)
def test_duty_before_standby_before_who_works_for_another_team_and_never_who_is_on_leave(roster, expected):
    assert held(board(roster), 12) == expected


@pytest.mark.parametrize(
    ("roster", "hour", "english", "chinese"),
    [
        (ROSTER, 20, "assigned to it directly; on duty until", "直接分配至该对象；当班至"),
        ("PD 8-32 standby", 20, "on standby until", "备班待命至"),
        ("PA 8-32 lent", 20, "in a shift of lent until", "为本班组成员，现在 lent 值班至"),
        (ROSTER, 7, "nobody of crew stands in a shift now", "crew 此刻无人值班"),
        ("", 7, "crew has no roster", "crew 未排班"),
        ("\n".join(f"P{letter} 0-24 leave" for letter in "ABCD"), 7, "everybody of crew is on leave", "crew 全体休假"),
    ],
)
def test_every_row_says_why(roster, hour, english, chinese):
    model = board(roster)
    said = because(model.graph, rows(model, hour)[0])
    assert english in text_of(said, Language.EN)
    assert chinese in text_of(said, Language.ZH)


def test_a_role_that_nobody_holds_says_so():
    model = board("")
    table = responsibility_of(model, model.graph.index("C1"), DAY, {Role.CUSTOMER_MANAGER})
    (row,) = table.rows
    assert because(model.graph, row) == "nobody is assigned to it, nor to what it lies in or is supplied from"


def test_through_is_named_where_it_is_not_the_thing_itself():
    links = [Relationship(kind=R.COVERS, source="A", target="F1"), Relationship(kind=R.OF_TEAM, source="A", target="T")]
    batch = GraphBatch(entities=[Assignment(id="A", role=Role.DISPATCHER), Team(id="T")], relationships=links)
    model = ReadModel.build(draw("F1 = CB1\nG1 - B1 - CB1 - L1 - S1>C1", batch))
    table = responsibility_of(model, model.graph.index("C1"), DAY, {Role.DISPATCHER})
    assert because(model.graph, table.rows[0]) == (
        "assigned to F1, which it lies in or is supplied from; T has no roster"
    )


def test_nobody_on_leave_has_a_number_to_call_now():
    person = [Person(id="PX", name="PX"), Contact(id="TX", value="+8612900000002", verified_on=date(2026, 1, 1))]
    leave = Shift(id="SX", start=DAY, end=DAY + timedelta(hours=24), shift_type=ShiftType.LEAVE)
    links = [(R.HELD_BY, "AX", "PX"), (R.COVERS, "AX", "L1"), (R.HAS_CONTACT, "PX", "TX"), (R.WORKED_BY, "SX", "PX")]
    batch = GraphBatch(
        entities=[*person, leave, Assignment(id="AX", role=Role.DISPATCHER)],
        relationships=[Relationship(kind=kind, source=one, target=other) for kind, one, other in links],
    )
    model = ReadModel.build(draw("G1 - B1 - CB1 - L1 - S1>C1", batch))
    table = responsibility_of(model, model.graph.index("L1"), DAY, {Role.DISPATCHER})
    (answer,) = role_answers(table)
    assert (answer.gap, number_of(model.graph, answer.first)) == (GapReason.ON_LEAVE, None)
    assert text_of(because(model.graph, answer.first)).startswith("assigned to it directly; on leave until")
