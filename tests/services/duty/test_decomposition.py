"""A table of several things: nobody twice in a role, nobody lost, and whom to call once."""

from __future__ import annotations

import random
from collections import defaultdict

import pytest

from graph_api.errors import InvalidInput, UnknownEntity
from graph_api.readmodel.model import ReadModel
from graph_api.services.duty.calling import calls_of
from graph_api.services.duty.decomposition import ResponsibilityForm, ResponsibilityGroup, decomposition, groups_of
from graph_api.services.duty.responsibility import Responsibilities, ResponsibilityRow, ResponsibilityTable
from graph_api.services.incident import subjects
from graph_api.services.incident.subjects import subjects_of
from schema.vocabulary import GapReason, Importance, Rank
from schema.vocabulary import ResponsibilityRole as Role
from tests.services.duty.desk import AT, Desk

CITY = """
F1 = CB1
F2 = CB2
F1 @ SUB1
F2 @ SUB1
G1 - B1 - CB1 - L1 - S1>C1
L1 - n2 - S2>C2
B1 - CB2 - L3 - S3>C3
B1 @ SUB1
"""
CLASSES = {"C1": {"importance": Importance.FIRST}, "C2": {"importance": Importance.SPECIAL}}


def city() -> Desk:
    """C1 and C2 have manager Ma with deputy Mb, C3 manager Mb alone; one crew and one dispatcher for all."""
    desk = Desk()
    for name in ("Ma", "Mb", "crew1", "crew2", "crew3", "Di"):
        desk.person(name)
    desk.team("CREW")
    for name in ("crew1", "crew2", "crew3"):
        desk.belongs(name, "CREW")
    desk.shift("crew1", -3, 5, team="CREW")
    for customer in ("C1", "C2"):
        desk.assign(Role.CUSTOMER_MANAGER, customer, held_by="Ma")
        desk.assign(Role.CUSTOMER_MANAGER, customer, held_by="Mb", rank=Rank.B)
    desk.assign(Role.CUSTOMER_MANAGER, "C3", held_by="Mb")
    desk.assign(Role.DISTRIBUTION_REPAIR, "A1", team="CREW")
    desk.assign(Role.DISPATCHER, "ORG", held_by="Di")
    return desk


def asked(model: ReadModel, *ids: str, form: ResponsibilityForm = ResponsibilityForm.GROUPS) -> ResponsibilityTable:
    return decomposition(Responsibilities(model, AT), subjects_of(model, ids, AT), form)


def ids_of(model: ReadModel, things: tuple[int, ...]) -> list[str]:
    return [model.graph.id(thing) for thing in things]


def holder(model: ReadModel, row: ResponsibilityRow | None) -> str | None:
    if row is None:
        return None
    index = row.person if row.person is not None else row.group
    return None if index is None else model.graph.id(index)


def group(model: ReadModel, table: ResponsibilityTable, role: Role) -> list[ResponsibilityGroup]:
    return [each for each in groups_of(model.graph, table) if each.role is role]


def test_one_manager_with_deputy_of_two_customers_stands_once() -> None:
    model = city().model(CITY, **CLASSES)
    first, second = group(model, asked(model, "C1", "C2", "C3"), Role.CUSTOMER_MANAGER)
    assert (holder(model, first.leader), [holder(model, row) for row in first.deputies]) == ("Ma", ["Mb"])
    assert (ids_of(model, first.about), ids_of(model, first.areas)) == (["C1", "C2"], ["C1", "C2"])
    assert (holder(model, second.leader), second.deputies, ids_of(model, second.about)) == ("Mb", (), ["C3"])


def test_a_team_names_who_stands_in_the_shift_and_who_else_belongs_to_it() -> None:
    model = city().model(CITY, **CLASSES)
    (crew,) = group(model, asked(model, "C1", "C3"), Role.DISTRIBUTION_REPAIR)
    assert crew.team is not None
    assert (model.graph.id(crew.team), holder(model, crew.leader)) == ("CREW", "crew1")
    assert (ids_of(model, crew.members), ids_of(model, crew.areas)) == (["crew2", "crew3"], ["A1"])


def test_a_role_that_nobody_holds_is_a_group_without_leader() -> None:
    model = city().model(CITY, **CLASSES)
    (nobody,) = group(model, asked(model, "C1", "C2"), Role.CUSTOMER_ELECTRICIAN)
    assert (nobody.leader, nobody.gap, ids_of(model, nobody.about)) == (None, GapReason.NOBODY, ["C1", "C2"])


def test_by_things_who_answers_for_several_stands_once_for_each() -> None:
    model = city().model(CITY, **CLASSES)
    merged = asked(model, "C1", "C2")
    single = asked(model, "C1", "C2", form=ResponsibilityForm.CUSTOMERS)
    managers = [holder(model, row) for row in single.rows if row.role is Role.CUSTOMER_MANAGER]
    assert managers == ["Ma", "Mb", "Ma", "Mb"]
    assert [holder(model, row) for row in merged.rows if row.role is Role.CUSTOMER_MANAGER] == ["Ma", "Mb"]


def test_everybody_is_called_once_with_all_reasons() -> None:
    model = city().model(CITY, **CLASSES)
    calls = [each for each in calls_of(model.graph, asked(model, "C1", "C2", "C3")) if each.person is not None]
    told = {
        model.graph.id(call.person or 0): [(task.role, model.graph.id(task.about)) for task in call.tasks]
        for call in calls
    }
    assert told == {
        "Ma": [(Role.CUSTOMER_MANAGER, "C1"), (Role.CUSTOMER_MANAGER, "C2")],
        "Mb": [(Role.CUSTOMER_MANAGER, "C3")],
        "Di": [(Role.DISPATCHER, "C1"), (Role.DISPATCHER, "C2"), (Role.DISPATCHER, "C3")],
        "crew1": [(Role.DISTRIBUTION_REPAIR, each) for each in ("C1", "C2", "C3")],
    }


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        (["F1"], ["F1", "C2", "C1"]),
        (["SUB1"], ["SUB1", "C2", "C1", "C3"]),
        (["C3", "F1", "C1", "C3"], ["C3", "F1", "C2", "C1"]),
        ([], ["C2", "C1"]),
    ],
)
def test_what_a_feeder_a_station_or_nothing_stands_for(named: list[str], expected: list[str]) -> None:
    model = city().model(CITY, **CLASSES)
    assert [model.graph.id(index) for index in subjects_of(model, named, AT)] == expected


def test_what_nobody_answers_for_is_refused_by_name() -> None:
    model = city().model(CITY, **CLASSES)
    with pytest.raises(InvalidInput, match="Ma is nothing that somebody answers for"):
        subjects_of(model, ["Ma"], AT)
    with pytest.raises(UnknownEntity):
        subjects_of(model, ["nowhere"], AT)


def test_a_table_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subjects, "MOST_SUBJECTS", 2)
    with pytest.raises(InvalidInput, match="That is 3 things, more than the 2 of one table"):
        subjects_of(city().model(CITY, **CLASSES), ["F1"], AT)


@pytest.mark.parametrize("seed", range(40))
def test_groups_of_chance_lose_nobody_and_name_nobody_twice(seed: int) -> None:
    """Whatever is assigned to whom: the groups together say of each thing what its own table says."""
    chance = random.Random(seed)
    desk = Desk()
    people, teams = [f"p{number}" for number in range(6)], ["t0", "t1"]
    for name in people:
        desk.person(name, verified=chance.random() < 0.8)
    for name in teams:
        desk.team(name)
    for name in people:
        if chance.random() < 0.5:
            desk.belongs(name, chance.choice(teams))
        if chance.random() < 0.5:
            desk.shift(name, -1, 2, team=chance.choice(["", *teams]))
    for _ in range(chance.randint(3, 14)):
        what = {"held_by": chance.choice(people)} if chance.random() < 0.6 else {"team": chance.choice(teams)}
        covers = chance.choice(["C1", "C2", "C3", "F1", "F2", "SUB1", "A1", "ORG"])
        desk.assign(chance.choice(list(Role)[:5]), covers, rank=chance.choice(list(Rank)), **what)
    model = desk.model(CITY, **CLASSES)
    table = asked(model, "C1", "C2", "C3")
    said: dict[int, set[tuple[object, ...]]] = defaultdict(set)
    for each in groups_of(model.graph, table):
        held = [row for row in (each.leader, *each.deputies, *each.others) if row is not None]
        rows = {_said(row) for row in held} or {(each.role, None, None, None)}
        assert len(rows) == max(len(held), 1)
        for thing in each.about:
            assert not rows & said[thing]
            said[thing] |= rows
    assert said == {part.of[0]: {_said(row) for row in part.rows} for part in table.parts}
    called = [call.person for call in calls_of(model.graph, table) if call.person is not None and call.gap is None]
    assert len(called) == len(set(called))


def _said(row: ResponsibilityRow) -> tuple[object, ...]:
    return row.role, row.group, row.person, row.rank
