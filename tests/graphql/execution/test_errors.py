"""Errors as clients see them: coded, and nothing of the inside."""

from __future__ import annotations

import logging

import pytest
from graphql import GraphQLError

from graph_api.errors import InvalidInput
from graph_api.graphql.execution.errors import describe
from tests.graphql.conftest import check_shape


def test_what_nobody_foresaw_is_told_by_an_id_that_leads_into_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        shaped = describe(GraphQLError("secret", path=["a"], original_error=RuntimeError("secret")), request_id="r1")
    check_shape(shaped)
    assert shaped["extensions"]["code"] == "INTERNAL"
    assert "secret" not in str(shaped)
    assert shaped["extensions"]["errorId"] in shaped["message"]
    assert "secret" in caplog.text


@pytest.mark.parametrize(
    ("cause", "code"),
    [
        (RecursionError("maximum recursion depth exceeded"), "LIMIT_EXCEEDED"),
        (InvalidInput("no such thing", id="X"), "BAD_INPUT"),
    ],
)
def test_what_can_be_told_is_told(cause: Exception, code: str) -> None:
    shaped = describe(GraphQLError("x", path=["a"], original_error=cause))
    check_shape(shaped)
    assert shaped["extensions"]["code"] == code
    assert "recursion" not in shaped["message"]


def test_a_refusal_that_no_layer_foresaw_is_masked_too() -> None:
    assert describe(GraphQLError("the inside of it"))["extensions"]["code"] == "INTERNAL"
