"""The stored operations of the command line are questions that the API answers."""

import re

import pytest
from graphql import FieldNode, OperationDefinitionNode, build_schema, parse, validate

from graph_api.cli.asking import OPERATIONS, stored
from graph_api.graphql.sdl import SDL_FILE

FILES = sorted(OPERATIONS.glob("*.graphql"))
NAMES = [
    name for path in FILES for name in re.findall(r"^(?:query|mutation) (\w+)", path.read_text("utf-8"), re.MULTILINE)
]
CONTRACT = build_schema(SDL_FILE.read_text("utf-8"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_contract_answers_it(path):
    assert validate(CONTRACT, parse(path.read_text("utf-8"))) == []


def test_each_is_found_by_its_name_and_stands_once():
    assert len(NAMES) == len(set(NAMES)) > 10
    for name in NAMES:
        snake = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
        text, found = stored(snake)
        assert found == name
        assert re.search(rf"^(query|mutation) {name}\b", text, re.MULTILINE)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_can_be_asked_of_a_time_is_asked_of_it(path):
    """A service has a clock of its own: what the command does not say is answered for now."""
    assert CONTRACT.query_type is not None
    for operation in parse(path.read_text("utf-8")).definitions:
        if isinstance(operation, OperationDefinitionNode):
            for field in operation.selection_set.selections:
                assert isinstance(field, FieldNode)
                asked = CONTRACT.query_type.fields.get(field.name.value)
                if asked is not None and "at" in asked.args:
                    assert "at" in {each.name.value for each in field.arguments}, field.name.value
