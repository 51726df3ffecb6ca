"""The wings of the API tell their root fields without being imported: that table must be the schema's."""

from __future__ import annotations

import subprocess
import sys

import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema, is_object_type, validate_schema

from graph_api.graphql.schema import build_schema, executable
from graph_api.graphql.wings import Part, Wing, part_of

WHOLE = executable(build_schema())


def test_every_root_field_belongs_to_one_wing() -> None:
    assert WHOLE.query_type is not None
    listed = [field for wing in Wing for field in wing.root_fields]
    assert sorted(listed) == sorted(WHOLE.query_type.fields)


@pytest.mark.parametrize("wing", Wing, ids=lambda wing: wing.name)
def test_a_wing_holds_what_the_whole_schema_says_of_its_fields(wing: Wing) -> None:
    part = executable(build_schema(Part(frozenset({wing}))))
    assert part.query_type is not None
    assert WHOLE.query_type is not None
    assert set(part.query_type.fields) == wing.root_fields
    assert part.mutation_type is None
    for name, field in part.query_type.fields.items():
        whole = WHOLE.query_type.fields[name]
        assert (str(field.type), field.description) == (str(whole.type), whole.description)
        assert {key: str(each.type) for key, each in field.args.items()} == {
            key: str(each.type) for key, each in whole.args.items()
        }


@pytest.mark.parametrize(
    ("asks", "expected"),
    [
        ([], None),
        ([("query A { impact { at } graph { revision } }", "A")], {Wing.INCIDENT, Wing.THINGS}),
        ([("query A { trace }", "A"), ("query B { risks: supplyRisks }", "B")], {Wing.EXPLORE, Wing.RISK}),
        ([("query A { trace } query B { locateFault }", "B")], {Wing.LOCATION}),
    ],
)
def test_what_operations_ask(asks: list[tuple[str, str]], expected: set[Wing] | None) -> None:
    part = part_of(asks)
    assert (part and part.wings) == expected


def test_a_part_whose_operations_change_something_has_the_changes() -> None:
    document = "query A { incidents { totalCount } } mutation B { addNote(input: {}) { revision } }"
    part = part_of([(document, "A"), (document, "B")])
    assert part is not None
    assert (part.wings, part.changes) == ({Wing.ROOM}, True)
    assert executable(build_schema(part)).mutation_type is not None


def test_a_part_has_the_fields_that_its_operations_name_and_no_type_without_any() -> None:
    part = part_of([("query A { graph { revision } node(id: 1) { ... on Switch { normalPosition } } }", "A")])
    schema = executable(build_schema(part))
    assert set(fields_of(schema, "Switch")) == {"id", "normalPosition"}
    assert set(fields_of(schema, "GraphStatus")) == {"revision"}
    assert all(fields_of(schema, name) for name, kind in schema.type_map.items() if is_object_type(kind))
    assert validate_schema(schema) == []


def fields_of(schema: GraphQLSchema, name: str) -> list[str]:
    """Names of the fields of an object type or interface."""
    kind = schema.type_map[name]
    assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
    return list(kind.fields)


@pytest.mark.parametrize("ask", [("query A { nothing }", "A"), ("query A { trace }", "B"), ("{ trace }", "A")])
def test_what_is_no_question_is_refused(ask: tuple[str, str]) -> None:
    with pytest.raises(KeyError):
        part_of([ask])


def test_a_wing_does_not_import_the_others() -> None:
    code = (
        "import sys; from graph_api.graphql.schema import build_schema; from graph_api.graphql.wings import Part, Wing;"
        "build_schema(Part(frozenset({Wing.THINGS})));"
        "print(*sorted(name for name in sys.modules if name.startswith('graph_api.graphql.questions.')))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert loaded == ["graph_api.graphql.questions.things"]
