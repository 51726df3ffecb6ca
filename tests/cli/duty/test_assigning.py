"""A responsibility table is changed as a workbook and read back: what was changed is so, nothing else is."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from loaders.drawing import batch
from schema.batch import GraphBatch
from schema.people import Assignment, Person, Team
from schema.relationships import Relationship, RelationshipKind
from schema.vocabulary import Importance, Rank, ResponsibilityRole
from tests.cli.conftest import Shell

LINKS = "COVERS A1 C1 | HELD_BY A1 P1 | COVERS A2 C1 | HELD_BY A2 P2 | COVERS A3 F1 | OF_TEAM A3 T1 | MEMBER_OF P2 T1"


@pytest.fixture
def city(tmp_path: Path) -> Shell:
    shell, role = Shell(tmp_path), ResponsibilityRole
    people = [Person(id="P1", name="孙伟"), Person(id="P2", name="=李伟"), Team(id="T1", name="抢修班")]
    held = [
        Assignment(id="A1", role=role.CUSTOMER_MANAGER), Assignment(id="A2", role=role.CUSTOMER_MANAGER, rank=Rank.B),
        Assignment(id="A3", role=role.DISTRIBUTION_REPAIR),
    ]  # fmt: skip
    links = [each.split() for each in LINKS.split(" | ")]
    made = [Relationship(kind=RelationshipKind[kind], source=one, target=other) for kind, one, other in links]
    drawn = batch("F1 = CB1\nG1 - B1 - CB1 - L1 - n1\nn1 - S1>C1", C1={"importance": Importance.SPECIAL})
    shell.fill(drawn, GraphBatch(entities=[*people, *held], relationships=made))
    return shell


@pytest.fixture
def file(city: Shell, tmp_path: Path) -> Path:
    out = tmp_path / "责任.xlsx"
    city("export", "duty-table", "C1", "--out", str(out))
    return out


def rows(file: Path) -> dict[str, tuple[Any, ...]]:
    """The lines of the sheet, by id."""
    head, *found = openpyxl.load_workbook(file).worksheets[2].values
    assert head[:2] == ("id", "version")
    return {str(row[0]): (*row[2:7],) for row in found}


def typed(file: Path, *lines: dict[str, Any]) -> None:
    """What somebody types: other cells in the line of an id, or a line more."""
    book = openpyxl.load_workbook(file)
    sheet = book.worksheets[2]
    heads = [cell.value for cell in sheet[1]]
    known = {row[0].value: row[0].row for row in sheet.iter_rows(min_row=2)}
    for line in lines:
        place = known.get(line.get("id"), sheet.max_row + 1)
        for head, value in line.items():
            sheet.cell(place, heads.index(head) + 1).value = value
    book.save(file)


def test_each_assignment_has_a_line_and_loaded_as_it_is_nothing_changes(city: Shell, file: Path) -> None:
    before = rows(file)
    assert before == {
        "A1": ("customer manager", "first holder", "孙伟 (P1)", None, "C1 (C1)"),
        "A2": ("customer manager", "deputy", "=李伟 (P2)", None, "C1 (C1)"),
        "A3": ("distribution repair", "first holder", None, "抢修班 (T1)", "F1 (F1)"),
    }
    assert city.json("assign", str(file)) == {"changed": [], "unchanged": 3, "refused": {}}


def test_what_is_changed_arrives_and_nothing_else(city: Shell, file: Path, tmp_path: Path) -> None:
    before = rows(file)
    typed(
        file,
        {"id": "A1", "person": "P2", "valid until": "2027-01-01 08:00"},
        {
            "role": "值班调度员",
            "rank": "A",
            "person": "孙伟",
            "responsible for": "F1; C1",
            "valid from": datetime(2020, 1, 1),
        },
    )
    found = city.json("assign", str(file))
    assert (found["changed"][0], len(found["changed"]), found["unchanged"], found["refused"]) == ("A1", 2, 2, {})
    again = tmp_path / "again.xlsx"
    city("export", "duty-table", "C1", "--out", str(again))
    after = rows(again)
    assert after.pop("A1") == ("customer manager", "first holder", "=李伟 (P2)", None, "C1 (C1)")
    assert after.pop(found["changed"][1]) == (
        "duty dispatcher", "first holder", "孙伟 (P1)", None, "C1 (C1); F1 (F1)",
    )  # fmt: skip
    assert after == {id: row for id, row in before.items() if id != "A1"}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ({"id": "A1", "role": "发电厂长"}, "发电厂长 is none of"),
        ({"id": "A1", "person": "王五"}, "王五"),
        ({"id": "A1", "person": "P1; P2"}, "a line of its own"),
        ({"id": "A1", "valid until": "soon"}, "soon"),
        ({"id": "A1", "person": ""}, "Nobody holds it"),
        ({"id": "A9", "role": "A"}, "No assignment has the id A9"),
    ],
)
def test_a_line_that_cannot_be_taken_says_why_and_the_others_are(
    city: Shell, file: Path, line: dict[str, Any], told: str
) -> None:
    typed(file, line, {"id": "A2", "rank": "A"})
    refused = city("assign", str(file), code=1).stdout
    assert "Changed 1, unchanged " in refused
    assert "refused 1" in refused
    assert told in " ".join(refused.split())


def test_what_somebody_else_changed_since_is_not_undone(city: Shell, file: Path) -> None:
    other = file.with_name("other.xlsx")
    other.write_bytes(file.read_bytes())
    typed(file, {"id": "A1", "person": "P2"})
    assert city.json("assign", str(file))["changed"] == ["A1"]
    typed(other, {"id": "A1", "rank": "B"})
    assert "refused 1" in city("assign", str(other), code=1).stdout


def test_another_file_is_none(city: Shell, tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").write_text("x")
    assert "cannot be read as a workbook" in city("assign", str(tmp_path / "x.xlsx"), code=2).stderr
    openpyxl.Workbook().save(tmp_path / "y.xlsx")
    assert "no sheet of assignments" in city("assign", str(tmp_path / "y.xlsx"), code=2).stderr
