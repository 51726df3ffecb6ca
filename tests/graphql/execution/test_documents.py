"""Prepared documents: the ones seen lately are kept, within a bound."""

from __future__ import annotations

from graph_api.graphql.execution.documents import KEPT, KEPT_LENGTH, Documents
from graph_api.graphql.execution.limits import Limits
from graph_api.graphql.schema import build_schema, executable


def test_documents_seen_lately_are_kept_and_no_more_than_a_bound() -> None:
    documents = Documents(executable(build_schema()), Limits())
    first = documents.prepare("{ a: __typename }")
    assert documents.prepare("{ a: __typename }") is first
    for number in range(KEPT - 1):
        documents.prepare(f"{{ b{number}: __typename }}")
        documents.prepare("{ a: __typename }")
    assert documents.prepare("{ a: __typename }") is first, "asked again and again"
    early = documents.prepare("{ b0: __typename }")
    for number in range(KEPT):
        documents.prepare(f"{{ c{number}: __typename }}")
    assert documents.prepare("{ b0: __typename }") is not early
    long = "{ a: __typename }" + " " * KEPT_LENGTH
    assert documents.prepare(long) is not documents.prepare(long)
