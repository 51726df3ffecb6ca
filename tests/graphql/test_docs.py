"""docs/api.md says what the API does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import GraphQLEnumType, parse, validate

from graph_api.errors import BaodianError, ErrorCode
from graph_api.graphql.execution.limits import Limits
from graph_api.graphql.schema import build_schema, executable

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text("utf-8")
SCHEMA = executable(build_schema())


def family(cls: type[BaodianError]) -> Iterator[type[BaodianError]]:
    yield cls
    for each in cls.__subclasses__():
        yield from family(each)


def error_rows() -> list[str]:
    """The table of errors as the code has it."""
    codes = SCHEMA.type_map["ErrorCode"]
    assert isinstance(codes, GraphQLEnumType)
    retryable = {cls.code for cls in family(BaodianError) if cls.retryable}
    return [
        f"| `{code}` | {'yes' if code in retryable else 'no'} | {codes.values[code.name].description} |"
        for code in ErrorCode
    ]


def test_every_error_stands_in_the_table_as_the_code_has_it() -> None:
    assert re.findall(r"^\| `[A-Z_]+` \| (?:yes|no) \|.*$", PAGE, flags=re.MULTILINE) == error_rows()


def test_every_change_is_described() -> None:
    root = SCHEMA.mutation_type
    assert root is not None
    assert [name for name in root.fields if f"| `{name}` " not in PAGE] == []


@pytest.mark.parametrize("document", re.findall(r"```graphql\n(.*?)```", PAGE, flags=re.DOTALL))
def test_its_examples_are_valid(document: str) -> None:
    assert validate(SCHEMA, parse(document)) == []


def test_its_limits_are_the_defaults() -> None:
    limits = Limits()
    numbers = (limits.tokens, limits.depth, limits.fields, limits.aliases)
    assert ", ".join(f"{number:,}" for number in numbers) in PAGE
    assert f"{limits.body_bytes // 1024} KiB" in PAGE
    assert f"{limits.cost:,}" in PAGE
