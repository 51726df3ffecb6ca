"""JSON of whatever a command has to say."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import MappingProxyType

import pytest

from graph_api.cli import output
from loaders.drawing import batch
from schema.people import Person
from tests.cli.conftest import Shell


@dataclass
class Thing:
    name: str


def letters() -> Iterator[str]:
    yield from "ab"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Thing("水厂"), {"name": "水厂"}),
        (datetime(2026, 5, 1, 8, tzinfo=UTC), "2026-05-01T08:00:00+00:00"),
        (date(2026, 5, 1), "2026-05-01"),
        ({"b", "a"}, ["a", "b"]),
        (MappingProxyType({"a": 1}), {"a": 1}),
        (letters(), ["a", "b"]),
        (Thing, str(Thing)),
    ],
)
def test_json(value, shown, capsys):
    output.emit_json(value)
    assert json.loads(capsys.readouterr().out) == shown


def test_a_table_shows_none_as_nothing_and_numbers_on_the_right(capsys):
    output.emit(output.table("标题", "a", "n", rows=[(None, 5), ("x", 1000)], numbers=["n"]))
    shown = capsys.readouterr().out
    assert "None" not in shown
    assert "│    5 │" in shown


def test_a_narrow_terminal_shows_every_value_on_a_line_of_its_own(shell: Shell):
    shell.fill(batch("F1 = CB1\nF1 @ SUB1\nG1 - B1 - CB1 - L1 - S1>C1"))
    shell.columns = "60"
    wide = shell("who", "C1").stdout
    shell.columns = "59"
    narrow = shell("who", "C1").stdout
    assert "╭" in wide
    assert "╭" not in narrow
    assert "role: " in narrow
    assert narrow.splitlines()[0] == wide.splitlines()[0]


def test_who_is_asked_of_what_somebody_answers_for(shell: Shell):
    person = batch("F1 = CB1\nF1 @ SUB1\nG1 - B1 - CB1 - L1 - S1>C1")
    person.entities.append(Person(id="P1", name="王工"))
    shell.fill(person)
    for asked in (["who", "P1"], ["who", "P1", "--json"]):
        assert "P1 (Person 王工) is nothing that somebody answers for" in shell(*asked, code=2).stderr
