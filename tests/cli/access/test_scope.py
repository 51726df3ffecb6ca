"""`baodian access`: keys and accounts for a part of the graph."""

from __future__ import annotations

import pytest

from loaders.drawing import batch
from schema.batch import GraphBatch
from schema.grid import Area
from schema.people import Organisation, Person
from schema.relationships import Relationship
from schema.relationships import RelationshipKind as R
from tests.cli.conftest import Shell

PASSWORD = "correct horse battery staple"  # noqa: S105 (of a test)


@pytest.fixture
def city(shell: Shell) -> Shell:
    drawn = batch("F1 = CB1\nF1 @ SUB1\nG1 - B1 - CB1 - L1 - S1>C1", F1={"name": "滨江一线"})
    drawn.entities += [
        Area(id="A1", name="城中供电区"),
        Organisation(id="O1", name="供电公司"),
        Person(id="P1", name="王芳"),
    ]
    drawn.relationships.append(Relationship(kind=R.CONTAINED_IN, source="SUB1", target="A1"))
    shell.fill(drawn)
    return shell


def _password(city: Shell) -> str:
    file = city.folder / "password"
    file.write_text(PASSWORD)
    file.chmod(0o600)
    return str(file)


def test_a_scope_is_given_by_name_shown_and_taken_away(city: Shell) -> None:
    given = city.json("access", "key", "屏", "--role", "viewer", "--scope", "城中供电区", "--scope", "O1")
    assert given["scope"] == ["A1", "O1"]
    made = city.json("access", "add", "wang", "--role", "dispatcher", "--person", "王芳", "--scope", "A1",
                     "--password-file", _password(city))  # fmt: skip
    assert made["scope"] == ["A1"]
    listed = city.json("access", "list")
    assert [each["scope"] for each in (*listed["keys"], *listed["accounts"])] == [["A1", "O1"], ["A1"]]
    assert [each["roles"] for each in (*listed["keys"], *listed["accounts"])] == [["VIEWER"], ["DISPATCHER"]]
    assert "A1, O1" in city("access", "list").stdout
    changed = city.json("access", "change", "wang", "--role", "planner")
    assert (changed["roles"], changed["scope"]) == (["PLANNER"], ["A1"])
    assert city.json("access", "change", "wang", "--whole")["scope"] is None
    assert "everything" in city("access", "list").stdout
    assert city.json("access", "change", "wang", "--scope", "O1")["scope"] == ["O1"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("--role", "viewer", "--scope", "F1"), "no organisation and no area"),
        (("--role", "viewer", "--scope", "没有这个"), "没有这个"),
        (("--role", "auditor", "--scope", "A1"), "role of the whole"),
        (("--role", "administrator", "--scope", "A1"), "role of the whole"),
    ],
)
def test_a_scope_that_is_none_gives_nothing(city: Shell, asked: tuple[str, ...], said: str) -> None:
    assert said in city("access", "key", "屏", *asked, code=2).stderr
    assert city.json("access", "list")["keys"] == []


def test_a_scope_is_given_or_taken_away(city: Shell) -> None:
    city.json("access", "add", "wang", "--role", "viewer", "--person", "王芳", "--password-file", _password(city))
    assert "not both" in city("access", "change", "wang", "--scope", "A1", "--whole", code=2).stderr
    city.json("access", "change", "wang", "--scope", "A1")
    assert "role of the whole" in city("access", "change", "wang", "--role", "auditor", code=2).stderr


def test_a_scope_that_is_gone_says_so(city: Shell) -> None:
    city.json("access", "key", "屏", "--role", "viewer", "--scope", "O1")
    city.fill(GraphBatch(delete_entities=["O1"]))
    assert "O1 (gone: opens nothing)" in city("access", "list").stdout


def test_who_runs_the_service_sees_everything(city: Shell) -> None:
    assert "scope: everything" in city("access", "whoami").stdout
