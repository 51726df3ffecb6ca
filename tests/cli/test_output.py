"""JSON of whatever a command has to say."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import MappingProxyType

import pytest

from graph_api.cli import output


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
