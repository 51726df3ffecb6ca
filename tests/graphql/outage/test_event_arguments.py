"""The arguments of an event: once for all questions, and each reaches the service and the command line."""

from __future__ import annotations

from dataclasses import fields

from graphql import build_schema

from graph_api.cli.events import OPTIONS
from graph_api.graphql.outage.event import ARGUMENTS
from graph_api.services.outage.event import Event
from tests.test_house import ROOT

SDL = ROOT / "schema" / "schema.graphql"
OTHERWISE_SAID = {"equipment": "elements", "cause": "faulted"}
"""Options of the command line that have another name than the argument."""
OF_INCIDENTS = {"sound", "acts"}
"""What an incident alone knows: which of its faults were repaired before the others, and what was operated for it."""


def test_they_are_the_fields_of_the_event() -> None:
    assert (
        set(ARGUMENTS) == {"equipment" if each.name == "things" else each.name for each in fields(Event)} - OF_INCIDENTS
    )


def test_questions_take_the_same_ones() -> None:
    query = build_schema(SDL.read_text("utf-8")).query_type
    assert query is not None
    impact, restoration = query.fields["impact"].args, query.fields["restoration"].args
    assert set(ARGUMENTS) - set(impact) == {"fixed"}
    assert set(ARGUMENTS) - set(restoration) == {"cause"}
    for name in set(impact) & set(restoration):
        assert (str(impact[name].type), impact[name].description) == (
            str(restoration[name].type),
            restoration[name].description,
        )


def test_the_command_line_has_an_option_for_each() -> None:
    assert {OTHERWISE_SAID.get(name, name) for name in ARGUMENTS} <= set(OPTIONS)
