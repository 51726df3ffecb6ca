"""A mutation is made from its command, whichever that is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar

import pytest
import strawberry
from graphql import GraphQLInputObjectType, GraphQLObjectType, GraphQLSchema, is_required_input_field
from strawberry.schema.config import StrawberryConfig

from graph_api.commands.command import Command, Result
from graph_api.commands.edits import Edit, Problems
from graph_api.commands.registry import COMMANDS
from graph_api.graphql.commands.inputs import input_type
from graph_api.graphql.commands.mutation import mutation_type
from graph_api.graphql.query import query_of
from graph_api.graphql.scalars import SCALARS
from graph_api.graphql.schema import executable
from graph_api.graphql.wings import ALL
from graph_api.readmodel.model import ReadModel
from schema.entity import Label, ThingId
from schema.people import Person
from schema.vocabulary import Rank


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave(Command):
    """离岗: somebody left."""

    does: ClassVar = Label("离岗", "note that somebody left.")
    takes: ClassVar = Label("输入", "who.")
    result: ClassVar = Result(
        name="LeavePayload",
        thing=Person,
        label=Label("离岗结果", "the person after it."),
        thing_label=Label("人员", "as they are."),
    )

    person: Annotated[ThingId, Label("人员", "who.")]
    successors: Annotated[tuple[ThingId, ...], Label("接替", "who follows.")] = ()
    rank: Annotated[Rank, Label("AB角", "as what.")] = Rank.B
    within_hours: Annotated[float | None, Label("最晚", "by when.", "h")] = None

    @property
    def subject(self) -> str:
        return self.person

    def plan(self, model: ReadModel, now: datetime) -> Edit | Problems:
        raise NotImplementedError


@pytest.fixture(scope="module")
def made() -> GraphQLSchema:
    mutation = mutation_type((*COMMANDS, Leave))
    return executable(strawberry.Schema(query_of(ALL), mutation, config=StrawberryConfig(scalar_map=SCALARS)))


def test_the_input_has_the_fields_and_the_terms_of_all_commands(made: GraphQLSchema) -> None:
    kind = made.type_map["LeaveInput"]
    assert isinstance(kind, GraphQLInputObjectType)
    assert kind.description == "离岗: somebody left."
    assert {name: str(field.type) for name, field in kind.fields.items()} == {
        "person": "ID!",
        "successors": "[ID!]!",
        "rank": "Rank!",
        "withinHours": "Float",
        "requestId": "String",
        "expected": "[ExpectedVersionInput!]",
    }
    assert kind.fields["withinHours"].description == "最晚: by when. [h]"
    assert [name for name, field in kind.fields.items() if is_required_input_field(field)] == ["person"]


def test_the_payload_has_the_thing_and_what_all_payloads_say(made: GraphQLSchema) -> None:
    kind = made.type_map["LeavePayload"]
    assert isinstance(kind, GraphQLObjectType)
    assert kind.description == "离岗结果: the person after it."
    assert {name: str(field.type) for name, field in kind.fields.items()} == {
        "person": "Person",
        "revision": "Revision",
        "repeated": "Boolean!",
        "userErrors": "[UserError!]!",
    }
    assert kind.fields["person"].description == "人员: as they are."


def test_the_mutation_takes_the_one_and_returns_the_other(made: GraphQLSchema) -> None:
    assert made.mutation_type is not None
    field = made.mutation_type.fields["leave"]
    assert (str(field.type), str(field.args["input"].type)) == ("LeavePayload", "LeaveInput!")
    assert (field.description, field.args["input"].description) == ("离岗: note that somebody left.", "输入: who.")
    assert [*made.mutation_type.fields] == [*(command.command_name() for command in COMMANDS), "leave"]


def test_a_field_without_label_is_refused() -> None:
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Untold(Leave):
        reason: str = ""

    with pytest.raises(TypeError, match=r"Untold\.reason has no Label"):
        input_type(Untold)
