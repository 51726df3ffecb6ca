"""Who answers, through what, on duty or not, and where nobody does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from graph_api.readmodel.model import ReadModel
from graph_api.services.duty.responsibility import responsibility_of
from loaders.drawing import batch
from schema.batch import GraphBatch
from schema.relationships import Relationship
from schema.relationships import RelationshipKind as R
from schema.requirements import REQUIREMENTS, required_roles
from schema.vocabulary import GapReason, Rank, ShiftType, SwitchPosition
from schema.vocabulary import ResponsibilityRole as Role
from tests.drawing import draw
from tests.services.duty.desk import AT, GRID, Answer, Desk


def test_the_nearest_wins_for_each_role_on_its_own() -> None:
    desk = Desk()
    for name in ("near", "feeder", "station", "area", "company"):
        desk.person(name)
    desk.assign(Role.CUSTOMER_MANAGER, "C1", held_by="near")
    desk.assign(Role.CUSTOMER_MANAGER, "ORG", held_by="company")
    desk.assign(Role.LINE_MAINTENANCE, "F1", held_by="feeder")
    desk.assign(Role.SUBSTATION_OPERATION, "SUB1", held_by="station")
    desk.assign(Role.DISTRIBUTION_REPAIR, "A1", held_by="area")
    desk.assign(Role.DISPATCHER, "ORG", held_by="company")
    answer = desk.ask()
    assert answer.rows(Role.CUSTOMER_MANAGER) == [("near", 0, "C1")]
    assert answer.rows(Role.LINE_MAINTENANCE) == [("feeder", 2, "F1")]
    assert answer.rows(Role.SUBSTATION_OPERATION) == [("station", 3, "SUB1")]
    assert answer.rows(Role.DISTRIBUTION_REPAIR) == [("area", 4, "A1")]
    assert answer.rows(Role.DISPATCHER) == [("company", 6, "ORG")]


@pytest.mark.parametrize(
    ("thing", "layer"),
    [("F1", 0), ("CB1", 1), ("L1", 1), ("S1", 2), ("C1.1", 2), ("C1", 2)],
)
def test_every_thing_knows_the_feeder_that_feeds_it(thing: str, layer: int) -> None:
    desk = Desk()
    desk.person("line")
    desk.assign(Role.LINE_MAINTENANCE, "F1", held_by="line")
    assert desk.ask(thing).rows(Role.LINE_MAINTENANCE) == [("line", layer, "F1")]


def test_all_of_one_distance_stay_on_duty_first_then_a_before_b() -> None:
    desk = Desk()
    for name in ("a-off", "b-on", "a-on"):
        desk.person(name)
    desk.assign(Role.DISPATCHER, "C1", held_by="a-off")
    desk.assign(Role.DISPATCHER, "C1", held_by="b-on", rank=Rank.B)
    desk.assign(Role.DISPATCHER, "C1", held_by="a-on")
    desk.shift("a-off", 5, 9)
    desk.shift("b-on", -1, 1)
    desk.shift("a-on", -1, 1)
    assert [name for name, _, _ in desk.ask().rows(Role.DISPATCHER)] == ["a-on", "b-on", "a-off"]


@pytest.mark.parametrize(("start", "end", "on_duty"), [(0, 8, True), (-8, 0, False), (-1, 1, True), (1, 2, False)])
def test_shifts_are_half_open(start: int, end: int, on_duty: bool) -> None:
    desk = Desk()
    desk.person("one")
    desk.assign(Role.DISPATCHER, "C1", held_by="one")
    desk.shift("one", start, end)
    (row,) = (row for row in desk.ask().table.rows if row.role is Role.DISPATCHER)
    assert row.on_duty == on_duty
    assert row.gap is (None if on_duty else GapReason.OFF_DUTY)


@pytest.mark.parametrize(
    ("begin", "end", "valid"), [(0, 1, True), (-1, 0, False), (None, None, True), (1, None, False)]
)
def test_validity_is_half_open(begin: int | None, end: int | None, valid: bool) -> None:
    desk = Desk()
    desk.person("one")
    hours = timedelta(hours=1)
    fields = {
        name: AT + value * hours for name, value in (("valid_from", begin), ("valid_to", end)) if value is not None
    }
    desk.assign(Role.DISPATCHER, "C1", held_by="one", **fields)
    assert (desk.ask().gaps().get(Role.DISPATCHER) is None) == valid


def test_a_required_role_that_nobody_holds_is_a_row() -> None:
    answer = Desk().ask()
    assert answer.gaps()[Role.CUSTOMER_MANAGER] is GapReason.NOBODY
    assert answer.rows(Role.CUSTOMER_MANAGER) == [(None, 0, "C1")]


@pytest.mark.parametrize(
    ("verified", "shift", "gap"),
    [
        (True, (-1, 1, ShiftType.LEAVE), GapReason.ON_LEAVE),
        (True, (5, 9, ShiftType.DUTY), GapReason.OFF_DUTY),
        (False, (-1, 1, ShiftType.DUTY), GapReason.NO_VERIFIED_CONTACT),
        (False, None, GapReason.NO_VERIFIED_CONTACT),
        (True, (-1, 1, ShiftType.STANDBY), None),
        (True, None, None),
    ],
)
def test_an_only_holder_who_cannot_be_reached_is_a_gap(
    verified: bool, shift: tuple[int, int, ShiftType] | None, gap: GapReason | None
) -> None:
    desk = Desk()
    desk.person("one", verified=verified)
    desk.assign(Role.CUSTOMER_ELECTRICIAN, "C1", held_by="one")
    if shift:
        desk.shift("one", shift[0], shift[1], kind=shift[2])
    assert desk.ask().gaps().get(Role.CUSTOMER_ELECTRICIAN) is gap


def test_leave_counts_more_than_a_shift_at_the_same_time() -> None:
    desk = Desk()
    desk.person("one")
    desk.assign(Role.DISPATCHER, "C1", held_by="one")
    desk.shift("one", -1, 1)
    desk.shift("one", -5, 5, kind=ShiftType.LEAVE)
    assert desk.ask().gaps()[Role.DISPATCHER] is GapReason.ON_LEAVE


def test_a_gap_names_who_can_be_reached_one_step_further() -> None:
    desk = Desk()
    desk.person("away")
    desk.person("further")
    desk.assign(Role.DISPATCHER, "C1", held_by="away")
    desk.assign(Role.DISPATCHER, "A1", held_by="further")
    desk.shift("away", -1, 1, kind=ShiftType.LEAVE)
    answer = desk.ask()
    (gap,) = (row for row in answer.table.gaps if row.role is Role.DISPATCHER)
    assert [answer.name(row) for row in gap.backup] == ["further"]
    assert answer.rows(Role.DISPATCHER) == [("away", 0, "C1")]


def test_who_left_holds_nothing() -> None:
    desk = Desk()
    desk.person("gone", active=False)
    desk.assign(Role.DISPATCHER, "C1", held_by="gone")
    assert desk.ask().gaps()[Role.DISPATCHER] is GapReason.NOBODY


def test_a_team_is_those_on_duty_with_the_teams_own_phone() -> None:
    desk = Desk()
    desk.team("crew")
    desk.person("on", verified=False)
    desk.person("off")
    desk.assign(Role.DISTRIBUTION_REPAIR, "A1", team="crew")
    desk.shift("on", -1, 1, team="crew")
    desk.shift("off", 5, 6, team="crew")
    desk.shift("off", -1, 1, team="crew", kind=ShiftType.LEAVE)
    answer = desk.ask()
    assert answer.rows(Role.DISTRIBUTION_REPAIR) == [("on", 4, "A1")]
    (row,) = (row for row in answer.table.rows if row.role is Role.DISTRIBUTION_REPAIR)
    assert [answer.model.graph.id(at) for at in row.contacts] == ["on:TEL", "crew:TEL"]
    assert row.gap is None  # the team's number is verified


@pytest.mark.parametrize(
    ("rostered", "verified", "gap"),
    [(True, True, GapReason.OFF_DUTY), (False, True, None), (False, False, GapReason.NO_VERIFIED_CONTACT)],
)
def test_a_team_of_which_nobody_is_on_duty(rostered: bool, verified: bool, gap: GapReason | None) -> None:
    desk = Desk()
    desk.team("crew", verified=verified)
    desk.person("one")
    desk.assign(Role.DISTRIBUTION_REPAIR, "A1", team="crew")
    if rostered:
        desk.shift("one", 5, 9, team="crew")
    answer = desk.ask()
    assert answer.rows(Role.DISTRIBUTION_REPAIR) == [("crew", 4, "A1")]
    assert answer.gaps().get(Role.DISTRIBUTION_REPAIR) is gap


def test_only_the_roles_asked_for() -> None:
    answer = Desk().ask(roles=[Role.DISPATCHER])
    assert {row.role for row in (*answer.table.rows, *answer.table.gaps)} == {Role.DISPATCHER}


def test_a_dead_customer_is_still_its_feeders() -> None:
    desk = Desk()
    desk.person("line")
    desk.assign(Role.LINE_MAINTENANCE, "F1", held_by="line")
    desk.links += [(R.FROM_FEEDER, "S1", "F1"), (R.CONTAINED_IN, "L1", "F1")]
    links = [Relationship(kind=kind, source=one, target=other) for kind, one, other in desk.links]
    graph = draw(GRID.replace("CB1 - L1", "CB1/ - L1"), GraphBatch(entities=desk.entities, relationships=links))
    model = ReadModel.build(graph)
    for thing in ("C1", "L1"):
        rows = responsibility_of(model, graph.index(thing), AT).rows
        assert Role.LINE_MAINTENANCE in {row.role for row in rows if row.gap is None}


def test_what_a_customer_owns_needs_the_customers_own_people() -> None:
    entities = {each.id: each for each in batch("SB1 - LD1", SB1={"ownership": "CUSTOMER"}).entities}
    assert required_roles(entities["SB1"]) == {Role.CUSTOMER_MANAGER, Role.CUSTOMER_ELECTRICIAN}
    assert all(requirement.source for requirement in REQUIREMENTS)


TWO_LINES = """
F1 = CB1
F2 = CB2
L1 @ F1
LS1 @ F1
L2 @ F1
L3 @ F2
LS2 @ F1
G1 - B1 - CB1 - L1 - LS1 - L2 - S1>C1
L2 - LS2/ - L3 - CB2 - B2 - G2
"""


@pytest.mark.parametrize("moved", [False, True])
def test_plant_keeps_the_crew_of_its_line_whatever_feeds_it(moved: bool) -> None:
    desk = Desk()
    for line in ("F1", "F2"):
        desk.person(f"crew of {line}")
        desk.assign(Role.LINE_MAINTENANCE, line, held_by=f"crew of {line}")
    desk.person("repair")
    desk.assign(Role.DISTRIBUTION_REPAIR, "F2", held_by="repair")
    desk.links = [link for link in desk.links if link[1] != "SUB1"]
    links = [Relationship(kind=kind, source=one, target=other) for kind, one, other in desk.links]
    opened, closed = {"position": SwitchPosition.OPEN}, {"position": SwitchPosition.CLOSED}
    transfer = {"LS1": opened, "LS2": closed} if moved else {}
    model = ReadModel.build(draw(TWO_LINES, GraphBatch(entities=desk.entities, relationships=links), **transfer))

    def rows(thing: str, role: Role = Role.LINE_MAINTENANCE) -> list[tuple[str, int, str]]:
        return Answer(model, responsibility_of(model, model.graph.index(thing), AT)).rows(role)

    assert rows("L2") == [("crew of F1", 1, "F1")]
    assert rows("LS1") == [("crew of F1", 1, "F1")]
    assert rows("L2", Role.DISTRIBUTION_REPAIR) == [("repair", 2, "F2") if moved else (None, 0, "L2")]
    assert rows("LS2") == [("crew of F1", 1, "F1"), ("crew of F2", 1, "F2")]
    assert rows("L3") == [("crew of F2", 1, "F2")]
    assert rows("C1") == [("crew of F2" if moved else "crew of F1", 2, "F2" if moved else "F1")]
