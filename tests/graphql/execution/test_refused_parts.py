"""One refused part of a request empties itself, and nothing beside it."""

from __future__ import annotations

import pytest
from graphql import GraphQLNonNull

from graph_api.graphql.schema import build_schema, executable
from tests.graphql.conftest import Api

LATE, EARLY = "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+23:59"
REFUSED = {
    "impact": '(equipment: ["nobody"]) { revision }',
    "restoration": '(equipment: ["nobody"]) { revision }',
    "trace": '(from: "nobody", direction: UP) { energised }',
    "neighbourhood": '(of: "nobody") { truncated }',
    "paths": '(from: "nobody", to: "L1") { truncated }',
    "customers": '(after: "nonsense") { totalCount }',
    "search": '(text: "x", first: -1) { totalCount }',
    "nodes": "(ids: [" + ", ".join(["1"] * 501) + "]) { id }",
}


@pytest.mark.parametrize("field", REFUSED)
async def test_one_refused_part_leaves_the_rest(api: Api, field: str) -> None:
    query = f'{{ refused: {field}{REFUSED[field]} node(id: "C1") {{ id }} }}'
    answer = await api.ask(query, None)
    assert answer["data"] == {"refused": None, "node": {"id": "C1"}}
    assert [error["path"] for error in answer["errors"]] == [["refused"]]


def test_only_what_cannot_be_refused_is_never_null() -> None:
    fields = executable(build_schema()).query_type.fields  # type: ignore[union-attr]
    assert {name for name, each in fields.items() if isinstance(each.type, GraphQLNonNull)} == {"graph", "vocabulary"}


@pytest.mark.parametrize("at", [LATE, EARLY, "1999-12-31T00:00:00Z", "2200-01-01T00:00:00Z"])
@pytest.mark.parametrize(
    "asked",
    [
        'impact(equipment: ["L1"], at: $at) { customers { nodes { mostUrgent { deadline } } } }',
        'restoration(equipment: ["L1"], at: $at) { revision }',
        'locateFault(evidence: [{kind: METER, things: ["C1"]}], at: $at) { revision }',
        'node(id: "C1") { ... on Entity { responsibility(at: $at) { at } } }',
        'node(id: "STEP1") { ... on ProcedureStep { doer(at: $at) { gap } } }',
    ],
)
async def test_a_time_that_cannot_be_meant_is_a_typed_error(api: Api, asked: str, at: str) -> None:
    answer = await api.ask(f"query Q($at: DateTime) {{ {asked} }}", None, at=at)
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_INPUT"]
    assert "2000" in answer["errors"][0]["message"]


async def test_responsibility_stands_where_somebody_can_be_responsible(api: Api) -> None:
    query = "query Q($ids: [ID!]!) { nodes(ids: $ids) { ... on Entity { id responsibility { at } } } }"
    nodes = (await api.data(query, ids=["C1", "L1", "SUB:1", "ORG", "K1", "SH1", "STEP1", "LOAD:1"]))["nodes"]
    assert [each["id"] for each in nodes if each["responsibility"] is None] == ["K1", "SH1", "STEP1", "LOAD:1"]


def test_scalars_say_where_they_are_specified() -> None:
    types = executable(build_schema()).type_map
    assert all(types[name].specified_by_url for name in ("Date", "DateTime", "Revision"))  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("owner", "field"),
    [("Impact", "mayHaveTripped"), ("Transfer", "switches"), ("AffectedCustomer", "dependsOn"), ("TieWorth", "tie")],
)
def test_switches_are_typed_switch(owner: str, field: str) -> None:
    assert "Switch" in str(executable(build_schema()).type_map[owner].fields[field].type)  # type: ignore[union-attr]
