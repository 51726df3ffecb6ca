"""Rules about every type and field of the API, checked on the schema itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    is_specified_scalar_type,
)

from graph_api.graphql.schema import build_schema, executable
from graph_api.graphql.sdl import main
from schema.registry import EntityKind

SCHEMA = executable(build_schema())
OWN = [
    kind for name, kind in SCHEMA.type_map.items() if not name.startswith("__") and not is_specified_scalar_type(kind)
]


def described(kind: GraphQLNamedType) -> Iterator[tuple[str, str | None]]:
    """Name and description of a type, its fields, their arguments, its values."""
    yield kind.name, kind.description
    if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
        for name, field in kind.fields.items():
            yield f"{kind.name}.{name}", field.description
            for argument, value in field.args.items():
                yield f"{kind.name}.{name}({argument})", value.description
    elif isinstance(kind, GraphQLInputObjectType):
        for name, entry in kind.fields.items():
            yield f"{kind.name}.{name}", entry.description
    elif isinstance(kind, GraphQLEnumType):
        for name, item in kind.values.items():
            yield f"{kind.name}.{name}", item.description


def test_everything_has_a_description() -> None:
    without = [name for kind in OWN for name, text in described(kind) if not (text or "").strip()]
    assert without == []


def test_fields_of_things_say_their_chinese_term() -> None:
    names = {kind.label for kind in EntityKind}
    without = [
        name
        for kind in OWN
        if kind.name in names
        for name, text in described(kind)
        if not any("\u4e00" <= char <= "\u9fff" for char in text or "")
    ]
    assert without == []


@pytest.mark.parametrize("kind", list(EntityKind))
def test_every_kind_of_thing_is_a_type(kind: EntityKind) -> None:
    made = SCHEMA.type_map[kind.label]
    assert isinstance(made, GraphQLObjectType)
    assert {"Node", "Entity"} <= {each.name for each in made.interfaces}


def test_units_are_in_the_description() -> None:
    customer = SCHEMA.type_map["Customer"]
    assert isinstance(customer, GraphQLObjectType)
    assert (
        customer.fields["contractKva"].description
        == "合同容量: 供用电合同约定的容量，单位为 kVA。 Contracted capacity. [kVA]"
    )


def test_committed_contract_is_what_the_code_says() -> None:
    assert main(["--check"]) == 0


def test_drift_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "schema.graphql"
    assert main(["--check", "--file", str(file)]) == 1
    assert "make fix" in capsys.readouterr().err
    assert main(["--write", "--file", str(file)]) == 0
    assert main(["--check", "--file", str(file)]) == 0
